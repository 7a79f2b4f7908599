"""What other developers take for the same DNG, from file to JPEG: processor time and wall clock.

Each is a process of its own at its defaults, JPEG quality 92 where it can be told, in turn; the
least of several rounds. LMMSE's time is the difference between RawTherapee with it and with no
demosaicing at all, which saves less than all of it: what is not demosaiced is harder to encode.
"""

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from subprocess import DEVNULL, Popen
from tempfile import TemporaryDirectory
from time import perf_counter

ROUNDS = 3
_PROFILE = "[Version]\nAppVersion=5.9\nVersion=349\n\n[RAW Bayer]\nMethod={}\nLMMSEIterations=0\n"


def commands(dng: Path, look: str, folder: Path) -> dict[str, list[str]]:
    """By name; those whose program is not installed are left out, with a word on it."""
    out = str(folder / "out.jpg")
    found = {"ours": [sys.executable, "-m", "app", "develop", str(dng), "-o", out, "--style", look]}
    if shutil.which("rawtherapee-cli"):
        start = ["rawtherapee-cli", "-Y", "-o", out, "-j92", "-d"]
        found["rawtherapee"] = [*start, "-c", str(dng)]
        for method in ("lmmse", "none"):
            profile = folder / f"{method}.pp3"
            profile.write_text(_PROFILE.format(method), encoding="ascii")
            found[f"rawtherapee {method}"] = [*start, "-p", str(profile), "-c", str(dng)]
    else:
        print("rawtherapee-cli is not installed: apt install rawtherapee")
    if shutil.which("darktable-cli"):
        settings = ["--library", ":memory:", "--configdir", str(folder / "darktable")]
        settings += ["--conf", "plugins/imageio/format/jpeg/quality=92"]
        found["darktable"] = ["darktable-cli", str(dng), out, "--core", *settings]
    else:
        print("darktable-cli is not installed: apt install darktable")
    return found


def spent(command: list[str], out: Path, environment: Mapping[str, str]) -> tuple[float, float]:
    """Seconds of processor time and of the clock; both infinite if there is no picture."""
    out.unlink(missing_ok=True)
    start = perf_counter()
    with Popen(command, env=environment, stdout=DEVNULL, stderr=DEVNULL) as process:
        _, _, usage = os.wait4(process.pid, 0)
        process.returncode = 0  # it has been waited for
    wall = perf_counter() - start
    if not out.exists():
        print(f"{command[0]} made no picture")
        return float("inf"), float("inf")
    return usage.ru_utime + usage.ru_stime, wall


def measure_programs(dng: Path, threads: int, look: str) -> None:
    """Prints the time of each program for one DNG."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads)}
    with TemporaryDirectory() as name:
        folder = Path(name)
        programs = commands(dng, look, folder)
        times: dict[str, list[tuple[float, float]]] = {program: [] for program in programs}
        for _ in range(ROUNDS):
            for program, command in programs.items():
                times[program].append(spent(command, folder / "out.jpg", environment))
    ours = min(times["ours"])[0]
    for program, taken in times.items():
        wall = min(time for _, time in taken)
        print(
            f"{program:18}{min(taken)[0]:7.2f} s of the processor, {min(taken)[0] / ours:5.2f} x "
            f"ours; {wall:6.2f} s by the clock"
        )
