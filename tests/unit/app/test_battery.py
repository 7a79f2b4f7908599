"""A battery that runs out, as sysfs tells it."""

import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from app.battery import BatteryWatch, watched
from app.device import read_device
from app.session import Session


@dataclass(slots=True)
class Told:
    """A session that keeps what it is told."""

    words: list[str] = field(default_factory=list)

    def tell_power(self, words: str) -> None:
        self.words.append(words)


def _battery(system: Path, charge: object, status: str = "Discharging") -> None:
    folder = system / "class/power_supply/battery"
    folder.mkdir(parents=True, exist_ok=True)
    for name, value in (("type", "Battery"), ("capacity", charge), ("status", status)):
        (folder / name).write_text(f"{value}\n")


def _looks(system: Path, *charges: object, status: str = "Discharging") -> tuple[list[str], int]:
    """What is said, and how often the device is asked to go off, over these charges."""
    told, asked = Told(), []
    watch = BatteryWatch(
        cast("Session", told), lambda: read_device(system), lambda: asked.append(1)
    )
    for charge in charges:
        if charge is not None:
            _battery(system, charge, status)
        watch.look()
    return told.words, len(asked)


def test_it_is_said_and_then_the_device_goes_off_once(tmp_path: Path) -> None:
    """At ten percent it is said; at four, seen twice, the device is asked to go off."""
    words, asked = _looks(tmp_path, 30, 10, 9, 4, 4, 3, 0)
    assert words == ["Battery low", "Switching off"]
    assert asked == 1


@pytest.mark.parametrize(
    ("charges", "status"),
    [
        ((4, 0, 0), "Charging"),
        ((0, 0, 0, 0), "Unknown"),  # a gauge that never told more
        ((30, 0, 30, 0, 30), "Discharging"),  # one that jumps
        ((30, "nonsense", -1, 400), "Discharging"),
        ((None, None, None), ""),
    ],
)
def test_it_stays_on(tmp_path: Path, charges: tuple[object, ...], status: str) -> None:
    """Charging, a broken gauge, and no battery at all switch nothing off."""
    assert _looks(tmp_path, *charges, status=status)[1] == 0


def test_a_gauge_that_does_not_tell_its_way_is_believed_when_it_sinks(tmp_path: Path) -> None:
    """Some tell the charge, but never whether they charge."""
    assert _looks(tmp_path, 50, 4, 3, status="Unknown")[1] == 1


def test_on_a_charger_it_is_taken_back(tmp_path: Path) -> None:
    """The words on the screen go away."""
    told = Told()
    watch = BatteryWatch(cast("Session", told), lambda: read_device(tmp_path), lambda: None)
    for charge, status in ((8, "Discharging"), (8, "Charging")):
        _battery(tmp_path, charge, status)
        watch.look()
    assert told.words == ["Battery low", ""]


def test_systemd_finds_the_wish(tmp_path: Path) -> None:
    """The file that its path unit waits for comes, where one is named."""
    _battery(tmp_path, 2)
    wish = tmp_path / "power-off"
    told = Told()
    environment = {"BARYTA_POWER_OFF": str(wish)}
    with watched(cast("Session", told), environment, tmp_path, 0.001):
        end = time.monotonic() + 10.0
        while not wish.exists() and time.monotonic() < end:
            time.sleep(0.002)
    assert wish.exists()
    assert told.words == ["Battery low", "Switching off"]


def test_a_mouses_battery_is_not_the_cameras(tmp_path: Path) -> None:
    """An empty one of a wireless mouse or keyboard switches nothing off."""
    mouse = tmp_path / "class/power_supply/a-hid-battery"
    mouse.mkdir(parents=True)
    told = {"type": "Battery", "scope": "Device", "capacity": "3", "status": "Discharging"}
    for name, value in told.items():
        (mouse / name).write_text(f"{value}\n")
    assert read_device(tmp_path).battery is None
    _battery(tmp_path, 80)
    assert read_device(tmp_path).battery == 80
