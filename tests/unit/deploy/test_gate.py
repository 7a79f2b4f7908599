"""The health gate, on a clock of its own."""

import json
import os
import pwd
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path

import pytest

from baryta_release.gate import doctor_of, prove
from baryta_release.places import Config
from baryta_release.service import UnitState


@dataclass(slots=True)
class Scripted:
    """A unit whose state follows a script: from a second on, that state."""

    script: dict[float, UnitState]
    now: float = 0.0
    running: bool = True
    starts: int = 0
    hangs: float = inf

    def restart(self) -> None:
        self.running = True
        self.starts += 1

    def stop(self) -> None:
        self.running = False

    def state(self) -> UnitState:
        now = self.script[max(second for second in self.script if second <= self.now)]
        return replace(now, fed=int(min(self.now, self.hangs)))

    def retire(self) -> None:
        raise AssertionError("the gate proves")

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
            {0: STARTING, 2: UnitState("failed", "exit status 1")},
            "it does not stay up (exit status 1); its last line: ImportError: native",
        ),
        (
            {0: STARTING, 2: UP, 4: UnitState("activating", "watchdog", 1)},
            "it does not stay up (watchdog); its last line: ImportError: native",
        ),
        (
            {0: UP, 3: UnitState("deactivating")},
            "it does not stay up (it ended by itself); its last line: ImportError: native",
        ),
    ],
)
def test_a_release_has_to_come_up_and_stay(script: dict[float, UnitState], why: str) -> None:
    """Up and staying up passes; late, failing, crashing and ending do not, each with its reason."""
    unit = Scripted(script)
    assert prove(unit, lambda: "", 30.0, unit.clock, unit.sleep) == why


def test_a_release_that_dies_while_a_frame_is_waited_for_does_not_pass() -> None:
    """Its end is no frame, though the time it was last fed is another then."""
    unit = Scripted({0: UP, 7: UnitState("activating", "signal", 1)}, hangs=4.0)
    told = prove(unit, lambda: "", 30.0, unit.clock, unit.sleep)
    assert told.startswith("it does not stay up (signal)")


def test_a_release_that_hangs_once_it_is_up_is_found_out() -> None:
    """Long before the watchdog would: the one that feeds it goes on."""
    unit = Scripted({0: STARTING, 2: UP}, hangs=4.0)
    told = prove(unit, lambda: "", 30.0, unit.clock, unit.sleep)
    assert told == "it hangs: no frame comes any more, 5 s after it came up"
    assert unit.now < 20.0


def test_what_the_doctor_finds_counts() -> None:
    """It is asked while nobody holds the cameras, and the unit is started whatever it finds."""
    unit = Scripted({0: UP})
    found = "camera: imx477: it does not stream"

    def doctor() -> str:
        assert not unit.running
        return found

    assert prove(unit, doctor, 30.0, unit.clock, unit.sleep) == found
    assert unit.starts == 1


def test_the_cameras_formats_are_told_and_what_is_bad_counts(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each camera's finding is printed for the journal; only bad ones are a reason."""
    found = [
        ("good", "camera", "imx477: 4056x3040, raw SRGGB12"),
        ("bad", "camera", "imx708: the cable is loose"),
        ("warning", "clock", "nobody has set it"),
    ]
    keys = ("status", "check", "found")
    told = json.dumps({"findings": [dict(zip(keys, one, strict=True)) for one in found]})
    python = tmp_path / "python"
    python.write_text(f"#!/bin/sh\necho '{told}'\n")
    python.chmod(0o755)
    config = Config(user=pwd.getpwuid(os.geteuid()).pw_name)
    assert doctor_of(python, config) == "camera: imx708: the cable is loose"
    printed = capsys.readouterr().out.splitlines()
    assert printed == [
        "camera, good: imx477: 4056x3040, raw SRGGB12",
        "camera, bad: imx708: the cable is loose",
    ]
