"""TOML to Style, with the line of whatever is wrong."""

import difflib
import math
import re
import tomllib
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from styles.errors import StyleError
from styles.frame import Frame
from styles.lines import key_lines, line_of
from styles.style import (
    LONGEST_NAME,
    VERSION,
    Colour,
    HueBand,
    Monochrome,
    Spatial,
    SplitTone,
    Style,
    Tone,
    is_name,
    is_taken,
)
from styles.values import range_problem, shown

_LARGEST_NUMBER = 1 << 63  # an integer of TOML
_LARGEST_FILE = 1 << 16  # bytes; a look has some 2000
_TABLES: dict[str, type] = {
    "tone": Tone,
    "colour": Colour,
    "split_tone": SplitTone,
    "monochrome": Monochrome,
    "spatial": Spatial,
    "frame": Frame,
}


def read_toml(path: Path) -> Style:
    """Reads a look from a TOML file.

    Raises:
        StyleError: naming file, line and remedy.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        raise StyleError(
            f"{path}: cannot be read ({error.strerror}); check the path and its permissions"
        ) from error
    if len(data) > _LARGEST_FILE:
        raise StyleError(f"{path}:1: is too large for a look; is it another kind of file?")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise StyleError(f"{path}:{line}: is not UTF-8 text; save it as UTF-8") from error
    return parse_style(text, str(path))


def parse_style(text: str, source: str) -> Style:
    """Reads a look from TOML text.

    Args:
        text: see docs/styles.md for the keys.
        source: what messages call the text, usually the file's path.

    Raises:
        StyleError: naming source, line and remedy.
    """
    text = text.replace("\r\n", "\n")
    try:
        table = tomllib.loads(text)
    except ValueError as error:  # TOMLDecodeError, or a number of too many digits
        raise _syntax_error(text, source, error) from error
    except RecursionError:
        raise StyleError(f"{source}:1: is nested too deeply; a look has two levels") from None
    return _Reader(source, key_lines(text)).style(table)


def _syntax_error(text: str, source: str, error: ValueError) -> StyleError:
    """The error of tomllib in our form; it tells the line in its text only."""
    what = re.sub(r" \(at .*\)$", "", str(error))
    found = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
    line = int(found[1]) if found else text.rstrip("\n").count("\n") + 1
    where = f" at column {found[2]}" if found else ""
    return StyleError(
        f"{source}:{line}: is not valid TOML{where} ({what}); "
        "write key = value, text in quotes, tables as [name]"
    )


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns tables into parts of a Style, and mistakes into StyleErrors."""

    source: str
    lines: dict[tuple[str, ...], int]

    def error(self, path: tuple[str, ...], message: str) -> StyleError:
        return StyleError(f"{self.source}:{line_of(self.lines, path)}: {message}")

    def style(self, table: dict[str, Any]) -> Style:
        version = table.get("version")
        if version is None:
            raise self.error((), f"version is missing; begin with version = {VERSION}")
        if type(version) is not int or version != VERSION:
            raise self.error(
                ("version",),
                f"version {shown(version)} is not known; this Baryta reads version {VERSION}",
            )
        self.known((), table, ["version", "name", "note", *_TABLES])
        parts = {
            key: self.part(kind, (key,), table[key])
            for key, kind in _TABLES.items()
            if key in table
        }
        return Style(name=self.name(table), note=self.text(table, "note"), **parts)

    def part(self, kind: type, path: tuple[str, ...], table: object) -> Any:  # noqa: ANN401  (an instance of kind)
        """A table as a dataclass of numbers, texts and further parts."""
        if not isinstance(table, dict):
            raise self.error(path, f"{path[-1]} must be a table; write [{'.'.join(path)}]")
        items = {item.name: item for item in fields(kind)}
        self.known(path, table, items)
        values = {}
        for key, value in table.items():
            limits = items[key].metadata.get("limits")
            here = (*path, key)
            if form := items[key].metadata.get("form"):
                try:
                    values[key] = form.read(value)
                except ValueError as error:
                    raise self.error(here, f"{key}: {error}") from error
                continue
            if limits is None:
                values[key] = self.part(HueBand, here, value)
                continue
            if type(value) not in {int, float}:
                raise self.error(
                    here,
                    f"{key} must be a number, not {shown(value)}; "
                    f"use {limits.low:g} to {limits.high:g} {limits.unit}".rstrip(),
                )
            huge = type(value) is int and abs(value) > _LARGEST_NUMBER
            number = math.inf if huge else float(value)
            if problem := range_problem(limits, number):
                raise self.error(here, f"{key} = {problem}")
            values[key] = number
        try:
            return kind(**values)
        except ValueError as error:
            raise self.error(path, str(error)) from error

    def known(self, path: tuple[str, ...], table: dict[str, Any], expected: Iterable[str]) -> None:
        """Refuses keys that do not exist, with the one that may have been meant."""
        names = list(expected)
        for key in table:
            if key not in names:
                close = difflib.get_close_matches(key[:40], names, 1, 0.6)
                remedy = f"did you mean {close[0]}?" if close else f"use {', '.join(names)}"
                where = f" in [{'.'.join(path)}]" if path else ""
                raise self.error((*path, key), f"unknown key {shown(key)}{where}; {remedy}")

    def text(self, table: dict[str, Any], key: str) -> str:
        value = table.get(key, "")
        if not isinstance(value, str):
            raise self.error((key,), f"{key} must be text, not {shown(value)}; put it in quotes")
        return " ".join(value.split())

    def name(self, table: dict[str, Any]) -> str:
        name = self.text(table, "name")
        if not name:
            raise self.error(("name",), 'the look has no name; write name = "My look"')
        if not is_name(name):
            raise self.error(
                ("name",),
                f"name is too long or not plain text; use at most {LONGEST_NAME} characters",
            )
        if is_taken(name):
            raise self.error(("name",), f"the name {name!r} is taken for no look; choose another")
        return name
