"""Tests that need the real libcamera and picamera2 with software cameras: make test-real."""

import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
REAL = "softcam" in os.environ.get("LIBCAMERA_PIPELINES_MATCH_LIST", "") and all(
    importlib.util.find_spec(name) is not None for name in ("libcamera", "picamera2")
)
sys.path[:0] = [str(HERE), str(HERE / "softcam")]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Outside the root there is nothing to test; inside, picamera2's own warnings are its own."""
    for item in items:
        if HERE not in item.path.parents:
            continue
        item.add_marker(pytest.mark.filterwarnings("ignore:setDaemon:DeprecationWarning"))
        if not REAL:
            reason = "needs picamera2 and software cameras: make test-real"
            item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def rig(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """A rig with one small camera of the Pi 4; a test may install others before it opens one."""
    from rig import Rig, list_again

    made = Rig(tmp_path)
    made.install({})
    monkeypatch.setenv("SOFTCAM", str(tmp_path))
    list_again()
    yield made
    made.fault()


@pytest.fixture
def open_camera(rig: Any) -> Iterator[Callable[..., Any]]:  # noqa: ARG001  (it is set up first)
    """Opens picamera2's cameras by number; closes them when the test is over."""
    import picamera2

    opened = []

    def opening(number: int = 0) -> Any:
        opened.append(picamera2.Picamera2(number))
        return opened[-1]

    yield opening
    for camera in opened:
        camera.close()
    opened.clear()
