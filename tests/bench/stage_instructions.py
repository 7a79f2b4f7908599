"""Prints the merge's instructions a pixel on aarch64, stage by stage, counted by QEMU.

Run: .venv/bin/python tests/bench/stage_instructions.py

Needs gcc, gcc-aarch64-linux-gnu and qemu-user. merge_instructions.c merges eight frames of 0.8 MP
by one thread: what is done once is told by the frame's pixels, what is done for each of the seven
frames added by theirs. An instruction counts for the stage in whose file its function is.
"""

import subprocess
import tempfile
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
PIXELS, ADDED = 1024 * 768, 7
CROSS = "aarch64-linux-gnu-"
HERE = ("gcc", "-O2", "-shared", "-fPIC")
FLAGS = ("-O3", "-g", "-fno-math-errno", "-fno-trapping-math", "-ffp-contract=off", "-fopenmp")
ONCE = ("begin", "finish")
STAGES = {
    "begin": (
        "merge_begin",
        "merge_memory",
        "burst_flags",
        "burst_weights",
        "burst_quiet",
        "burst_eigen",
    ),
    "blur": ("sharpness",),
    "grey": ("burst_grey",),
    "motion": ("burst_motion", "burst_step"),
    "sway": ("burst_warp",),
    "flow": ("burst_tiles", "burst_blocks"),
    "light": ("burst_light",),
    "gain": ("burst_gain", "burst_tint"),
    "noise": ("burst_noise", "burst_patches", "burst_measure", "burst_confine", "burst_noisier"),
    "defects": ("burst_outliers", "burst_lower", "burst_calm", "burst_marks"),
    "demosaic": ("burst_band", "burst_demosaic", "burst_chroma"),
    "resampling": ("burst_resample", "burst_strip"),
    "blend": ("burst_temporal", "burst_share", "merge"),
    "finish": ("burst_belief", "burst_shrink", "burst_result"),
}


def built(folder: Path) -> tuple[Path, Path]:
    """The program for aarch64 and the plugin that counts."""
    program, plugin = folder / "merge", folder / "count.so"
    sources = [*(ROOT / "native/src").glob("burst_*.c"), *(ROOT / "native/src").glob("merge*.c")]
    sources += [ROOT / "native/src/core.c", ROOT / "native/src/sharpness.c"]
    sources.append(ROOT / "tests/bench/merge_instructions.c")
    empty = ('-DBARYTA_VERSION=""', '-DBARYTA_BUILD=""', f"-I{ROOT / 'native'}")
    compiler = (CROSS + "gcc", "-static", "-w", *FLAGS, *empty)
    subprocess.run([*compiler, *sources, "-lm", "-o", program], check=True)
    counter = ROOT / "tests/bench/count_instructions.c"
    subprocess.run([*HERE, counter, "-o", plugin], check=True)
    return program, plugin


def sources_of(program: Path, addresses: list[str]) -> list[str]:
    """The name of the file that the function at each address is in; ?? of a library's."""
    command = [CROSS + "addr2line", "--inlines", "--addresses", "--exe", program]
    given = "\n".join(addresses)
    listed = subprocess.run(command, check=True, capture_output=True, text=True, input=given).stdout
    found: list[str] = []
    for line in listed.splitlines():
        if line.startswith("0x"):
            found.append("")
        else:  # the last one is what all others were inlined into
            found[-1] = Path(line.rpartition(":")[0]).stem
    return found


def counted(program: Path, plugin: Path) -> Counter[str]:
    """Instructions by source."""
    command = ["qemu-aarch64", "-plugin", plugin, program]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    blocks = [line.split() for line in run.stderr.splitlines()]
    total: Counter[str] = Counter()
    for (count, _), source in zip(blocks, sources_of(program, [b[1] for b in blocks]), strict=True):
        total[source] += int(count)
    return total


def main() -> None:
    """Prints instructions a pixel, and for how many frames' pixels they were counted."""
    with tempfile.TemporaryDirectory() as folder:
        total = counted(*built(Path(folder)))
    del total["merge_instructions"]  # it makes the frames
    for stage, sources in STAGES.items():
        pixels = PIXELS if stage in ONCE else PIXELS * ADDED
        count = sum(total.pop(source, 0) for source in sources)
        print(f"{stage:10} {count / pixels:6.1f}  {count / 1e6:7.0f} million in all")
    print(f"libraries  {sum(total.values()) / 1e6:15.0f} million in all")


if __name__ == "__main__":
    main()
