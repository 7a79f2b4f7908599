"""Devices and folders as versions before had them: the system's files filled in, shorter lists."""

import os
from pathlib import Path

import pytest
from releases import Unit, deployer, ship

from baryta_release.journal import Outcome
from baryta_release.places import Config, Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """A device with two releases of such a version; the second runs."""
    places = Places(tmp_path / "opt/baryta", tmp_path)
    for age, content in enumerate(("second", "first")):
        name = ship(places, content)
        device = deployer(places, Unit(places))
        device.build(name)
        places.bundle(name).unlink()
        _write(places.recorded_filled(name), f"{content}, one\n", "one")
        os.utime(places.release(name), (1000 - age, 1000 - age))
        if content == "second":
            _write(places.base, "second, one\n", "one")
            places.current.symlink_to(f"releases/{name}")
    return places


def _write(folder: Path, told: str, source: str) -> None:
    for path, text in (
        (folder / "etc/told", told),
        (folder / "opt/baryta/config.json", Config(source=source).text()),
    ):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def _update(places: Places, unit: Unit, source: str = "one", content: str = "new") -> Outcome:
    _write(places.shipped, "new, @SOURCE@\n", source)
    return deployer(places, unit).install(ship(places, content), "update").outcome


def _names(places: Places) -> list[str]:
    wheels = "wheels/x-1-py3-none-any.whl"
    return [
        (places.release(name) / wheels).read_text()
        for name in deployer(places, Unit(places)).whole()
    ]


def test_a_first_update_that_fails_goes_back(places: Places) -> None:
    """What ran before there were templates runs again, with its own files."""
    unit = Unit(places, ("new",))
    assert _update(places, unit, "two") is Outcome.BACK
    assert ((places.base / "etc/told").read_text(), unit.active) == ("second, one\n", "active")
    assert Config.read(places.config).source == "one"
    assert _names(places) == ["second", "first"]


def test_going_back_beyond_the_first_update(places: Places) -> None:
    """Without a name it is the one that ran before, then the one before that."""
    unit = Unit(places)
    assert _update(places, unit) is Outcome.LIVE
    assert _names(places) == ["new", "second", "first"]
    for content in ("second", "first"):
        entry = deployer(places, unit).rollback("", content)
        assert (entry.outcome, entry.reason) == (Outcome.LIVE, "")
        assert (places.base / "etc/told").read_text() == f"{content}, one\n"
        assert _names(places) == ["new", "second", "first"]
    assert unit.starts == ["new", "second", "first"]


def test_what_is_chosen_since_stays_chosen(places: Places) -> None:
    """Files that were filled in cannot tell it: newer ones do, or if they fail its own."""
    unit = Unit(places)
    _update(places, unit, "two")
    assert deployer(places, unit).rollback("", "back").reason == ""
    told = places.base / "etc/told"
    assert (told.read_text(), unit.starts[-1]) == ("new, two\n", "second")
    assert Config.read(places.config).source == "two"
    unit.bad = ("new, two\n",)
    reason = deployer(places, unit).rollback("", "further back").reason
    assert reason.startswith("with what was chosen for it before; as chosen since, it does not")
    assert (told.read_text(), unit.starts[-1]) == ("first, one\n", "first")


def test_an_older_tool_takes_no_template_for_a_file(places: Places) -> None:
    """It puts what lies in folders of this name into its place as it is."""
    _update(places, Unit(places), "two")
    found = [path.read_text() for path in places.root.glob("**/system/etc/told")]
    assert sorted(found) == ["first, one\n", "second, one\n"]
