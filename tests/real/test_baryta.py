"""Baryta's own camera source through picamera2 and libcamera."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from rig import SMALL, Rig, wait_for_camera

from app.main import open_source
from app.negatives import unpack_frame
from capture.frames import Burst
from capture.plan import ExposurePlan, FrameExposure
from capture.source import CameraError, CameraSource

_PLAN = ExposurePlan("test", (FrameExposure(0.01, 2.0),) * 4)
_BRACKET = ExposurePlan(
    "test", tuple(FrameExposure(t, g) for t, g in ((0.004, 1.0), (0.008, 1.0), (0.02, 4.0)))
)


@contextmanager
def _started() -> Iterator[CameraSource]:
    source = open_source("picamera2")
    source.start()
    try:
        yield source
    finally:
        source.stop()


def _assert_equal(rig: Rig, burst: Burst) -> None:
    """Every sample of every frame is the simulated sensor's."""
    for frame in burst.frames:
        stamp = frame.metadata.timestamp
        assert stamp is not None
        np.testing.assert_array_equal(unpack_frame(frame), rig.samples(stamp))


@pytest.mark.parametrize("platform", ["vc4", "pisp"])
@pytest.mark.parametrize("plan", [_PLAN, _BRACKET], ids=["equal", "bracket"])
def test_a_burst_is_the_simulated_sensor_s(rig: Rig, platform: str, plan: ExposurePlan) -> None:
    """What Baryta gets through libcamera equals the sensor's own frames bit for bit, as planned."""
    rig.install({"platform": platform})
    with _started() as source:
        burst = source.capture(plan)
    assert (burst.profile.width, burst.profile.height) == SMALL
    _assert_equal(rig, burst)
    for frame, wanted in zip(burst.frames, plan.frames, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(wanted.exposure_time, rel=0.03)
        assert frame.metadata.analogue_gain == pytest.approx(wanted.analogue_gain, rel=0.03)


@pytest.mark.parametrize(("sensor", "bits"), [("imx708", 10), ("imx219", 10), ("ov5647", 10)])
def test_every_sensor_is_read(rig: Rig, sensor: str, bits: int) -> None:
    """Sensors of ten bit, of another Bayer order, with and without a lens motor."""
    rig.install({"sensor": sensor, "modes": [[*SMALL, bits]]})
    with _started() as source:
        assert source.profile.name == sensor
        _assert_equal(rig, source.capture(_PLAN))


def test_an_unknown_sensor_gets_a_generic_profile(rig: Rig) -> None:
    """Frames are whole, and the profile says that nothing is known."""
    rig.install({"sensor": "imx999"})
    with _started() as source:
        assert "Unknown" in source.profile.model
        _assert_equal(rig, source.capture(_PLAN))


@pytest.mark.usefixtures("rig")
def test_the_preview_runs_and_meters() -> None:
    """The stream's frames are pictures of rising time; the metering agrees with their exposure."""
    with _started() as source:
        frames = [source.preview() for _ in range(5)]
        metering = source.metering()
    stamps = [frame.metadata.timestamp or 0 for frame in frames]
    assert stamps == sorted(set(stamps))
    assert 20.0 < frames[-1].pixels[..., :3].mean() < 235.0
    assert metering.exposure_time == pytest.approx(frames[-1].metadata.exposure_time, rel=0.05)
    assert 0.05 < metering.highlight < 4.0


def _watch(source: CameraSource) -> None:
    for _ in range(20):
        source.preview()


def _failing(rig: Rig, fault: str, match: str) -> None:
    """A fault during the stream is told in one line with a remedy; without it all works again."""
    source = open_source("picamera2")
    source.start()
    source.preview()
    rig.fault(fault)
    with pytest.raises(CameraError, match=match) as told:
        _watch(source)
    assert "\n" not in str(told.value)
    source.stop()
    rig.fault()
    wait_for_camera()
    with _started() as again:
        _assert_equal(rig, again.capture(_PLAN))


def test_a_frame_time_out_is_told_and_mended(rig: Rig) -> None:
    """The camera sends no frames: cable."""
    _failing(rig, "timeout", "no frames.*cable")


def test_an_unplugged_camera_is_told_and_mended(rig: Rig) -> None:
    """The camera is gone while it streams."""
    _failing(rig, "unplugged", "cable")


def test_metadata_that_is_missing_is_done_without(rig: Rig) -> None:
    """No name but those a plan is known by is needed."""
    names = ("SensorTimestamp", "ColourGains", "Lux", "SensorBlackLevels", "FrameDuration")
    rig.fault(f"missing {' '.join(names)}")
    with _started() as source:
        burst = source.capture(_PLAN)
        assert source.metering().exposure_time > 0.0
    assert len(burst.frames) == 4
    assert not set(names) & set(burst.frames[0].metadata.libcamera)


def test_two_cameras_are_listed(rig: Rig, tmp_path: Path) -> None:
    """The command `baryta doctor` names both, with the raw that each was granted."""
    rig.install({}, {"sensor": "imx219", "modes": [[*SMALL, 10]], "platform": "pisp"})
    command = [sys.executable, "-m", "app", "doctor"]
    environment = os.environ | {"HOME": str(tmp_path)}
    printed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert "imx477: 256x192, raw SRGGB12, " in printed.stdout
    assert re.search(r"imx219: 256x192, raw S\w{4}16, ", printed.stdout)
