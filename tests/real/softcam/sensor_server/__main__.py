# SPDX-License-Identifier: LGPL-2.1-or-later
"""The sensor server: python -m sensor_server ADDRESS.

Listens on an abstract Unix socket. A question is a line of tab-separated fields, an answer is lines
of them up to a line with a full stop:

    describe FOLDER                                     what cameras there are
    configure FOLDER CAMERA MODE WIDTH HEIGHT MEMORY    control lines
    start NAME=VALUE ...
    frame NUMBER TIMESTAMP WANTED NAME=VALUE ...        "frame DURATION FATE", metadata lines

It says that it listens with one byte on its standard output, and ends with its standard input.
"""

import mmap
import os
import re
import signal
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from .camera import Camera, Values
from .cameras import described, offered_controls, read_cameras
from .faults import Faults

_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?")


def main() -> None:
    """Serves until standard input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the application, which ends us
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind("\0" + sys.argv[1])
    listener.listen()
    threading.Thread(target=_accept, args=(listener,), daemon=True).start()
    os.write(1, b"\n")
    while os.read(0, 4096):
        pass
    os._exit(0)


def _accept(listener: socket.socket) -> None:
    while True:
        connection, _ = listener.accept()
        threading.Thread(target=_serve, args=(connection,), daemon=True).start()


def _serve(connection: socket.socket) -> None:
    camera: list[Camera] = []
    with connection, connection.makefile("rw", encoding="utf-8", newline="\n") as lines:
        for line in lines:
            question = line.rstrip("\n").split("\t")
            try:
                answer = list(_answer(question, camera))
            except Exception as error:  # noqa: BLE001  (told to the handler, which fails the call)
                answer = [("error", " ".join(f"{type(error).__name__}: {error}".split()))]
            for fields in answer:
                lines.write("\t".join(fields) + "\n")
            lines.write(".\n")
            lines.flush()


def _answer(question: list[str], camera: list[Camera]) -> Iterator[tuple[str, ...]]:
    match question:
        case ["describe", folder]:
            place = Path(folder) if folder else None
            for index, spec in enumerate(read_cameras(place)):
                faults = Faults(place, index)
                faults.look()
                if faults.has("unplugged"):
                    yield ("unplugged", str(index))
                else:
                    yield from described(index, spec)
        case ["configure", folder, index, mode, width, height, memory]:
            place = Path(folder) if folder else None
            spec = read_cameras(place)[int(index)]
            with open(memory, "r+b") as file:  # noqa: PTH123  (a descriptor under /proc)
                pixels = mmap.mmap(file.fileno(), 0)
            size = (int(width), int(height))
            camera[:] = [Camera(place, int(index), spec, int(mode), size, pixels)]
            yield from offered_controls(spec, int(mode))
        case ["start", *controls]:
            camera[0].start(_values(controls))
        case ["frame", number, timestamp, wanted, *controls]:
            duration, fate, metadata = camera[0].frame(
                int(number), int(timestamp), int(wanted), _values(controls)
            )
            yield ("frame", str(duration), fate)
            for name, value in metadata.items():
                yield ("metadata", name, _text(name, value))
        case _:
            raise ValueError(f"no such question: {question}")


def _text(name: str, value: Any) -> str:
    if not isinstance(value, tuple):
        return str(value)
    array = "" if name == "ScalerCrop" else "["  # which is one rectangle
    return array + ",".join(str(number) for number in value)


def _values(fields: list[str]) -> Values:
    """Controls as libcamera prints them: numbers, "[ 1.5, 2.0 ]", "(0, 0)/64x64", "true"."""
    values: Values = {}
    for field in fields:
        name, _, text = field.partition("=")
        text = {"true": "1", "false": "0"}.get(text, text)
        values[name] = tuple(float(number) for number in _NUMBER.findall(text))
    return values


if __name__ == "__main__":
    main()
