"""The real camera's source on real picamera2 and libcamera, with software cameras behind them."""

import time
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from source_contract import *  # noqa: F403  (the tests)

from app.negatives import unpack_frame
from capture.frames import CfaPattern, Packing
from capture.pi import configuration
from capture.pi.library import list_cameras
from capture.pi.source import PiSource
from capture.pi.spot import grey_distance
from capture.plan import ExposurePlan, FrameExposure, plan_auto
from capture.plans.manual import plan_manual
from capture.ring import matches
from capture.source import CameraError, Controls, CutShortError

_BRACKET = ((0.002, 2.0), (0.008, 2.0), (0.02, 4.0), (0.002, 2.0))


@pytest.fixture
def source(rig: Any) -> Iterator[PiSource]:  # noqa: ARG001
    """The first software camera, not started."""
    camera = PiSource(unpack_frame, ring_depth=lambda _size: 8)
    yield camera
    camera.stop()


def _plan(*frames: tuple[float, float]) -> ExposurePlan:
    return ExposurePlan("test", tuple(FrameExposure(t, g) for t, g in frames))


def _streamed(camera: PiSource, count: int) -> ExposurePlan:
    metering = camera.metering()
    return _plan(*[(metering.exposure_time, metering.analogue_gain)] * count)


def _true(rig: Any, camera: PiSource, plan: ExposurePlan) -> None:
    """Every frame is the simulated sensor's own of its moment, bit for bit."""
    for frame in camera.capture(plan, since_press=0.0).frames:
        truth = rig.samples(frame.metadata.timestamp)
        np.testing.assert_array_equal(unpack_frame(frame), truth)


def test_a_burst_is_the_sensor_s_own_bit_for_bit(rig: Any, source: PiSource) -> None:
    """Through libcamera and picamera2, from the ring and from after the press."""
    source.start()
    for _ in range(6):
        source.preview()
    _true(rig, source, _streamed(source, 6))


@pytest.mark.parametrize(
    ("platform", "asked", "granted"),
    [
        ("pisp", "", "SRGGB16"),
        ("pisp", "_CSI2P", "RGGB_PISP_COMP1, lossy"),
        ("vc4", "", "SRGGB12"),
        ("vc4", "_CSI2P", "SRGGB12_CSI2P"),
    ],
)
def test_each_pi_grants_its_own_raw(
    rig: Any,
    source: PiSource,
    monkeypatch: pytest.MonkeyPatch,
    platform: str,
    asked: str,
    granted: str,
) -> None:
    """Unpacked as it is asked for; a packed one bit for bit, a compressed one within its steps."""
    rig.install({"platform": platform})
    plain = configuration.unpacked
    monkeypatch.setattr(configuration, "unpacked", lambda *order: plain(*order) + asked)
    source.start()
    assert source.abilities.raw_format == granted
    frame = source.capture(_plan((0.01, 1.0))).frames[0]
    off = unpack_frame(frame).astype(int) - rig.samples(frame.metadata.timestamp)
    if "lossy" in granted:
        assert 0 < np.abs(off).max() <= 16  # 256 of 65536, at the hardest edges
        assert np.abs(off).mean() < 2.0
    else:
        assert not off.any()


def test_a_bracket_lies_on_consecutive_frames(rig: Any, source: PiSource) -> None:
    """One setting a request is one setting a frame: numbers without a gap, exposures as planned."""
    source.start()
    frames = source.capture(_plan(*_BRACKET)).frames
    numbers = [rig.taken_at(frame.metadata.timestamp)["number"] for frame in frames]
    assert np.diff(numbers).tolist() == [1, 1, 1]
    for frame, (shutter, gain) in zip(frames, _BRACKET, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(shutter, rel=0.03)
        assert frame.metadata.analogue_gain == pytest.approx(gain, rel=0.03)


def test_a_bracket_round_the_stream_s_exposure_is_in_order(rig: Any, source: PiSource) -> None:
    """Frames of the stream, which has one of the exposures by itself, are none of the bracket."""
    source.start()
    for _ in range(8):
        source.preview()
    metering = source.metering()
    shutter, gain = metering.exposure_time, metering.analogue_gain
    plan = _plan((shutter / 4.0, gain), (shutter, gain), (shutter * 2.0, gain))
    burst = source.capture(plan, since_press=0.0)
    numbers = [rig.taken_at(frame.metadata.timestamp)["number"] for frame in burst.frames]
    assert np.diff(numbers).tolist() == [1, 1]
    assert burst.reference == 0


def test_a_press_takes_frames_from_before_it(source: PiSource) -> None:
    """Half of a burst was exposed before the call, the nearest to the press is the reference."""
    source.start()
    for _ in range(8):
        source.preview()
    plan = _streamed(source, 8)
    seen: list[object] = []
    pressed = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    burst = source.capture(plan, since_press=0.0, seen=seen.append)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert stamps == sorted(set(stamps))
    assert sum(stamp < pressed for stamp in stamps[:4]) == 4
    assert len(seen) >= 3
    distances = [abs(stamp - pressed) for stamp in stamps]
    assert distances[burst.reference] <= sorted(distances)[1]


@pytest.mark.parametrize("set_by_hand", ["nothing", "shutter", "mains"])
def test_a_press_in_contrasty_light_takes_frames_from_before_it(
    rig: Any, source: PiSource, set_by_hand: str
) -> None:
    """The stream comes to be exposed as the plan that holds the highlights, bit for bit."""
    rig.install(
        {"scene": "night-street" if set_by_hand == "mains" else "window", "fastest": 33_334}
    )
    source.start()
    shutter = 0.004 if set_by_hand == "shutter" else None
    mains = 50 if set_by_hand == "mains" else 0
    source.set_controls(Controls(exposure_time=shutter, mains=mains))
    for _ in range(30):
        source.preview()

    def planned() -> ExposurePlan:
        if shutter is not None:
            return plan_manual(source.metering(), source.profile, shutter=shutter, frames=8)
        return plan_auto(source.metering(), source.profile)

    plan = planned()
    for _ in range(10):  # twice a second, until the plan is the stream's
        source.expect(plan)
        for _ in range(9):
            frame = source.preview()
        plan = planned()
    assert plan.push > 1.0
    assert matches(frame.metadata, plan.frames[0])
    if shutter is not None:
        assert plan.frames[0].exposure_time == pytest.approx(shutter, rel=0.01)
    if mains:
        pulses = plan.frames[0].exposure_time * 2 * mains
        assert pulses == pytest.approx(max(round(pulses), 1), abs=0.02)
    pressed = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
    burst = source.capture(plan, since_press=0.0)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert stamps == sorted(set(stamps))
    assert sum(stamp < pressed for stamp in stamps) >= 3
    for frame in burst.frames:
        truth = rig.samples(frame.metadata.timestamp)
        np.testing.assert_array_equal(unpack_frame(frame), truth)
    source.expect(None)
    for _ in range(45):
        shown = source.preview()
    wanted = source.metering()
    assert shown.metadata.exposure == pytest.approx(
        wanted.exposure_time * wanted.analogue_gain, rel=0.1
    )
    assert wanted.streamed is None


def test_a_dropped_frame_is_waited_for(rig: Any, source: PiSource) -> None:
    """A frame of a bracket that libcamera loses is asked for again, and the order is kept."""
    source.start()

    def lose(done: float) -> None:
        if done == 0.25:  # the next but those that are on their way
            rig.fault("drop 1")

    frames = source.capture(_plan(*_BRACKET), lose).frames
    numbers = [rig.taken_at(frame.metadata.timestamp)["number"] for frame in frames]
    assert numbers == sorted(set(numbers))
    for frame, (shutter, _gain) in zip(frames, _BRACKET, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(shutter, rel=0.03)


def test_missing_metadata_is_told_and_costs_no_more_than_it_must(
    rig: Any,
    source: PiSource,
) -> None:
    """Preview and metering go on; a plan cannot be followed, and the reason is given."""
    source.start()
    rig.fault("missing ExposureTime AnalogueGain ColourGains Lux")
    for _ in range(6):
        frame = source.preview()
    assert frame.metadata.exposure_time is None
    assert source.metering().exposure_time > 0.0
    with pytest.raises(CameraError, match="do not tell their exposure"):
        source.capture(_plan((0.008, 1.0)))


def test_a_camera_that_is_pulled_out_leaves_a_burst(rig: Any, source: PiSource) -> None:
    """What was taken before is saved; the same source starts again when the camera is back."""
    source.start()
    for _ in range(6):
        source.preview()
    plan = _streamed(source, 8)

    def pull(_frame: object) -> None:
        rig.fault("timeout")

    with pytest.raises(CutShortError, match="no frames") as cut:
        source.capture(plan, since_press=0.0, seen=pull)
    assert len(cut.value.burst.frames) >= 4
    rig.fault()
    source.stop()
    source.start()
    assert source.preview().pixels.size


def test_memory_that_runs_out_is_told(rig: Any, source: PiSource) -> None:
    """When libcamera has no buffers to give, no cable is blamed, and the next start works."""
    rig.fault("allocation")
    with pytest.raises(CameraError, match="close other programs"):
        source.start()
    rig.fault()
    source.start()
    assert source.preview().pixels.size


def test_a_camera_short_of_memory_works_with_fewer_buffers(rig: Any, source: PiSource) -> None:
    """A heap that gives three buffers of each stream gives the camera three, and it says so."""
    rig.fault("allocation 6")
    source.start()
    assert "3 buffers of 4" in source.abilities.short_of
    for _ in range(8):
        source.preview()
    _true(rig, source, _streamed(source, 6))
    source.stop()
    rig.fault("allocation 3")
    with pytest.raises(CameraError, match="close other programs"):
        source.start()
    rig.fault()
    source.start()
    assert not source.abilities.short_of


def test_a_sensor_without_raw_is_refused(rig: Any, source: PiSource) -> None:
    """Baryta lives on raw: one that gives none is told at the start."""
    rig.install({"raw": False})
    with pytest.raises(CameraError):
        source.start()


def test_a_mono_sensor_is_mono(rig: Any, source: PiSource) -> None:
    """No colours are seen where there are none."""
    rig.install({"mono": True})
    source.start()
    assert source.profile.cfa == "MONO"
    frame = source.capture(_plan((0.01, 1.0))).frames[0]
    assert frame.packing is Packing.U16
    np.testing.assert_array_equal(unpack_frame(frame), rig.samples(frame.metadata.timestamp))


def test_a_module_that_hangs_upside_down_is_upright(rig: Any, source: PiSource) -> None:
    """Its cells are turned as it is read from the other end, and the frames are the sensor's."""
    rig.install({"rotation": 180})
    source.start()
    assert source.profile.cfa is CfaPattern.BGGR  # RGGB otherwise
    for _ in range(6):
        source.preview()
    _true(rig, source, _streamed(source, 4))


def test_what_a_gain_s_codes_leave_out_is_the_picture_s(rig: Any, source: PiSource) -> None:
    """The processor makes up for a gain that was rounded down; the raw and its metering do not."""
    rig.install({"sensor": "imx219", "modes": [[256, 192, 10]], "fastest": 33_334})
    source.start()
    source.set_controls(Controls(exposure_time=0.004, analogue_gain=7.8))
    for _ in range(12):
        frame = source.preview()
    told = frame.metadata
    assert told.analogue_gain is not None
    assert told.digital_gain is not None
    assert told.analogue_gain < 7.8
    assert told.analogue_gain * told.digital_gain == pytest.approx(7.8, rel=1e-3)
    metering = source.metering()
    assert metering.analogue_gain == told.analogue_gain
    assert metering.digital_gain == pytest.approx(told.digital_gain)
    raw = source.capture(_plan((0.004, 7.8))).frames[0].metadata
    assert raw.digital_gain == 1.0


def test_each_camera_can_be_used(rig: Any) -> None:
    """Two cameras are listed, and one after the other can be used."""
    rig.install({}, {"sensor": "imx219", "modes": [[256, 192, 10]]})
    assert sorted(list_cameras()) == ["imx219", "imx477"]
    names = []
    for number in (0, 1, 0):
        camera = PiSource(unpack_frame, number)
        camera.start()
        camera.preview()
        names.append(camera.profile.name)
        camera.stop()
    assert names[0] == names[2] != names[1]


def test_a_search_for_focus_ends(rig: Any) -> None:
    """A lens that finds its focus says so, one that does not is given up."""
    rig.install({"lens": True, "modes": [[128, 96, 12]]})
    source = PiSource(
        unpack_frame, patience=30.0
    )  # the scene is painted for each place of the lens
    source.start()
    try:
        _search(rig, source)
    finally:
        source.stop()


def _search(rig: Any, source: PiSource) -> None:
    for _ in range(12):
        source.preview()
    able = source.abilities
    assert able.autofocus
    assert able.lens_positions is not None
    source.set_controls(Controls(focus_at=(0.4, 0.6), focus_held=True))
    assert source.focus(60.0)
    rig.fault("no-focus")
    assert not source.focus(60.0)
    rig.fault()
    source.set_controls(Controls(lens_position=2.0))
    for _ in range(6):
        frame = source.preview()
    assert frame.metadata.lens_position == pytest.approx(2.0)


@pytest.mark.parametrize("at", [(0.5, 0.5), (0.8, 0.8)])
def test_what_is_touched_becomes_a_middle_grey(source: PiSource, at: tuple[float, float]) -> None:
    """In the centre, where the camera meters a spot itself, and where it does not."""
    source.start()
    for _ in range(3):
        source.preview()
    source.set_controls(Controls(meter_at=at))
    for _ in range(36):
        frame = source.preview()
    assert grey_distance(frame.pixels, at) == pytest.approx(0.0, abs=0.25)
    exposure = frame.metadata.exposure
    source.set_controls(Controls())
    for _ in range(18):
        frame = source.preview()
    assert frame.metadata.exposure != pytest.approx(exposure, rel=0.05)


def test_touch_and_locks_reach_the_camera(rig: Any, source: PiSource) -> None:
    """A locked exposure stays, and compensation moves none: it is what plans make up for."""
    del rig
    source.start()
    before = source.metering()
    source.set_controls(Controls(exposure_locked=True, exposure_value=1.0))
    for _ in range(12):
        frame = source.preview()
    exposure = before.exposure_time * before.analogue_gain
    assert frame.metadata.exposure == pytest.approx(exposure, rel=0.05)
    assert source.metering().digital_gain == pytest.approx(2.0 * before.digital_gain, rel=0.05)
    source.set_controls(Controls(exposure_value=1.0, mains=50))
    for _ in range(30):
        frame = source.preview()
    assert frame.metadata.exposure == pytest.approx(exposure, rel=0.1)
    assert source.metering().digital_gain == pytest.approx(2.0 * before.digital_gain, rel=0.05)
