"""The health gate, on a clock of its own."""

from dataclasses import dataclass, field

import pytest

from baryta_release.gate import prove
from baryta_release.service import UnitState


@dataclass(slots=True)
class Scripted:
    """A unit whose state follows a script: from a second on, that state."""

    script: dict[float, UnitState]
    now: float = 0.0
    asked: list[float] = field(default_factory=list)

    def restart(self) -> None: ...

    def stop(self) -> None: ...

    def state(self) -> UnitState:
        return self.script[max(second for second in self.script if second <= self.now)]

    def last_words(self) -> str:
        return "ImportError: native"

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


STARTING = UnitState("activating", status="waiting for a frame")
UP = UnitState("active")


@pytest.mark.parametrize(
    ("script", "why"),
    [
        ({0: STARTING, 8: UP}, ""),
        ({0: STARTING}, "no frame and no open display within 30 s (it says: waiting for a frame)"),
        (
            {0: STARTING, 2: UnitState("failed", "exit-code")},
            "it does not stay up (exit-code): ImportError: native",
        ),
        (
            {0: STARTING, 2: UP, 4: UnitState("activating", "watchdog", 1)},
            "it does not stay up (watchdog): ImportError: native",
        ),
        (
            {0: UP, 3: UnitState("deactivating")},
            "it does not stay up (it ended by itself): ImportError: native",
        ),
    ],
)
def test_a_release_has_to_come_up_and_stay(script: dict[float, UnitState], why: str) -> None:
    """Up and staying up passes; late, failing, crashing and ending do not, each with its reason."""
    unit = Scripted(script)
    assert prove(unit, lambda: "", 30.0, unit.clock, unit.sleep) == why


def test_what_the_doctor_finds_counts() -> None:
    """A unit that runs on a store that cannot be written is no camera."""
    unit = Scripted({0: UP})
    found = "pictures: the card is read-only"
    assert prove(unit, lambda: found, 30.0, unit.clock, unit.sleep) == found
