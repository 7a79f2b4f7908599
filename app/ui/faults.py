"""What goes wrong with camera and card, in the language of the screen."""

import re
from functools import cache

from app.ui.fault_messages import MESSAGES
from app.ui.language import speech, tr

_DEEPEST = 4  # messages within messages


def told(text: str, deepest: int = _DEEPEST) -> str:
    """A cause, a remedy or a reason in the screen's language.

    Words that are nobody's of ours (libcamera's, a name, a path) stay as they are.
    """
    if speech.language == "en" or not deepest:
        return text
    bare = text.strip().removesuffix(".")
    for message, form in _forms():
        found = form.fullmatch(bare)
        if found is not None:
            parts = {slot: told(part, deepest - 1) for slot, part in found.groupdict().items()}
            return tr(message).format(**parts)
    return text


def brief(error: object) -> str:
    """An error's line without the folders of its paths: on a small screen the name is enough."""
    short = re.sub(r"(?<![^\s(])/\S*/(?=[^/\s])", "", str(error))
    cause, mark, remedy = short.partition("; ")
    if speech.language == "en" or not mark:
        return told(short)
    return _joined(told(cause), told(remedy))


def _joined(cause: str, remedy: str) -> str:
    return cause + remedy if cause.endswith("。") else f"{cause} {remedy}"


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each message and what it looks like, those with the most words of their own first."""
    ordered = sorted(MESSAGES, key=lambda message: -len(re.sub(r"\{\w+\}", "", message)))
    return tuple((message, _form(message)) for message in ordered)


def _form(message: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", message)
    names = pieces[1::2]
    for at, name in enumerate(names):
        pieces[2 * at + 1] = f"(?P<{name}>.+?)"
    pieces[::2] = map(re.escape, pieces[::2])
    return re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)
