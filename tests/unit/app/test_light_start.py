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
    "app.pipeline",
    "app.merging",
    "app.printing",
    "app.spool",
    "app.pictures.jpeg",
    "app.pictures.dng",
    "app.pictures.read_dng",
    "PIL.ImageFont",
)


def _said(*words: str) -> str:
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def test_what_is_used_later_is_loaded_later() -> None:
    """The composition root comes without LibRaw, HTTP, the code of Send, metadata and darkroom."""
    asked = f"import sys, app.main; print([m for m in {_LATER} if m in sys.modules])"
    assert _said("-c", asked).strip() == "[]"


def test_the_version_is_told() -> None:
    """On standard output, as --help is."""
    assert _said("-m", "app", "--version").startswith("baryta ")


def test_garbage_is_looked_for_once_a_command_runs() -> None:
    """Not while modules are loaded, of which none goes away again."""
    asked = """
import gc, sys
from app import __main__ as entry
sys.argv = ["baryta", "styles", "list"]
during = []
class Watch:
    def find_spec(self, name, *_):
        during.append(gc.isenabled()) if name == "app.main" else None
sys.meta_path.insert(0, Watch())
entry.main()
print(during, gc.isenabled())
"""
    assert _said("-c", asked).splitlines()[-1] == "[False] True"
