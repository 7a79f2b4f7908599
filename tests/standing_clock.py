"""A clock for cameras whose frames take no time."""


class NoTime:
    """Time stands."""

    def monotonic(self) -> float:
        """Always the same."""
        return 0.0

    def sleep(self, seconds: float) -> None:
        """Over at once."""
