"""A long day: shots back to back through a whole session, its queue always full, its library open.

    python -m tests.load --shots 10000

Afterwards every shot must be a picture under a number of its own, every file as the journal has it,
the index rebuilt from the files equal to the index kept, and memory where it was after warming up.
"""

import argparse
import logging
import sys
import tempfile
import threading
import time
from pathlib import Path

from app.session import Session
from app.store import Store, list_shots
from app.store.rebuild import rebuild
from app.store.verify import verify
from tests.shooting import session_for, workshop_for

WARM = 0.5  # of the shots, 500 at most, before memory is looked at
GROWTH = 20_000_000  # bytes
_PAGE = 4096


def shoot_all(session: Session, store: Store, shots: int) -> tuple[int, list[int]]:
    """Shoots; how often the queue was full, and the memory from warming up to the end in tenths."""
    warm, refused = min(500, int(shots * WARM)), 0
    due = [warm, *(n for tenth in range(1, 10) if (n := shots * tenth // 10) > warm)]
    held: list[int] = []
    stopped = threading.Event()

    def look() -> None:
        while not stopped.wait(1.0):
            list_shots(store)

    library = threading.Thread(target=look)
    library.start()
    try:
        while session.status.shots < shots:
            if not session.shoot():
                refused += session.status.full
                time.sleep(0.001)
            if due and session.status.shots >= due[0]:
                del due[0]
                held.append(resident())
        while session.status.queued:
            time.sleep(0.01)
        return refused, [*held, resident()]
    finally:
        stopped.set()
        library.join()


def resident() -> int:
    """Bytes of memory that this process holds."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * _PAGE


def faults(store: Store, shots: int) -> list[str]:
    """What is wrong with the library."""
    found = verify(store)
    ids = [int(shot.id) for shot in list_shots(store)]
    kept = store.index.all()
    with store.locked():
        store.index.forget(*(record.number for record in kept))
        rebuild(store.names, store.index, hashes=True)
    checks = {
        "shots are lost": len(ids) == shots,
        "numbers are lost": ids == list(range(1, shots + 1)),
        f"damaged: {found.damaged}": not found.damaged,
        f"missing: {found.missing}": not found.missing,
        f"out of the journal: {found.recorded}": not found.recorded,
        "the index rebuilt from the files is another": store.index.all() == kept,
        "something is left behind": not list(store.root.rglob("*.part")),
    }
    return [fault for fault, right in checks.items() if not right]


def main() -> int:
    """Shoots so many times; 0 if nothing is wrong."""
    parser = argparse.ArgumentParser(prog="python -m tests.load", description=__doc__)
    parser.add_argument("--shots", type=int, default=10_000, metavar="N")
    shots: int = parser.parse_args().shots
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory(prefix="baryta-load-") as folder:
        workshop = workshop_for(Path(folder))
        store = workshop.store  # one for the session and the library, as in the app
        session = session_for(Path(folder), lambda _: None, workshop)
        session.start()
        begin = time.monotonic()
        refused, held = shoot_all(session, store, shots)
        seconds = time.monotonic() - begin
        lost = session.stop()
        wrong = faults(store, shots)
    wrong += [f"{lost} shots are lost"] if lost else []
    grown = held[-1] - held[0]
    wrong += [f"memory grew by {grown / 1e6:.1f} MB"] if grown > GROWTH else []
    wrong += ["the queue was never full"] if not refused else []
    sys.stdout.write(
        f"{shots} shots, {shots / seconds:.0f} a second, queue full {refused} times, "
        f"MB of memory, warmed up to the end: {', '.join(f'{one / 1e6:.1f}' for one in held)}\n"
    )
    sys.stdout.writelines(f"{fault}\n" for fault in wrong)
    sys.stdout.write(f"{int(not wrong)} passed, {len(wrong)} failed\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
