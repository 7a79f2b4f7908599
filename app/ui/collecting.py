"""Python's collector looks through all that there is when nobody would feel it.

By itself it does so in the middle of a frame, in whichever thread makes the object that is one too
many, and all others wait for it: 10 to 20 ms after a screen was made anew. What is young it goes
on collecting by itself, in less than a millisecond or two.
"""

import gc
import time
from collections.abc import Callable

from kivy.base import EventLoop
from kivy.clock import Clock

EVERY = 2.0  # seconds between two looks
QUIET = 3.0  # seconds without a finger or a key
PASSES = 10  # of the middle-aged, after which Python would look through all
LATEST = 60  # of them, after which it is done in any case: circles may hold pictures
NEVER = 1 << 30


class Collecting:
    """Does it in idle moments, from begin() on.

    Args:
        idle: nothing is being made or taken that a person looks at.
    """

    def __init__(self, idle: Callable[[], bool]) -> None:
        self._idle = idle
        self._touched = 0.0
        self._thresholds = gc.get_threshold()
        self._event = Clock.create_trigger(self._look, EVERY, interval=True)

    def begin(self) -> None:
        """Takes it from Python."""
        self._thresholds = gc.get_threshold()
        gc.set_threshold(*self._thresholds[:2], NEVER)
        self._event()

    def end(self) -> None:
        """Gives it back."""
        self._event.cancel()
        gc.set_threshold(*self._thresholds)

    def touched(self) -> None:
        """Somebody is there."""
        self._touched = time.monotonic()

    def _look(self, _seconds: float) -> None:
        passes = gc.get_count()[2]
        quiet = not EventLoop.touches and time.monotonic() - self._touched > QUIET
        if passes > LATEST or (passes > PASSES and quiet and self._idle()):
            gc.collect()
