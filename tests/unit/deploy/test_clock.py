"""The clock that a telephone sets: `date` and `timedatectl` are stand-ins that write down here."""

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy/clock/baryta-set-clock"


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A file system of its own; what could set this machine's clock is not reached."""
    for name in ("bin", "run/baryta"):
        (tmp_path / name).mkdir(parents=True)
    date = '#!/bin/sh\n[ "$*" = -u ] || echo "date $*" >>"$LOG"\n'
    for name, text in (("date", date), ("timedatectl", '#!/bin/sh\necho "$KEPT"\n')):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def _set(system: Path, kept: str = "no") -> tuple[int, str, str]:
    """Exit status, the line on stderr, what `date` was told."""
    told = {"BARYTA_CLOCK_ROOT": str(system), "LOG": str(system / "log"), "KEPT": kept}
    environment = os.environ | told | {"PATH": f"{system}/bin:/usr/bin:/bin"}
    done = subprocess.run([SCRIPT], env=environment, capture_output=True, text=True, check=False)
    log = system / "log"
    return done.returncode, done.stderr, log.read_text() if log.exists() else ""


def test_a_clock_that_nobody_keeps_is_set(system: Path) -> None:
    """The wish goes, and a mark that only root can leave tells the app whose time it is."""
    wish = system / "run/baryta/set-clock"
    wish.write_text("1795741200\n")
    assert _set(system) == (0, "", "date -u -s @1795741200\n")
    assert not wish.exists()
    assert (system / "run/baryta-clock").read_text() == "telephone\n"


@pytest.mark.parametrize(
    "told", ["", "x", "-1", "0", "99", "1795741200; reboot", "4102444800", "17957412001795741200"]
)
def test_what_is_no_time_sets_nothing(system: Path, told: str) -> None:
    """An app that has been taken over can only tell a time of this century, or nothing."""
    (system / "run/baryta/set-clock").write_text(told)
    status, said, log = _set(system)
    assert (status, log) == (1, "")
    assert "a time" in said or "no time" in said
    assert not (system / "run/baryta-clock").exists()


def test_who_knows_better_is_left_alone(system: Path) -> None:
    """A clock that the network keeps, or a board's own, is not a telephone's to set."""
    wish = system / "run/baryta/set-clock"
    wish.write_text("1795741200\n")
    assert "network keeps" in _set(system, kept="yes")[1]
    board = system / "sys/class/rtc/rtc0"
    board.mkdir(parents=True)
    (board / "hctosys").write_text("1\n")
    (board / "since_epoch").write_text("1767225600\n")
    wish.write_text("1795741200\n")
    assert "own clock" in _set(system)[1]
    assert not (system / "log").exists()


def test_a_board_whose_battery_is_missing_knows_nothing(system: Path) -> None:
    """Its clock was asked at the start and said 1970: a telephone's time is better."""
    (system / "run/baryta/set-clock").write_text("1795741200\n")
    board = system / "sys/class/rtc/rtc0"
    board.mkdir(parents=True)
    (board / "hctosys").write_text("1\n")
    (board / "since_epoch").write_text("4711\n")
    assert _set(system)[0] == 0


def test_a_link_is_not_followed(system: Path) -> None:
    """The folder is the app's: what lies there may lead to a file that only root reads."""
    (system / "secret").write_text("1795741200\n")
    (system / "run/baryta/set-clock").symlink_to(system / "secret")
    status, said, log = _set(system)
    assert (status, log) == (1, "")
    assert "nobody has told" in said
    assert (system / "secret").exists()
    assert not (system / "run/baryta/set-clock").is_symlink()
