"""Python's collector looks through everything in idle moments only."""

import gc
from typing import Any, Self

import pytest


class Whole:
    """Collections of everything that begin, in a with.

    Attributes:
        count: of them.
    """

    def __init__(self) -> None:
        self.count = 0

    def _hear(self, phase: str, told: dict[str, int]) -> None:
        self.count += phase == "start" and told["generation"] == 2

    def __enter__(self) -> Self:
        gc.callbacks.append(self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._hear)


def much() -> list[list[object]]:
    """So much that lasts that Python would look through all of it by itself."""
    return [[] for _ in range(200_000)]


def test_all_is_looked_through_only_when_nobody_touches(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While somebody is there not once, soon after it once; at the end it is Python's again."""
    monkeypatch.setattr("app.ui.collecting.EVERY", 0.01)
    before = gc.get_threshold()
    monkeypatch.setattr("app.ui.pages.BETWEEN", 0.0)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    stage.frames(5)
    gc.collect()
    with Whole() as whole:
        stage.root.collecting.touched()
        held = much()
        stage.frames(10)
        assert whole.count == 0
        monkeypatch.setattr("app.ui.collecting.QUIET", 0.0)
        held += much()
        stage.until(lambda: whole.count > 0)
        stage.frames(10)
        assert whole.count == 1
        stage.root.collecting.end()
        for _ in range(20):  # of as much as a quarter of all there is
            held += much()
        assert whole.count > 1
    assert gc.get_threshold() == before


def test_it_is_not_put_off_for_ever(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody who never lets go of the screen leaves no memory full of circles."""
    monkeypatch.setattr("app.ui.collecting.EVERY", 0.01)
    monkeypatch.setattr("app.ui.collecting.QUIET", 3600.0)
    monkeypatch.setattr("app.ui.pages.BETWEEN", 0.0)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    stage.frames(5)
    stage.root.collecting.touched()
    gc.collect()
    with Whole() as whole:
        held = much() + much() + much()
        stage.until(lambda: whole.count > 0)
    assert held
