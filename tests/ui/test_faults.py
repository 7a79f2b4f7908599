"""What goes wrong, in the language of the screen: no message of camera or card stays English."""

import ast
import importlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from app.pictures.errors import PictureError
from app.status import Failure
from app.ui.faults import brief, told
from app.ui.language import LANGUAGES, speech
from capture.source import CameraError

ROOT = Path(__file__).parents[2]
OTHERS = [language for language in LANGUAGES if language != "en"]
SOURCES = [
    *sorted((ROOT / "capture" / "pi").glob("*.py")),
    *sorted((ROOT / "app" / "store").glob("*.py")),
    *(
        ROOT / "app" / name
        for name in (
            "camera.py",
            "export.py",
            "lenses/flat.py",
            "library.py",
            "live_camera.py",
            "main.py",
            "saving.py",
            "spool.py",
            "pictures/files.py",
            "pictures/read_dng.py",
            "pictures/shot_info.py",
        )
    ),
]
ERRORS = {
    "CameraError",
    "NoFramesError",
    "CardError",
    "ExportError",
    "Failure",
    "LensError",
    "PictureError",
    "StoreError",
}
SAMPLE = "Sample7"
COMMANDS = re.compile(
    r"sudo apt install python3-picamera2|--system-site-packages|rpicam-hello --list-cameras|"
    r"--source simulated|baryta library [a-z-]+",
    re.IGNORECASE,
)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """The language is English again afterwards."""
    yield
    speech.speak("en")


@dataclass(frozen=True)
class Source:
    """A file: its constants, and what is assigned to names within its functions."""

    module: ModuleType
    tree: ast.Module

    def texts(self, node: ast.expr) -> list[str]:
        """What an argument can say, a sample in place of what is only known when it happens."""
        found = [SAMPLE]
        match node:
            case ast.Constant(value=str(text)):
                found = [text]
            case ast.Name(id=name):
                found = self.named(name)
            case ast.JoinedStr(values=values):
                found = [""]
                for value in values:
                    inner = value.value if isinstance(value, ast.FormattedValue) else value
                    found = [left + right for left in found for right in self.texts(inner)]
            case ast.IfExp(body=one, orelse=other):
                found = self.texts(one) + self.texts(other)
            case ast.BinOp(left=left, op=ast.Add(), right=right):
                found = [a + b for a in self.texts(left) for b in self.texts(right)]
            case ast.BinOp(left=left, op=ast.Mult()):
                found = ["", *self.texts(left)]
        return found

    def named(self, name: str) -> list[str]:
        """What a name can stand for."""
        known = getattr(self.module, name, None)
        if isinstance(known, str):
            return [known]
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets):
                return self.texts(node.value) if isinstance(node.value, ast.IfExp) else [SAMPLE]
        return [SAMPLE]

    def spoken(self) -> Iterator[str]:
        """All that its errors say."""
        for node in ast.walk(self.tree):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if called in ERRORS:
                for argument in node.args[1:] if called == "CardError" else node.args:
                    yield from self.texts(argument)
            elif called == "Failure.of":
                yield from self.texts(node.args[1])


def source(path: Path) -> Source:
    """A file of the tree."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
    return Source(importlib.import_module(name), ast.parse(path.read_text("utf-8")))


def all_messages() -> list[str]:
    """What every source says."""
    return sorted({text for path in SOURCES for text in source(path).spoken()})


def test_the_messages_of_the_sources_are_found() -> None:
    """The search finds those that are known to be there."""
    found = all_messages()
    assert len(found) > 40
    assert any(text.startswith("the camera sends no frames; ") for text in found)
    assert "Try again, or give the picture up." in found


def kept_words(part: str, said: str) -> list[str]:
    """Three words of a message in a row that are in what is said for it, but for commands."""
    plain = re.sub(COMMANDS, SAMPLE, part.strip("."))
    words = plain.split()
    count = min(3, len(words))
    runs = (" ".join(words[at : at + count]) for at in range(len(words) - count + 1))
    return [run for run in runs if SAMPLE not in run and run.lower() in said.lower()]


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_of_camera_or_card_stays_english(language: str) -> None:
    """Cause and remedy of each have another text, and what was in it is still there."""
    speech.speak(language)
    left = []
    for text in all_messages():
        failure = Failure.of(CameraError(text), "Close other programs.")
        for part in (failure.cause, failure.remedy):
            said = told(part)
            if part.strip(".") == SAMPLE:
                continue
            if kept_words(part, said) or part.count(SAMPLE) != said.count(SAMPLE):
                left.append((part, said))
    assert not left


def test_a_message_within_a_message_is_told_too() -> None:
    """The system's reason, a camera that is missing with its cause, and the library's remedy."""
    speech.speak("de")
    full = "/media/card/DCIM: cannot save (no space left on device); delete pictures"
    said = "Die Karte ist voll: Es lässt sich nichts mehr sichern."
    room = "Bilder löschen, dann unter „Bilder“ den Papierkorb leeren."
    assert brief(full) == f"{said} {room}"
    assert told("No camera: none is connected.") == "Keine Kamera: Es ist keine angeschlossen."
    missing = PictureError("picture 0003 has no negative; choose another")
    assert brief(missing) == "Bild 0003 hat kein Negativ. Ein anderes wählen."


def test_others_words_stay_as_they_are() -> None:
    """What libcamera says stands in the translated sentence; an unknown line stays whole."""
    speech.speak("fr")
    line = "The camera cannot be opened: Device or resource busy."
    assert (
        told(line)
        == "Impossible d\N{RIGHT SINGLE QUOTATION MARK}ouvrir la caméra : Device or resource busy"
    )
    assert told("Segment fault in module seven") == "Segment fault in module seven"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_remedy_on_the_screen_needs_a_keyboard(language: str) -> None:
    """A command stands nowhere but second, in brackets."""
    speech.speak(language)
    parts = {part for text in all_messages() for part in text.partition("; ")[::2]}
    assert any(COMMANDS.search(part) for part in parts), "or else nothing is looked at"
    for said in map(told, parts):
        assert not COMMANDS.search(re.sub(r"[(\uff08].*?[)\uff09]", "", said)), said


def test_english_says_what_can_be_done_at_the_screen() -> None:
    """In a line as in sentences; a path is its end."""
    full = "/media/card/DCIM: cannot save (no space left on device); delete pictures"
    said = "the card is full: nothing more can be saved"
    assert brief(full) == f"{said}; delete pictures, then empty the trash in the library"
    failure = Failure.of(PictureError(full), "Close other programs.")
    assert told(failure.cause) == "The card is full: nothing more can be saved."
    assert told(failure.remedy) == "Delete pictures, then empty the trash in the library."
    assert told("/media/card/DCIM: is damaged (torn).") == "DCIM: is damaged (torn)."
    missing = "No camera: none is connected."
    assert told(missing) == missing


def test_english_is_left_alone() -> None:
    """What has no other words for the screen."""
    assert told("The camera sends no frames.") == "The camera sends no frames."
    assert brief("/home/p/a.dng: it is empty; copy it") == "a.dng: it is empty; copy it"


def test_the_failure_screen_speaks_the_screens_language(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Cause, remedy and what became of the pictures, all in Japanese."""
    monkeypatch.setattr("app.camera.BackOff.due", False)  # what has failed stays so
    from app.preferences import Preferences

    stage.preferences = Preferences(language="ja", welcomed=True)
    screen = stage.open()
    stage.camera.fault = CameraError("the camera sends no frames; check its cable, then try again")
    stage.until(lambda: screen.troubles.page is not None)
    assert screen.troubles.page.cause == "カメラから画像が届きません。"
    assert screen.troubles.page.remedy == "ケーブルを確認して、もう一度お試しください。"
    assert screen.troubles.page.safe == "写真はなくなりません。"
