from pathlib import Path

import pytest

from styles import Style, StyleError, parse_style, read_style
from styles.frame import Frame
from styles.lines import key_lines, line_of
from styles.style import Colour, HueBand, Monochrome, Spatial, SplitTone, Tone

FULL = """\
# A look.
version = 1
name = "My look"
note = \"\"\"For tests: [tone] in a text
is no table.\"\"\"

[tone]
exposure = -1   # a whole number will do
contrast = 1.5

[colour]
chroma = 0.9
blue = { hue = -4, chroma = 0.8 }

[colour.red]
lightness = 0.02

["split_tone"]
shadow_strength = 0.01

[monochrome]
red = 0.5

[spatial]
grain = 0.02

[frame]
width = 0.03
colour = "#F4F0E6"
caption = ["camera", "exposure", "camera"]
"""


def parse(text: str) -> Style:
    """Reads a text that messages call my.toml."""
    return parse_style(text, "my.toml")


def test_every_part_is_read() -> None:
    """A file's values reach their fields; what it leaves out has its default."""
    assert parse(FULL) == Style(
        name="My look",
        note="For tests: [tone] in a text is no table.",
        tone=Tone(exposure=-1.0, contrast=1.5),
        colour=Colour(chroma=0.9, blue=HueBand(hue=-4.0, chroma=0.8), red=HueBand(lightness=0.02)),
        split_tone=SplitTone(shadow_strength=0.01),
        monochrome=Monochrome(red=0.5),
        spatial=Spatial(grain=0.02),
        frame=Frame(width=0.03, colour="#f4f0e6", caption=("camera", "exposure")),
    )


def test_the_least_file() -> None:
    """A version and a name make a look in colour."""
    assert parse('version = 1\nname = "x"') == Style("x")


MISTAKES = [
    (
        "contrast = 1.5",
        "contast = 1.5",
        9,
        "unknown key 'contast' in [tone]; did you mean contrast?",
    ),
    ("contrast = 1.5", "sharpness = 1.5", 9, "unknown key 'sharpness' in [tone]; use exposure, "),
    ("contrast = 1.5", "contrast = 15", 9, "contrast = 15 is out of range; use 0.8 to 3"),
    ("exposure = -1 ", "exposure = -9 ", 8, "exposure = -9 is out of range; use -3 to 3 EV"),
    ("contrast = 1.5", "contrast = nan", 9, "contrast = nan is out of range"),
    ("contrast = 1.5", "contrast = -inf", 9, "contrast = -inf is out of range"),
    ("contrast = 1.5", "contrast = true", 9, "contrast must be a number, not True"),
    ("contrast = 1.5", 'contrast = "1.5"', 9, "contrast must be a number, not '1.5'"),
    ("contrast = 1.5", "contrast = 1.5\ncontrast = 2", 10, "is not valid TOML at column 13"),
    ("contrast = 1.5", "contrast = 1,5", 9, "is not valid TOML at column 13"),
    ("[colour.red]", "[colour.rde]", 15, "unknown key 'rde' in [colour]; did you mean red?"),
    ("lightness = 0.02", "lightness = 2", 16, "lightness = 2 is out of range"),
    ("chroma = 0.8 }", "chroma = 8 }", 13, "chroma = 8 is out of range; use 0 to 2"),
    ("hue = -4", "hue = -45", 13, "hue = -45 is out of range; use -30 to 30 degrees"),
    ("lightness = 0.02", "hue = 29\n[colour.orange]\nhue = -29", 11, "red and orange would cross"),
    ('["split_tone"]', '["split tone"]', 18, "unknown key 'split tone'; did you mean split_tone?"),
    ("red = 0.5", "red=0\ngreen=0\nblue=0", 21, "red, green and blue are all next to 0"),
    ("[spatial]\ngrain = 0.02", "[[spatial]]\ngrain = 0.02", 24, "spatial must be a table"),
    ("width = 0.03", "width = 3", 28, "width = 3 is out of range; use 0 to 0.1 of the diagonal"),
    ('"#F4F0E6"', '"cream"', 29, "colour: 'cream' is no colour; write red, green and blue as"),
    ('"#F4F0E6"', "0xF4F0E6", 29, "is no colour; write"),
    ('"exposure"', '"weather"', 30, "caption: 'weather' cannot be written there; use camera, lens"),
    ('["camera", "exposure", "camera"]', '"camera"', 30, "caption: must be a list, not 'camera'; "),
    ('["camera", "exposure", "camera"]', "[[1]]", 30, "caption: [1] cannot be written there; use"),
    ("colour = ", "color = ", 29, "unknown key 'color' in [frame]; did you mean colour?"),
    ("version = 1", "version = 2", 2, "version 2 is not known; this Baryta reads version 1"),
    ("version = 1", "version = 1.0", 2, "version 1.0 is not known"),
    ("version = 1", "version = true", 2, "version True is not known"),
    ("version = 1\n", "", 1, "version is missing; begin with version = 1"),
    ('name = "My look"', 'name = ""', 3, "the look has no name"),
    ('name = "My look"', "name = 7", 3, "name must be text, not 7; put it in quotes"),
    ('name = "My look"', f'name = "{"x" * 41}"', 3, "name is too long or not plain text"),
    ('name = "My look"', r'name = "a\u0007b"', 3, "name is too long or not plain text"),
    ('name = "My look"', 'name = "None"', 3, "the name 'None' is taken"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "message"), MISTAKES)
def test_mistakes_are_told_with_their_line(right: str, wrong: str, line: int, message: str) -> None:
    """Each mistake is one message with file, line, what is wrong and what to do."""
    assert right in FULL
    with pytest.raises(StyleError) as caught:
        parse(FULL.replace(right, wrong))
    told = str(caught.value)
    assert told.startswith(f"my.toml:{line}: ")
    assert message in told
    assert ";" in told
    assert "\n" not in told


def test_lines_with_windows_endings() -> None:
    """Carriage returns do not shift the line."""
    with pytest.raises(StyleError, match=r"^my.toml:9: contrast = 9"):
        parse(FULL.replace("contrast = 1.5", "contrast = 9").replace("\n", "\r\n"))


def test_lines_of_keys() -> None:
    """Strings, comments, arrays and dotted keys do not mislead the scan."""
    text = 'a = "x # [b]"\n# b = 1\nc = [\n  "]",  # ]\n  2,\n]\nd.e."f.g" = 1\n\n[h . i]\nj=1'
    lines = key_lines(text)
    expected = {("a",): 1, ("c",): 3, ("d",): 7, ("d", "e"): 7, ("d", "e", "f.g"): 7}
    assert lines == expected | {("h",): 9, ("h", "i"): 9, ("h", "i", "j"): 10}
    assert line_of(lines, ("h", "i", "none", "such")) == 9
    assert line_of(lines, ("z",)) == 1


def test_unreadable_files(tmp_path: Path) -> None:
    """Missing files, folders, binary files and huge files each give one clear message."""
    with pytest.raises(StyleError, match=r"none\.toml: cannot be read \(No such file"):
        read_style(tmp_path / "none.toml")
    with pytest.raises(StyleError, match="cannot be read"):
        read_style(tmp_path)
    path = tmp_path / "x.toml"
    path.write_bytes(b'version = 1\nname = "\xff"\n')
    with pytest.raises(StyleError, match=r"x\.toml:2: is not UTF-8"):
        read_style(path)
    path.write_bytes(b"#" * (1 << 19))
    with pytest.raises(StyleError, match=r"x\.toml:1: is too large"):
        read_style(path)
    path.write_text("version = 1\nname = " + "[" * 5000)
    with pytest.raises(StyleError, match=r"x\.toml:\d+: is n"):
        read_style(path)


def test_a_byte_order_mark_is_allowed(tmp_path: Path) -> None:
    """Files of Windows editors are read."""
    path = tmp_path / "x.toml"
    path.write_bytes(b'\xef\xbb\xbfversion = 1\r\nname = "x"\r\n')
    assert read_style(path).name == "x"


def test_styles_made_in_code_are_checked_too() -> None:
    """A part with a number out of range cannot be made."""
    with pytest.raises(ValueError, match="contrast: 9 is out of range"):
        Tone(contrast=9.0)
    with pytest.raises(ValueError, match="all next to 0"):
        Monochrome(0.0, 0.0, 0.0)
