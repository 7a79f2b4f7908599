"""The looks at hand: Baryta's own, and those in the user's folder."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from styles.errors import StyleError
from styles.read import LIBRARY, SUFFIXES, file_name, read_style
from styles.style import Style

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


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The looks at hand.

    Attributes:
        looks: by name, Baryta's own first, then the user's.
        paths: the looks' files, by the same names.
        damaged: the user's files that cannot be used, and why.
        replaced: the names of Baryta's own looks whose place a user's file has taken.
    """

    looks: dict[str, Style] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    damaged: dict[Path, StyleError] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)

    def remarks(self) -> list[str]:
        """A line for each file that does something else than a person may expect of it.

        That a TOML file takes the place of a look is what its name was chosen for; a table may
        have its title from the look that it was exported from, and is less than that look.
        """
        taken = (
            f"{self.paths[name]}: this table takes the place of Baryta's look {name};"
            " change its TITLE to have both"
            for name in self.replaced
            if self.looks[name].cube is not None
        )
        return [*map(str, self.damaged.values()), *sorted(taken)]


def catalogue(user_folder: Path | None = None) -> Catalogue:
    """Reads the looks at hand.

    Args:
        user_folder: TOML and .cube files that are added; one with the name of a look of Baryta's
            takes its place, and so does a later TOML file with the name of an earlier one. Of
            tables with the same title, which programs give without asking, all but the first are
            called after their files. The folder need not exist.

    Raises:
        StyleError: only if one of Baryta's own files is damaged.
    """
    found = Catalogue()
    own = {style.name: (path, style) for path in _files(LIBRARY) for style in [read_style(path)]}
    for name in [*FIRST, *own]:
        if name in own and name not in found.looks:
            found.paths[name], found.looks[name] = own[name]
    by_key = {_key(name): name for name in found.looks}
    mine: set[str] = set()
    built_in = set(by_key)
    for path in _files(user_folder):
        try:
            style = read_style(path)
            if style.cube and _key(style.name) in mine:
                style = replace(style, name=file_name(path))
        except StyleError as error:
            found.damaged[path] = error
            continue
        key = _key(style.name)
        mine.add(key)
        name = by_key.setdefault(key, style.name)
        found.looks[name], found.paths[name] = replace(style, name=name), path
        if key in built_in:
            found.replaced.add(name)
    return found


def available(user_folder: Path | None = None) -> Mapping[str, Path]:
    """The looks' files by name; a damaged one is listed under its file name, "mine.toml"."""
    found = catalogue(user_folder)
    return found.paths | {path.name: path for path in found.damaged}


def damaged(user_folder: Path | None) -> Mapping[Path, StyleError]:
    """The user's files that cannot be used, and why."""
    return catalogue(user_folder).damaged


def usable(user_folder: Path | None = None) -> Mapping[str, Path]:
    """The looks of available that are not damaged."""
    return catalogue(user_folder).paths


def load(name: str, user_folder: Path | None = None) -> Style:
    """Loads a look by its name; case, spaces, hyphens and underscores do not matter.

    Raises:
        StyleError: if there is no such look, naming the nearest, or if its file is damaged.
    """
    found = catalogue(user_folder)
    by_key = {_key(known): style for known, style in found.looks.items()}
    if style := by_key.get(_key(name)):
        return style
    for path, error in found.damaged.items():
        if _key(name) in (_key(path.stem), _key(path.name)):
            raise error
    close = difflib.get_close_matches(_key(name), list(by_key), 1, 0.6)
    nearest = next((known for known in found.looks if close and _key(known) == close[0]), None)
    remedy = f"did you mean {nearest}?" if nearest else f"use one of {', '.join(found.looks)}"
    raise StyleError(f"there is no look {name!r}; {remedy}")


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", " ", name).strip().casefold()


def _files(folder: Path | None) -> list[Path]:
    """A folder's files of looks by name, hidden ones aside; none if it cannot be read.

    Folders and links to nothing that are called like looks are among them: reading tells why not.
    """
    try:
        return sorted(p for p in folder.iterdir() if _is_look(p)) if folder else []
    except OSError:
        return []


def _is_look(path: Path) -> bool:
    if path.suffix.lower() not in SUFFIXES or path.name.startswith("."):
        return False
    return path.is_file() or path.is_dir() or not path.exists()  # a pipe would never end
