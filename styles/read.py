"""A look from a file: Baryta's own TOML, or a .cube of another program."""

from functools import lru_cache
from pathlib import Path
from typing import Final

from styles.errors import StyleError
from styles.parse import read_toml
from styles.read_cube import read_cube
from styles.style import LONGEST_NAME, Spatial, Style, is_name, is_taken

LIBRARY: Final = Path(__file__).parent / "library"
SUFFIXES: Final = (".toml", ".cube")


def read_style(path: Path) -> Style:
    """Reads a look from a file; what does not end in .cube is read as TOML.

    Raises:
        StyleError: naming file, line and remedy.
    """
    return _cube_style(path) if path.suffix.lower() == ".cube" else read_toml(path)


def file_name(path: Path) -> str:
    """The name of a look that is called after its file: without suffix, at most 40 characters.

    Raises:
        StyleError: if the file's name cannot be a look's.
    """
    name = " ".join(path.stem[:LONGEST_NAME].split())
    if not is_name(name) or is_taken(name):
        raise StyleError(f"{path}: has no name for a look; give it a TITLE or rename the file")
    return name


def _cube_style(path: Path) -> Style:
    """A .cube as a look: Baryta's neutral picture, then the table.

    Tables for photographs expect a finished picture, so that is what this one gets, in the colour
    and the tone curve of the look Neutral. The file's title is the name where it can be one.
    """
    cube = read_cube(path)
    title_serves = is_name(cube.title) and not is_taken(cube.title)
    neutral = _neutral()
    what = "scene light" if cube.light else "the picture"
    return Style(
        name=cube.title if title_serves else file_name(path),
        note=f"{path.name}: a table of {cube.size}{'³' if cube.dimensions == 3 else ''} nodes"
        f" for {what}.",
        tone=neutral.tone,
        colour=neutral.colour,
        spatial=Spatial(),
        cube=cube,
    )


@lru_cache(maxsize=1)
def _neutral() -> Style:
    return read_toml(LIBRARY / "neutral.toml")
