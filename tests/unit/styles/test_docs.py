import re
from dataclasses import fields
from pathlib import Path

import pytest

from styles import parse_style
from styles.frame import Frame
from styles.style import HUES, Colour, HueBand, Monochrome, Spatial, SplitTone, Tone

TEXT = (Path(__file__).parents[3] / "docs" / "styles.md").read_text(encoding="utf-8")
SECTIONS = {
    "[tone]": Tone,
    "[colour]": Colour,
    "[colour.red] and so on": HueBand,
    "[split_tone]": SplitTone,
    "[monochrome]": Monochrome,
    "[spatial]": Spatial,
    "[frame]": Frame,
}


@pytest.mark.parametrize("title", SECTIONS)
def test_the_guide_lists_every_key(title: str) -> None:
    """The guide's tables have the keys, defaults and ranges that the reader accepts, no others."""
    section = TEXT.split(f"## {title}\n")[1].split("\n## ")[0]
    told = re.findall(r"^\| `(\w+)` \| (\S+) \| ([^|]+) \|", section, re.MULTILINE)
    known = []
    for item in fields(SECTIONS[title]):
        if limits := item.metadata.get("limits"):
            span = f"{limits.low:g} to {limits.high:g} {limits.unit}".rstrip()
            known.append((item.name, f"{item.default:g}", span))
        elif form := item.metadata.get("form"):
            known.append((item.name, str(item.default or []), form.told))
    assert told == known


def test_the_guide_names_the_hues() -> None:
    """Each hue is told with its angle."""
    for name, angle in HUES.items():
        assert f"`{name}` ({angle:g}°" in TEXT


def test_the_guides_example_is_valid() -> None:
    """The example can be copied as it is."""
    example = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert example
    assert parse_style(example[1], "docs/styles.md").name == "Harbour"
