"""Bundles that are not what they say are refused before anything is run."""

from hashlib import sha256
from pathlib import Path

import pytest
from releases import manifest_of, write_tar

from baryta_release.bundle import MANIFEST, Manifest, unpack, valid_name
from baryta_release.errors import ReleaseError

WHEEL = "x-1-py3-none-any.whl"
GOOD = manifest_of("data")


def _refused(tmp_path: Path, members: dict[str, bytes], why: str) -> None:
    write_tar(tmp_path / "bundle.tar", members)
    with pytest.raises(ReleaseError, match=why):
        unpack(tmp_path / "bundle.tar", tmp_path / "new", GOOD.release)


def test_a_bundle_is_named_after_its_content(tmp_path: Path) -> None:
    """The same wheels give the same name in any order, others another; unpacking checks it."""
    wheels = {"a.whl": "0" * 64, "b.whl": "1" * 64}
    swapped = dict(reversed(wheels.items()))
    first = Manifest("1.0", "3.13", "aarch64", wheels)
    assert first.release == Manifest("1.0", "3.13", "aarch64", swapped).release
    assert first.release != Manifest("1.0", "3.11", "aarch64", wheels).release
    write_tar(tmp_path / "bundle.tar", {MANIFEST: GOOD.text().encode(), WHEEL: b"data"})
    assert unpack(tmp_path / "bundle.tar", tmp_path / "new", GOOD.release) == GOOD
    assert (tmp_path / "new/wheels" / WHEEL).read_bytes() == b"data"


@pytest.mark.parametrize(
    ("members", "why"),
    [
        ({WHEEL: b"data"}, "no manifest"),
        ({MANIFEST: b"{}", WHEEL: b"data"}, "damaged"),
        ({MANIFEST: GOOD.text().encode()}, "lacks"),
        ({MANIFEST: GOOD.text().encode(), WHEEL: b"dada"}, "damaged on its way"),
        ({MANIFEST: GOOD.text().encode(), WHEEL: b"data", "../x": b"x"}, "does not name"),
        ({MANIFEST: manifest_of("other").text().encode(), WHEEL: b"other"}, "holds"),
    ],
)
def test_a_bad_bundle_is_refused(tmp_path: Path, members: dict[str, bytes], why: str) -> None:
    """Lacking, damaged, foreign or too many members: one line tells which."""
    _refused(tmp_path, members, why)


def test_a_manifest_cannot_name_a_path(tmp_path: Path) -> None:
    """Wheels are files of one folder, whatever the manifest says."""
    bad = Manifest("1", "3.13", "aarch64", {"../../etc/x.whl": sha256(b"x").hexdigest()})
    _refused(tmp_path, {MANIFEST: bad.text().encode()}, "no wheel")


def test_a_cut_bundle_is_refused(tmp_path: Path) -> None:
    """A transfer that ended early is noticed at whatever byte it ended."""
    members = {MANIFEST: GOOD.text().encode(), WHEEL: b"data"}
    write_tar(tmp_path / "whole.tar", members)
    whole = (tmp_path / "whole.tar").read_bytes()
    for end in range(0, 2048, 97):
        (tmp_path / "bundle.tar").write_bytes(whole[:end])
        with pytest.raises(ReleaseError):
            unpack(tmp_path / "bundle.tar", tmp_path / f"new{end}", GOOD.release)


@pytest.mark.parametrize("name", ["", "..", "a/b-0123456789ab", "-rf-0123456789ab", "1.0-zz"])
def test_names_that_are_none(name: str) -> None:
    """Only what a bundle can be called becomes part of a path."""
    with pytest.raises(ReleaseError, match="no release's name"):
        valid_name(name)
