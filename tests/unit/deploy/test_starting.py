"""Where the time from power to the first frame goes."""

import pytest

from baryta_release.errors import ReleaseError
from baryta_release.starting import start_time

STAMPS = {
    "UserspaceTimestampMonotonic": 2_000_000,
    "ExecMainStartTimestampMonotonic": 5_500_000,
    "ActiveEnterTimestampMonotonic": 11_000_000,
}


def _time(**other: int) -> str:
    stamps = STAMPS | {f"{name}TimestampMonotonic": value for name, value in other.items()}
    return start_time("baryta.service", lambda _unit, stamp: stamps.get(stamp, 0))


def test_the_parts_add_up() -> None:
    """Kernel, system and app are told, and their sum."""
    seconds = [float(line.split()[0]) for line in _time().splitlines()]
    assert seconds == [2.0, 3.5, 5.5, 11.0]


@pytest.mark.parametrize(
    ("other", "why"),
    [({"ActiveEnter": 0}, "not up"), ({"InactiveEnter": 9_000_000}, "restarted")],
)
def test_a_unit_that_was_restarted_tells_nothing_of_the_start(
    other: dict[str, int], why: str
) -> None:
    """Its times would be those of an update."""
    with pytest.raises(ReleaseError, match=why):
        _time(**other)
