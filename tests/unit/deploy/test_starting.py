"""Where the time from power to the first frame goes."""

import json
from pathlib import Path

import pytest

from app.starting import Step, keep, process_start, words
from baryta_release.errors import ReleaseError
from baryta_release.starting import start_time

STAMPS = {
    "KernelTimestamp": 1,
    "UserspaceTimestampMonotonic": 2_000_000,
    "ExecMainStartTimestampMonotonic": 5_500_000,
    "ActiveEnterTimestampMonotonic": 11_000_000,
}
REACHED = dict(zip(Step, (7.0, 8.25, 9.0, 9.5, 9.75), strict=True))


def _time(kept: Path, **other: int) -> dict[str, float]:
    stamps = STAMPS | other
    told = start_time("baryta.service", lambda _unit, stamp: stamps.get(stamp, 0), kept)
    return {line[10:]: float(line[:6]) for line in told.splitlines() if line[7:8] == "s"}


def test_the_parts_add_up(tmp_path: Path) -> None:
    """Kernel, system and each of the app's steps are told, and their sum."""
    keep(REACHED, tmp_path)
    assert _time(tmp_path / "start.json") == {
        "kernel": 2.0,
        "system, until the app begins": 3.5,
        "app: Baryta's modules": 1.5,
        "app: window": 1.25,
        "app: camera open": 0.75,
        "app: first preview frame": 0.5,
        "app: first frame on the screen": 0.25,
        "together, without the firmware": 9.75,
    }


@pytest.mark.parametrize("text", [None, "", "[]", '{"window": 1}', '{"window": "x"}'])
def test_without_the_apps_stamps_it_is_one_part(tmp_path: Path, text: str | None) -> None:
    """Missing, damaged, or of a process before: the unit's own stamp stands for all."""
    if text is not None:
        (tmp_path / "start.json").write_text(text)
    parts = _time(tmp_path / "start.json")
    assert parts["app: first frame"] == 5.5
    assert parts["together, without the firmware"] == 11.0


def test_a_restarted_unit_tells_of_the_app_only(tmp_path: Path) -> None:
    """Kernel and system had nothing to do with that start; in a container the kernel has not."""
    keep(REACHED, tmp_path)
    kept = tmp_path / "start.json"
    again = _time(kept, InactiveEnterTimestampMonotonic=3_000_000)
    assert again["together, without the firmware"] == 4.25
    assert "kernel" not in again
    installed = _time(kept, FinishTimestampMonotonic=5_000_000)
    assert installed["together, without the firmware"] == 4.25
    by_itself = _time(kept, FinishTimestampMonotonic=11_500_000)
    assert by_itself["together, without the firmware"] == 9.75
    assert _time(kept, KernelTimestamp=0)["together, without the firmware"] == 7.75


def test_a_unit_that_is_not_up_tells_nothing(tmp_path: Path) -> None:
    """There is no first frame to tell of."""
    with pytest.raises(ReleaseError, match="not up"):
        _time(tmp_path, ActiveEnterTimestampMonotonic=0)


def test_the_apps_steps_count_from_its_process(tmp_path: Path) -> None:
    """What the kernel says of a process is on the clock of the stamps."""
    assert words(6.5, REACHED).startswith("Baryta's modules 0.50 s, window 1.75 s")
    stat = tmp_path / "stat"
    fields = Path("/proc/self/stat").read_text().rpartition(")")[2]
    stat.write_text(f"1 (a) b){fields}")
    assert process_start(stat) == pytest.approx(process_start(), abs=0.05)
    keep(REACHED, tmp_path)
    assert json.loads((tmp_path / "start.json").read_text())["window"] == 8_250_000
