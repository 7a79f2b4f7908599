"""A mode's figures come with the mode, not after a look at the lights."""

import time
from collections.abc import Callable, Iterator
from unittest.mock import Mock

import pytest

from app.camera import CameraThread
from app.modes import Wish, plan_wish
from capture.plan import ExposurePlan
from capture.source import Controls
from tests.blind_camera import Blind

WAIT = 60.0


def until(condition: Callable[[], bool]) -> None:
    """Waits for the camera's thread."""
    end = time.monotonic() + WAIT
    while not condition():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.002)


class Watched:
    """A camera that does not see its lights, and what was told of its plans.

    Attributes:
        told: a plan, and how many frames had been taken for looks at the lights by then.
    """

    def __init__(self) -> None:
        self.source = Blind("night-street", size=(128, 96), threads=1, preview_size=(64, 48))
        self.told: list[tuple[ExposurePlan, int]] = []
        listener = Mock()
        listener.planned = lambda _camera, _wish, plan, _lack: self.told.append(
            (plan, self.source.taken)
        )
        self.camera = CameraThread(lambda: self.source, plan_wish, listener, Controls(), Wish())

    def of(self, mode: str) -> list[tuple[ExposurePlan, int]]:
        """What was told of a mode."""
        return [(plan, looks) for plan, looks in self.told if plan.mode == mode]


@pytest.fixture
def watched() -> Iterator[Watched]:
    """Streaming, its first plan told."""
    made = Watched()
    made.camera.begin()
    until(lambda: bool(made.told))
    yield made
    made.camera.end()
    assert made.camera.join(WAIT)


@pytest.mark.parametrize("mode", ["hdr", "bracket", "night"])
def test_a_plan_by_what_is_known_comes_before_a_look(watched: Watched, mode: str) -> None:
    """The first one knows no lights and takes no frame; the next one has looked."""
    watched.camera.wish(Wish(mode))
    until(lambda: len(watched.of(mode)) >= 2)
    (first, looks), (second, more) = watched.of(mode)[:2]
    assert looks == 0
    assert first.frames
    assert first.highlight == float("inf")
    assert more == 1
    assert second.highlight < float("inf")
