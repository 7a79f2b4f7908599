"""Runs one target under Atheris, libFuzzer for Python: `PYTHONPATH=tests python -m fuzz NAME`.

    PYTHONPATH=tests python -m fuzz NAME SECONDS FOLDER

SECONDS of processor time, the corpus in FOLDER/corpus/NAME, findings in FOLDER/found. Time is this
process's own: on a busy machine a second of the clock says nothing. LibRaw and SQLite are taken as
they are, so only our own code steers.
"""

import argparse
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

import atheris

_ROOT = str(Path(__file__).parents[2])
_OURS = ("app", "capture", "styles")


class _FromHere:
    """Finds our packages as plain files: Atheris sees nothing of what an editable install loads."""

    @staticmethod
    def find_spec(
        name: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name.partition(".")[0] not in _OURS:
            return None
        return PathFinder.find_spec(name, path or [_ROOT])


sys.meta_path.insert(0, _FromHere)
with atheris.instrument_imports(include=[*_OURS, "tomllib", "html"]):
    from fuzz.readers import TARGETS
    from fuzz.seeds import SEEDS
from fuzz.entries import swapped_entries

_SLOW = 1.0  # seconds, for a target with its instrumentation
_STUCK = 60  # seconds of the clock
_TIFF = ("dng", "metadata")


def main() -> None:
    """Feeds one target until its time is over or it fails."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", choices=TARGETS)
    parser.add_argument("seconds", type=float)
    parser.add_argument("folder", type=Path)
    arguments, more = parser.parse_known_args()
    name: str = arguments.name
    corpus, found = arguments.folder / "corpus" / name, arguments.folder / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    seeds = SEEDS[name]()
    for i, seed in enumerate(seeds):
        (corpus / f"seed-{i}").write_bytes(seed)
    warnings.simplefilter("error")
    os.fsync = lambda _: None  # what a disk does is tested elsewhere
    target, times = TARGETS[name], _Times(name, arguments.seconds)

    def one(data: bytes) -> None:
        begun = time.process_time()
        with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
            target(data, Path(folder))
        times.add(begun)

    options = [
        f"-artifact_prefix={found}/{name}-",
        f"-max_len={max(4096, *(2 * len(seed) for seed in seeds))}",
        f"-timeout={_STUCK}",
        "-rss_limit_mb=4096",
        "-print_final_stats=1",
    ]
    mutator = {"custom_mutator": swapped_entries} if name in _TIFF else {}
    atheris.Setup([sys.argv[0], *options, *more, str(corpus)], one, **mutator)
    atheris.Fuzz()


class _Times:
    """Ends the run when its time is over, and tells inputs that take too long."""

    def __init__(self, name: str, seconds: float) -> None:
        self._name, self._end = name, time.process_time() + seconds
        self._runs, self._slowest = 0, 0.0

    def add(self, begun: float) -> None:
        """Counts a run that began at this processor time."""
        now = time.process_time()
        self._runs += 1
        self._slowest = max(self._slowest, now - begun)
        if now - begun > _SLOW:
            raise TimeoutError(f"took {now - begun:.2f} s")
        if now > self._end:
            print(f"{self._name}: {now:.0f} s, {self._runs} runs, slowest {self._slowest:.3f} s")
            sys.stdout.flush()
            os._exit(0)


if __name__ == "__main__":
    main()
