"""Where the time comes from."""

from pathlib import Path

import pytest

from app import clock
from app.clock import TimeSource, ask_to_set, can_be_set, local_time, time_source


@pytest.mark.parametrize("disciplined", [True, False])
def test_the_source_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, disciplined: bool
) -> None:
    """A kept clock is the network's; else a board's clock counts, else the time is a guess."""
    monkeypatch.setattr(clock, "_disciplined", lambda: disciplined)
    assert time_source(tmp_path) is (TimeSource.NETWORK if disciplined else TimeSource.UNKNOWN)
    board = tmp_path / "sys/class/rtc/rtc0"
    board.mkdir(parents=True)
    (board / "hctosys").write_text("0\n")
    (board / "since_epoch").write_text("1767225600\n")
    assert disciplined or time_source(tmp_path) is TimeSource.UNKNOWN
    (board / "hctosys").write_text("1\n")
    (board / "since_epoch").write_text("4711\n")  # without a battery it began in 1970
    assert disciplined or time_source(tmp_path) is TimeSource.UNKNOWN
    (board / "since_epoch").write_text("1767225600\n")
    assert disciplined or time_source(tmp_path) is TimeSource.RTC
    mark = tmp_path / "run/systemd/timesync/synchronized"
    mark.parent.mkdir(parents=True)
    mark.touch()
    assert time_source(tmp_path) is TimeSource.NETWORK


def test_the_real_system_answers() -> None:
    """On this very system the question has an answer, and the time an offset from UTC."""
    assert time_source() in TimeSource
    assert local_time().utcoffset() is not None


def test_a_telephones_time_is_told_as_such(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is better than a guess, and less than the network."""
    kept = False
    monkeypatch.setattr(clock, "_disciplined", lambda: kept)
    mark = tmp_path / "run/baryta-clock"
    mark.parent.mkdir()
    mark.write_text("telephone\n")
    assert time_source(tmp_path) is TimeSource.TELEPHONE
    kept = True
    assert time_source(tmp_path) is TimeSource.NETWORK


def test_a_wish_for_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A number in the file that the device's own unit waits for; what is no time is refused."""
    wish = tmp_path / "set-clock"
    told = {"BARYTA_SET_CLOCK": str(wish)}
    monkeypatch.setattr(clock, "time_source", lambda: TimeSource.UNKNOWN)
    assert can_be_set(told)
    assert not can_be_set({})
    ask_to_set(1_795_741_200, told)
    assert wish.read_text() == "1795741200\n"
    for now, where in ((12, told), (1 << 60, told), (1_795_741_200, {})):
        with pytest.raises(ValueError, match="cannot be set"):
            ask_to_set(now, where)
    monkeypatch.setattr(clock, "time_source", lambda: TimeSource.RTC)
    assert not can_be_set(told)
