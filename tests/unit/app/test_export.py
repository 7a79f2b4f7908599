"""Pictures copied to a medium: whole, compared, never over another one."""

import errno
import os
from pathlib import Path

import pytest

import app.export
from app.export import FOLDER, ExportError, Volume, export, volumes
from app.store import Shot


def shots(folder: Path, *contents: bytes) -> list[Shot]:
    """Shots of one JPEG each."""
    folder.mkdir(exist_ok=True)
    made = []
    for number, content in enumerate(contents, 1):
        path = folder / f"BARY{number:04d}.JPG"
        path.write_bytes(content)
        made.append(Shot(f"{number:04d}", folder, (path.name,)))
    return made


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    """A plain folder that stands for a medium."""
    (tmp_path / "STICK").mkdir()
    return tmp_path / "STICK"


def test_files_arrive_whole_and_once(tmp_path: Path, stick: Path) -> None:
    """All bytes are there, the progress ends at 1, and a second time there is nothing to do."""
    made = shots(tmp_path / "library", b"one" * 700_000, b"two")
    told: list[float] = []
    assert export(made, stick, told.append) == 2
    for shot in made:
        assert (stick / FOLDER / shot.paths[0].name).read_bytes() == shot.paths[0].read_bytes()
    assert told == sorted(told)
    assert told[-1] == 1.0
    assert export(made, stick) == 0
    assert sorted(path.name for path in (stick / FOLDER).iterdir()) == [
        "BARY0001.JPG",
        "BARY0002.JPG",
    ]


def test_another_picture_of_the_name_stays(tmp_path: Path, stick: Path) -> None:
    """What another camera left there keeps its name, ours gets one beside it."""
    (stick / FOLDER).mkdir()
    (stick / FOLDER / "BARY0001.JPG").write_bytes(b"another")
    made = shots(tmp_path / "library", b"ours")
    assert export(made, stick) == 1
    assert (stick / FOLDER / "BARY0001.JPG").read_bytes() == b"another"
    assert (stick / FOLDER / "BARY0001-2.JPG").read_bytes() == b"ours"
    assert export(made, stick) == 0


def test_a_medium_that_loses_bytes_is_found_out(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read back differs: an error, and no picture that looks like one."""
    made = shots(tmp_path / "library", b"picture")
    lost = dict.fromkeys([".BARY0001.JPG.part"], b"")
    monkeypatch.setattr(app.export, "_digest", lambda path: lost.get(path.name, b"whole"))
    with pytest.raises(ExportError, match="does not give back"):
        export(made, stick)
    assert list((stick / FOLDER).iterdir()) == []


def test_a_cancel_leaves_nothing_half(tmp_path: Path, stick: Path) -> None:
    """An exception of the report's passes on, and the file under way is gone."""
    made = shots(tmp_path / "library", b"one", b"two" * 1_000_000)

    def stop(fraction: float) -> None:
        if 0.1 < fraction < 1.0:
            raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        export(made, stick, stop)
    assert [path.name for path in (stick / FOLDER).iterdir()] == ["BARY0001.JPG"]


def test_a_medium_that_is_gone_or_full_is_told_in_a_line(
    tmp_path: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cause and what to do, for both."""
    made = shots(tmp_path / "library", b"one")
    with pytest.raises(ExportError, match=r"GONE: cannot be copied to \(.*\); check"):
        export(made, tmp_path / "GONE")
    monkeypatch.setattr(app.export, "_SPARE", 1 << 62)
    with pytest.raises(ExportError, match="STICK is full"):
        export(made, stick)


def test_volumes_are_what_can_be_taken_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stick by its bus, a card by the kernel's word; no fixed disk, nothing read-only.

    A card that fails, the library's own too, takes none of the others away.
    """
    for name, place, removable in (
        ("sda", "devices/pci0/usb1/1-2/block/sda", "0"),
        ("mmcblk1", "devices/soc/mmc/block/mmcblk1", "1"),
        ("nvme0n1", "devices/pci0/nvme/block/nvme0n1", "0"),
    ):
        (tmp_path / place / f"{name}p1").mkdir(parents=True)
        (tmp_path / place / "removable").write_text(removable, "ascii")
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / f"{name}p1").symlink_to(tmp_path / place / f"{name}p1")
    places = {}
    for name in ("sda", "mmcblk1", "nvme0n1", "locked"):
        places[name] = tmp_path / "media" / f"MY {name}"
        places[name].mkdir(parents=True)
    lines = [
        f"/dev/{name}p1 {str(places[name]).replace(' ', chr(92) + '040')} vfat rw,noatime 0 0"
        for name in ("sda", "mmcblk1", "nvme0n1")
    ]
    lines.append(f"/dev/sdap1 {places['locked']} vfat ro 0 0")
    (tmp_path / "mounts").write_text("\n".join([*lines, "proc /proc proc rw 0 0"]), "utf-8")
    elsewhere = Path("/proc")
    found = volumes(elsewhere, tmp_path / "mounts", tmp_path / "class")
    assert found == (
        Volume("MY sda", places["sda"]),
        Volume("MY mmcblk1", places["mmcblk1"]),
    )
    assert volumes(elsewhere, tmp_path / "none") == ()
    failing = Path("/") / ("x" * 300)  # an error that is not "there is none"
    assert volumes(failing, tmp_path / "mounts", tmp_path / "class") == found
    real = Path.stat

    def stat(path: Path, **how: bool) -> os.stat_result:
        if path == places["sda"]:
            raise OSError(errno.EIO, "the stick fails")
        return real(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    assert volumes(elsewhere, tmp_path / "mounts", tmp_path / "class") == found[1:]
    library = tmp_path / "Pictures" / "not there yet"
    assert volumes(library, tmp_path / "mounts", tmp_path / "class") == (), "its own disk is none"
