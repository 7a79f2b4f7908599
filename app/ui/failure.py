"""The failure screen: what happened, what to do about it, and the way on."""

from unicodedata import east_asian_width

from kivy.properties import AliasProperty, BooleanProperty, NumericProperty, StringProperty

from app.ui.focus import CODES, ENTER
from app.ui.language import tr
from app.ui.pages import Page

WAYS = {
    CODES["escape"]: "on_quit",
    CODES["p"]: "on_last",
    CODES["backspace"]: "on_last",
    CODES["l"]: "on_library",
    CODES["m"]: "on_tools",
}

CAUSE = 1.5  # room for a letter of the cause, against one of the remedy: its type is larger
LEAST = 0.35  # of the room


def letters(text: str) -> int:
    """How much room a text takes, in Latin letters: an ideograph is as wide as two."""
    return sum(2 if east_asian_width(letter) in "WF" else 1 for letter in text)


class FailureScreen(Page):
    """Covers the screen until somebody decides.

    Attributes:
        cause, remedy: in sentences.
        safe: what has become of the pictures; "" leaves it open.
        again, give_up: words of the two ways on; no second button without words.
        question: asked before anything is given up.
        asking: it is being asked. Then the second button keeps: a double tap loses nothing.
        share: of the room for words that the cause has.
        sign, high: height of the sign and where its top is, pixels.

    Events:
        on_retry, on_discard: a button was pressed.
        on_library, on_last, on_tools: something is wanted that needs no camera.
        on_quit: escape was pressed.
    """

    cause = StringProperty("")
    remedy = StringProperty("")
    safe = StringProperty("")
    again = StringProperty("")
    give_up = StringProperty("")
    question = StringProperty("")
    asking = BooleanProperty(defaultvalue=False)
    share = AliasProperty(lambda self: self._shared(), bind=("cause", "remedy", "safe", "asking"))
    sign = NumericProperty(1.0)
    high = NumericProperty(0.0)

    __events__ = ("on_discard", "on_last", "on_library", "on_quit", "on_retry", "on_tools")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(again=tr("Try again"), **kwargs)

    def _shared(self) -> float:
        if self.asking:
            return 1.0 - LEAST
        cause, rest = letters(self.cause) * CAUSE, letters(self.remedy) + letters(self.safe)
        return min(max(cause / max(cause + rest, 1.0), LEAST), 1.0 - LEAST)

    def key(self, code: int) -> bool:
        """Enter tries again unless a button is framed; pictures and drawer have their keys.

        To the question enter and escape say no.
        """
        if code in ENTER and self.focus.at is None:
            (self.second if self.asking else self.first)()
        elif self.asking and code == CODES["escape"]:
            self.second()
        elif code in WAYS:
            self.dispatch(WAYS[code])
        else:
            return super().key(code)
        return True

    def first(self) -> None:
        """The first button: tries again, or gives up for good."""
        self.dispatch("on_discard" if self.asking else "on_retry")

    def second(self) -> None:
        """The second button: asks, or takes the question back."""
        self.focus.clear()
        self.asking = not self.asking

    def on_question(self, *_: object) -> None:
        """Another question is of other pictures, and has not been asked yet."""
        self.asking = False

    def on_last(self) -> None:
        """Default handler."""

    def on_library(self) -> None:
        """Default handler."""

    def on_quit(self) -> None:
        """Default handler."""

    def on_tools(self) -> None:
        """Default handler."""

    def on_retry(self) -> None:
        """Default handler."""

    def on_discard(self) -> None:
        """Default handler."""
