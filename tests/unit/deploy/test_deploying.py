"""Releases go live, are taken back, and are cleared away."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from releases import Unit, deployer, ship, tell

from baryta_release.deploying import Deployer
from baryta_release.durable import locked
from baryta_release.errors import ReleaseError
from baryta_release.journal import Entry, Outcome, Step, write_entry
from baryta_release.places import Config, Places


@pytest.fixture
def places(tmp_path: Path) -> Places:
    """An empty device."""
    return Places(tmp_path / "opt/baryta", tmp_path)


def test_the_same_release_again_changes_nothing(places: Places) -> None:
    """The second run neither builds nor restarts; a unit that is down is started."""
    unit = Unit(places)
    name = ship(places, "one")
    assert deployer(places, unit).install(name, "1").outcome is Outcome.LIVE
    assert deployer(places, unit).install(name, "2").outcome is Outcome.UNCHANGED
    assert unit.starts == ["one"]
    unit.stop()
    assert deployer(places, unit).install(name, "3").outcome is Outcome.LIVE
    assert unit.starts == ["one", "one"]


def test_a_broken_release_goes_and_says_why(places: Places) -> None:
    """The earlier release runs again, the broken one is gone, and the reason is kept."""
    unit = Unit(places, ("broken",))
    good = ship(places, "good")
    deployer(places, unit).install(good, "1")
    entry = deployer(places, unit).install(ship(places, "broken"), "2")
    assert entry.outcome is Outcome.BACK
    assert "no such camera" in entry.reason
    device = deployer(places, unit)
    assert (device.current(), device.whole(), unit.active) == (good, [good], "active")


def test_a_release_that_the_card_has_spoilt_is_made_anew(places: Places) -> None:
    """What should run and does not is unpacked once more, and keeps its place among the others."""
    unit = Unit(places, ("spoilt",))
    names = []
    for content in ("one", "two"):
        tell(places, content)
        names.append(ship(places, content))
        deployer(places, unit).install(names[-1], content)
    wheel = places.release(names[1]) / "wheels/x-1-py3-none-any.whl"
    wheel.write_text("spoilt")
    unit.restart()
    again = deployer(places, unit).install(names[1], "without its bundle")
    assert (again.outcome, again.reason.endswith(f"; rollback goes to {names[0]}")) == (
        Outcome.FAILED,
        True,
    )
    assert (unit.starts[-1], unit.starts_with_device) == ("spoilt", True), "it goes on trying"
    ship(places, "two")
    assert deployer(places, unit).install(names[1], "with it").outcome is Outcome.LIVE
    assert (wheel.read_text(), unit.active) == ("two", "active")
    assert deployer(places, unit).whole() == names[::-1]
    assert not list(places.root.rglob("*.part"))


def test_a_first_release_that_is_broken_leaves_nothing_running(places: Places) -> None:
    """With nothing to go back to, the unit is stopped for good and that is said."""
    unit = Unit(places, ("broken",))
    entry = deployer(places, unit).install(ship(places, "broken"), "1")
    assert entry.outcome is Outcome.FAILED
    assert "no earlier release" in entry.reason
    assert (unit.active, unit.starts_with_device) == ("inactive", False)
    assert deployer(places, unit).current() == ""
    good = deployer(places, unit).install(ship(places, "good"), "2")
    assert good.outcome is Outcome.LIVE
    with pytest.raises(ReleaseError, match="no earlier release"):  # that was proven
        deployer(places, unit).rollback("", "3")


def test_when_the_earlier_one_fails_too_it_is_the_device(places: Places) -> None:
    """An unplugged camera fails every release: both stay, and the reason says so."""
    unit = Unit(places)
    good = ship(places, "good")
    deployer(places, unit).install(good, "1")
    unit.bad = ("good", "new")
    new = ship(places, "new")
    entry = deployer(places, unit).install(new, "2")
    assert entry.outcome is Outcome.BACK
    assert "look at the device" in entry.reason
    assert set(deployer(places, unit).whole()) == {good, new}


def test_a_release_brings_the_systems_files_and_takes_them_back(places: Places) -> None:
    """A unit that a new release came with goes with it; a roll-back has its own again."""
    unit = Unit(places, ("broken", "bad words"))
    told = places.base / "etc/told"
    tell(places, "one")
    first = ship(places, "first")
    deployer(places, unit).install(first, "1")
    tell(places, "two")
    second = ship(places, "second")
    assert told.read_text() == "one", "shipped is not in use"
    assert deployer(places, unit).install(second, "2").outcome is Outcome.LIVE
    assert told.read_text() == "two"
    tell(places, "bad words")
    entry = deployer(places, unit).install(ship(places, "third"), "3")
    assert (entry.outcome, unit.active) == (Outcome.BACK, "active")
    assert (deployer(places, unit).current(), told.read_text()) == (second, "two")
    assert deployer(places, unit).rollback("", "4").outcome is Outcome.LIVE
    assert (deployer(places, unit).current(), told.read_text()) == (first, "one")


def test_a_unit_that_a_release_does_not_know_goes(places: Places) -> None:
    """One that is shipped no more, and with a roll-back one that came later; it comes again."""
    unit, names = Unit(places), ["told", "later.path"]
    there = [places.base / "etc" / name for name in names]
    for known, name in enumerate(names, 1):
        _choose(places, "one", files=[f"/etc/{each}" for each in names[:known]])
        (places.shipped / "etc" / name).write_text("one")
        deployer(places, unit).install(ship(places, name), name)
        assert [path.exists() for path in there] == [True, known == len(names)]
    deployer(places, unit).rollback("", "back")
    assert [path.exists() for path in there] == [True, False]
    assert unit.forgotten == ["later.path"]
    deployer(places, unit).rollback(deployer(places, unit).whole()[0], "and forth")
    assert all(path.exists() for path in there)


def test_a_choice_that_fails_is_taken_back(places: Places) -> None:
    """The same release with other files of the system, as another user: what ran runs again."""
    unit = Unit(places, ("bad words",))
    told = places.base / "etc/told"
    tell(places, "one")
    name = ship(places, "first")
    deployer(places, unit).install(name, "1")
    tell(places, "bad words")
    entry = deployer(places, unit).install(name, "2")
    assert entry.outcome is Outcome.BACK
    assert (deployer(places, unit).current(), told.read_text(), unit.active) == (
        name,
        "one",
        "active",
    )
    tell(places, "one")
    assert deployer(places, unit).install(name, "3").outcome is Outcome.UNCHANGED


def test_a_choice_on_a_full_card_stops_no_camera(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Stopped for a proof that cannot begin, it is started again."""

    def full(*_: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    unit = Unit(places)
    tell(places, "one")
    name = ship(places, "first")
    deployer(places, unit).install(name, "1")
    tell(places, "two")
    monkeypatch.setattr("baryta_release.deploying.record", full)
    assert deployer(places, unit).install(name, "2").outcome is Outcome.FAILED
    assert ((places.base / "etc/told").read_text(), unit.active) == ("one", "active")


@pytest.mark.parametrize("spoilt", ["opt/baryta/config.json", "etc/told"])
def test_what_it_goes_back_to_is_spoilt_in_part(places: Places, spoilt: str) -> None:
    """The earlier release runs with the system's files that are there, and the next one comes."""
    unit = Unit(places, ("broken",))
    _choose(places, "one, @SOURCE@", source="one")
    good = ship(places, "good")
    deployer(places, unit).install(good, "1")
    (places.recorded(good) / spoilt).write_bytes(b"\xff")
    _choose(places, "two, @SOURCE@", source="two")
    entry = deployer(places, unit).install(ship(places, "broken"), "2")
    assert (entry.outcome, unit.active) == (Outcome.BACK, "active")
    assert "its units and commands are not back" in entry.reason
    assert deployer(places, unit).current() == good
    assert (places.base / "etc/told").read_text() == "two, two"
    assert deployer(places, unit).install(ship(places, "mended"), "3").outcome is Outcome.LIVE


def _choose(places: Places, unit: str, **chosen: Any) -> None:  # noqa: ANN401 - as Config's
    """Ships a unit, and what is chosen for it."""
    tell(places, unit)
    path = places.shipped_config
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(Config(**chosen).text())


def test_what_is_chosen_outlives_going_back(places: Places) -> None:
    """The older code runs with what is chosen now, as far as it knows that; so do later updates."""
    unit, told = Unit(places), places.base / "etc/told"
    _choose(places, "old, @SOURCE@\n", source="one", files=("told",))
    first = ship(places, "first")
    deployer(places, unit).install(first, "1")
    _choose(places, "new, @SOURCE@\nsends  # hand-over\n", source="one", files=("told", "more"))
    second = ship(places, "second")
    deployer(places, unit).install(second, "2")
    _choose(places, "new, @SOURCE@\nsends  # hand-over\n", source="two", hand_over=True)
    assert deployer(places, unit).install(second, "3").outcome is Outcome.LIVE
    assert told.read_text() == "new, two\nsends\n"
    assert deployer(places, unit).rollback("", "4") == Entry(
        "4", first, second, Step.OVER, Outcome.LIVE, recorded=True
    )
    assert told.read_text() == "old, two\n"
    assert Config.read(places.config) == Config(source="two", hand_over=True, files=("told",))
    _choose(places, "broken\n", source="two", hand_over=True)
    unit.bad = ("broken\n",)
    assert deployer(places, unit).install(first, "5").outcome is Outcome.BACK
    assert told.read_text() == "old, two\n"


def test_a_choice_that_the_older_release_cannot_bear_does_not_keep_it_away(places: Places) -> None:
    """It runs with what was chosen for it before, and that is said."""
    unit, told = Unit(places, ("old, two\n",)), places.base / "etc/told"
    _choose(places, "old, @SOURCE@\n", source="one")
    first = ship(places, "first")
    deployer(places, unit).install(first, "1")
    _choose(places, "new, @SOURCE@\n", source="two")
    deployer(places, unit).install(ship(places, "second"), "2")
    entry = deployer(places, unit).rollback("", "3")
    assert (entry.outcome, deployer(places, unit).current()) == (Outcome.LIVE, first)
    assert entry.reason.startswith("with what was chosen for it before; as chosen since, it does")
    assert (told.read_text(), unit.active) == ("old, one\n", "active")
    assert Config.read(places.config).source == "one"


@pytest.mark.parametrize("left", ["", "null", "[]", '{"gate": '])
def test_what_a_bad_card_has_spoilt_is_known_from_the_release(places: Places, left: str) -> None:
    """The choices' file is empty: what runs was proven with them, and the next run mends it."""
    unit, told = Unit(places), Config("anna", source="one")
    _choose(places, "fine", user="anna", source="one")
    name = ship(places, "first")
    deployer(places, unit).install(name, "1")
    places.config.write_text(left)
    assert Config.of(places) == told
    assert deployer(places, unit).differing() == [str(places.config)]
    assert deployer(places, unit).install(name, "2").outcome is Outcome.LIVE
    assert Config.read(places.config) == told


def test_what_is_shipped_during_a_proof_is_not_taken_for_proven(places: Places) -> None:
    """Others ship files of the system meanwhile; they fail, and what was proven is back."""
    unit = Unit(places, ("bad words",))
    told = places.base / "etc/told"
    tell(places, "one")
    name = ship(places, "first")
    device = deployer(places, unit)

    def prove(release: str) -> str:
        tell(places, "bad words")
        return device.prove(release)

    slow = Deployer(places, unit, device.build, prove)
    assert slow.install(name, "1").outcome is Outcome.LIVE
    assert unit.reloads == 1
    assert deployer(places, unit).install(name, "2").outcome is Outcome.BACK
    assert (told.read_text(), unit.active) == ("one", "active")


def test_a_file_of_the_system_that_was_changed_is_put_back(places: Places) -> None:
    """By hand, or by a power cut between shipping and installing: the next run mends it."""
    unit = Unit(places)
    tell(places, "one")
    name = ship(places, "first")
    deployer(places, unit).install(name, "1")
    told = places.base / "etc/told"
    told.write_text("mine")
    assert deployer(places, unit).differing() == [str(told)]
    assert deployer(places, unit).install(name, "2").outcome is Outcome.LIVE
    assert told.read_text() == "one"
    assert unit.starts == ["first", "first"]


def test_three_releases_are_kept(places: Places) -> None:
    """The oldest go; the one that runs and the one before never do."""
    unit = Unit(places)
    names = []
    tell(places, "fine")
    for number in range(5):
        names.append(ship(places, str(number)))
        deployer(places, unit).install(names[-1], str(number))
        os.utime(places.release(names[-1]), (-number, -number))  # a clock that runs backwards
    device = deployer(places, unit)
    assert device.whole() == names[:1:-1]
    assert device.rollback("", "back").target == names[3]
    assert device.rollback("", "further back").target == names[2]
    with pytest.raises(ReleaseError, match="no earlier release"):
        device.rollback("", "beyond")
    assert device.rollback(names[2], "where it is").outcome is Outcome.UNCHANGED
    assert device.rollback(names[4], "forward again").outcome is Outcome.LIVE
    assert device.current() == names[4]
    with pytest.raises(ReleaseError, match="to go back to"):
        device.rollback("0.1.0-000000000000", "nowhere")


def test_a_full_card_changes_nothing(places: Places) -> None:
    """A build that finds no room fails in a line, and takes its bundle away with it."""
    unit = Unit(places)
    good = ship(places, "good")
    device = deployer(places, unit)
    device.install(good, "1")

    def full(release: str) -> None:
        (places.releases / f"{release}.part").mkdir()
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "a wheel")

    entry = Deployer(places, unit, full, device.prove).install(ship(places, "new"), "2")
    assert entry.outcome is Outcome.FAILED
    assert entry.reason == "No space left on device (a wheel)"
    assert (device.current(), device.whole()) == (good, [good])
    assert not list(places.incoming.iterdir())


def test_a_card_that_fills_during_the_proof_goes_back_all_the_same(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing can be noted before the release that failed has gone."""
    unit = Unit(places, ("new",))
    good = ship(places, "good")
    deployer(places, unit).install(good, "1")
    new = ship(places, "new")

    def full(path: Path, entry: Entry) -> Entry:
        if unit.starts[-1] == "new" and places.release(new).exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write_entry(path, entry)

    monkeypatch.setattr("baryta_release.deploying.write_entry", full)
    entry = deployer(places, unit).install(new, "2")
    assert entry.outcome is Outcome.BACK
    assert (deployer(places, unit).current(), unit.active) == (good, "active")


def test_two_at_a_time_are_refused(places: Places) -> None:
    """Whoever comes second is told, and nothing is touched."""
    name = ship(places, "one")
    with locked(places.lock), pytest.raises(ReleaseError, match="going on"):
        deployer(places, Unit(places)).install(name, "1")
    assert not places.journal.exists()
