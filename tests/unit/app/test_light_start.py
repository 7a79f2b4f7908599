"""What the touchscreen app's start does not load: a photographer waits for it."""

import subprocess
import sys

_LATER = (
    "rawpy",
    "http.client",
    "urllib.request",
    "importlib.metadata",
    "segno",
    "waitress",
    "kivy",
)


def _said(*words: str) -> str:
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_is_used_later_is_loaded_later() -> None:
    """The composition root comes without LibRaw, HTTP, the code of Send and package metadata."""
    asked = f"import sys, app.main; print([m for m in {_LATER} if m in sys.modules])"
    assert _said("-c", asked).strip() == "[]"


def test_the_version_is_told() -> None:
    """On standard output, as --help is."""
    assert _said("-m", "app", "--version").startswith("baryta ")
