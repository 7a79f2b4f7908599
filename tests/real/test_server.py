"""The sensor server by itself: what it paints, and what it keeps."""

import mmap

import numpy as np
import pytest
from sensor_server.camera import Camera
from sensor_server.cameras import CameraSpec
from sensor_server.optics import optics

_SPEC = CameraSpec(modes=((64, 48, 12),), scene="print")
_PICTURE = (32, 24)


def _camera(index: int = 0) -> tuple[Camera, mmap.mmap]:
    pixels = mmap.mmap(-1, 64 * 48 * 2 + 32 * 24 * 4)
    return Camera(None, index, _SPEC, 0, _PICTURE, pixels), pixels


def test_a_camera_that_is_opened_again_is_not_painted_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A switch of cameras costs no frame but those that are shown."""
    first, _ = _camera()
    first.start({})
    seen = optics(0, _SPEC, 0, _PICTURE)
    drawn = []
    monkeypatch.setattr(type(seen.sensor), "read_out", lambda *given: drawn.append(given))
    again, _ = _camera()
    again.start({})
    assert not drawn
    assert optics(0, _SPEC, 0, _PICTURE) is seen is not optics(1, _SPEC, 0, _PICTURE)


def test_an_opening_begins_anew() -> None:
    """Frames do not depend on what the camera was used for before."""
    pictures = []
    for _ in range(2):
        camera, pixels = _camera()
        camera.start({})
        for number in range(3):
            camera.frame(number, number * 33_333_000, 2, {})
        pictures.append(np.frombuffer(pixels, np.uint8).copy())
    np.testing.assert_array_equal(*pictures)
