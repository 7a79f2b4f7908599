"""A bulb exposure on a terminal: what ends it, and that it is never lost."""

import os
import pty
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest

from app.main import main
from app.pictures.read_dng import read_dng
from capture.simulated import SimulatedSource
from tests.standing_clock import NoTime

PARTS = 3  # that are exposed until something happens


@pytest.fixture
def keyboard(monkeypatch: pytest.MonkeyPatch) -> Iterator[int]:
    """What a person types on; its other end is standard input."""
    keys, terminal = pty.openpty()
    with os.fdopen(terminal) as file:
        monkeypatch.setattr(sys, "stdin", file)
        yield keys
    os.close(keys)


def bulb(monkeypatch: pytest.MonkeyPatch, out: Path, happens: Callable[[], object]) -> int:
    """Exposes; after some parts something happens."""
    camera = SimulatedSource("night-street", size=(256, 192), clock=NoTime())
    expose, taken = camera.capture, count(1)

    def capture(*given: object, **named: object) -> object:
        if next(taken) > PARTS:
            happens()
        return expose(*given, **named)

    monkeypatch.setattr(camera, "capture", capture)
    monkeypatch.setattr("app.main.open_source", lambda _name: camera)
    return main(["shoot", "--mode", "bulb", "--out", str(out)])


def plan_of_picture(folder: Path) -> str:
    """What the one picture there tells."""
    (path,) = folder.rglob("*.DNG")
    return str(read_dng(path).info.plan)


@pytest.mark.usefixtures("keyboard")
def test_an_interrupted_exposure_waits_on_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Ctrl-C is what people end things with, SIGTERM what a shutdown does: both raise this."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    assert bulb(monkeypatch, tmp_path, interrupted) == 1
    assert "interrupted; the frames wait: baryta library recover --out" in capsys.readouterr().err
    assert main(["library", "recover", "--out", str(tmp_path)]) == 0
    assert f"; ended after {PARTS} frames" in plan_of_picture(tmp_path)


def test_enter_before_the_exposure_does_not_end_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, keyboard: int
) -> None:
    """An impatient Enter, as in a self timer, is no end; one after some parts is."""
    os.write(keyboard, b"\n")
    assert bulb(monkeypatch, tmp_path, lambda: os.write(keyboard, b"\n")) == 0
    assert f"; ended after {PARTS + 1} frames" in plan_of_picture(tmp_path)
