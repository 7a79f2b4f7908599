"""A loudspeaker that counts."""


class Speaker:
    """A sound that counts how often it was played."""

    def __init__(self) -> None:
        self.played = 0

    def play(self) -> None:
        self.played += 1

    def stop(self) -> None:
        """Nothing to stop."""
