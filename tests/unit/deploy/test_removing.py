"""A removal that dies at every single step is finished by the next one."""

import os
from pathlib import Path

import pytest
from dying import dies_at
from releases import Unit, deployer, ship, tell

from baryta_release.places import Config, Places
from baryta_release.removing import remove

pytestmark = pytest.mark.usefixtures("quick_disk")


@pytest.fixture(autouse=True)
def systemctl(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No unit of this machine is touched."""
    path = tmp_path / "bin/systemctl"
    path.parent.mkdir()
    path.write_text("#!/bin/sh\n")
    path.chmod(0o755)
    monkeypatch.setenv("PATH", str(path.parent), prepend=os.pathsep)


def _installed(place: Path, *, live: bool) -> Places:
    """A device after an installation, or after one that did not come as far as its proof."""
    places = Places(place / "opt/baryta", place)
    tell(places, "fine")
    config = places.shipped_config if not live else places.config
    config.parent.mkdir(parents=True, exist_ok=True)
    config.write_text(Config(files=(str(place / "etc/told"),)).text())
    deployer(places, Unit(places)).install(ship(places, "one"), "1")
    places.tool.write_text("the tool")
    pictures = place / "var/lib/baryta/pictures"
    pictures.mkdir(parents=True)
    (pictures / "BARY0001.JPG").touch()
    return places


def test_a_spoilt_config_keeps_nothing_there(tmp_path: Path) -> None:
    """What is to be removed is known from the release that runs."""
    places = _installed(tmp_path / "place", live=False)
    assert places.config.exists()
    places.config.write_text("")
    places.shipped_config.unlink()
    remove(places)
    left = sorted(path for path in (tmp_path / "place").rglob("*") if path.is_file())
    assert [path.name for path in left] == ["BARY0001.JPG"]


@pytest.mark.parametrize("live", [True, False])
def test_a_removal_that_is_cut_short_is_taken_up(tmp_path: Path, *, live: bool) -> None:
    """As long as anything is left of it, so is the tool that removes it."""
    for step in range(200):
        place = tmp_path / str(step)
        places = _installed(place, live=live)
        calls = [(os, name) for name in ("unlink", "rmdir")]
        died = dies_at(step, lambda: remove(places), calls)  # noqa: B023
        if died and places.tool.exists():
            remove(places)
        left = sorted(path for path in place.rglob("*") if path.is_file())
        assert [path.name for path in left] == ["BARY0001.JPG"]
        if not died:
            assert step > 10, "nothing was tried"
            assert not places.root.exists()
            return
    raise AssertionError
