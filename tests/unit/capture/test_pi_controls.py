"""libcamera's names, formats and units."""

import pytest
from pi_camera import OFFERED

from capture.pi.controls import libcamera_controls, spotted
from capture.pi.formats import granted, raw_format
from capture.profiles import profile
from capture.source import CameraError, Controls


def test_formats_are_read() -> None:
    """Order, bits and packing of the names libcamera uses; foreign names are refused."""
    assert raw_format("SRGGB12") == ("RGGB", 12, "")
    assert raw_format("SGBRG10_CSI2P") == ("GBRG", 10, "CSI2P")
    assert raw_format("BGGR_PISP_COMP1") == ("BGGR", 16, "PISP_COMP1")
    assert raw_format("R16") == ("R", 16, "")
    assert raw_format("MONO_PISP_COMP1") == ("R", 16, "PISP_COMP1")
    with pytest.raises(CameraError, match="no raw format"):
        raw_format("YUV420")


def test_a_stride_that_holds_no_row_is_refused() -> None:
    """What the camera states must hold together before any byte is read."""
    stream = {"format": "SRGGB12", "size": (64, 48), "stride": 128}
    assert granted(stream).stride == 128
    with pytest.raises(CameraError, match="rows of 127 bytes"):
        granted(stream | {"stride": 127})


def test_only_what_is_offered_is_sent() -> None:
    """Microseconds, zero for the automatics, and nothing a camera does not know."""
    values = libcamera_controls(Controls(exposure_time=0.25, lens_position=1.5), OFFERED)
    assert values["ExposureTime"] == 250_000
    assert values["AnalogueGain"] == 0.0
    assert values["FrameDurationLimits"][1] >= 250_000
    assert (values["AfMode"], values["LensPosition"]) == (0, 1.5)
    assert libcamera_controls(Controls(), {"ExposureTime"}) == {"ExposureTime": 0}
    rate = libcamera_controls(Controls(frame_rate=10.0), OFFERED)
    assert rate["FrameDurationLimits"] == (100_000, 100_000)


def test_locks_leave_the_automatics_where_they_are() -> None:
    """A locked exposure sends no exposure, a locked colour no gains."""
    values = libcamera_controls(Controls(exposure_locked=True, colour_locked=True), OFFERED)
    assert values["AeEnable"] is False
    assert values["AwbEnable"] is False
    assert not {"ExposureTime", "AnalogueGain", "ExposureValue", "ColourGains"} & set(values)


@pytest.mark.parametrize(
    ("mains", "mode", "period"), [(50, 1, 10_000), (60, 1, 8333), (0, 0, None)]
)
def test_lamps_flicker_twice_a_cycle(mains: int, mode: int, period: int | None) -> None:
    """The period is half that of the mains; daylight has none."""
    values = libcamera_controls(Controls(mains=mains), OFFERED)
    assert values["AeFlickerMode"] == mode
    assert values.get("AeFlickerPeriod") == period


def test_focus_follows_or_stays() -> None:
    """Continuous by default, at a point within the area shown; held where it was found."""
    assert libcamera_controls(Controls(), OFFERED)["AfMode"] == 2
    assert libcamera_controls(Controls(focus_held=True), OFFERED)["AfMode"] == 1
    corner = libcamera_controls(Controls(focus_at=(1.0, 0.0)), OFFERED, (100, 50, 1000, 800))
    ((x, y, width, height),) = corner["AfWindows"]
    assert (x + width, y) == (1100, 50)
    assert height > 0
    assert corner["AfMetering"] == 1


def test_a_spot_s_exposure_is_split_as_a_person_wants() -> None:
    """By the plans' rules, in whole pulses of the lamps, or beside what is set by hand."""
    sensor = profile("imx477")
    free = spotted(Controls(), 0.03, sensor)
    assert free.exposure_time == pytest.approx(1 / 60)
    assert (free.exposure_time or 0.0) * (free.analogue_gain or 0.0) == pytest.approx(0.03)
    lamps = spotted(Controls(mains=50), 0.03, sensor)
    assert lamps.exposure_time == pytest.approx(0.01)
    assert lamps.analogue_gain == pytest.approx(3.0)
    assert spotted(Controls(mains=50), 0.004, sensor).exposure_time == pytest.approx(0.004)
    assert spotted(Controls(exposure_time=0.01), 0.03, sensor).analogue_gain == pytest.approx(3.0)
    assert spotted(Controls(analogue_gain=2.0), 0.03, sensor).exposure_time == pytest.approx(0.015)
    assert spotted(Controls(exposure_time=0.01), 9.0, sensor).analogue_gain == sensor.max_gain


def test_wishes_that_no_camera_grants_are_refused() -> None:
    """Points lie in the picture, mains have 50 or 60 hertz."""
    for wrong in ({"focus_at": (1.1, 0.5)}, {"meter_at": (0.5, -0.1)}, {"mains": 55}):
        with pytest.raises(ValueError, match=r"0 to 1|50 or 60"):
            Controls(**wrong)  # type: ignore[arg-type]
