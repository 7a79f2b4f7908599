"""What goes wrong with camera and card, in the language of the screen."""

import re
from functools import cache

from app.ui.fault_messages import HERE, MESSAGES
from app.ui.language import speech, tr

_DEEPEST = 4  # messages within messages


def told(text: str, deepest: int = _DEEPEST) -> str:
    """A cause, a remedy or a reason in the screen's language, as a person at the screen needs it.

    Words that are nobody's of ours (libcamera's, a name) stay as they are; of a path its end does.
    """
    if deepest == _DEEPEST:
        text = re.sub(r"(?<![^\s(])/\S*/(?=[^/\s])", "", text)
    bare = text.strip().removesuffix(".")
    for message, form in _forms():
        found = form.fullmatch(bare)
        if found is not None and deepest:
            parts = {slot: told(part, deepest - 1) for slot, part in found.groupdict().items()}
            said = tr(HERE.get(message, message)).format(**parts)
            return said if speech.language != "en" else _sentence(text, said, bare)
    return text


def brief(error: object) -> str:
    """An error's line: its cause and its remedy."""
    cause, mark, remedy = str(error).partition("; ")
    if not mark:
        return told(cause)
    if speech.language == "en":
        return f"{told(cause)}; {told(remedy)}"
    return _joined(told(cause), told(remedy))


def _sentence(text: str, said: str, bare: str) -> str:
    """English: the text itself if that is what is said, else a sentence where it was one."""
    if said.lower() == bare.lower():
        return text
    return f"{said[:1].upper()}{said[1:]}." if text.endswith(".") else said


def _joined(cause: str, remedy: str) -> str:
    return cause + remedy if cause.endswith("。") else f"{cause} {remedy}"


@cache
def _forms() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """Each message and what it looks like, those with the most words of their own first."""
    ordered = sorted((*MESSAGES, *HERE), key=lambda message: -len(re.sub(r"\{\w+\}", "", message)))
    return tuple((message, _form(message)) for message in ordered)


def _form(message: str) -> re.Pattern[str]:
    pieces = re.split(r"\{(\w+)\}", message)
    names = pieces[1::2]
    for at, name in enumerate(names):
        pieces[2 * at + 1] = f"(?P<{name}>.+?)"
    pieces[::2] = map(re.escape, pieces[::2])
    return re.compile("".join(pieces), re.IGNORECASE | re.DOTALL)
