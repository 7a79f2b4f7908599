"""How long it takes from one camera to the other: .ci/real-run python tests/real/switching.py.

Two software cameras of the default size. Each is opened once before, for a scene that was never
seen is painted first, which no camera does. A frame takes what this machine takes to render one.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from app.negatives import unpack_frame
from capture.pi.source import PiSource

_SWITCHES = 6


def main() -> None:
    """Prints the median of a frame and of what a switch is made of, seconds."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "cameras.json").write_text(json.dumps([{}, {"seed": 2}]), "utf-8")
        os.environ["SOFTCAM"] = folder
        times = [_used(number % 2) for number in range(2 + _SWITCHES)][2:]
    opening, frame, closing = (median(part) for part in zip(*times, strict=True))
    sys.stdout.write(
        f"switch {opening + closing:.2f} s: opened and shown in {opening:.2f}, closed in "
        f"{closing:.2f}; a frame takes {frame:.2f}\n"
    )


def _used(number: int) -> tuple[float, float, float]:
    """Opens a camera until it is seen, lets it stream, closes it: seconds of each."""
    camera = PiSource(unpack_frame, number)
    begun = time.perf_counter()
    camera.start()
    camera.preview()
    opened = time.perf_counter()
    for _ in range(4):
        camera.preview()
    streamed = time.perf_counter()
    camera.stop()
    return opened - begun, (streamed - opened) / 4, time.perf_counter() - streamed


if __name__ == "__main__":
    main()
