import re
from dataclasses import fields
from pathlib import Path

import pytest

from app.settings import Settings, SettingsError, load_settings


def test_missing_file_gives_defaults(tmp_path: Path) -> None:
    """Without a file every setting has its default, and the looks lie beside it."""
    settings = load_settings(tmp_path / "settings.toml")
    assert settings.style == Settings().style
    assert settings.styles == tmp_path / "styles"


def test_every_setting_is_explained() -> None:
    """docs/settings.md names each key, and no other, with its default."""
    page = Path(__file__).parents[3] / "docs" / "settings.md"
    rows = re.findall(r"^\| `(\w+)` \| (\S+)", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(key for key, _ in rows) == sorted(field.name for field in fields(Settings))
    for key, default in rows:
        value = getattr(Settings(), key)
        if isinstance(value, str):
            assert default == f'"{value}"'
        elif isinstance(value, bool):
            assert default == str(value).lower()
        elif isinstance(value, int | float):
            assert float(default) == value


def test_values_are_read(tmp_path: Path) -> None:
    """What the file says is what one gets, folders as paths."""
    file = tmp_path / "settings.toml"
    file.write_text('style = "Vibrant"\nframes = 5\npictures = "/media/card"\ntone_mapping = 0\n')
    settings = load_settings(file)
    assert (settings.style, settings.frames, settings.tone_mapping) == ("Vibrant", 5, 0.0)
    assert settings.pictures == Path("/media/card")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("frame = 5", "did you mean 'frames'"),
        ("frames = 0", "1 to 64"),
        ("frames = true", "of type int"),
        ("tone_mapping = nan", "0 to 2"),
        ('tone_mapping = "none"', "of type float"),
        ('quality = "high"', "of type int"),
        ("pictures = 3", "a path in quotes"),
        ("focal_length = 1e-12", "0.1 to 10000, or 0 if it is not known"),
        ("f_number = 0.01", "0.1 to 128, or 0 if it is not known"),
        ("mains = 55", "mains must be one of 0, 50, 60, not 55"),
        ("style = ", "not valid TOML"),
    ],
)
def test_bad_values_are_named(tmp_path: Path, text: str, said: str) -> None:
    """A bad value is told with the file, the key and the remedy, in one line."""
    file = tmp_path / "settings.toml"
    file.write_text(text)
    with pytest.raises(SettingsError, match=said) as caught:
        load_settings(file)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_binary_file_is_refused(tmp_path: Path) -> None:
    """A file that is not text is told, not crashed on."""
    file = tmp_path / "settings.toml"
    file.write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SettingsError, match="cannot be read"):
        load_settings(file)
