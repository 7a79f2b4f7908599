"""A card with anything on it, as bytes tell."""

import json
import os
from contextlib import suppress
from pathlib import Path

from app.store import Store
from app.store.index import FileRecord, Index, ShotRecord, State

_PLACES = (
    "DCIM/100BARYT",
    "DCIM/101BARYT",
    "DCIM/999BARYT",
    "DCIM/100BARYT/BARY0001.BURST",
    "DCIM/100BARYT/BARY0002.BURST",
    "DCIM",
    ".baryta",
    ".baryta/spool",
    ".baryta/spool/0001",
    ".baryta/spool/0001/BARY0001.BURST",
    ".baryta/spool/0002",
    ".baryta/trash",
    ".baryta/trash/0001",
    ".baryta/trash/0003",
    ".baryta/aside",
    "",
)
_NAMES = (
    "BARY0001.JPG",
    "BARY0001.DNG",
    "BARY0002.JPG",
    "BARY0002.DNG",
    ".BARY0001.JPG.part",
    ".BARY0001.DNG.part",
    "BARY0001.BURST",
    "BARY0000.JPG",
    "BARY12345.DNG",
    "BARY999999999.JPG",
    "BARY9999.BURST",
    "100BARYT",
    "102BARYT",
    "number",
    "lock",
    "index.sqlite",
    "index.sqlite-wal",
    "index.sqlite-shm",
    "spool",
    "trash",
    "aside",
    "0001",
    "0002",
    "3",
    "00004",
    "0000",
    "99999999",
    "99999999999999999999999",
    "٣٤٥٦",
    "²",
    ".0001.done",
    ".0001.part",
    "burst.json",
    "FRAME001.DNG",
    os.fsdecode(b"FRAME\xff.DNG"),
    "a\nb",
)
_BOOK = 255  # which name it is: kept inputs mean the others by their place in the list
_CONTENTS = (
    b"",
    b"whole",
    b"torn",
    b"17\n",
    b"99999999999",
    b"-5",
    b"\xff\xd8\xff\xe1\0\x10Exif\0\0",
    b"II*\0\x08\0\0\0",
    b"SQLite format 3\0",
    b"{}",
)
_FILES = (
    "BARY0001.JPG",
    "BARY0001.DNG",
    "BARY0002.DNG",
    "BARY0001.BURST/FRAME001.DNG",
    "BARY0002.BURST/FRAME001.DNG",
    "../../../outside",
    "/outside",
    "BARY0001.BURST/../../x",
    "..",
    "",
)
_NUMBERS = (1, 2, 3, 0, -1, 9999, 10000, 8_999_100, 8_999_101, 2**40)
_TIMES = ("2026-01-02T03:04:05+00:00", None, "yesterday")


def store_with_leftovers(data: bytes, folder: Path) -> Store:
    """A library below the folder: three bytes an action, an action a file, folder, link or record.

    What lies outside the library is there to be left alone: a file called outside.
    """
    root = folder / "a" / "b" / "card"
    root.mkdir(parents=True)
    (folder / "outside").write_bytes(b"whole")
    for kind, where, what in zip(data[::3], data[1::3], data[2::3], strict=False):
        place = root / _PLACES[where % len(_PLACES)]
        with suppress(OSError):
            if kind % 8 == 7:
                _record(root, kind, where, what)
            else:
                place.mkdir(parents=True, exist_ok=True)
                name = ".baryta-number" if what == _BOOK else _NAMES[what % len(_NAMES)]
                _leave(place / name, kind)
    return Store.library(root)


def _leave(path: Path, kind: int) -> None:
    if path.is_fifo():
        return  # whoever writes into it waits for a reader
    match kind % 8:
        case 0:
            path.mkdir()
        case 1:
            path.symlink_to(path.name if kind & 8 else "nowhere")
        case 2 if path.name.startswith(("BARY", ".BARY", ".baryta", "0")):
            os.mkfifo(path)
        case 3:
            story = {"style": "\ud800", "taken": "0001", "reference": 3, "keep": True}
            path.write_text(json.dumps(story | {"time_source": ""}))
        case _:
            path.write_bytes(_CONTENTS[kind // 8 % len(_CONTENTS)])


def _record(root: Path, kind: int, where: int, what: int) -> None:
    """A record in the journal, which bits that tip over have made as strange as may be."""
    (root / ".baryta").mkdir(parents=True, exist_ok=True)
    index = Index(root / ".baryta" / "index.sqlite")
    state = list(State)[kind // 8 % 4]
    files = [FileRecord.of(_FILES[what % len(_FILES)], b"whole")]
    files.append(FileRecord.of(_FILES[(what + where) % len(_FILES)], b"whole"))
    files = list({file.name: file for file in files}.values())
    number = _NUMBERS[where % len(_NUMBERS)]
    with suppress(Exception):  # the journal may be damaged already
        index.put(ShotRecord(number, state, None, _TIMES[what // 10 % 3], tuple(files)))
    index.close()
