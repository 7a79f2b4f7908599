"""What a merge of a camera's frames takes of the memory, by the benchmark's own measure."""

import subprocess
import sys
from pathlib import Path

BENCH = Path(__file__).parents[2] / "bench" / "bench_merge.py"
WIDTH, HEIGHT, FRAMES, THREADS = 4056, 3040, 3, 2
MOST = 150  # megabytes beyond the caller's frame, the result included: six frames


def test_twelve_megapixels_take_six_frames_of_memory() -> None:
    """In a process of its own, from its start with one frame to its peak."""
    words = [str(number) for number in (WIDTH, HEIGHT, FRAMES, THREADS)]
    command = [sys.executable, BENCH, "memory", *words]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert WIDTH * HEIGHT * 2 / 1e6 < int(run.stdout) <= MOST
