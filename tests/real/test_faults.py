"""Faults on demand, as an application of stock picamera2 meets them."""

from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from typing import Any

import numpy as np
import pytest
from rig import Rig, wait_for_camera

Open = Callable[..., Any]


def _streaming(open_camera: Open) -> Any:
    camera = open_camera()
    raw = {"format": "SRGGB12", "size": camera.sensor_resolution}
    camera.configure(camera.create_preview_configuration(main={"size": (160, 120)}, raw=raw))
    camera.start()
    camera.capture_request(wait=20).release()
    return camera


def _drain(camera: Any) -> None:
    for _ in range(10):
        camera.capture_request(wait=3).release()


def _stalled(camera: Any) -> None:
    """Takes what is still there, until nothing comes, or nothing can be given back any more."""
    with pytest.raises((FutureTimeoutError, RuntimeError), match=r"^$|No such device"):
        _drain(camera)
    camera.cancel_all_and_flush()


def test_a_frame_time_out_ends_the_stream(rig: Rig, open_camera: Open) -> None:
    """No frame comes any more; after a stop and a start frames come again."""
    camera = _streaming(open_camera)
    rig.fault("timeout")
    _stalled(camera)
    camera.stop()
    rig.fault()
    camera.start()
    assert camera.capture_metadata(wait=20)["ExposureTime"] > 0


def test_lost_frames_leave_a_gap(rig: Rig, open_camera: Open) -> None:
    """Frames lost on their way are missed in the numbers, and only they."""
    camera = _streaming(open_camera)
    rig.fault("drop 2")
    stamps = [camera.capture_metadata(wait=20)["SensorTimestamp"] for _ in range(8)]
    lost = [line["number"] for line in rig.log() if line["fate"] == "lost"]
    assert len(lost) == 2
    assert lost[1] == lost[0] + 1
    numbers = [rig.taken_at(stamp)["number"] for stamp in stamps]
    assert max(numbers) > lost[1]
    assert not set(numbers) & set(lost)


def test_an_unplugged_camera_is_gone_until_it_is_back(rig: Rig, open_camera: Open) -> None:
    """Its stream ends, it is listed no more; plugged in again it works with a new opening."""
    import picamera2

    camera = _streaming(open_camera)
    rig.fault("unplugged")
    _stalled(camera)
    camera.close()
    assert picamera2.Picamera2.global_camera_info() == []
    rig.fault()
    wait_for_camera()
    assert _streaming(open_camera).capture_metadata(wait=20)["ExposureTime"] > 0


def test_without_memory_nothing_is_configured(rig: Rig, open_camera: Open) -> None:
    """The heap refuses buffers: configure fails with the system's reason, and works later."""
    camera = open_camera()
    configuration = camera.create_preview_configuration(main={"size": (160, 120)})
    rig.fault("allocation")
    with pytest.raises(OSError, match="memory"):
        camera.configure(configuration)
    rig.fault()
    camera.configure(configuration)
    camera.start()
    assert camera.capture_array("main", wait=20).shape == (120, 160, 4)


def test_metadata_can_be_missing(rig: Rig, open_camera: Open) -> None:
    """What is left out is absent, the rest stays."""
    camera = _streaming(open_camera)
    rig.fault("missing ExposureTime Lux")
    for _ in range(6):
        metadata = camera.capture_metadata(wait=20)
    assert not {"ExposureTime", "Lux"} & set(metadata)
    assert "AnalogueGain" in metadata


def test_a_fault_can_be_one_camera_s(rig: Rig, open_camera: Open) -> None:
    """A line with a camera's number leaves the others alone."""
    rig.install({}, {"sensor": "imx219", "modes": [[256, 192, 10]]})
    rig.fault("1: missing Lux")
    for number in range(2):
        camera = open_camera(number)
        camera.configure(camera.create_preview_configuration(main={"size": (160, 120)}))
        camera.start()
        told = "Lux" in camera.capture_metadata(wait=20)
        assert told == (camera.camera_properties["Model"] == "imx477")


def test_frames_keep_their_numbers_through_faults(rig: Rig, open_camera: Open) -> None:
    """A frame after a gap is still the sensor's own of its number and moment."""
    camera = _streaming(open_camera)
    rig.fault("drop 1")
    for _ in range(6):
        request = camera.capture_request(wait=20)
        stamp = request.get_metadata()["SensorTimestamp"]
        words = request.make_array("raw").view(np.uint16)[:, :256]
        request.release()
    np.testing.assert_array_equal(words, rig.samples(stamp))
