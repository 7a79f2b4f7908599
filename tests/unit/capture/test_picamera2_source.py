import sys

import numpy as np
import pytest
from pi_camera import FakeCamera, module

from capture.frames import CfaPattern
from capture.picamera2_source import (
    Picamera2Source,
    libcamera_controls,
    list_cameras,
    raw_format,
)
from capture.plan import ExposurePlan, FrameExposure
from capture.source import CameraError, Controls


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> type[FakeCamera]:
    """A class of stand-in cameras of this test's own, where picamera2 would be."""

    class Camera(FakeCamera):
        pass

    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    return Camera


def _started() -> Picamera2Source:
    source = Picamera2Source()
    source.start()
    return source


@pytest.mark.parametrize(("granted", "shift"), [("SBGGR16", 4), ("SBGGR12", 0)])
def test_the_granted_format_is_obeyed(camera: type[FakeCamera], granted: str, shift: int) -> None:
    """Order, stride and justification are those granted, not those asked for."""
    camera.granted = granted
    source = _started()
    assert source.profile.cfa is CfaPattern.BGGR
    assert (source.profile.width, source.profile.height) == (96, 64)
    frame = source.capture(ExposurePlan("", (FrameExposure(0.01, 1.0),))).frames[0]
    assert frame.shift == shift
    assert frame.data.shape == (64, 96)
    levels = frame.data >> frame.shift
    assert 200 < levels.min() < levels.max() <= 4095


def test_lossy_raw_is_refused(camera: type[FakeCamera]) -> None:
    """PISP_COMP1 is told, and the camera is closed again."""
    camera.granted = "RGGB_PISP_COMP1"
    with pytest.raises(CameraError, match="lossy"):
        Picamera2Source().start()
    camera.granted = "SRGGB12_CSI2P"
    with pytest.raises(CameraError, match="packed"):
        Picamera2Source().start()


def test_a_bracket_is_matched_by_metadata(camera: type[FakeCamera]) -> None:
    """Each planned exposure is found among the frames that come, whatever the latency."""
    del camera
    wanted = ((0.002, 1.0), (0.008, 2.0), (0.032, 4.0), (0.002, 1.0))
    plan = ExposurePlan("", tuple(FrameExposure(t, g) for t, g in wanted), 0.7)
    burst = _started().capture(plan)
    assert burst.push == 0.7
    for frame, (time, gain) in zip(burst.frames, wanted, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(time, rel=0.03)
        assert frame.metadata.analogue_gain == pytest.approx(gain, rel=0.03)
    assert len({frame.metadata.timestamp for frame in burst.frames}) == 4


def test_buffers_are_given_back(camera: type[FakeCamera]) -> None:
    """No request is held after any call: a camera without buffers stalls."""
    del camera
    source = _started()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    source.preview()
    source.metering()
    source.capture(ExposurePlan("", (FrameExposure(0.01, 1.0),) * 8))
    assert inner.out == 0
    assert len(inner.queue) == 4


def test_after_a_burst_the_automatics_are_back(camera: type[FakeCamera]) -> None:
    """The burst's exposures do not stay on the preview."""
    del camera
    source = _started()
    source.capture(ExposurePlan("", (FrameExposure(0.03, 4.0),)))
    exposures = [source.preview().metadata.exposure_time for _ in range(8)]
    assert exposures[-1] == pytest.approx(0.008)


def test_a_camera_that_ignores_exposures_is_told(camera: type[FakeCamera]) -> None:
    """Frames that never come as asked end in an error, not in wrong frames."""
    source = _started()
    camera.ignores_controls = True
    with pytest.raises(CameraError, match="did not take the exposures"):
        source.capture(ExposurePlan("", (FrameExposure(0.05, 2.0),) * 2))


def test_a_stalled_camera_is_told(camera: type[FakeCamera]) -> None:
    """No frames within the time: one line that names the cable, and the queue is cleared."""
    source = _started()
    camera.stalled = True
    with pytest.raises(CameraError, match="cable"):
        source.preview()
    assert source._camera.flushed  # noqa: SLF001  (the stand-in's books)


def test_cancelling_ends_the_burst_and_leaves_a_working_camera(
    camera: type[FakeCamera],
) -> None:
    """What progress raises passes on; the next burst works."""
    del camera
    source = _started()

    def cancel(fraction: float) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    plan = ExposurePlan("", (FrameExposure(0.01, 1.0),) * 3)
    with pytest.raises(KeyboardInterrupt):
        source.capture(plan, cancel)
    assert len(source.capture(plan).frames) == 3


def test_no_camera_is_told(camera: type[FakeCamera]) -> None:
    """Without a camera the cable is named; a busy one says so."""
    camera.cameras = ()
    with pytest.raises(CameraError, match="cable"):
        Picamera2Source().start()
    assert list_cameras() == ()
    camera.cameras = FakeCamera.cameras
    camera.open_error = RuntimeError("Device or resource busy")
    with pytest.raises(CameraError, match="another program"):
        Picamera2Source().start()


def test_missing_picamera2_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without picamera2 the error is the apt line."""
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraError, match="apt install python3-picamera2"):
        Picamera2Source().start()


def test_metering_reads_the_raw(camera: type[FakeCamera]) -> None:
    """Highlights come from the raw frame of the automatic exposure."""
    del camera
    metering = _started().metering()
    assert metering.exposure_time == pytest.approx(0.008)
    assert 0.05 < metering.highlight < 1.1


@pytest.mark.parametrize("site", range(4))
def test_metering_sees_every_colour_clip(camera: type[FakeCamera], site: int) -> None:
    """A scene that clips in one colour alone, whichever, is metered as clipping."""
    camera.clipped = site
    assert _started().metering().highlight > 2.0


def test_formats_are_read() -> None:
    """Order, bits and packing of the names libcamera uses; foreign names are refused."""
    assert raw_format("SRGGB12") == ("RGGB", 12, "")
    assert raw_format("SGBRG10_CSI2P") == ("GBRG", 10, "CSI2P")
    assert raw_format("BGGR_PISP_COMP1") == ("BGGR", 16, "PISP_COMP1")
    assert raw_format("R16") == ("R", 16, "")
    assert raw_format("MONO_PISP_COMP1") == ("R", 16, "PISP_COMP1")
    with pytest.raises(CameraError, match="no raw format"):
        raw_format("YUV420")


def test_controls_have_libcamera_s_names_and_only_those_offered() -> None:
    """Microseconds, zero for the automatics, and nothing a camera does not know."""
    offered = {"ExposureTime", "AnalogueGain", "FrameDurationLimits", "LensPosition", "AfMode"}
    values = libcamera_controls(Controls(exposure_time=0.25, lens_position=1.5), offered)
    assert values["ExposureTime"] == 250_000
    assert values["AnalogueGain"] == 0.0
    assert values["FrameDurationLimits"][1] >= 250_000
    assert (values["AfMode"], values["LensPosition"]) == (0, 1.5)
    assert libcamera_controls(Controls(), {"ExposureTime"}) == {"ExposureTime": 0}
    rate = libcamera_controls(Controls(frame_rate=10.0), offered)
    assert rate["FrameDurationLimits"] == (100_000, 100_000)


def test_left_justified_samples_are_read_right(camera: type[FakeCamera]) -> None:
    """Sixteen-bit containers of twelve bits give the sensor's own numbers."""
    camera.granted = "SRGGB16"
    frame = _started().capture(ExposurePlan("", (FrameExposure(0.01, 1.0),))).frames[0]
    assert not np.any(frame.data & 15)
    assert (frame.data >> frame.shift).mean() > 300
