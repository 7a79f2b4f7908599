"""Reads .po files for gettext: they are kept as people write them, and need no step of a build.

The formats are gettext's (GNU gettext manual, "PO Files" and "MO Files").
"""

import gettext
import json
import struct
from io import BytesIO
from pathlib import Path

_MAGIC = 0x950412DE


def read_messages(path: Path) -> gettext.GNUTranslations:
    """The messages of a .po file in UTF-8.

    Raises:
        OSError, ValueError: if it cannot be read or is none.
    """
    return gettext.GNUTranslations(BytesIO(_compiled(_parsed(path.read_text("utf-8")))))


def _parsed(text: str) -> dict[str, str]:
    """Message to translation; plural forms lie one after the other, with NUL between."""
    messages: dict[str, str] = {}
    fields: dict[str, str] = {}
    name = ""
    for line in [*text.splitlines(), ""]:
        if line.startswith("#"):
            continue
        if not line.strip():
            if "msgid" in fields:
                _enter(messages, fields)
            fields = {}
            continue
        quoted = line
        if not line.startswith('"'):
            name, _, quoted = line.partition(" ")
            fields[name] = ""
        fields[name] += str(json.loads(quoted))  # escapes as C's, the usual ones
    return messages


def _enter(messages: dict[str, str], fields: dict[str, str]) -> None:
    plural = fields.get("msgid_plural")
    if plural is None:
        messages[fields["msgid"]] = fields["msgstr"]
        return
    forms = [fields[name] for name in sorted(fields) if name.startswith("msgstr[")]
    messages[f"{fields['msgid']}\0{plural}"] = "\0".join(forms)


def _compiled(messages: dict[str, str]) -> bytes:
    """The messages as a .mo file."""
    pairs = [(key.encode(), value.encode()) for key, value in sorted(messages.items())]
    start = 28 + 16 * len(pairs)
    body = b""
    tables: list[list[bytes]] = [[], []]
    for side in (0, 1):
        for pair in pairs:
            tables[side].append(struct.pack("<LL", len(pair[side]), start + len(body)))
            body += pair[side] + b"\0"
    second = 28 + 8 * len(pairs)
    head = struct.pack("<LLLLLLL", _MAGIC, 0, len(pairs), 28, second, 0, start)
    return head + b"".join(tables[0]) + b"".join(tables[1]) + body
