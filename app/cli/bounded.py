"""Numbers of the command line, each within its bounds."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from typing import TypeVar

Number = TypeVar("Number", int, float)


def bounded(
    kind: Callable[[str], Number], least: Number, most: Number | None = None, unit: str = ""
) -> Callable[[str], Number]:
    """Makes what argparse reads a number with; its errors name the bounds.

    Args:
        kind: int or float.
        least: The smallest that is taken.
        most: The largest; none for no limit.
        unit: Of the number, for its errors.
    """
    bounds = f"{least:g} or more" if most is None else f"{least:g} to {most:g}"

    def read(text: str) -> Number:
        try:
            value = kind(text)
        except ValueError:
            value = None
        if value is None or not least <= value or (most is not None and not value <= most):
            raise ArgumentTypeError(f"must be {bounds}{unit and ' '}{unit}, not {text}")
        return value

    return read
