from pathlib import Path

import pytest

from styles import StyleError, available, catalogue, damaged, export_cube, load

OWN = {"Authentic", "Vibrant", "Neutral", "Monochrome"}


def write(folder: Path, file: str, name: str, more: str = "") -> Path:
    """A look as a file."""
    path = folder / file
    path.write_text(f'version = 1\nname = "{name}"\n{more}')
    return path


def test_own_looks_load() -> None:
    """Every look of Baryta's is valid, says what it is for and comes under its own name."""
    looks = available()
    assert set(looks) >= OWN
    assert next(iter(looks)) == "Authentic"
    for name in looks:
        style = load(name)
        assert style.name == name
        assert len(style.note) > 20


@pytest.mark.parametrize(
    "name", ["HIGH-contrast Monochrome", " high contrast  monochrome", "High_contrast_monochrome"]
)
def test_names_are_forgiving(name: str) -> None:
    """Case, spaces, hyphens and underscores do not matter."""
    assert load(name).name == "High-contrast monochrome"


def test_an_unknown_name_suggests_the_nearest() -> None:
    """A misspelt look names the one that was meant; a strange one lists all."""
    with pytest.raises(StyleError, match=r"no look 'monocrome'; did you mean Monochrome\?"):
        load("monocrome")
    with pytest.raises(StyleError, match=r"no look 'xyzzy'; use one of Authentic, Vibrant"):
        load("xyzzy")


def test_own_files_extend_and_replace(tmp_path: Path) -> None:
    """A person's files are added; one with the name of a look of Baryta's takes its place."""
    mine = write(tmp_path, "mine.toml", "Beach")
    other = write(tmp_path, "other.TOML", "AUTHENTIC", "[tone]\ncontrast = 2.5\n")
    write(tmp_path, ".hidden.toml", "Hidden")
    (tmp_path / "notes.txt").write_text("no look")
    looks = available(tmp_path)
    assert looks["Beach"] == mine
    assert looks["Authentic"] == other
    assert set(looks) == set(available()) | {"Beach"}
    assert load("authentic", tmp_path).tone.contrast == 2.5
    assert load("authentic").tone.contrast != 2.5


def test_damaged_files_do_not_break_the_others(tmp_path: Path) -> None:
    """A damaged file is listed as a file; loading it says what is wrong; the rest works."""
    bad = tmp_path / "beach.toml"
    bad.write_text("version = 1\nname = 'Beach'\n[tone]\ncontast = 1\n")
    write(tmp_path, "mine.toml", "Mine")
    looks = available(tmp_path)
    assert looks["beach.toml"] == bad
    assert "Beach" not in looks
    assert load("mine", tmp_path).name == "Mine"
    assert list(damaged(tmp_path)) == [bad]
    for name in ("beach.toml", "beach"):
        with pytest.raises(StyleError, match=r"beach\.toml:4: unknown key 'contast'"):
            load(name, tmp_path)


def test_what_is_no_file_is_told(tmp_path: Path) -> None:
    """A folder or a link to nothing that is called like a look is damaged, not passed over."""
    (tmp_path / "folder.toml").mkdir()
    (tmp_path / "gone.cube").symlink_to(tmp_path / "nowhere.cube")
    told = {path.name: str(error) for path, error in damaged(tmp_path).items()}
    assert "Is a directory" in told["folder.toml"]
    assert "No such file" in told["gone.cube"]


def test_a_table_in_the_place_of_a_look_is_told(tmp_path: Path) -> None:
    """A table exported from a look and dropped in is less than it; a TOML file is meant."""
    write(tmp_path, "own.toml", "Sepia")
    assert catalogue(tmp_path).remarks() == []
    path = tmp_path / "a.cube"
    path.write_bytes(export_cube(load("Authentic"), 5))
    (remark,) = catalogue(tmp_path).remarks()
    assert remark.startswith(f"{path}: this table takes the place of Baryta's look Authentic")


def test_a_missing_folder_is_no_error(tmp_path: Path) -> None:
    """Whoever has no looks of their own has Baryta's."""
    assert available(tmp_path / "none") == available()
    assert damaged(tmp_path / "none") == {}
    assert damaged(None) == {}
