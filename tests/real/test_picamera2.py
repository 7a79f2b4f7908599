"""Stock picamera2 on software cameras: what an application does with a Raspberry Pi's camera."""

import time
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rig import FASTEST, SMALL

Open = Callable[..., Any]


def _streaming(open_camera: Open, raw: str = "SRGGB12", **controls: object) -> Any:
    camera = open_camera()
    camera.configure(
        camera.create_preview_configuration(
            main={"size": (160, 120)},
            lores={"size": (80, 60)},
            raw={"format": raw, "size": camera.sensor_resolution},
            controls=controls,
        )
    )
    camera.start()
    return camera


def _next(camera: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Metadata and arrays of the next request."""
    request = camera.capture_request(wait=20)
    arrays = {name: request.make_array(name) for name in ("main", "lores", "raw")}
    metadata = request.get_metadata()
    request.release()
    return metadata, arrays


def test_libcamera_lists_the_cameras(rig: Any) -> None:
    """Both cameras are there under their sensors' names, with the properties of a Pi's."""
    import libcamera

    rig.install({}, {"sensor": "imx708", "platform": "pisp"})
    cameras = libcamera.CameraManager.singleton().cameras
    properties = [{key.name: value for key, value in c.properties.items()} for c in cameras]
    assert [p["Model"] for p in properties] == ["imx477", "imx708"]
    assert [c.id for c in cameras] == [s.name(n) for n, s in enumerate(rig.cameras)]
    assert all("ColorFilterArrangement" in p for p in properties)
    offered = [{key.name for key in c.controls} for c in cameras]
    assert "LensPosition" in offered[1]
    assert "LensPosition" not in offered[0]


def test_three_streams_come_together(open_camera: Open) -> None:
    """Main, lores and raw of a request are of one moment and of the sizes asked for."""
    camera = _streaming(open_camera)
    metadata, arrays = _next(camera)
    assert arrays["main"].shape == (120, 160, 4)
    assert arrays["lores"].shape == (90, 128)  # planes under each other, each row of 64
    assert arrays["raw"].shape == (192, 512)
    picture = arrays["main"][..., :3].mean()
    assert 20 < picture < 235
    luma = arrays["lores"][:60, :80].mean()
    assert luma == pytest.approx(picture, abs=20)
    assert metadata["FrameDuration"] >= FASTEST


def test_metadata_has_the_names_of_a_pi_s(open_camera: Open) -> None:
    """What the Pi's automatics tell of a frame is told."""
    metadata, _ = _next(_streaming(open_camera))
    assert {
        "SensorTimestamp", "ExposureTime", "AnalogueGain", "DigitalGain", "FrameDuration", "Lux",
        "ColourGains", "ColourTemperature", "ColourCorrectionMatrix", "SensorBlackLevels",
        "AeState", "SensorTemperature", "ScalerCrop", "FocusFoM",
    } <= set(metadata)  # fmt: skip
    assert metadata["SensorBlackLevels"] == (4096,) * 4
    assert np.reshape(metadata["ColourCorrectionMatrix"], (3, 3)).sum(axis=1) == pytest.approx(
        1.0, abs=0.01
    )


def test_sensor_modes_are_told(rig: Any, open_camera: Open) -> None:
    """picamera2 finds every mode, packed as libcamera names it, and how to unpack it."""
    rig.install({"modes": [[256, 192, 12], [128, 96, 10]]})
    modes = open_camera().sensor_modes
    assert {(m["size"], m["bit_depth"], m["unpacked"]) for m in modes} == {
        ((256, 192), 12, "SRGGB12"),
        ((128, 96), 10, "SRGGB10"),
    }


def test_a_mode_switch_and_back(rig: Any, open_camera: Open) -> None:
    """switch_mode_and_capture_arrays gives the other mode's frame and the stream goes on."""
    rig.install({"modes": [[256, 192, 12], [128, 96, 10]]})
    camera = open_camera()
    camera.configure(
        camera.create_preview_configuration(raw={"format": "SRGGB10", "size": (128, 96)})
    )
    camera.start()
    still = camera.create_still_configuration(raw={"format": "SRGGB12", "size": (256, 192)})
    (picture, raw), _ = camera.switch_mode_and_capture_arrays(still, ["main", "raw"], wait=20)
    assert picture.shape[:2] == (192, 256)
    assert raw.shape == (192, 512)
    assert camera.capture_request(wait=20).make_array("raw").shape == (96, 256)


def test_a_bracket_lands_on_consecutive_frames(rig: Any, open_camera: Open) -> None:
    """Controls set before each release are obeyed one frame each, the sensor's delay later."""
    wanted = [2000, 4000, 8000, 16000, 1000]
    # Of faster frames some pass without the automatics, and what was asked of them with it.
    limits = (33_334, 33_334)
    camera = _streaming(
        open_camera, ExposureTime=5000, AnalogueGain=1.0, FrameDurationLimits=limits
    )
    for exposure in wanted:
        request = camera.capture_request(wait=20)
        camera.set_controls({"ExposureTime": exposure})
        request.release()
    seen = [_next(camera)[0] for _ in range(16)]
    times = [m["ExposureTime"] for m in seen]
    first = times.index(wanted[0])
    assert times[first : first + 5] == wanted
    assert times[first + 5 :] == [1000] * (len(times) - first - 5)
    numbers = [rig.taken_at(m["SensorTimestamp"])["number"] for m in seen[first : first + 5]]
    assert numbers == list(range(numbers[0], numbers[0] + 5))


def test_who_holds_every_buffer_starves_the_camera(rig: Any, open_camera: Open) -> None:
    """Without a request a frame is lost, and its number with it."""
    camera = _streaming(open_camera)
    count = camera.camera_configuration()["buffer_count"]
    held = [camera.capture_request(wait=20) for _ in range(count)]
    before = len(rig.log())
    while len(rig.log()) < before + 3:  # the sensor goes on
        time.sleep(0.02)
    for request in held:
        request.release()
    after = camera.capture_metadata(wait=20)["SensorTimestamp"]
    number = rig.taken_at(after)["number"]
    starved = [line["number"] for line in rig.log() if line["fate"] == "starved"]
    assert len(starved) >= 3
    assert max(starved) < number


def test_frames_are_paced_by_their_duration(rig: Any, open_camera: Open) -> None:
    """No frame begins sooner than the duration of the one before says."""
    camera = _streaming(open_camera, FrameDurationLimits=(60000, 60000))
    for _ in range(6):
        _next(camera)
    log = rig.log()
    assert {line["duration"] for line in log} == {60000}
    gaps = np.diff([line["timestamp"] for line in log])
    assert np.all(gaps >= 60_000_000 - 60_000_000 // 1000)


def test_two_cameras_stream_at_once(rig: Any, open_camera: Open) -> None:
    """Each serves its own sensor's frames while the other runs."""
    rig.install({}, {"sensor": "imx708", "platform": "pisp", "scene": "portrait"})
    cameras = {}
    for number in range(2):
        camera = open_camera(number)
        raw = {
            "format": camera.sensor_format.removesuffix("_CSI2P"),
            "size": camera.sensor_resolution,
        }
        camera.configure(camera.create_preview_configuration(main={"size": (160, 120)}, raw=raw))
        cameras[camera.camera_properties["Model"]] = camera
    for camera in cameras.values():
        camera.start()
    for _ in range(3):
        for index, (model, shift) in enumerate((("imx477", 0), ("imx708", 4))):
            request = cameras[model].capture_request(wait=20)
            stamp = request.get_metadata()["SensorTimestamp"]
            words = request.make_array("raw").view(np.uint16)[:, : SMALL[0]]
            request.release()
            np.testing.assert_array_equal(words >> shift, rig.samples(stamp, index))
