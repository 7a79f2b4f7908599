"""The simulated and replayed cameras, and the real one's adapter, keep what all promise."""

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pi_camera import FakeCamera, module
from rehearsal import rehearse
from source_contract import *  # noqa: F403  (the tests)

from app.negatives import unpack_frame
from capture.pi.source import PiSource
from capture.replay import ReplayFrame, ReplaySource
from capture.simulated import SimulatedSource
from capture.source import CameraSource


def _simulated(_folder: Path, _patch: pytest.MonkeyPatch) -> CameraSource:
    return SimulatedSource(size=(160, 120), preview_size=(160, 120))


def _replay(folder: Path, _patch: pytest.MonkeyPatch) -> CameraSource:
    rehearsal = rehearse(size=(160, 120), frames=3)
    for index in range(3):
        (folder / f"{index}.dng").touch()

    def decode(path: Path) -> ReplayFrame:
        frame = rehearsal.burst.frames[int(path.stem)]
        mosaic = np.asarray(frame.data, np.uint16)
        neutral = rehearsal.burst.scene_neutral
        return ReplayFrame(mosaic, rehearsal.burst.profile, frame.metadata, neutral)

    return ReplaySource(folder, decode)


def _stand_in(_folder: Path, patch: pytest.MonkeyPatch) -> CameraSource:
    patch.setitem(sys.modules, "picamera2", module(FakeCamera))
    return PiSource(unpack_frame)


@pytest.fixture(params=[_simulated, _replay, _stand_in], ids=lambda make: make.__name__[1:])
def source(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CameraSource]:
    """A camera of each kind, not started."""
    make: Callable[[Path, pytest.MonkeyPatch], CameraSource] = request.param
    camera = make(tmp_path, monkeypatch)
    yield camera
    camera.stop()
