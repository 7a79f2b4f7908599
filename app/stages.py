"""The stages of a shot: how long each took, and how far the present one is."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

Listener = Callable[[str, float], None]  # stage, fraction in [0, 1]; may raise to cancel


class Stages:
    """Times stages and passes their progress on.

    Args:
        listener: called with the stage and its fraction; an exception in it ends the work.

    Attributes:
        milliseconds: by stage, in the order they were first met.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._counted: list[float] = []  # seconds within each stage under way that others have
        self.milliseconds: dict[str, float] = defaultdict(float)

    def report(self, stage: str, fraction: float) -> None:
        """Tells the listener; this is also where a cancel takes effect."""
        if self._listener is not None:
            self._listener(stage, fraction)

    def add(self, stage: str, seconds: float) -> None:
        """Counts time that was measured elsewhere; within a timed stage it is none of that."""
        self.milliseconds[stage] += seconds * 1e3
        if self._counted:
            self._counted[-1] += seconds

    @contextmanager
    def timed(self, stage: str) -> Iterator[Callable[[float], None]]:
        """Times a stage, without those that are timed within it; yields its progress callback."""
        self.report(stage, 0.0)
        self._counted.append(0.0)
        start = perf_counter()
        try:
            yield lambda fraction: self.report(stage, fraction)
        finally:
            whole = perf_counter() - start
            own = whole - self._counted.pop()
            self.add(stage, own)
            if self._counted:
                self._counted[-1] += whole - own
