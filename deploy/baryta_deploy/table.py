"""Who is where, for people and for scripts."""

import json
from collections.abc import Sequence
from dataclasses import asdict

from baryta_deploy.fleet import Result

_HEAD = ("device", "outcome", "release", "")


def table(results: Sequence[Result]) -> str:
    """A line a device; reasons, which can be long, stand last."""
    rows = [
        tuple(map(_cell, (one.device, one.outcome, one.release or "-", one.told)))
        for one in results
    ]
    widths = [max(len(row[column]) for row in (_HEAD, *rows)) for column in range(3)]
    lines = []
    for row in (_HEAD, *rows):
        cells = [text.ljust(width) for text, width in zip(row, widths, strict=False)]
        lines.append("  ".join([*cells, row[3]]).rstrip())
    return "\n".join(lines)


def _cell(text: str) -> str:
    return plain(" ".join(text.split()))


def plain(line: str) -> str:
    """Without what a terminal would obey: a device has said it."""
    return "".join(mark if mark.isprintable() else "?" for mark in line.expandtabs())


def as_json(results: Sequence[Result]) -> str:
    """One object."""
    return json.dumps({"devices": [asdict(one) for one in results]}, indent=2)
