"""Raw formats: what reaches an application is the simulated sensor's own frame, bit for bit."""

from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from rig import Rig

from capture.frames import Packing
from capture.simulation.packing import pack_rows

Open = Callable[..., Any]
Bytes = npt.NDArray[np.uint8]


def _raw(camera: Any, name: str) -> tuple[dict[str, Any], Bytes, int]:
    """The granted raw configuration, the bytes of a frame, and the frame's timestamp."""
    raw = {"format": name, "size": camera.sensor_resolution}
    camera.configure(camera.create_preview_configuration(main={"size": (160, 120)}, raw=raw))
    camera.start()
    camera.capture_request(wait=20).release()
    request = camera.capture_request(wait=20)
    stamp = request.get_metadata()["SensorTimestamp"]
    rows = np.array(request.make_buffer("raw"))
    request.release()
    granted = camera.camera_configuration()["raw"]
    assert rows.size == granted["framesize"] == granted["stride"] * granted["size"][1]
    return granted, rows.reshape(-1, granted["stride"]), stamp


@pytest.mark.parametrize(
    ("bits", "width", "stride", "packing"),
    [(12, 264, 416, Packing.CSI2P12), (10, 264, 352, Packing.CSI2P10)],
)
def test_a_pi_4_packs_as_csi_2_does(
    rig: Rig, open_camera: Open, bits: int, width: int, stride: int, packing: Packing
) -> None:
    """Packed samples are the sensor's, in rows of a multiple of 32 bytes."""
    rig.install({"modes": [[width, 192, bits]]})
    granted, rows, stamp = _raw(open_camera(), f"SRGGB{bits}_CSI2P")
    assert (granted["format"], granted["stride"]) == (f"SRGGB{bits}_CSI2P", stride)
    expected = np.zeros_like(rows)
    pack_rows(rig.samples(stamp), packing, expected)
    np.testing.assert_array_equal(rows, expected)


def test_a_pi_4_gives_words_of_the_sensor_s_depth(rig: Rig, open_camera: Open) -> None:
    """Unpacked samples lie in the low bits; another depth than the sensor's is not granted."""
    rig.install({"modes": [[264, 192, 10]]})
    granted, rows, stamp = _raw(open_camera(), "SRGGB10")
    assert (granted["format"], granted["stride"]) == ("SRGGB10", 544)
    np.testing.assert_array_equal(rows.view("<u2")[:, :264], rig.samples(stamp))


@pytest.mark.parametrize("bits", [10, 12])
def test_a_pi_5_gives_words_to_the_left(rig: Rig, open_camera: Open, bits: int) -> None:
    """Unpacked samples of any depth are granted as 16 bit, their zeros at the right, rows of 64."""
    rig.install({"platform": "pisp", "modes": [[264, 192, bits]]})
    granted, rows, stamp = _raw(open_camera(), f"SRGGB{bits}")
    assert (granted["format"], granted["stride"]) == ("SRGGB16", 576)
    np.testing.assert_array_equal(rows.view("<u2")[:, :264], rig.samples(stamp) << (16 - bits))


def test_a_pi_5_compresses_what_is_asked_for_packed(rig: Rig, open_camera: Open) -> None:
    """CSI2P becomes PISP_COMP1; picamera2's own decoder finds the samples within half a step."""
    rig.install({"platform": "pisp", "modes": [[256, 192, 12]], "scene": "dead-leaves"})
    camera = open_camera()
    granted, rows, stamp = _raw(camera, "SRGGB12_CSI2P")
    assert (granted["format"], granted["stride"]) == ("RGGB_PISP_COMP1", 256)
    decoded = camera.helpers.decompress(rows).view("<u2").astype(np.int64)
    true = rig.samples(stamp).astype(np.int64) << 4
    words = rows.view("<u4").reshape(rows.shape[0], -1, 2)
    modes = np.repeat((words & 3)[:, :, None, :], 4, axis=2).reshape(true.shape)
    above = np.maximum(true - 2048, 0)
    steps = np.array([16, 64, 128, 256])[modes]
    steps[(modes == 0) & (above >= 5120)] = 32
    steps[(modes == 3) & (above >= 24064)] = 512
    assert np.all(np.abs(decoded - np.maximum(true, 2048)) <= steps // 2)
    assert set(np.unique(modes)) == {0, 1, 2, 3}  # each way of packing is met


def test_a_mono_sensor_has_no_colours(rig: Rig, open_camera: Open) -> None:
    """Its formats are R10 and R12, it offers no white balance and tells of none."""
    rig.install({"mono": True, "sensor": "imx296", "modes": [[256, 192, 10]]})
    camera = open_camera()
    granted, rows, stamp = _raw(camera, "R10")
    assert granted["format"] == "R10"
    np.testing.assert_array_equal(rows.view("<u2")[:, :256], rig.samples(stamp))
    assert "AwbEnable" not in camera.camera_controls
    assert "ColourGains" not in camera.capture_metadata(wait=20)


def test_a_camera_without_raw_gives_pictures_only(rig: Rig, open_camera: Open) -> None:
    """As a USB camera: one processed format, no filter arrangement, no raw stream granted."""
    rig.install({"raw": False, "sensor": "webcam"})
    camera = open_camera()
    camera.configure(camera.create_preview_configuration())
    camera.start()
    granted = camera.camera_configuration()
    assert granted["raw"] is None
    assert granted["main"]["format"] == "YUYV"
    assert camera.capture_array("main", wait=20).shape[0] == 192
