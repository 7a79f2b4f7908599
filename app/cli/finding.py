"""What one of baryta doctor's checks found."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Finding:
    """One check: what was found, and what to do if it is not as it should be.

    Attributes:
        check: what was looked at.
        status: "good", "warning" (pictures can be taken) or "bad" (they cannot).
        found: in words.
        remedy: empty if all is good.
    """

    check: str
    status: str
    found: str
    remedy: str = ""
