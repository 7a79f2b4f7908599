"""Settings that cannot be used are told on the screen, by a camera that takes nothing."""

import time
from pathlib import Path

import pytest

from app import main as main_module
from app import ui
from app.buttons import Pins, parse_pins
from app.drive import Drive
from app.library import Library
from app.main import main
from app.pictures.errors import StoreError
from app.session import Session
from app.settings import own_settings
from app.store import Store
from app.store.spool import waiting, write_entry
from app.store.story import BurstStory


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('frames = "x', "not valid toml"),
        ("frame = 3", "unknown setting"),
        ('buttons = "99"', "the setting buttons"),
        ('position = "home"', "the setting position"),
    ],
)
def test_the_app_opens_and_tells(
    home: Path, monkeypatch: pytest.MonkeyPatch, text: str, said: str
) -> None:
    """No window is missing, no picture goes astray; mended, it asks for a new start."""
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    file = home / ".config/baryta/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text(text)
    ran = []

    def run(drive: Drive, _mount: object, _looks: object, library: Library, _: object) -> int:
        session = drive.session
        session.start()
        _tells(session, said)
        for look in (library.shots, library.trash, library.empty_trash):
            with pytest.raises(StoreError, match=f"(?i){said}"):
                look()
        file.write_text("frames = 3")
        session.retry()
        _tells(session, "the settings are mended")
        session.stop()
        ran.append(session)
        return 0

    monkeypatch.setattr(ui, "run", run)
    assert main([]) == 0
    assert ran
    assert not own_settings(file).pictures.exists()


def test_settings_are_taken_apart_once(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where they are right: a start waits for nothing twice."""
    assert home.is_dir()
    parsed = []

    def parse(text: str) -> Pins:
        parsed.append(text)
        return parse_pins(text)

    monkeypatch.setattr(main_module, "parse_pins", parse)
    monkeypatch.setattr(ui, "run", lambda drive, *_: drive.session.stop())
    assert main(["--source", "simulated"]) == 0
    assert parsed == [""]


def test_frames_that_wait_are_left_alone(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are for the settings that somebody made, not for Baryta's own, nor for its folder."""
    file = home / ".config/baryta/settings.toml"
    file.parent.mkdir(parents=True)
    file.write_text("frame = 3")
    store = Store.library(own_settings(file).pictures)
    write_entry(store, store.take_number(), BurstStory("Neutral", ""), [b"frame"]).close()
    there = set(store.root.rglob("*"))

    def run(drive: Drive, *_: object) -> int:
        drive.session.start()
        _tells(drive.session, "unknown setting")
        return drive.session.stop()

    monkeypatch.setattr(ui, "run", run)
    assert main([]) == 0
    assert set(store.root.rglob("*")) == there
    assert [entry.number for entry in waiting(store)] == [1]


def _tells(session: Session, said: str) -> None:
    end = time.monotonic() + 60.0
    while session.status.failure is None or said not in session.status.failure.cause.lower():
        assert time.monotonic() < end, session.status
        time.sleep(0.01)
