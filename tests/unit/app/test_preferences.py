"""What the screen remembers: kept whole, and damage costs no more than itself."""

import json
from dataclasses import asdict, replace
from pathlib import Path

import pytest

from app.device import DeviceState, read_device
from app.preferences import Preferences


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    """Every field survives, in a folder that is made when it is needed."""
    path = tmp_path / "state" / "screen.json"
    chosen = Preferences(
        language="ja",
        theme="night",
        large_text=True,
        left_handed=True,
        rotation=270,
        panel=(62.0, 110.0),
        histogram=True,
        zebra=True,
        peaking="cyan",
        grid="thirds",
        frame="3:2",
        level=True,
        sounds=True,
        welcomed=True,
    )
    assert all(value != getattr(Preferences(), name) for name, value in asdict(chosen).items())
    chosen.save(path)
    assert Preferences.load(path) == chosen


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("language", "xx"),
        ("language", 3),
        ("rotation", 45),
        ("rotation", True),
        ("panel", [0, "1"]),
        ("panel", [1, 1e9]),
        ("large_text", "yes"),
        ("grid", ["thirds"]),
    ],
)
def test_a_damaged_value_has_its_default_and_the_others_stay(
    tmp_path: Path, field: str, value: object
) -> None:
    """The screen opens whatever the file says."""
    path = tmp_path / "screen.json"
    kept = Preferences(welcomed=True, theme="sunlight")
    path.write_text(json.dumps({**asdict(kept), field: value, "unknown": 1}))
    assert Preferences.load(path) == kept


@pytest.mark.parametrize("data", [b"", b"[1]", b"{", b"\xff", b"[" * 9999, b'{"theme": NaN}'])
def test_a_damaged_file_gives_the_defaults(tmp_path: Path, data: bytes) -> None:
    """Nothing of it is an error for whoever wants to take a picture."""
    path = tmp_path / "screen.json"
    path.write_bytes(data)
    assert Preferences.load(path) == Preferences()
    assert Preferences.load(tmp_path / "none") == Preferences()


def test_the_device_tells_what_it_knows(tmp_path: Path) -> None:
    """A battery and a temperature are read from sysfs; what is missing or wrong is unknown."""
    assert read_device(tmp_path) == DeviceState()
    supply = tmp_path / "class/power_supply/BAT0"
    heat = tmp_path / "class/thermal/thermal_zone0"
    supply.mkdir(parents=True)
    heat.mkdir(parents=True)
    for path, text in (
        (supply / "type", "Battery\n"),
        (supply / "capacity", "81\n"),
        (supply / "status", "Charging\n"),
        (heat / "temp", "61234\n"),
    ):
        path.write_text(text)
    told = read_device(tmp_path)
    assert told == DeviceState(battery=81, charging=True, temperature=61.234)
    (supply / "capacity").write_text("many")
    assert read_device(tmp_path) == replace(told, battery=None, charging=False)
