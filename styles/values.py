"""Values in a look: each with its default and its range or form, in one place."""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, fields
from typing import Any


@dataclass(frozen=True, slots=True)
class Limits:
    """The range of a number, both ends allowed, and its unit ("" for a ratio)."""

    low: float
    high: float
    unit: str = ""


def number(default: float, low: float, high: float, unit: str = "") -> Any:  # noqa: ANN401  (stands where a float is declared)
    """A field for a number."""
    return field(default=default, metadata={"limits": Limits(low, high, unit)})


@dataclass(frozen=True, slots=True)
class Form:
    """The form of a value that is no number.

    Attributes:
        read: makes the value of what a file says; ValueError with the remedy if it cannot.
        told: the form in words.
    """

    read: Callable[[object], Any]
    told: str


def formed(default: object, read: Callable[[object], Any], told: str) -> Any:  # noqa: ANN401  (as above)
    """A field for text or a list."""
    return field(default=default, metadata={"form": Form(read, told)})


def range_problem(limits: Limits, value: float) -> str | None:
    """What is wrong with a number, or None."""
    if math.isfinite(value) and limits.low <= value <= limits.high:
        return None
    unit = f" {limits.unit}" if limits.unit else ""
    return f"{value:g} is out of range; use {limits.low:g} to {limits.high:g}{unit}"


def shown(value: object) -> str:
    """A value for a message: a line of at most 60 characters."""
    try:
        text = repr(value)
    except ValueError:
        text = "a number of too many digits"
    return text if len(text) <= 60 else f"{text[:57]}..."


class Checked:
    """Refuses values out of range, however a part of a look was made."""

    __slots__ = ()

    def __post_init__(self) -> None:
        for item in fields(self):  # type: ignore[arg-type]  # every subclass is a dataclass
            limits = item.metadata.get("limits")
            if limits and (problem := range_problem(limits, getattr(self, item.name))):
                raise ValueError(f"{item.name}: {problem}")
            if form := item.metadata.get("form"):
                form.read(getattr(self, item.name))
