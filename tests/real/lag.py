"""How long after a press its burst begins: .ci/real-run python tests/real/lag.py [SCENE [RING]].

The session plans and takes bursts as the screen's does. The sensor is small, so that it is rendered
at its pace, the Camera Module 3's. The ring holds so many frames, eight if not said. What is below
0 was exposed before the press.
"""

import json
import os
import sys
import tempfile
import time
from functools import partial
from pathlib import Path
from statistics import median

from app.cameras import Camera, Cameras
from app.jobs import Report
from app.modes import plan_wish
from app.negatives import unpack_frame
from app.session import Session
from app.shot_queue import Shot
from capture.frames import Burst
from capture.pi.source import PiSource

_PRESSES = 8
_FRAME = 66_667  # microseconds
_FIRST, _PAUSE = 6.0, 4.0  # seconds before a press


class _Picture:
    paths = (Path("BARY0001.JPG"),)


def main() -> None:
    """Prints when the frames of each burst were taken, milliseconds after the press."""
    scene, depth, *_ = (*sys.argv[1:], *("window", "8")[len(sys.argv) - 1 :])
    with tempfile.TemporaryDirectory() as folder:
        camera = {"modes": [[256, 192, 12]], "scene": scene, "fastest": _FRAME}
        (Path(folder) / "cameras.json").write_text(json.dumps([camera]), "utf-8")
        os.environ["SOFTCAM"] = folder
        lags = _pressed(int(depth))
    sys.stdout.write(f"{scene}: median of the first frames {median(lags):+.0f} ms\n")


def _pressed(depth: int) -> list[float]:
    bursts: list[Burst] = []

    def develop(shot: Shot, _report: Report) -> _Picture:
        bursts.append(shot.burst)
        return _Picture()

    source = partial(PiSource, unpack_frame, 0, ring_depth=lambda _size: depth)
    session = Session(
        Cameras([Camera("camera", source)]), partial(plan_wish, frames=8), develop, ("Neutral",)
    )
    session.start()
    lags = []
    for number in range(_PRESSES):
        end = time.monotonic() + (_PAUSE if number else _FIRST)
        while time.monotonic() < end:
            session.check()
            time.sleep(0.02)
        at = time.clock_gettime_ns(time.CLOCK_MONOTONIC)
        if not session.shoot():
            raise RuntimeError(str(session.status))
        while len(bursts) <= number:
            session.check()
            time.sleep(0.01)
        frames = [((frame.metadata.timestamp or 0) - at) / 1e6 for frame in bursts[-1].frames]
        lags.append(frames[0])
        nearest = frames[bursts[-1].reference]
        sys.stdout.write(
            f"push {bursts[-1].push:+.2f} EV: first {frames[0]:+.0f}, reference {nearest:+.0f}, "
            f"last {frames[-1]:+.0f} ms\n"
        )
    session.stop()
    return lags


if __name__ == "__main__":
    main()
