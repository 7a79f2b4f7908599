"""A deployment that dies at every single step: what runs is whole, and the next one finishes."""

import os
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from dying import dies_at
from releases import Unit, deployer, manifest_of, ship, tell

from baryta_release.deploying import Deployer
from baryta_release.durable import write_whole
from baryta_release.journal import Entry, Outcome, Step, read_entry, write_entry
from baryta_release.places import Config, Places

STEPS = ("fsync", "rename", "replace", "unlink", "mkdir", "rmdir", "symlink", "sync")

pytestmark = pytest.mark.usefixtures("quick_disk")


def every_step(
    tmp_path: Path, bad: tuple[str, ...], act: Callable[[Deployer, str], object]
) -> Iterator[tuple[Deployer, str, str]]:
    """The device, its old and its new release, after dying at each step of act in turn."""
    for step in count():
        place = tmp_path / str(step)
        places = Places(place / "opt/baryta", place)
        tell(places, "of old")
        old = ship(places, "old")
        assert deployer(places, Unit(places)).install(old, "1").outcome is Outcome.LIVE
        new = ship(places, "new")
        tell(places, "of new")
        died = dies_at(
            step,
            lambda: act(deployer(places, Unit(places, bad, "active")), new),  # noqa: B023
            [(os, name) for name in STEPS],
        )
        yield deployer(places, Unit(places, bad)), old, new
        if not died:
            assert step > 20, "nothing was tried"
            return


def _install(device: Deployer, new: str) -> object:
    return device.install(new, "2")


def _leftovers(device: Deployer) -> list[Path]:
    return sorted(device.places.root.rglob("*.part"))


@pytest.mark.parametrize("bad", [(), ("new",)])
def test_what_runs_is_whole_at_any_instant(tmp_path: Path, bad: tuple[str, ...]) -> None:
    """Wherever it dies, current points to a whole release, and after the start all is clear."""
    seen = set()
    for device, old, new in every_step(tmp_path, bad, _install):
        running = device.current()
        assert running in (old, new)
        wheel = device.places.release(running) / "wheels/x-1-py3-none-any.whl"
        assert wheel.read_text() == ("old" if running == old else "new")
        entry = device.resume(started=True)
        assert entry is not None
        assert entry.outcome is not Outcome.OPEN
        assert not _leftovers(device)
        seen.add(entry.outcome)
        if entry.target == new and entry.outcome is Outcome.LIVE:
            assert device.current() == new
            assert not bad
        else:
            assert device.current() == old
        told = (device.places.base / "etc/told").read_text()
        assert told == ("of new" if device.current() == new else "of old")
    expected = {Outcome.BACK} if bad else {Outcome.LIVE}
    assert seen == expected | {Outcome.INTERRUPTED, Outcome.LIVE}


def test_the_same_command_again_finishes_it(tmp_path: Path) -> None:
    """Wherever it dies, shipping and installing once more ends with the new release live."""
    for device, old, new in every_step(tmp_path, (), _install):
        ship(device.places, "new")
        assert device.install(new, "3").outcome in (Outcome.LIVE, Outcome.UNCHANGED)
        assert device.current() == new
        assert set(device.whole()) == {old, new}
        assert not device.differing()
        assert not _leftovers(device)
        assert not list(device.places.incoming.iterdir())


def test_recovery_can_die_too(tmp_path: Path) -> None:
    """A second crash in the middle of going back leaves a device that goes back at the third."""

    def install_and_recover(device: Deployer, new: str) -> None:
        device.install(new, "2")
        device.resume()

    for device, old, _ in every_step(tmp_path, ("new",), install_and_recover):
        dies_at(5, device.resume, [(os, name) for name in STEPS])
        device.resume()
        assert device.current() == old
        assert (device.places.base / "etc/told").read_text() == "of old"
        assert not _leftovers(device)


def test_a_choice_that_fails_leaves_no_camera_stopped(tmp_path: Path) -> None:
    """Killed wherever it is, of the trial or of what was taken back, who finishes it starts it."""

    def choose(device: Deployer, _new: str) -> object:
        tell(device.places, "bad words")
        return device.install(manifest_of("old").release, "2")

    for device, old, _ in every_step(tmp_path, ("bad words",), choose):
        begun = read_entry(device.places.journal)
        assert begun is not None
        device.resume()
        if begun.outcome is Outcome.OPEN and begun.step is not Step.BUILD:
            assert device.service.state().active == "active"
        if begun.step is not Step.BUILD:
            assert device.current() == old
            assert (device.places.base / "etc/told").read_text() == "of old"


def test_what_is_made_anew_is_there_at_the_next_start(tmp_path: Path) -> None:
    """The old one or the new, with all that tells of its proof; and the same command mends it."""
    for step in count():
        place = tmp_path / str(step)
        places = Places(place / "opt/baryta", place)
        tell(places, "fine")
        old = ship(places, "old")
        deployer(places, Unit(places)).install(old, "1")
        (places.release(old) / "wheels/x-1-py3-none-any.whl").write_text("spoilt")
        ship(places, "old")
        device = deployer(places, Unit(places, ("spoilt",)))
        calls = [(os, name) for name in STEPS]
        died = dies_at(step, lambda: device.install(old, "2"), calls)  # noqa: B023 - called here
        device.resume(started=True)
        assert (device.current(), device.whole()) == (old, [old])
        assert (places.recorded(old) / "etc/told").read_text() == "fine"
        ship(places, "old")
        assert device.install(old, "3").outcome in (Outcome.LIVE, Outcome.UNCHANGED)
        assert (places.release(old) / "wheels/x-1-py3-none-any.whl").read_text() == "old"
        assert not _leftovers(device)
        if not died:
            assert step > 20, "nothing was tried"
            return


def test_going_back_by_hand_can_die_too(tmp_path: Path) -> None:
    """Wherever it dies, the older release or the newer runs, with what is chosen now."""
    for step in count():
        place = tmp_path / str(step)
        places = Places(place / "opt/baryta", place)
        names = []
        for source, content in (("then", "old"), ("now", "new")):
            tell(places, "from @SOURCE@\n")
            places.shipped_config.parent.mkdir(parents=True, exist_ok=True)
            places.shipped_config.write_text(Config(source=source).text())
            names.append(ship(places, content))
            deployer(places, Unit(places)).install(names[-1], content)
        device = deployer(places, Unit(places))
        calls = [(os, name) for name in STEPS]
        died = dies_at(step, lambda: device.rollback("", "back"), calls)  # noqa: B023 - called here
        assert device.current() in names
        deployer(places, Unit(places)).resume(started=True)
        assert (place / "etc/told").read_text() == "from now\n"
        assert Config.read(places.recorded(device.current()) / "opt/baryta/config.json") == (
            Config(source="now")
        )
        if not died:
            assert device.current() == names[0]
            assert step > 20, "nothing was tried"
            return


def test_what_is_finished_first_keeps_no_other_from_coming(tmp_path: Path) -> None:
    """A worker was killed, and the next one has another release to install."""
    places = Places(tmp_path)
    device = deployer(places, Unit(places))
    killed, new = ship(places, "killed"), ship(places, "new")
    write_entry(places.journal, Entry("1", killed, step=Step.PROVE))
    device.build(killed)
    assert device.install(new, "2").outcome is Outcome.LIVE
    assert device.current() == new
    assert device.whole() == [new, killed]
    assert not list(places.incoming.iterdir())


def test_a_name_is_on_the_disk_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a small file has in it before its name, and that before anything that follows."""
    done = list[str]()
    sync, rename = os.fsync, Path.replace
    monkeypatch.setattr(os, "fsync", lambda file: done.append(_opened(file)) or sync(file))
    monkeypatch.setattr(Path, "replace", lambda a, b: done.append("named") or rename(a, b))
    write_whole(tmp_path / "journal", "text")
    assert done == [str(tmp_path / "journal.part"), "named", str(tmp_path)]


def _opened(file: int) -> str:
    return str(Path(f"/proc/self/fd/{file}").readlink())


def test_a_release_that_fells_the_device_goes(tmp_path: Path) -> None:
    """Proven at the first start after a power cut, it stays; unproven at the second, it goes."""

    class Felled(Exception):  # noqa: N818 - it is no error but the power
        pass

    def fell(_release: str) -> str:
        raise Felled

    places = Places(tmp_path)
    unit = Unit(places)
    old = ship(places, "old")
    deployer(places, unit).install(old, "1")
    new = ship(places, "new")
    device = deployer(places, unit)
    falling = Deployer(places, unit, device.build, fell)
    with pytest.raises(Felled):
        falling.install(new, "2")
    assert device.current() == new
    with pytest.raises(Felled):
        falling.resume(started=True)
    entry = device.resume(started=True)
    assert entry is not None
    assert entry.outcome is Outcome.BACK
    assert "started again" in entry.reason
    assert device.current() == old
