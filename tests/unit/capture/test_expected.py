"""The picture to come beside the stream: its light, the meter's opinion, and how it is shown."""

import sys
from dataclasses import replace
from math import log2

import numpy as np
import pytest
from pi_camera import FakeCamera, module
from still_clock import StillClock

from app.modes import Wish, plan_wish
from app.negatives import unpack_frame
from capture.expected import Lack, brighter, lacks, over_meter
from capture.frames import FrameMetadata
from capture.pi.metering import aimed
from capture.pi.source import PiSource
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.plans.histogram import RawHistogram
from capture.plans.motion import HAND
from capture.profiles import profile
from capture.scenes import load_scene
from capture.shoulder import bent
from capture.simulated import SimulatedSource
from capture.source import Controls
from styles.spaces import srgb_decode

SENSOR = profile("imx477")
STREAM = FrameMetadata(exposure_time=0.02, analogue_gain=2.0)
METERED = Metering(0.02, 2.0, 0.5)


def _plan(mode: str, **wishes: float) -> ExposurePlan:
    return plan_wish(METERED, SENSOR, Wish(mode, **wishes), HAND)


def _light(pixels: np.ndarray) -> float:
    """Mean linear light of a frame of the stream."""
    return float(srgb_decode(pixels[..., :3] / 255.0).mean())


def test_what_the_stream_itself_gives_is_as_bright() -> None:
    """Whatever sensors round; nothing is told where nothing is known."""
    plan = ExposurePlan("auto", (FrameExposure(0.02, 2.0),) * 4)
    assert brighter(plan, FrameMetadata(exposure_time=0.01999, analogue_gain=1.9)) == 1.0
    assert brighter(plan, FrameMetadata()) == 1.0
    assert brighter(None, STREAM) == 1.0


@pytest.mark.parametrize(
    ("plan", "stops"),
    [
        (_plan("manual", shutter=2.0, gain=4.0), log2(8.0 / 0.04)),
        (_plan("manual", shutter=1 / 1000, gain=1.0), log2(1e-3 / 0.04)),
        (_plan("bracket"), -4.0),
        (_plan("hdr"), 0.0),  # without lights to hold the first frame is as metered
        (_plan("bulb"), None),
        (_plan("long", shutter=3.0), None),
    ],
)
def test_frames_of_another_exposure_are_told_by_the_first(
    plan: ExposurePlan, stops: float | None
) -> None:
    """Slow and fast shutters, brackets, range, and the parts of a long exposure."""
    first = plan.frames[0]
    wanted = log2(first.exposure_time * first.analogue_gain / 0.04) if stops is None else stops
    assert log2(brighter(plan, STREAM)) == pytest.approx(wanted, abs=0.2)


def test_an_exposure_by_hand_is_so_far_from_the_meter() -> None:
    """By what was metered, and by what a camera without automatics lacks of its aim."""
    plan = _plan("manual", shutter=0.02, gain=1.0)
    assert over_meter(plan, METERED) == pytest.approx(-1.0)
    assert over_meter(plan, replace(METERED, analogue_gain=1.0, aim=2.0)) == pytest.approx(-2.0)
    for mode in ("auto", "single", "night", "bracket"):
        assert over_meter(_plan(mode), METERED) == pytest.approx(0.0, abs=0.01)


def test_a_picture_beyond_the_stream_is_what_it_lacks() -> None:
    """A slow shutter by hand, whose lights clip, and range that is lifted; never a darker one."""
    slow = lacks(_plan("manual", shutter=1.0, gain=2.0), Metering(1 / 15, 16.0, 0.5))
    assert slow == Lack(pytest.approx(log2(2.0 / (16 / 15))), 0.0)
    assert lacks(_plan("manual", shutter=1 / 8000, gain=1.0), METERED) == Lack()
    for mode in ("auto", "single", "bracket"):
        assert lacks(_plan(mode), METERED).value == 0.0
    assert lacks(None, METERED) == Lack()
    dark = Metering(0.02, 2.0, 8.0, histogram=RawHistogram.of(np.full(999, 0.01)))
    wide = lacks(plan_wish(dark, SENSOR, Wish("hdr"), HAND), dark)
    assert 1.0 < wide.value < wide.held


def test_lights_that_the_picture_holds_are_seen() -> None:
    """A range lifted between its lights keeps them apart; what a slow shutter clips is white."""
    light = np.array([0.1, 0.3, 2.0, 3.9, 4.0, 8.0])
    held, lost = bent(light, 4.0), bent(light, 1.0)
    assert held[:2].tolist() == lost[:2].tolist() == [0.1, 0.3]
    assert held[4] == pytest.approx(1.0)
    assert (np.diff(held) > 0.0).all()
    assert lost[2:].tolist() == [1.0] * 4


def test_the_simulated_stream_is_shown_as_bright_as_a_slow_shutter_s_picture() -> None:
    """Where its own shutter and gain end, in the dark; a frame of the burst has it all."""
    source = SimulatedSource(
        "print", SENSOR, size=(160, 120), preview_size=(160, 120), clock=StillClock(), shake=0.0
    )
    source.start()
    stream = FrameExposure(1 / 2000, 1.0)
    source.set_controls(Controls(exposure_time=1 / 2000, analogue_gain=1.0))
    for _ in range(6):
        dark = source.preview()
    plan = plan_wish(source.metering(), SENSOR, Wish("manual", shutter=1 / 500, gain=1.0), HAND)
    source.expect(plan)
    bright = source.preview()
    assert bright.metadata.exposure == pytest.approx(stream.exposure_time, rel=0.02)
    assert _light(bright.pixels) / _light(dark.pixels) == pytest.approx(4.0, rel=0.1)
    seen: list[float] = []
    source.capture(plan, since_press=0.0, seen=lambda frame: seen.append(_light(frame.pixels)))
    assert max(seen) / _light(bright.pixels) == pytest.approx(1.0, rel=0.1)
    source.expect(None)
    for _ in range(6):
        again = source.preview()
    assert _light(again.pixels) == pytest.approx(_light(dark.pixels), rel=0.1)


@pytest.fixture(name="pi")
def _pi(monkeypatch: pytest.MonkeyPatch) -> PiSource:
    """The real camera's adapter over the stand-in."""
    monkeypatch.setitem(sys.modules, "picamera2", module(FakeCamera))
    source = PiSource(unpack_frame)
    source.start()
    return source


def test_a_camera_without_automatics_tells_how_far_it_is_from_its_aim(pi: PiSource) -> None:
    """Each stop that is set is one; what the automatics chose is their own aim."""
    assert pi.metering().aim == 0.0
    found = []
    for time in (0.008, 0.004, 0.002):
        pi.set_controls(Controls(exposure_time=time, analogue_gain=1.0))
        for _ in range(12):
            pi.preview()
        found.append(pi.metering().aim)
    assert np.diff(found) == pytest.approx([1.0, 1.0], abs=0.1)


def test_a_frame_that_is_far_too_bright_is_told_so() -> None:
    """Beyond what its brightest part can tell the mean goes on: it said +1 EV of any white frame.

    A scene of some range, so many EV brighter than asked for, clipped as a sensor clips it.
    """
    light = np.exp(np.random.default_rng(9).normal(0.0, 1.0, (120, 160)))
    black = np.array(SENSOR.black_level).reshape(1, 2, 1, 2)
    told = FrameMetadata(exposure_time=0.01, analogue_gain=1.0, colour_gains=(1.0, 1.0))

    def over(exposure: float) -> float:
        levels = np.broadcast_to(
            np.minimum(light[:, None, :, None] * exposure, 1.0), (120, 2, 160, 2)
        )
        samples = levels * (SENSOR.white_level - black) + black
        return -aimed(samples.reshape(240, 320).astype(np.uint16), SENSOR, told)

    right = 0.01
    for _ in range(60):
        right *= 2.0 ** -over(right)
    found = [over(right * 2.0**stops) for stops in (-2, 0, 1, 2, 4, 8)]
    assert found[:2] == pytest.approx([-2.0, 0.0], abs=0.1)
    assert (np.diff(found) > 0.1).all()
    assert found[2] == pytest.approx(1.0, abs=0.3)
    assert found[-1] > 2.3


@pytest.mark.parametrize("ev", [-2.0, 0.0, 2.0])
@pytest.mark.parametrize("dim", [1.0, 0.01, 0.001])
def test_the_meter_by_hand_knows_no_dial_and_no_end(ev: float, dim: float) -> None:
    """A compensation that is not there changes nothing; light taken away is told, stop by stop."""

    def over(scale: float, value: float) -> float:
        scene = load_scene("still-life")
        source = SimulatedSource(
            replace(scene, lux=scene.lux * scale),
            SENSOR,
            size=(160, 120),
            preview_size=(160, 120),
            clock=StillClock(),
            threads=1,
        )
        source.start()
        source.set_controls(
            Controls(exposure_time=1 / 15, analogue_gain=22.0, exposure_value=value)
        )
        for _ in range(40):
            source.preview()
        wish = Wish("manual", shutter=1 / 15, gain=22.0)
        metering = source.metering()
        return over_meter(plan_wish(metering, SENSOR, wish, HAND), metering)

    assert over(dim, ev) == pytest.approx(over(dim, 0.0), abs=0.01)
    assert over(dim, ev) == pytest.approx(over(1.0, 0.0) + log2(dim), abs=0.8)


def test_the_real_stream_is_shown_as_bright_as_a_slow_shutter_s_picture(pi: PiSource) -> None:
    """In its middle tones, through its own gamma curve."""
    pi.set_controls(Controls(exposure_time=0.008, analogue_gain=1.0))
    for _ in range(12):
        dark = pi.preview()
    plan = plan_wish(pi.metering(), pi.profile, Wish("manual", shutter=0.016, gain=1.0), HAND)
    pi.expect(plan)
    bright = pi.preview()
    assert int(bright.pixels[0, 0, 0]) > int(dark.pixels[0, 0, 0])
    pi.expect(None)
    assert (pi.preview().pixels == dark.pixels).all()
