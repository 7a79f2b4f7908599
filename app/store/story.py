"""What the frames of a burst themselves do not tell: a small file beside them in the spool."""

import json
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

STORY = "burst.json"
_MAX_STORY = 4096


@dataclass(frozen=True, slots=True)
class BurstStory:
    """What the frames themselves do not tell.

    Attributes:
        style: the look that was chosen at the press.
        taken: the press, ISO 8601 with its offset.
        reference: index of the frame nearest the press.
        keep: whether the frames are to be kept beside the picture.
        time_source: where the time came from.
    """

    style: str
    taken: str
    reference: int = 0
    keep: bool = False
    time_source: str = "unknown"


def read_story(entry: Path) -> BurstStory:
    """What the entry tells; a damaged story is no reason to lose its frames."""
    try:
        with (entry / STORY).open("rb") as stream:
            told: Any = json.loads(stream.read(_MAX_STORY))
        story = BurstStory(**{field.name: told[field.name] for field in fields(BurstStory)})
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return BurstStory("", "")
    words = (story.style, story.taken, story.time_source)
    right = all(isinstance(word, str) and word.isprintable() for word in words)
    right = right and type(story.reference) is int and 0 <= story.reference < 64
    return story if right and type(story.keep) is bool else BurstStory("", "")
