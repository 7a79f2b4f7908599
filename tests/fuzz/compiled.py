"""Runs one of the C targets: `PYTHONPATH=tests python -m fuzz.compiled PROGRAM SECONDS FOLDER`.

SECONDS of processor time; libFuzzer counts the clock's, so it runs in slices until they add up. The
corpus lies in FOLDER/corpus/NAME, findings go to FOLDER/found.
"""

import argparse
import re
import resource
import subprocess
import sys
from pathlib import Path

_SLICE = 20  # seconds of the clock
_STUCK = 60  # likewise: a machine may be busy
_RUNS = re.compile(r"stat::number_of_executed_units:\s*(\d+)")


def main() -> int:
    """Feeds the target until its time is over or it fails; its exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("program", type=Path)
    parser.add_argument("seconds", type=float)
    parser.add_argument("folder", type=Path)
    arguments = parser.parse_args()
    name = arguments.program.name
    corpus, found = arguments.folder / "corpus" / name, arguments.folder / "found"
    for place in (corpus, found):
        place.mkdir(parents=True, exist_ok=True)
    runs, used = 0, 0.0
    while used < arguments.seconds:
        run = subprocess.run(
            [
                arguments.program.resolve(),
                f"-artifact_prefix={found}/{name}-",
                f"-max_total_time={min(_SLICE, max(1, int(arguments.seconds - used)))}",
                f"-timeout={_STUCK}",
                "-max_len=1024",
                "-print_final_stats=1",
                corpus,
            ],
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
        )
        runs += sum(map(int, _RUNS.findall(run.stderr)))
        spent = resource.getrusage(resource.RUSAGE_CHILDREN)
        used = spent.ru_utime + spent.ru_stime
        if run.returncode != 0:
            sys.stderr.write(run.stderr)
            return run.returncode
    print(f"{name}: {used:.0f} s, {runs} runs")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
