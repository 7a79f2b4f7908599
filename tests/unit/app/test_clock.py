"""Where the time comes from."""

from pathlib import Path

import pytest

from app import clock
from app.clock import TimeSource, local_time, time_source


@pytest.mark.parametrize("disciplined", [True, False])
def test_the_source_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disciplined: bool
) -> None:
    """A kept clock is the network's; else a board's clock counts, else the time is a guess."""
    monkeypatch.setattr(clock, "_disciplined", lambda: disciplined)
    assert time_source(tmp_path) is (TimeSource.NETWORK if disciplined else TimeSource.UNKNOWN)
    board = tmp_path / "sys/class/rtc/rtc0/hctosys"
    board.parent.mkdir(parents=True)
    board.write_text("0\n")
    assert disciplined or time_source(tmp_path) is TimeSource.UNKNOWN
    board.write_text("1\n")
    assert disciplined or time_source(tmp_path) is TimeSource.RTC
    mark = tmp_path / "run/systemd/timesync/synchronized"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert time_source(tmp_path) is TimeSource.NETWORK


def test_the_real_system_answers() -> None:
    """On this very system the question has an answer, and the time an offset from UTC."""
    assert time_source() in TimeSource
    assert local_time().utcoffset() is not None
