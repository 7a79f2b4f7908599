"""How far a step is, told as how far the whole is."""

from collections.abc import Callable

Progress = Callable[[float], None]  # the fraction done, 0..1; what it raises ends the work


def part_of(whole: Progress, first: float, last: float) -> Progress:
    """Tells the whole's progress between two fractions of it, as a step goes from 0 to 1."""
    return lambda fraction: whole(first * (1.0 - fraction) + last * fraction)
