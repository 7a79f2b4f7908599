"""Ending work from what listens to its progress."""

from collections.abc import Callable

import pytest

from app.progress import Progress


def assert_ends(work: Callable[[Progress], object], last: int) -> None:
    """The listener raises after so many calls: that comes out, and it is not called again."""
    asked: list[float] = []

    def stop(fraction: float) -> None:
        asked.append(fraction)
        if len(asked) > last:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        work(stop)
    assert len(asked) == last + 1
