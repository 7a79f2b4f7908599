"""What one of baryta doctor's checks found."""

from dataclasses import dataclass
from typing import Self


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

    @classmethod
    def of(cls, check: str, status: str, error: BaseException, whose: str = "") -> Self:
        """From an error whose text is "cause; remedy", the form of our messages.

        Args:
            check: what was looked at.
            status: "warning" or "bad".
            error: what was raised.
            whose: of several things that are checked alike.
        """
        cause, _, remedy = str(error).partition("; ")
        return cls(check, status, f"{whose}: {cause}" if whose else cause, remedy)
