"""Where in a TOML text each key stands: tomllib reads values, not lines."""

import re
import tomllib
from typing import Any

Path = tuple[str, ...]

_STATEMENT = re.compile(r"\s*+(?:\[\[?(?P<header>[^\[\]]+)\]|(?P<key>[^\[\]#=\n]++)=)")
# What can hide a bracket or a line's end: strings and comments, the long ones first.
_TOKEN = re.compile(
    r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'|#[^\n]*|[\[\]{}\n]',
    re.DOTALL,
)


def key_lines(text: str) -> dict[Path, int]:
    """Lines, from 1, of the tables and keys of a valid TOML text.

    Keys in inline tables and arrays of tables are not listed: line_of falls back to what holds
    them.
    """
    lines: dict[Path, int] = {}
    table: Path = ()
    position = 0
    while position < len(text):
        found = _STATEMENT.match(text, position)
        start = position
        if found:
            start = found.end()
            line = text.count("\n", 0, start) + 1
            if header := found["header"]:
                table = _parts(header)
                _add(lines, (), table, line)
            else:
                _add(lines, table, _parts(found["key"]), line)
        position = _statement_end(text, start)
    return lines


def line_of(lines: dict[Path, int], path: Path) -> int:
    """The line of a key, or of the nearest table around it, or 1."""
    while path and path not in lines:
        path = path[:-1]
    return lines.get(path, 1)


def _add(lines: dict[Path, int], table: Path, parts: Path, line: int) -> None:
    """Notes a dotted key and the tables it opens on its way."""
    for end in range(1, len(parts) + 1):
        lines.setdefault((*table, *parts[:end]), line)


def _parts(dotted: str) -> Path:
    """The parts of a dotted key, quoted ones too."""
    try:
        value: Any = tomllib.loads(f"{dotted.strip()} = 0")
    except tomllib.TOMLDecodeError:
        return ()
    parts = []
    while isinstance(value, dict):
        if len(value) != 1:
            return ()  # no key, but something that looks like one in a text that is not TOML
        ((key, value),) = value.items()
        parts.append(key)
    return tuple(parts)


def _statement_end(text: str, position: int) -> int:
    """The start of the next statement: after the line's end outside strings and brackets."""
    depth = 0
    for token in _TOKEN.finditer(text, position):
        mark = token.group()
        if mark in "[{":
            depth += 1
        elif mark in "]}":
            depth -= 1
        elif mark == "\n" and depth <= 0:
            return token.end()
    return len(text)
