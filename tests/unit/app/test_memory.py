import os
from pathlib import Path

import pytest

from app.memory import LOW_MEMORY, give_back, ring_depth

_FRAME = 25_000_000


@pytest.mark.parametrize(
    ("free", "depth"),
    [
        (None, 0),
        (LOW_MEMORY // 2, 0),
        (LOW_MEMORY + 3 * 4 * _FRAME, 0),  # three are less than half a burst
        (LOW_MEMORY + 4 * 4 * _FRAME, 4),
        (LOW_MEMORY + 6 * 4 * _FRAME, 6),
        (8_000_000_000, 8),
    ],
)
def test_a_ring_takes_a_quarter_of_what_is_free(free: int | None, depth: int) -> None:
    """Beyond what a shot needs; half a burst's frames at least, or none."""
    assert ring_depth(_FRAME, lambda: free) == depth


def test_freed_memory_goes_back_to_the_system() -> None:
    """Small blocks below one that stays: half of them and more are given back."""

    def resident() -> int:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    blocks = [bytearray(60_000) for _ in range(1500)]
    stays = bytearray(60_000)
    del blocks
    before = resident()
    if not give_back():
        pytest.skip("this libc keeps its memory")
    assert before - resident() > 45_000_000
    assert len(stays) == 60_000
