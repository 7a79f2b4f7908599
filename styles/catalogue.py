"""The looks at hand: Baryta's own, and those in the user's folder."""

import difflib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from styles.errors import StyleError
from styles.parse import read_style
from styles.style import Style

LIBRARY: Final = Path(__file__).parent / "library"
# The order they are shown in: the four most wanted, then colour, then black and white.
FIRST: Final = (
    "Authentic",
    "Vibrant",
    "Neutral",
    "Monochrome",
    "Chrome slide",
    "Soft portrait",
    "Night",
    "High-contrast monochrome",
    "Blue-toned monochrome",
    "Sepia",
)


def available(user_folder: Path | None = None) -> Mapping[str, Path]:
    """The looks that can be loaded, by name: Baryta's own first, then the user's.

    Args:
        user_folder: TOML files that are added; one with the name of a look of Baryta's takes its
            place. The folder need not exist. A file that cannot be used is listed under its file
            name, "mine.toml", and reading it tells why.

    Raises:
        StyleError: only if one of Baryta's own files is damaged.
    """
    own = {read_style(path).name: path for path in _files(LIBRARY)}
    looks = {name: own[name] for name in FIRST if name in own} | own
    by_key = {_key(name): name for name in looks}
    for path in _files(user_folder):
        try:
            name = read_style(path).name
        except StyleError:
            name = path.name
        looks[by_key.setdefault(_key(name), name)] = path
    return looks


def damaged(user_folder: Path | None) -> Mapping[Path, StyleError]:
    """The user's files that cannot be used, and why."""
    errors = {}
    for path in _files(user_folder):
        try:
            read_style(path)
        except StyleError as error:
            errors[path] = error
    return errors


def usable(user_folder: Path | None = None) -> Mapping[str, Path]:
    """The looks of available that are not damaged."""
    bad = damaged(user_folder)
    return {name: path for name, path in available(user_folder).items() if path not in bad}


def load(name: str, user_folder: Path | None = None) -> Style:
    """Loads a look by its name; case, spaces, hyphens and underscores do not matter.

    Raises:
        StyleError: if there is no such look, naming the nearest, or if its file is damaged.
    """
    looks = usable(user_folder)
    by_key = {_key(known): path for known, path in looks.items()}
    if path := by_key.get(_key(name)):
        return read_style(path)
    for path, error in damaged(user_folder).items():
        if _key(name) in (_key(path.stem), _key(path.name)):
            raise error
    close = difflib.get_close_matches(_key(name), list(by_key), 1, 0.6)
    nearest = next((known for known in looks if close and _key(known) == close[0]), None)
    remedy = f"did you mean {nearest}?" if nearest else f"use one of {', '.join(looks)}"
    raise StyleError(f"there is no look {name!r}; {remedy}")


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def _files(folder: Path | None) -> list[Path]:
    """A folder's TOML files by name, hidden ones aside; none if it cannot be read."""
    try:
        return sorted(p for p in folder.iterdir() if _is_look(p)) if folder else []
    except OSError:
        return []


def _is_look(path: Path) -> bool:
    return path.suffix.lower() == ".toml" and not path.name.startswith(".") and path.is_file()
