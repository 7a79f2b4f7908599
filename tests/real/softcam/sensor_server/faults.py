# SPDX-License-Identifier: LGPL-2.1-or-later
"""Faults on demand: the lines of a folder's file "faults", read again whenever it changes.

    timeout                 no more frames; the handler gives up after a second
    unplugged               the camera is gone, until the line is
    drop N                  the next N frames are lost on their way
    missing NAME ...        these are left out of the metadata
    no-focus                the automatic focus finds nothing
    allocation              there is no memory for buffers (answered by the dma-buf provider)
    allocation N            there is for N buffers of all streams at one time, and for no more

A line may begin with a camera's number and a colon; then it is meant for that one only, but for
memory, which all cameras share.
"""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Faults:
    """The faults of one camera.

    Attributes:
        folder: of the cameras; None has no faults.
        camera: its number.
    """

    folder: Path | None
    camera: int
    _stamp: tuple[int, int] = (0, 0)
    _lines: tuple[tuple[str, ...], ...] = field(default=())
    _to_drop: int = 0

    def look(self) -> None:
        """Reads the file if it has changed."""
        path = None if self.folder is None else self.folder / "faults"
        try:
            about = path.stat() if path is not None else None
            text = path.read_text("utf-8") if path is not None else ""
        except FileNotFoundError:
            about, text = None, ""
        stamp = (0, 0) if about is None else (about.st_mtime_ns, about.st_ino)
        if stamp == self._stamp:
            return
        self._stamp = stamp
        lines = (line.partition(":") for line in text.splitlines())
        self._lines = tuple(
            tuple((rest if colon else first).split())
            for first, colon, rest in lines
            if not colon or first.strip() == str(self.camera)
        )
        self._to_drop = sum(int(line[1]) for line in self._lines if line[:1] == ("drop",))

    def has(self, word: str) -> bool:
        """Whether a fault is ordered."""
        return any(line[:1] == (word,) for line in self._lines)

    def missing(self) -> frozenset[str]:
        """Names to leave out of the metadata."""
        return frozenset(
            name for line in self._lines if line[:1] == ("missing",) for name in line[1:]
        )

    def drops(self) -> bool:
        """Whether this frame is lost; counts it."""
        lost = self._to_drop > 0
        self._to_drop -= lost
        return lost
