"""How much memory is left, and what may be kept in it."""

import ctypes
from collections.abc import Callable
from pathlib import Path

_MEMINFO = Path("/proc/meminfo")


def available_memory(meminfo: Path = _MEMINFO) -> int | None:
    """Bytes that programs can still have without swapping; None if the system does not tell."""
    try:
        lines = meminfo.read_text(encoding="ascii").splitlines()
        values = dict(line.split(":", 1) for line in lines)
        return int(values["MemAvailable"].split()[0]) * 1024
    except (OSError, ValueError, KeyError, IndexError):
        return None


def give_back() -> bool:
    """Gives the system the memory that was freed here; False where that is not possible.

    glibc keeps what a picture took in its threads' arenas, for the next: on a device where others
    need it meanwhile, tens of megabytes. Milliseconds.
    """
    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    return trim is not None and bool(trim(0))


LOW_MEMORY = 700_000_000  # bytes: below, bursts wait on the card; a 12 MP shot in work takes 600
_RING = 8  # frames; a burst takes half of its own from before the press
_SHARE = 4  # a ring takes a quarter of what is free beyond LOW_MEMORY


def ring_depth(frame: int, available: Callable[[], int | None] = available_memory) -> int:
    """How many raw frames of so many bytes the camera may keep while it waits for the press.

    Half of a burst's at least, or none.
    """
    free = available()
    if free is None or frame <= 0:
        return 0
    depth = min((free - LOW_MEMORY) // (_SHARE * frame), _RING)
    return depth if depth >= _RING // 2 else 0
