"""Runs so many accidents; prints what was found, and a line for each failure."""

import argparse
import json
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from tests.power import card
from tests.power.camera import shoot_for_ever
from tests.power.checking import check_card
from tests.power.told import Told, heard
from tests.shooting import camera, warm_up

_LONGEST = 0.6  # seconds of shooting before an accident
_FULL = 0.6  # of a card: then comes a fresh one
_TRIALS_A_LIBRARY = 25


@dataclass
class Camera:
    """A process that shoots on a card.

    Attributes:
        root: of the library.
        reported: the last it told of each shot, by number.
    """

    root: Path
    reported: dict[int, Told] = field(default_factory=dict)
    pid: int = 0
    pipe: int = -1
    rest: bytes = b""

    def start(self) -> None:
        """Forks; the child shoots until it is killed."""
        self.pipe, end = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(self.pipe)
            try:
                shoot_for_ever(self.root, end)
            finally:
                os._exit(1)
        os.close(end)
        os.set_blocking(self.pipe, False)

    def listen(self) -> dict[int, Told]:
        """All that was reported until now."""
        while True:
            try:
                data = os.read(self.pipe, 1 << 16)
            except BlockingIOError:
                break
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\n")
            for line in lines:
                heard(self.reported, json.loads(line))
        return dict(self.reported)

    def stop(self, number: int) -> None:
        """Sends a signal; waits after SIGKILL, and hears what was said before."""
        os.kill(self.pid, number)
        if number == signal.SIGKILL:
            os.waitpid(self.pid, 0)
            self.listen()
            os.close(self.pipe)


@dataclass
class Tally:
    """What became of the accidents."""

    passed: int = 0
    failed: int = 0
    files: int = 0
    recovered: int = 0

    def count(self, what: str, check: Callable[[], int], reported: int) -> None:
        """Runs one check."""
        try:
            self.recovered += check()
        except Exception as error:  # noqa: BLE001 - counted, told, and the next one is tried
            self.failed += 1
            _say(f"{what}: {type(error).__name__}: {error}")
        else:
            self.passed += 1
        self.files += reported

    def tell(self, what: str, seconds: float) -> None:
        """One line."""
        _say(
            f"{what}: {self.files} reported files looked at, {self.recovered} shots "
            f"recovered, {seconds:.0f} s"
        )
        _say(f"{self.passed} passed, {self.failed} failed")


def cut_power(count: int, chance: random.Random) -> Tally:
    """Copies the card at random instants; each copy is mounted, recovered and checked."""
    tally = Tally()
    with card.host() as host:
        while tally.passed + tally.failed < count:
            image = host.new_card()
            with card.mounted(image) as folder:
                shooting = Camera(folder / "pictures")
                shooting.start()
                try:
                    while tally.passed + tally.failed < count and not _full(folder):
                        _cut_once(host, image, shooting, chance, tally)
                finally:
                    shooting.stop(signal.SIGKILL)
    return tally


def _cut_once(
    host: card.Host, image: Path, shooting: Camera, chance: random.Random, tally: Tally
) -> None:
    time.sleep(chance.uniform(0.0, _LONGEST))
    reported = shooting.listen()
    copy = host.cut(image)
    shooting.stop(signal.SIGSTOP)
    begun = shooting.listen()

    def check() -> int:
        with card.mounted(copy) as folder:
            return check_card(folder / "pictures", reported, begun)

    files = sum(len(told.files) for told in reported.values())
    tally.count(f"cut {tally.passed + tally.failed + 1}", check, files)
    shooting.stop(signal.SIGCONT)


def kill_often(count: int, chance: random.Random) -> Tally:
    """Kills the camera at random instants; the library is recovered and checked each time."""
    tally = Tally()
    while tally.passed + tally.failed < count:
        folder = Path(tempfile.mkdtemp(prefix="baryta-kill-"))
        shooting = Camera(folder)
        for _ in range(min(_TRIALS_A_LIBRARY, count - tally.passed - tally.failed)):
            shooting.start()
            time.sleep(chance.uniform(0.0, _LONGEST))
            shooting.stop(signal.SIGKILL)
            tally.count(
                f"kill {tally.passed + tally.failed + 1}",
                lambda: check_card(folder, shooting.reported, shooting.reported),  # noqa: B023 - called at once
                sum(len(told.files) for told in shooting.reported.values()),
            )
        shutil.rmtree(folder)
    return tally


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - what the run tells


def _full(folder: Path) -> bool:
    usage = shutil.disk_usage(folder)
    return usage.used > _FULL * usage.total


def main() -> int:
    """Runs both kinds; 0 if every accident left a whole card."""
    parser = argparse.ArgumentParser(prog="python -m tests.power", description=__doc__)
    parser.add_argument("--cuts", type=int, default=200, metavar="N", help="power cuts")
    parser.add_argument("--kills", type=int, default=500, metavar="N", help="killed processes")
    parser.add_argument("--seed", type=int, default=1, metavar="N", help="of the instants")
    arguments = parser.parse_args()
    chance = random.Random(arguments.seed)  # noqa: S311 - instants, no secrets
    with tempfile.TemporaryDirectory() as folder:
        camera()
        warm_up(Path(folder))
    failed = 0
    for what, run, count in (
        ("power cuts", cut_power, arguments.cuts),
        ("kills", kill_often, arguments.kills),
    ):
        if count and what == "power cuts" and (lack := card.lack()):
            _say(f"no power cuts: {lack}")
            continue
        if count:
            begin = time.monotonic()
            tally = run(count, chance)
            tally.tell(what, time.monotonic() - begin)
            failed += tally.failed
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
