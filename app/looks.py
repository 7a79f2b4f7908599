"""From a look's name to the compiled look."""

from functools import lru_cache
from pathlib import Path

from native import Look
from styles import PLAIN, Frame, Style, catalogue, compile_style, load, plain_look

NO_STYLE = PLAIN
PICTURE_SIZE, PREVIEW_SIZE = 65, 33  # nodes a side of the table


@lru_cache(maxsize=16)
def look_named(name: str, user_folder: Path, size: int = PICTURE_SIZE) -> Look:
    """The compiled look of a name; "none" is plain colour without tone curve.

    Args:
        name: in any case.
        user_folder: holds the person's own looks.
        size: of the table, nodes a side.

    Raises:
        StyleError: if there is no such look or its file is invalid.
    """
    if name.casefold() == NO_STYLE:
        return plain_look(size)
    return compile_style(load(name, user_folder), size)


def installed_looks(user_folder: Path, first: str = "") -> tuple[Style, ...]:
    """The looks that a negative takes along, one of a name ahead of the others."""
    looks = catalogue(user_folder).looks.values()
    return tuple(sorted(looks, key=lambda style: style.name != first))


def frame_named(name: str, user_folder: Path) -> Frame:
    """The frame of a look; "none" has none.

    Raises:
        StyleError: if there is no such look or its file is invalid.
    """
    return Frame() if name.casefold() == NO_STYLE else load(name, user_folder).frame
