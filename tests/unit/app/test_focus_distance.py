"""The distance that a lens was focused on, from the driver into the files."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from math import inf, nan
from pathlib import Path
from queue import Queue
from typing import Any

import pytest

from app.camera import CameraThread
from app.modes import Wish, plan_wish
from app.negatives import frame_negative, unpack_frame
from app.pictures.dng import encode_dng
from app.pictures.read_dng import read_dng
from capture.plan import ExposurePlan, plan_single
from capture.simulated import SimulatedSource
from capture.source import Abilities, Controls


@pytest.mark.parametrize(
    ("dioptres", "metres"),
    [(2.0, 0.5), (0.0, inf), (-0.01, inf), (1e9, None), (nan, None), (-inf, None), (None, None)],
)
def test_whatever_the_driver_says_the_picture_is_made(
    tmp_path: Path, dioptres: float | None, metres: float | None
) -> None:
    """A lens goes beyond infinity, and a distance that is none is left out."""
    camera = SimulatedSource("print", size=(256, 192))
    camera.start()
    burst = camera.capture(plan_single(camera.metering(), camera.profile))
    frame = burst.frames[0]
    metadata = replace(frame.metadata, lens_position=dioptres)
    path = tmp_path / "a.dng"
    path.write_bytes(encode_dng(frame_negative(burst, metadata, unpack_frame(frame))))
    assert read_dng(path).info.subject_distance == metres


class _NoMotor(SimulatedSource):
    """A camera whose lens stands still."""

    @property
    def abilities(self) -> Abilities:
        return replace(super().abilities, lens_positions=None)


class _Told:
    """Keeps the plans, and hears nothing else."""

    def __init__(self) -> None:
        self.plans: Queue[tuple[CameraThread, ExposurePlan | None, str]] = Queue()

    def planned(
        self, camera: CameraThread, wish: Wish, plan: ExposurePlan | None, lack: str
    ) -> None:
        del wish
        self.plans.put((camera, plan, lack))

    def __getattr__(self, name: str) -> Callable[..., None]:
        return lambda *_, **__: None


@pytest.mark.parametrize(("source", "told"), [(SimulatedSource, 1.0), (_NoMotor, None)])
def test_a_focus_is_told_of_cameras_with_a_motor(
    source: type[SimulatedSource], told: float | None
) -> None:
    """A remembered focus of another camera is no focus of this one; white balance is."""
    listener: Any = _Told()
    controls = Controls(lens_position=1.0, colour_gains=(2.0, 1.5))
    opened = partial(source, "still-life", size=(320, 240))
    camera = CameraThread(opened, plan_wish, listener, controls, Wish())
    camera.begin()
    _, plan, lack = listener.plans.get(timeout=30)
    camera.end()
    assert camera.join(30)
    assert plan is not None, lack
    assert plan.by_hand.white_balance
    assert plan.focus == told
