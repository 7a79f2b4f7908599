"""What a device says it has, as far as that needs no device."""

import hashlib
import json
import subprocess
import sys
from pathlib import Path

from app.store import Store
from baryta_deploy.pull import LIST


def _listed(root: Path, *known: str) -> dict[str, tuple[int, str]]:
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
    found = _listed(tmp_path, "DCIM/100BARYT/BARY0001.DNG 7")
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
