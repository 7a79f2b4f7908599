"""A clock for simulated cameras whose frames are not waited for."""


class StillClock:
    """A clock that moves only when someone sleeps."""

    now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds
