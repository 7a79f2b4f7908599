"""A small camera with a session, for buttons to work on: of mock pins and of the kernel's."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.cameras import Cameras
from app.session import Session
from capture.plan import ExposurePlan, FrameExposure
from capture.simulated import SimulatedSource
from capture.source import Controls


class Camera(SimulatedSource):
    """A small simulated camera that remembers what it was set to."""

    def __init__(self) -> None:
        super().__init__("print", size=(64, 48), preview_size=(64, 48))
        self.told: list[Controls] = []
        self.searches = 0

    def focus(self, *values: Any, **named: Any) -> bool:  # noqa: ANN401 - as the source's
        self.searches += 1
        return super().focus(*values, **named)

    def set_controls(self, controls: Controls) -> None:
        self.told.append(controls)
        super().set_controls(controls)


class Saved:
    """A picture that is nowhere."""

    @property
    def paths(self) -> tuple[Path, ...]:
        return (Path("a.jpg"),)


def session_of(camera: Camera, looks: list[str]) -> Session:
    """A session of single frames; nothing is saved."""
    return Session(
        Cameras.one(lambda: camera),
        lambda *_: ExposurePlan("single", (FrameExposure(0.001, 1.0),)),
        lambda _shot, _report: Saved(),
        looks,
    )


@contextmanager
def at_work(session: Session) -> Iterator[Session]:
    """Runs inside, from its first preview on."""
    session.start()
    try:
        until(lambda: session.preview() is not None)
        yield session
    finally:
        session.stop()


def until(met: Callable[[], bool]) -> None:
    """Waits for what another thread does, twenty seconds at most."""
    for _ in range(2000):
        if met():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come")
