"""What a person has chosen on the screen, as Kivy sees it: whatever depends on it follows."""

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from kivy.event import EventDispatcher
from kivy.properties import ObjectProperty

from app.preferences import Preferences
from app.ui.language import speech
from app.ui.sounds import Sounds
from app.ui.theme import LARGE, paint
from app.ui.unseen import unseen

LANE = "preferences"

log = logging.getLogger(__name__)


class Choices(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """The preferences, and the file they are kept in.

    Args:
        path: of the file.
        rotation: of the picture, where the person has not said.

    Attributes:
        now: the preferences.
        sounds: the shutter's, as it is wanted.

    Events:
        on_unkept: they cannot be written (an Exception); told once, until they can.
    """

    now = ObjectProperty(Preferences())

    __events__ = ("on_unkept",)

    def __init__(self, path: Path, rotation: int = 0) -> None:
        self._path = path
        self._told = False  # that they cannot be kept
        self.sounds = Sounds(path.parent)
        super().__init__(now=Preferences.load(path, rotation))
        _wear(self.now)

    def change(self, background: Callable[..., None], **changes: Any) -> None:  # noqa: ANN401
        """Changes some of them and keeps that, written on a thread of its own.

        Args:
            background: the bridge's.
            changes: fields of Preferences.
        """
        now = replace(self.now, **changes)
        _wear(now)  # first: whoever follows is drawn in the new words and colours
        self.now = now
        background(partial(now.save, self._path), self._kept, lane=LANE, failed=self._unkept)

    def on_unkept(self, error: Exception) -> None:
        """Default handler."""

    def _kept(self, _: object) -> None:
        self._told = False

    def _unkept(self, error: Exception) -> None:
        log.warning("settings: %s", error)
        if not self._told:
            self._told = True
            self.dispatch("on_unkept", error)


def _wear(now: Preferences) -> None:
    """Takes on colours, size of type and language."""
    with unseen.later():
        paint.wear(now.theme)
        paint.letters = LARGE if now.large_text else 1.0
    speech.speak(now.language)
