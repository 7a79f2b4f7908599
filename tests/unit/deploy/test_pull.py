"""What a device says it has, as far as that needs no device."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import zlib
from pathlib import Path
from typing import Any, cast

import pytest

import baryta_deploy.pull
from app.store import Store
from baryta_deploy.errors import DeployError
from baryta_deploy.fleet import Device, Result
from baryta_deploy.inventory import Target
from baryta_deploy.pull import LIST, folder_name, pull

FOLDER = "DCIM/100BARYT"
_OPEN: list[Store] = []


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

    last: Result

    def __init__(self, place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        if shutil.which("rsync") is None:
            pytest.skip("rsync is missing: apt install rsync")
        self.into, self.ssh, self.patch = place / "pulled", place / "ssh", monkeypatch
        self.ssh.write_text('#!/bin/sh\nshift\nexec "$@"\n')
        self.ssh.chmod(0o755)

    def __call__(self, library: Path, target: str = "camera") -> str:
        self.patch.setattr(baryta_deploy.pull, "LIBRARY", str(library))
        device = cast("Device", _Near(library, target))
        self.last = pull(device, self.into, [str(self.ssh)], lambda _: None)
        return self.last.outcome

    def read(self, device: str = "camera") -> dict[str, bytes]:
        paths = (self.into / device / "DCIM").rglob("*.*")
        return {path.name: path.read_bytes() for path in paths if path.is_file()}


@pytest.fixture
def pulling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Pulling:
    """Into a folder of the test's."""
    return _Pulling(tmp_path, monkeypatch)


def _library(place: Path, **pictures: bytes) -> Path:
    return _files(place, {f"{name}.JPG": data for name, data in pictures.items()})


def _files(place: Path, files: dict[str, bytes]) -> Path:
    """Files of a time of their own each: no card's is another's."""
    for name, data in files.items():
        path = place / FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        time = zlib.crc32(data)
        os.utime(path, (time, time))
    return place


def _saved(place: Path, *pairs: tuple[bytes, bytes]) -> Path:
    """A library of a camera that runs: its index is open."""
    store = Store.library(place)
    for jpeg, dng in pairs:
        store.save(jpeg, dng)
    _OPEN.append(store)
    return place


def _listed(root: Path, *known: tuple[str, int, int, str]) -> dict[str, tuple[int, str, str]]:
    done = subprocess.run(
        [sys.executable, "-c", LIST, str(root)],
        input=json.dumps(known),
        capture_output=True,
        text=True,
        check=True,
    )
    return {name: (size, *told) for name, size, _, *told in json.loads(done.stdout)}


def _sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_pictures_are_listed_with_the_hash_they_were_saved_with(tmp_path: Path) -> None:
    """Nothing is read that need not be: one that has rotted is found out when it has come."""
    _saved(tmp_path, (b"jpeg one", b"dng one"), (b"jpeg two", b"dng two"))
    (tmp_path / FOLDER / "BARY0002.JPG").write_bytes(b"jpeg 2wo")
    _files(tmp_path, {"stranger.txt": b"mine", ".BARY0003.JPG.part": b"half", ".tmp/a.JPG": b"b"})
    (tmp_path / FOLDER / "link.JPG").symlink_to("/etc/passwd")
    before = sorted(tmp_path.rglob("*"))
    expected = {
        f"{FOLDER}/BARY0001.JPG": (8, _sha(b"jpeg one"), ""),
        f"{FOLDER}/BARY0001.DNG": (7, _sha(b"dng one"), ""),
        f"{FOLDER}/BARY0002.JPG": (8, _sha(b"jpeg two"), ""),
        f"{FOLDER}/BARY0002.DNG": (7, _sha(b"dng two"), ""),
        f"{FOLDER}/stranger.txt": (4, _sha(b"mine"), ""),
    }
    assert _listed(tmp_path) == expected
    time = int((tmp_path / FOLDER / "stranger.txt").stat().st_mtime)
    known = (
        (f"{FOLDER}/BARY0002.JPG", 8, 0, _sha(b"jpeg 2wo")),
        (f"{FOLDER}/stranger.txt", 4, time, "ab"),
    )
    expected[f"{FOLDER}/BARY0002.JPG"] = (8, _sha(b"jpeg two"), _sha(b"jpeg 2wo"))
    expected[f"{FOLDER}/stranger.txt"] = (4, "ab", "")
    assert _listed(tmp_path, *known) == expected
    assert sorted(tmp_path.rglob("*")) == before, "nothing is created"


def test_a_library_without_an_index_is_read(tmp_path: Path) -> None:
    """Without hashes on record the files' own count; without a library there is nothing."""
    assert _listed(tmp_path) == {}
    _files(tmp_path, {"BARY0001.BURST/FRAME001.DNG": b"frame"})
    assert _listed(tmp_path) == {f"{FOLDER}/BARY0001.BURST/FRAME001.DNG": (5, _sha(b"frame"), "")}


def test_what_was_changed_or_removed_here_stays_so(pulling: _Pulling, tmp_path: Path) -> None:
    """A picture that was retouched is not brought again, nor is one that was culled."""
    library = _library(tmp_path / "card", BARY0001=b"one", BARY0002=b"two")
    assert pulling(library) == "2 files"
    here = pulling.into / "camera" / FOLDER
    (here / "BARY0001.JPG").write_bytes(b"one, retouched")
    (here / "BARY0002.JPG").unlink()
    assert pulling(library) == "nothing new"
    _library(library, BARY0003=b"three")
    assert pulling(library) == "1 file"
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
        "1 file",
        "nothing new",
        "nothing new",
    ]
    assert pulling.read() == {
        "BARY0001.JPG": b"one",
        "BARY0001-2.JPG": b"another",
        "BARY0002.JPG": b"same",
    }


@pytest.mark.parametrize("size", [b"", b", and longer"])
def test_a_picture_stays_together(pulling: _Pulling, tmp_path: Path, size: bytes) -> None:
    """All files of one get the same number, though not every name of it is taken."""
    other = {"BARY0001.DNG": b"other" + size, "BARY0002.JPG": b"two" + size}
    pair = {
        "BARY0001.JPG": b"a jpg",
        "BARY0001.DNG": b"a dng",
        "BARY0001.DNG.xmp": b"edit",
        "BARY0001-Rec2020.tif": b"table",
        "BARY0001.BURST/FRAME001.DNG": b"frame",
        "BARY0002.DNG": b"no pair",
    }
    cards = _files(tmp_path / "first", other), _files(tmp_path / "second", pair)
    assert [pulling(card) for card in (*cards, *cards)][1:] == [
        "6 files",
        "nothing new",
        "nothing new",
    ]
    assert pulling.read() == other | {
        "BARY0001-2.JPG": b"a jpg",
        "BARY0001-2.DNG": b"a dng",
        "BARY0001-2.DNG.xmp": b"edit",
        "BARY0001-2-Rec2020.tif": b"table",
        "FRAME001.DNG": b"frame",
        "BARY0002-2.DNG": b"no pair",
    }
    assert (pulling.into / "camera" / FOLDER / "BARY0001-2.BURST/FRAME001.DNG").exists()


def test_what_comes_later_joins_its_picture(pulling: _Pulling, tmp_path: Path) -> None:
    """A DNG goes where its JPEG went before, though that was culled; a new edit gets a number."""
    pulling(_library(tmp_path / "first", BARY0001=b"one"))
    card = _library(tmp_path / "second", BARY0001=b"another")
    pulling(card)
    (pulling.into / "camera" / FOLDER / "BARY0001-2.JPG").unlink()
    pulling(_files(card, {"BARY0001.DNG": b"negative", "BARY0001.DNG.xmp": b"edit"}))
    pulling(_files(card, {"BARY0001.DNG.xmp": b"edited anew"}))
    assert pulling.read() == {
        "BARY0001.JPG": b"one",
        "BARY0001-2.DNG": b"negative",
        "BARY0001-2.DNG.xmp": b"edit",
        "BARY0001-3.DNG.xmp": b"edited anew",
    }


def test_a_folder_that_was_copied_without_its_list_is_taken_over(
    pulling: _Pulling, tmp_path: Path
) -> None:
    """What is here whole does not come again, and is noted; half a line is not."""
    library = _library(tmp_path / "card", BARY0001=b"one", BARY0002=b"two")
    _library(pulling.into / "camera", BARY0001=b"one")
    (pulling.into / "camera/.baryta-pulled").write_text("12ab")
    assert pulling(library) == "1 file"
    assert pulling(library) == "nothing new"


def test_a_list_of_before_counts(pulling: _Pulling, tmp_path: Path) -> None:
    """What was changed or thrown away here since an earlier version brought it stays so."""
    names = {"BARY0001": b"one", "BARY0002": b"two"}
    library = _library(tmp_path / "card", **names)
    _library(pulling.into / "camera", BARY0001=b"one, retouched")
    lines = [f"{_sha(data)} {len(data)} {FOLDER}/{name}.JPG\n" for name, data in names.items()]
    (pulling.into / "camera/.baryta-pulled").write_text("".join(lines))
    assert pulling(library) == "nothing new"
    assert pulling(_library(library, BARY0003=b"three")) == "1 file"
    assert pulling.read() == {"BARY0001.JPG": b"one, retouched", "BARY0003.JPG": b"three"}


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
    part = pulling.into / "camera/.baryta-pull" / FOLDER / "BARY0003.JPG"
    part.parent.mkdir(parents=True, exist_ok=True)
    part.write_bytes(b"th")
    part.chmod(0o600)
    anew = _library(tmp_path / "anew", BARY0003=b"three")
    assert pulling(anew) == "1 file"
    assert pulling.read() == {"BARY0001.JPG": b"one", "BARY0003.JPG": b"three"}
    modes = {path.stat().st_mode for path in (pulling.into / "camera" / FOLDER).iterdir()}
    assert len(modes) == 1, "one that was resumed is like the others"


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


@pytest.mark.parametrize("rotten", [b"jpeg 1ne", b"jp"])
def test_a_damaged_picture_comes_under_a_name_that_says_so(
    pulling: _Pulling, tmp_path: Path, rotten: bytes
) -> None:
    """It comes once, and is told with each pull until the card has it as it was, or no more."""
    card = _saved(tmp_path / "card", (b"jpeg one", b"dng one"))
    path = card / FOLDER / "BARY0001.JPG"
    path.write_bytes(rotten)
    assert pulling(card) == "2 files, 1 damaged"
    came = {"BARY0001.damaged.JPG": rotten, "BARY0001.DNG": b"dng one"}
    assert pulling.read() == came
    assert not pulling.last.well
    assert "lies here as BARY0001.damaged.JPG; " in pulling.last.told
    assert pulling(card) == "nothing new, 1 damaged"
    assert "BARY0001.damaged.JPG" in pulling.last.told
    path.write_bytes(b"jpeg one")
    assert pulling(card) == "1 file"
    assert pulling.read() == came | {"BARY0001.JPG": b"jpeg one"}
    path.write_bytes(rotten)
    assert pulling(card) == "nothing new", "it is here as it was saved"


def test_damaged_pictures_of_two_cards_keep_apart(pulling: _Pulling, tmp_path: Path) -> None:
    """Neither takes the other's name, nor do their other files."""
    cards = []
    for name in ("a", "b"):
        cards.append(_saved(tmp_path / name, (f"jpeg {name}".encode(), f"dng {name}".encode())))
        (cards[-1] / FOLDER / "BARY0001.JPG").write_bytes(f"rot {name}".encode())
    told = [pulling(card) for card in (*cards, *cards)]
    assert told == ["2 files, 1 damaged"] * 2 + ["nothing new, 1 damaged"] * 2
    assert pulling.read() == {
        "BARY0001.damaged.JPG": b"rot a",
        "BARY0001.DNG": b"dng a",
        "BARY0001-2.damaged.JPG": b"rot b",
        "BARY0001-2.DNG": b"dng b",
    }


def test_folders_of_a_library_keep_apart(pulling: _Pulling, tmp_path: Path) -> None:
    """BARY0001 of the second folder has a hash, and a place, of its own."""
    card = _saved(tmp_path / "card", (b"jpeg one", b"dng one"))
    store = Store.library(card)
    store.save(b"jpeg 10k", b"dng 10k", number=10_000)
    store.index.close()
    assert pulling(card) == "4 files"
    assert (pulling.into / "camera/DCIM/101BARYT/BARY0001.JPG").read_bytes() == b"jpeg 10k"


def test_what_cannot_be_kept_here_is_told_and_the_rest_comes(
    pulling: _Pulling, tmp_path: Path
) -> None:
    """A name that is no UTF-8 stays there; hidden folders are other programs'."""
    card = _files(tmp_path / "card", {"BARY0001.JPG": b"one", ".thumbnails/a.jpg": b"a"})
    (card / FOLDER / os.fsdecode(b"caf\351.jpg")).write_bytes(b"two")
    assert pulling(card) == "1 file, 1 left there"
    assert (pulling.last.well, pulling.read()) == (False, {"BARY0001.JPG": b"one"})
    assert "caf\\udce9.jpg' is no name" in pulling.last.told
    assert pulling(card) == "nothing new, 1 left there"
