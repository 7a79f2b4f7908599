"""RawTherapee, told how to write."""

from pathlib import Path

_PROFILE = """[Version]
AppVersion=5.9
Version=349

[Color Management]
OutputProfile=RTv4_Rec2020
"""


def in_rec2020(folder: Path) -> tuple[str, Path]:
    """Options of rawtherapee-cli for Rec.2020 with the sRGB transfer function, all of Display P3.

    Args:
        folder: where a partial profile that says so may lie.
    """
    path = folder / "rec2020.pp3"
    path.write_text(_PROFILE, "ascii")
    return "-p", path
