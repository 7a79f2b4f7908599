import pytest

from app.memory import LOW_MEMORY, ring_depth

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
