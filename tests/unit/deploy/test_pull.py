"""What a device says it has, as far as that needs no device."""

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any, cast

import pytest

import baryta_deploy.pull
from app.store import Store
from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device
from baryta_deploy.inventory import Target
from baryta_deploy.pull import LIST, folder_name, pull

FOLDER = "DCIM/100BARYT"


class _Near:
    """A device whose library lies in a folder of this machine."""

    def __init__(self, library: Path, target: str = "camera") -> None:
        self.library, self.target = library, Target.parse(target)
        self.name = target

    def json(self, *command: str, stdin: str, timeout: int) -> Any:  # noqa: ANN401 - as Device's
        done = subprocess.run(
            [sys.executable, *command[1:3], str(self.library)],
            input=stdin,
            capture_output=True,
            text=True,
            check=True,
            timeout=timeout,
        )
        return json.loads(done.stdout)

    def run(self, *_command: str, root: bool) -> subprocess.CompletedProcess[str]:
        assert not root
        done = subprocess.CompletedProcess([], 0)
        done.out = "0"  # type: ignore[attr-defined]
        return done


class _Pulling:
    """Pulls from folders, by an ssh that goes nowhere."""

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if shutil.which("rsync") is None:
            pytest.skip("rsync is missing: apt install rsync")
        self.into, self.ssh, self.patch = place / "pulled", place / "ssh", monkeypatch
        self.ssh.write_text('#!/bin/sh\nshift\nexec "$@"\n')
        self.ssh.chmod(0o755)

    def __call__(self, library: Path, target: str = "camera") -> str:
        self.patch.setattr(baryta_deploy.pull, "LIBRARY", str(library))
        device = cast("Device", _Near(library, target))
        return pull(device, self.into, [str(self.ssh)], lambda _: None).outcome

    def read(self, device: str = "camera") -> dict[str, bytes]:
        paths = (self.into / device).rglob("*.JPG")
        return {path.name: path.read_bytes() for path in paths}


@pytest.fixture
def pulling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Pulling:
    """Into a folder of the test's."""
    return _Pulling(tmp_path, monkeypatch)


def _library(place: Path, **pictures: bytes) -> Path:
    (place / FOLDER).mkdir(parents=True, exist_ok=True)
    for name, data in pictures.items():
        (place / FOLDER / f"{name}.JPG").write_bytes(data)
    return place


def _listed(root: Path, *known: tuple[str, int, str]) -> dict[str, tuple[int, str]]:
    done = subprocess.run(
        [sys.executable, "-c", LIST, str(root)],
        input=json.dumps(known),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: (size, digest) for name, size, digest in json.loads(done.stdout)}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_pictures_are_listed_with_the_hash_they_were_saved_with(tmp_path: Path) -> None:
    """A picture that has rotted on the card since is so found out; what is known is left out."""
    store = Store.library(tmp_path)
    store.save(b"jpeg one", b"dng one")
    store.save(b"jpeg two", b"dng two")
    store.index.close()
    folder = tmp_path / "DCIM/100BARYT"
    (folder / "BARY0002.JPG").write_bytes(b"jpeg 2wo")
    (folder / "stranger.txt").write_bytes(b"mine")
    (folder / ".BARY0003.JPG.part").write_bytes(b"half")
    (folder / "link.JPG").symlink_to("/etc/passwd")
    before = sorted(tmp_path.rglob("*"))
    found = _listed(tmp_path, (_sha(b"dng one"), 7, "DCIM/100BARYT/BARY0001.DNG"))
    assert found == {
        "DCIM/100BARYT/BARY0001.JPG": (8, _sha(b"jpeg one")),
        "DCIM/100BARYT/BARY0002.JPG": (8, _sha(b"jpeg two")),
        "DCIM/100BARYT/BARY0002.DNG": (7, _sha(b"dng two")),
        "DCIM/100BARYT/stranger.txt": (4, _sha(b"mine")),
    }
    assert sorted(tmp_path.rglob("*")) == before, "nothing is created"


def test_a_library_without_an_index_is_read(tmp_path: Path) -> None:
    """Without hashes on record the files' own count; without a library there is nothing."""
    assert _listed(tmp_path) == {}
    folder = tmp_path / "DCIM/100BARYT/BARY0001.BURST"
    folder.mkdir(parents=True)
    (folder / "FRAME001.DNG").write_bytes(b"frame")
    assert _listed(tmp_path) == {"DCIM/100BARYT/BARY0001.BURST/FRAME001.DNG": (5, _sha(b"frame"))}


def test_what_was_changed_or_removed_here_stays_so(pulling: _Pulling, tmp_path: Path) -> None:
    """A picture that was retouched is not brought again, nor is one that was culled."""
    library = _library(tmp_path / "card", BARY0001=b"one", BARY0002=b"two")
    assert pulling(library) == "2 files"
    here = pulling.into / "camera" / FOLDER
    (here / "BARY0001.JPG").write_bytes(b"one, retouched")
    (here / "BARY0002.JPG").unlink()
    assert pulling(library) == "nothing new"
    _library(library, BARY0003=b"three")
    assert pulling(library) == "1 files"
    assert pulling.read() == {"BARY0001.JPG": b"one, retouched", "BARY0003.JPG": b"three"}


def test_another_card_in_the_same_device_replaces_nothing(
    pulling: _Pulling, tmp_path: Path
) -> None:
    """Its pictures of the same names get the next free ones, once, though the cards are swapped."""
    cards = [
        _library(tmp_path / "first", BARY0001=b"one", BARY0002=b"same"),
        _library(tmp_path / "second", BARY0001=b"another", BARY0002=b"same"),
    ]
    assert [pulling(card) for card in (*cards, *cards)] == [
        "2 files",
        "1 files",
        "nothing new",
        "nothing new",
    ]
    assert pulling.read() == {
        "BARY0001.JPG": b"one",
        "BARY0001-2.JPG": b"another",
        "BARY0002.JPG": b"same",
    }


def test_a_folder_that_was_copied_without_its_list_is_taken_over(
    pulling: _Pulling, tmp_path: Path
) -> None:
    """What is here whole does not come again, and is noted; half a line is not."""
    library = _library(tmp_path / "card", BARY0001=b"one", BARY0002=b"two")
    _library(pulling.into / "camera", BARY0001=b"one")
    (pulling.into / "camera/.baryta-pulled").write_text("12ab")
    assert pulling(library) == "1 files"
    assert pulling(library) == "nothing new"


def test_what_came_before_the_line_was_cut_is_kept(pulling: _Pulling, tmp_path: Path) -> None:
    """It goes to its place at once: the card may be gone before the rest can come."""
    card = _library(tmp_path / "card", BARY0001=b"one", BARY0002=b"two")
    listed = tmp_path / "listed"
    shutil.copytree(card, listed)
    device = cast("Device", _Near(listed))  # lists what the card then does not give
    (card / FOLDER / "BARY0002.JPG").unlink()
    pulling.patch.setattr(baryta_deploy.pull, "LIBRARY", str(card))
    with pytest.raises(DeployError, match="pull again"):
        pull(device, pulling.into, [str(pulling.ssh)], lambda _: None)
    assert pulling.read() == {"BARY0001.JPG": b"one"}
    anew = _library(tmp_path / "anew", BARY0003=b"three")
    assert pulling(anew) == "1 files"
    assert pulling.read() == {"BARY0001.JPG": b"one", "BARY0003.JPG": b"three"}


def test_devices_behind_one_name_have_folders_of_their_own() -> None:
    """The port tells them apart; accounts of one device do not."""
    names = ("pi@gate:2201", "pi@gate:2202", "root@gate", "gate", "pi@[fe80::1]")
    assert [folder_name(Target.parse(name)) for name in names] == [
        "gate_2201",
        "gate_2202",
        "gate",
        "gate",
        "fe80__1",
    ]


def test_a_damaged_picture_is_refused(pulling: _Pulling, tmp_path: Path) -> None:
    """One that has rotted on the card since it was saved does not take its place here."""
    store = Store.library(tmp_path / "card")
    store.save(b"jpeg one", b"dng one")
    store.index.close()
    path = tmp_path / "card" / FOLDER / "BARY0001.JPG"
    path.write_bytes(b"jpeg 1ne")
    with pytest.raises(DeployError, match="is not as it was saved"):
        pulling(tmp_path / "card")
    assert pulling.read() == {}
    path.write_bytes(b"jpeg one")
    assert pulling(tmp_path / "card") == "1 files"
