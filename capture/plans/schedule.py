"""When pictures are taken: self timer, intervalometer, continuous drive."""

from collections.abc import Generator
from dataclasses import dataclass

LONGEST_DELAY, LONGEST_INTERVAL = 3600.0, 86400.0  # seconds


@dataclass(frozen=True, slots=True)
class Schedule:
    """A run of pictures.

    Attributes:
        delay: seconds from the press to the first picture.
        interval: seconds from one picture's beginning to the next's; 0 as soon as may be.
        count: how many.

    Raises:
        ValueError: for a number out of range.
    """

    delay: float = 0.0
    interval: float = 0.0
    count: int = 1

    def __post_init__(self) -> None:
        if not (0.0 <= self.delay <= LONGEST_DELAY and 0.0 <= self.interval <= LONGEST_INTERVAL):
            raise ValueError(
                f"a timer runs 0 to {LONGEST_DELAY:g} s, an interval 0 to {LONGEST_INTERVAL:g} s"
            )
        if not 1 <= self.count <= 100_000:
            raise ValueError(f"1 to 100000 pictures are taken, not {self.count}")

    def waits(self, now: float, press: float) -> Generator[float, float | None]:
        """Seconds to wait before each picture; send the time after it is taken.

        Pictures keep to the beat of the press. One that took longer than the interval is followed
        at once, and beats that have passed meanwhile are not made up for.

        Args:
            now: when waiting begins, seconds of a monotonic clock.
            press: when the shutter was pressed, of the same clock.
        """
        due = press + self.delay
        for _ in range(self.count):
            taken = yield max(due - now, 0.0)
            now = taken if taken is not None else due
            due += self.interval
            if self.interval > 0.0 and due < now:
                due = now

    def describe(self) -> str:
        """As "after 10 s, 5 pictures, one every 60 s"; empty for one picture at once."""
        parts = []
        if self.delay:
            parts.append(f"after {self.delay:g} s")
        if self.count > 1:
            beat = f", one every {self.interval:g} s" if self.interval else " one after another"
            parts.append(f"{self.count} pictures{beat}")
        return ", ".join(parts)
