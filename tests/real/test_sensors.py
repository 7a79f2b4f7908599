"""What a Pi's sensors and automatics do to bursts: gains, what comes after, faster frames."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from app.negatives import unpack_frame
from capture.pi.source import PiSource
from capture.plan import ExposurePlan, FrameExposure, Metering, plan_auto
from capture.plans.bracket import plan_hdr
from capture.profiles import profiles
from capture.source import CameraError, Controls

_TINY = {"modes": [[64, 48, 10]], "fastest": 33_334}


@pytest.fixture
def source(rig: Any) -> Iterator[PiSource]:  # noqa: ARG001  (it is set up first)
    """The first software camera, not started."""
    camera = PiSource(unpack_frame, ring_depth=lambda _size: 8, patience=20.0)
    yield camera
    camera.stop()


def _plan(*frames: tuple[float, float]) -> ExposurePlan:
    return ExposurePlan("test", tuple(FrameExposure(t, g) for t, g in frames))


def _total(metering: Metering) -> float:
    return metering.exposure_time * metering.analogue_gain


@pytest.mark.parametrize("sensor", profiles())
def test_every_sensor_takes_its_gains(rig: Any, source: PiSource, sensor: str) -> None:
    """Codes are rounded down, by up to 6 %: each frame is known for the one asked for."""
    rig.install(_TINY | {"sensor": sensor})
    source.start()
    limits = source.profile
    gains = [*np.geomspace(limits.min_gain, limits.max_gain, 6), 1.06 * limits.min_gain]
    burst = source.capture(_plan(*[(0.01, gain) for gain in gains]))
    for frame, gain in zip(burst.frames, gains, strict=True):
        told = frame.metadata.analogue_gain or 0.0
        assert 0.93 * gain <= told <= gain * 1.001


def test_an_imx708_takes_what_is_protected(rig: Any, source: PiSource) -> None:
    """Its gain is never below 1.12: plans for bright highlights and for a range keep to it."""
    rig.install(_TINY | {"sensor": "imx708"})
    source.start()
    sensor = source.profile
    assert sensor.min_gain == pytest.approx(1.1229, abs=1e-3)
    bright = Metering(0.008, sensor.min_gain, 5.0)
    for plan in (plan_auto(bright, sensor, 4), plan_hdr(bright, sensor, frames=4)):
        assert len(source.capture(plan).frames) == len(plan.frames)


def test_an_unknown_sensor_has_the_limits_libcamera_tells(
    rig: Any, source: PiSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A generic profile asks for nothing that the sensor has not."""
    rig.install(_TINY | {"sensor": "imx708"})
    monkeypatch.setattr("capture.pi.configuration.measured", lambda _name: False)
    source.start()
    assert source.profile.min_gain == pytest.approx(1.1229, abs=1e-3)
    assert source.profile.min_exposure == pytest.approx(0.000211, abs=1e-6)


def test_shots_in_quick_succession_are_alike(source: PiSource) -> None:
    """The automatic goes on from a burst's exposure; the next metering is not of that one."""
    source.start()
    for _ in range(3):
        source.preview()
    first = _total(source.metering())
    darker = (source.metering().exposure_time / 4.0, source.metering().analogue_gain)
    for _ in range(3):
        source.capture(_plan(*[darker] * 4))
        assert _total(source.metering()) == pytest.approx(first, rel=0.05)
    for _ in range(20):
        frame = source.preview()
    assert frame.metadata.exposure == pytest.approx(first, rel=0.05)
    assert frame.metadata.libcamera["AeState"] != 0  # by hand


def test_a_burst_that_is_there_already_leaves_the_automatic_on(source: PiSource) -> None:
    """A plan of the stream's own exposure, taken at once, ends before its last setting is sent."""
    source.start()
    metering = source.metering()
    source.capture(_plan(*[(metering.exposure_time, metering.analogue_gain)] * 3))
    for _ in range(12):
        frame = source.preview()
    assert frame.metadata.libcamera["AeState"] != 0


def test_a_locked_exposure_outlives_a_burst(source: PiSource) -> None:
    """What is locked is the stream's exposure, not that of the frames taken meanwhile."""
    source.start()
    for _ in range(3):
        source.preview()
    before = source.metering()
    source.set_controls(Controls(exposure_locked=True))
    for _ in range(2):
        source.capture(_plan(*[(before.exposure_time / 4.0, before.analogue_gain)] * 3))
        for _ in range(10):
            frame = source.preview()
        assert frame.metadata.exposure == pytest.approx(_total(before), rel=0.01)
        assert _total(source.metering()) == pytest.approx(_total(before), rel=0.01)


def test_a_camera_of_many_frames_takes_a_bracket(rig: Any, source: PiSource) -> None:
    """At 60 a second every other setting would be passed over: no faster stream is asked for."""
    rig.install(_TINY | {"sensor": "imx296", "fastest": 16_667})
    source.start()
    bracket = [(0.001 * 2**k, 2.0) for k in range(5)]
    frames = source.capture(_plan(*bracket)).frames
    lines = [rig.taken_at(frame.metadata.timestamp) for frame in frames]
    assert np.diff([line["number"] for line in lines]).tolist() == [1, 1, 1, 1]
    assert min(line["duration"] for line in lines) >= 33_333


def test_the_lens_rests_while_a_burst_is_taken(rig: Any, source: PiSource) -> None:
    """The continuous automatic is paused for the frames, and goes on after them."""
    rig.install(_TINY | {"lens": True})
    source.start()
    source.set_controls(Controls(focus_at=(0.2, 0.2)))  # it looks again
    for _ in range(2):
        source.preview()
    frames = source.capture(_plan(*[(0.004, 2.0)] * 6)).frames
    assert {frame.metadata.libcamera["AfPauseState"] for frame in frames[1:]} == {2}
    assert len({frame.metadata.lens_position for frame in frames[1:]}) == 1
    for _ in range(12):
        frame = source.preview()
    assert frame.metadata.libcamera["AfPauseState"] == 0


def test_a_lens_that_finds_nothing_goes_back(rig: Any, source: PiSource) -> None:
    """A search that is given up leaves the lens where it was, not in its midst."""
    rig.install(_TINY | {"lens": True})
    source.start()
    source.set_controls(Controls(focus_held=True))
    for _ in range(10):
        before = source.preview()
    rig.fault("no-focus")
    assert not source.focus(0.5)
    for _ in range(10):
        after = source.preview()
    assert after.metadata.lens_position == pytest.approx(before.metadata.lens_position)


def test_a_camera_without_raw_is_told_so(rig: Any, source: PiSource) -> None:
    """A USB camera is no matter of an update."""
    rig.install({"raw": False})
    with pytest.raises(CameraError, match="gives no raw"):
        source.start()
