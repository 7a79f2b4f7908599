"""The words of the screen in the language that is chosen, through gettext."""

import gettext
import logging
from functools import cache
from pathlib import Path
from typing import Final

from app.ui.messages import read_messages

log = logging.getLogger(__name__)

FOLDER: Final = Path(__file__).with_name("locale")
LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "ja": "日本語",
    "zh": "中文",
}
FONTS: Final = {"ja": "Japanese", "zh": "Chinese"}
_FIRST_IDEOGRAPH: Final = "\u2e80"


class Speech:
    """What tr() speaks; one for the process, as there is one screen."""

    def __init__(self) -> None:
        self.language = "en"
        self.words = gettext.NullTranslations()

    def speak(self, language: str) -> None:
        """Changes the language; what has none of its words stays English."""
        self.language, self.words = language, words_of(language)


@cache
def words_of(language: str) -> gettext.NullTranslations:
    """A language's words, read once; none if there are none, or none that can be used."""
    path = FOLDER / f"{language}.po"
    if path.exists():
        try:
            return read_messages(path)
        except (OSError, ValueError, KeyError):
            log.exception("%s: cannot be used", path)
    return gettext.NullTranslations()


def learn() -> None:
    """Reads the words of all languages: one of them takes longer than a frame may."""
    for language in LANGUAGES:
        words_of(language)


speech = Speech()


def tr(text: str) -> str:
    """A text in the chosen language."""
    return speech.words.gettext(text) if text else ""


def trn(one: str, many: str, count: int) -> str:
    """A text for a number of things, the number put in place of {count}."""
    return speech.words.ngettext(one, many, count).format(count=count)


def marked(text: str) -> str:
    """The text as it is: it is to be translated later, where it is shown."""
    return text


def font_for(text: str) -> str:
    """The font that has a text's letters."""
    if max(text, default="") < _FIRST_IDEOGRAPH:
        return "Roboto"
    return FONTS.get(speech.language, "Chinese" if text == LANGUAGES["zh"] else "Japanese")


def clipped(name: str, most: int) -> str:
    """The beginning of a name, of so many letters at most."""
    return name if len(name) <= most else name[: most - 1].rstrip() + "\N{HORIZONTAL ELLIPSIS}"


def short(path: Path, most: int = 24) -> str:
    """The end of a path, as many whole parts as fit into so many letters."""
    text = str(path)
    parts = path.parts
    while len(text) > most and len(parts) > 1:
        parts = parts[1:]
        text = "\N{HORIZONTAL ELLIPSIS}/" + "/".join(parts)
    return text if len(text) <= most else "\N{HORIZONTAL ELLIPSIS}" + text[1 - most :]
