"""Reads .cube files (Adobe, "Cube LUT Specification 1.0", 2013).

Two keywords that colour-grading programs write instead of DOMAIN_MIN and DOMAIN_MAX are
understood as well: LUT_1D_INPUT_RANGE and LUT_3D_INPUT_RANGE, a pair of numbers for all channels.
"""

from functools import lru_cache
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from styles.cube import Cube
from styles.errors import StyleError

# What Baryta's own exports begin with: their input is light, not a picture.
LIGHT_MARK: Final = "# Input: linear light from 0 to 1, sRGB-encoded. Output: sRGB."
_LARGEST_3D: Final = 129  # nodes a side; more would take 150 MB of text
_LARGEST_1D: Final = 65536
_LARGEST_FILE: Final = 1 << 27  # bytes
_LARGEST_NUMBER: Final = 1e6
_KEYWORDS: Final = {
    "TITLE",
    "DOMAIN_MIN",
    "DOMAIN_MAX",
    "LUT_1D_SIZE",
    "LUT_3D_SIZE",
    "LUT_1D_INPUT_RANGE",
    "LUT_3D_INPUT_RANGE",
}
_REMEDY: Final = "export it again"


def read_cube(path: Path) -> Cube:
    """Reads a .cube file; one that has not changed since is not read again.

    Raises:
        StyleError: naming file, line and remedy.
    """
    try:
        status = path.stat()
        if status.st_size > _LARGEST_FILE:
            raise StyleError(f"{path}:1: is too large for a table; is it another kind of file?")
        return _read(path, status.st_mtime_ns, status.st_size)
    except OSError as error:
        raise StyleError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error


@lru_cache(maxsize=64)
def _read(path: Path, _changed: int, _size: int) -> Cube:
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("latin-1")  # a title of an older program
    return parse_cube(text, str(path))


def parse_cube(text: str, source: str) -> Cube:
    """Reads a .cube text.

    Args:
        text: the file's.
        source: what messages call it, usually the file's path.

    Raises:
        StyleError: naming source, line and remedy.
    """
    return _Reader(source).read(text)


class _Reader:
    """Reads the keywords line by line up to the numbers, and the numbers at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.words: dict[str, tuple[str, int]] = {}  # keyword: rest of its line, line

    def error(self, line: int, message: str) -> StyleError:
        return StyleError(f"{self.source}:{line}: {message}")

    def read(self, text: str) -> Cube:
        lines = text.splitlines()
        first = self._keywords(lines)
        if first == len(lines) and not any(word.endswith("D_SIZE") for word in self.words):
            raise self._no_numbers(lines)
        dimensions, size = self._size()
        low, high = self._domain(dimensions)
        if first == len(lines):
            raise self._no_numbers(lines)
        data = self._numbers(lines, first, size**dimensions)
        title = " ".join(self.words.get("TITLE", ("", 0))[0].strip().strip('"').split())
        light = LIGHT_MARK in lines[:first]
        return Cube(title, dimensions, size, low, high, light, data.tobytes())

    def _keywords(self, lines: list[str]) -> int:
        """Notes every keyword; gives the index of the first line of numbers, or the end."""
        for index, line in enumerate(lines):
            word, _, rest = line.strip().partition(" ")
            if "\t" in word:
                word, _, rest = line.strip().partition("\t")
            if not word or word.startswith("#"):
                continue
            if word in _KEYWORDS:
                if word in self.words:
                    raise self.error(index + 1, f"{word} stands there twice; keep one")
                self.words[word] = (rest.strip(), index + 1)
            elif word[0].isdigit() or word[0] in "+-.":
                return index
            elif not word[0].isupper() or not word.isascii() or not word.isprintable():
                raise self.error(index + 1, f"{word[:20]!r} is no part of a .cube file; {_REMEDY}")
            # Other keywords are for programs that know them, says the specification.
        return len(lines)

    def _no_numbers(self, lines: list[str]) -> StyleError:
        return self.error(max(len(lines), 1), f"the table has no numbers; {_REMEDY}")

    def _size(self) -> tuple[int, int]:
        found = [(n, f"LUT_{n}D_SIZE") for n in (1, 3) if f"LUT_{n}D_SIZE" in self.words]
        if not found:
            raise self.error(1, f"neither LUT_1D_SIZE nor LUT_3D_SIZE is there; {_REMEDY}")
        if len(found) == 2:
            line = self.words["LUT_3D_SIZE"][1]
            raise self.error(line, "holds a 1D and a 3D table; save it as a 3D table alone")
        dimensions, word = found[0]
        rest, line = self.words[word]
        largest = _LARGEST_3D if dimensions == 3 else _LARGEST_1D
        if not rest.isdecimal() or not 2 <= int(rest[:9]) <= largest:
            told = rest if len(rest) <= 20 else f"{rest[:19]}…"
            raise self.error(line, f"{word} {told} is out of range; use 2 to {largest}")
        return dimensions, int(rest)

    def _domain(
        self, dimensions: int
    ) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        limits = {"DOMAIN_MIN": (0.0, 0.0, 0.0), "DOMAIN_MAX": (1.0, 1.0, 1.0)}
        both = f"LUT_{dimensions}D_INPUT_RANGE"
        line = 1
        if both in self.words:
            rest, line = self.words[both]
            start, end = self._values(both, rest, line, 2)
            limits = {"DOMAIN_MIN": (start,) * 3, "DOMAIN_MAX": (end,) * 3}
        for word in limits:
            if word in self.words:
                rest, line = self.words[word]
                red, green, blue = self._values(word, rest, line, 3)
                limits[word] = (red, green, blue)
        low, high = limits.values()
        if not all(a < b for a, b in zip(low, high, strict=True)):
            raise self.error(line, "the domain's end does not lie above its beginning; mend it")
        return low, high

    def _values(self, word: str, rest: str, line: int, count: int) -> tuple[float, ...]:
        try:
            values = tuple(float(part) for part in rest.split())
        except ValueError:
            values = ()
        if len(values) != count or not all(abs(value) < _LARGEST_NUMBER for value in values):
            raise self.error(line, f"{word} needs {count} numbers, not {rest[:40]!r}")
        return values

    def _numbers(self, lines: list[str], first: int, count: int) -> npt.NDArray[np.float32]:
        try:
            values = np.loadtxt(lines[first:], np.float64, ndmin=2)
        except ValueError:
            values = np.full((1, 0), np.nan)
        if values.shape == (count, 3) and (np.abs(values) < _LARGEST_NUMBER).all():
            return values.astype(np.float32)
        raise self._wrong_number(lines, first, count)

    def _wrong_number(self, lines: list[str], first: int, count: int) -> StyleError:
        """What is wrong with the numbers, which takes longer to find than that it is so."""
        rows, last = 0, first
        for number, line in enumerate(lines[first:], first + 1):
            row = line.partition("#")[0].split()
            if not row:
                continue
            if len(row) != 3:
                return self.error(number, f"a line of the table has 3 numbers, not {len(row)}")
            if not all(map(_is_number, row)):
                return self.error(number, f"a line of the table is not 3 numbers; {_REMEDY}")
            rows, last = rows + 1, number
        what = "is cut short" if rows < count else "is too long"
        return self.error(last, f"the table {what}: {rows} lines of {count}; {_REMEDY}")


def _is_number(text: str) -> bool:
    try:
        return abs(float(text)) < _LARGEST_NUMBER
    except ValueError:
        return False
