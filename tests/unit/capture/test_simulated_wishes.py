"""What a person may wish of the simulated camera: focus, metering, locks, mains, no shutter lag."""

from dataclasses import replace

import numpy as np
import pytest
from still_clock import StillClock

from capture.colour import REC2020_TO_SRGB, development_colour, neutral_at, white_xy
from capture.frames import Packing
from capture.pi.spot import grey_distance
from capture.plan import ExposurePlan, FrameExposure
from capture.simulated import SimulatedSource
from capture.source import Controls


def _source(scene: str) -> SimulatedSource:
    source = SimulatedSource(
        scene, size=(160, 120), preview_size=(160, 120), packing=Packing.U16, clock=StillClock()
    )
    source.start()
    return source


def _settled(source: SimulatedSource, controls: Controls) -> tuple[float, float, float]:
    """Exposure, shutter and lens after many frames."""
    source.set_controls(controls)
    for _ in range(25):
        metadata = source.preview().metadata
    return metadata.exposure or 0.0, metadata.exposure_time or 0.0, metadata.lens_position or 0.0


def test_a_touch_focuses_on_what_lies_there() -> None:
    """The garden behind a portrait lies farther than the face, and a held lens stays."""
    source = _source("portrait")
    face = _settled(source, Controls(focus_at=(0.5, 0.4)))[2]
    garden = _settled(source, Controls(focus_at=(0.02, 0.05)))[2]
    assert garden < 0.3 < face
    held = Controls(focus_at=(0.5, 0.4), focus_held=True)
    assert _settled(source, held)[2] == garden
    assert not source.focus(0.1)
    assert source.focus()
    assert _settled(source, held)[2] == face


def test_a_touch_meters_what_lies_there() -> None:
    """A dark part of the picture asks for more exposure than a bright one."""
    source = _source("still-life")
    preview = source.preview().pixels[..., :3].astype(float).mean(2)
    blocks = preview.reshape(8, 15, 8, 20).mean((1, 3))
    places = [np.unravel_index(k, blocks.shape) for k in (blocks.argmin(), blocks.argmax())]
    dark, bright = (
        _settled(source, Controls(meter_at=((column + 0.5) / 8, (row + 0.5) / 8)))[0]
        for row, column in places
    )
    assert dark > 4.0 * bright


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.2, 0.3), (0.8, 0.8)])
def test_what_is_touched_becomes_a_middle_grey(at: tuple[float, float]) -> None:
    """As on the real camera, in the centre and elsewhere."""
    source = _source("print")
    _settled(source, Controls(meter_at=at))
    assert grey_distance(source.preview().pixels, at) == pytest.approx(0.0, abs=0.35)


def test_a_locked_exposure_does_not_follow() -> None:
    """What is pointed at waits while the exposure is locked."""
    source = _source("print")
    before = _settled(source, Controls())[0]
    dark = Controls(meter_at=(0.1, 0.9), exposure_locked=True)
    assert _settled(source, dark)[0] == before
    assert _settled(source, replace(dark, exposure_locked=False))[0] != pytest.approx(before, 0.1)


@pytest.mark.parametrize("mains", [50, 60])
def test_lamps_do_not_flicker(mains: int) -> None:
    """The shutter stays open for whole pulses of the lamps."""
    source = _source("night-street")
    shutter = _settled(source, Controls(mains=mains))[1]
    pulses = shutter * 2 * mains
    assert pulses >= 1.0
    assert pulses == pytest.approx(round(pulses), abs=0.01)


def test_a_press_takes_frames_from_before_it() -> None:
    """Half of them are the stream's own, the nearest to the press is the reference."""
    source = _source("moving")
    shown = [source.preview().metadata.timestamp for _ in range(10)]
    metering = source.metering()
    exposure = FrameExposure(metering.exposure_time, metering.analogue_gain)
    seen: list[object] = []
    plan = ExposurePlan("test", (exposure,) * 8)
    burst = source.capture(plan, since_press=0.0, seen=seen.append)
    stamps = [frame.metadata.timestamp for frame in burst.frames]
    assert stamps[:4] == shown[-4:]
    assert len(seen) == 4
    assert np.diff([stamp or 0 for stamp in stamps]).max() < 40_000_000
    assert burst.reference in (3, 4)
    truth = source.truth(burst.frames[0].metadata)
    sensor = burst.profile
    levels = (burst.frames[0].data - sensor.black_level[0]) / (sensor.white_level - 256)
    assert np.abs(levels - truth).mean() < 0.05


def test_a_press_long_ago_takes_the_frames_of_then() -> None:
    """What came between the press and the burst counts as after it."""
    source = _source("print")
    shown = [source.preview().metadata.timestamp for _ in range(10)]
    metering = source.metering()
    exposure = FrameExposure(metering.exposure_time, metering.analogue_gain)
    burst = source.capture(ExposurePlan("test", (exposure,) * 4), since_press=0.1)
    stamps = [frame.metadata.timestamp for frame in burst.frames]
    assert stamps == shown[-4:]


@pytest.mark.parametrize("kelvin", [2850, 9000])
def test_a_white_that_is_set_shows_in_the_preview(kelvin: int) -> None:
    """The mean of what is shown has the colour that the raw has when it is developed so."""
    source = _source("print")
    profile = source.profile
    light = neutral_at(profile.calibrations, white_xy(kelvin))
    source.set_controls(Controls(colour_gains=(1.0 / light[0], 1.0 / light[2])))
    frame = [source.preview() for _ in range(12)][-1]
    raw = source.light(frame.metadata)[30:90, 40:120]  # the middle, which the lens shades little
    camera = [raw[0::2, 0::2], (raw[0::2, 1::2] + raw[1::2, 0::2]) / 2.0, raw[1::2, 1::2]]
    gains, matrix = development_colour(profile.calibrations, light)
    developed = REC2020_TO_SRGB @ matrix @ ([part.mean() for part in camera] * np.array(gains))
    shown = frame.pixels[30:90, 40:120, :3].astype(float) / 255.0
    linear = np.where(shown <= 0.04045, shown / 12.92, ((shown + 0.055) / 1.055) ** 2.4)
    seen = linear.mean((0, 1))
    assert seen / seen[1] == pytest.approx(developed / developed[1], rel=0.05)
