"""A frame round the finished picture, and what is written on it."""

import re
from dataclasses import dataclass
from typing import Final

from styles.values import Checked, formed, number

CAPTIONS: Final = ("camera", "lens", "exposure", "date", "look")
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")


def _colour(value: object) -> str:
    if isinstance(value, str) and _COLOUR.fullmatch(value):
        return value.lower()
    raise ValueError(f'{value!r} is no colour; write red, green and blue as "#f4f0e6"')


def _caption(value: object) -> tuple[str, ...]:
    """The items, each once, in the order given."""
    items = value if isinstance(value, list | tuple) else None
    if items is None:
        raise ValueError(f'must be a list, not {value!r}; write ["camera", "exposure"]')
    for item in items:
        if item not in CAPTIONS:
            raise ValueError(f"{item!r} cannot be written there; use {', '.join(CAPTIONS)}")
    return tuple(dict.fromkeys(items))


@dataclass(frozen=True, slots=True)
class Frame(Checked):
    """A border of one colour. Lengths are shares of the picture's diagonal.

    Attributes:
        width: on all four sides; 0 is no frame.
        base: more of it below, for a caption or as instant film has it.
        colour: sRGB, "#rrggbb".
        caption: what is written below the picture: items of CAPTIONS.
    """

    width: float = number(0.0, 0.0, 0.1, "of the diagonal")
    base: float = number(0.0, 0.0, 0.2, "of the diagonal")
    colour: str = formed("#ffffff", _colour, '"#rrggbb"')
    caption: tuple[str, ...] = formed((), _caption, "of " + ", ".join(CAPTIONS))

    @property
    def wanted(self) -> bool:
        """Whether there is a frame at all."""
        return self.width > 0.0 or self.base > 0.0
