"""A camera that shoots without a pause while its library is tidied, and reports all of it."""

import json
import logging
import os
import queue
import select
import threading
import time
from pathlib import Path

from app.pipeline import SavedPicture
from app.store.names import Names
from app.store.rebuild import members
from tests.power.tidying import Tidier
from tests.shooting import digest, session_for


def shoot_for_ever(root: Path, report: int) -> None:
    """Shoots whenever the session lets it, in a process of its own that is going to be killed.

    Args:
        root: of the library.
        report: a pipe; each event is a line of JSON: shot, state, and the files' SHA-256 if saved.
    """
    logging.disable(logging.CRITICAL)
    names = Names(root, dcim=True)
    done: queue.SimpleQueue[int] = queue.SimpleQueue()

    def tell(number: int, state: str, **more: object) -> None:
        line = json.dumps({"shot": number, "state": state, **more}).encode() + b"\n"
        assert len(line) <= select.PIPE_BUF, "a pipe takes no more in one piece"
        os.write(report, line)

    def saved(picture: SavedPicture) -> None:
        number = names.number_of(picture.paths[0])
        assert number is not None
        files = [file for path in picture.paths for file in members(path)]
        folder = picture.paths[0].parent
        told = {str(path.relative_to(folder)): digest(path) for path in files}
        tell(number, "saved", files=told)
        done.put(number)

    def tidy() -> None:
        tidier = Tidier(root, tell)
        while True:
            tidier.turn(done.get())

    threading.Thread(target=tidy, daemon=True).start()
    session = session_for(root, saved)
    session.start()
    while True:
        if not session.shoot():
            time.sleep(0.001)
