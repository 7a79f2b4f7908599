"""The words of the screen in the language that is chosen, through gettext."""

import gettext
import re
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).with_name("locale")
ENGLISH: Final = "en"
LANGUAGES: Final = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "ja": "日本語",
    "zh": "中文",
}


class Speech:
    """What tr() speaks; one for the process, as there is one screen."""

    def __init__(self) -> None:
        self.language = ENGLISH
        self.words: gettext.NullTranslations = gettext.NullTranslations()

    def speak(self, language: str) -> None:
        """Changes the language; what has none of its words stays English."""
        self.language = language if language in LANGUAGES else ENGLISH
        self.words = gettext.translation(
            "baryta", localedir=FOLDER, languages=[self.language], fallback=True
        )


speech = Speech()


def tr(text: str) -> str:
    """A text in the chosen language."""
    return speech.words.gettext(text) if text else ""


def trn(one: str, many: str, count: int) -> str:
    """A text for a number of things, the number put in place of {count}."""
    return speech.words.ngettext(one, many, count).format(count=count)


def brief(error: object) -> str:
    """An error's line without the folders of its paths: on a small screen the name is enough."""
    return re.sub(r"(?<!\S)/\S*/(?=[^/\s])", "", str(error))
