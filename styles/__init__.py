"""The looks: what they are, and how they are compiled for rendering."""

from styles.catalogue import available, catalogue, damaged, load, usable
from styles.compile import PLAIN, compile_style, plain_look
from styles.errors import StyleError
from styles.export import export_cube, export_hald
from styles.frame import Frame
from styles.parse import parse_style
from styles.profile import ProfileTables, profile_tables
from styles.read import read_style
from styles.rgb_profile import RgbProfile, rgb_profile
from styles.style import Style

__all__ = [
    "PLAIN",
    "Frame",
    "ProfileTables",
    "RgbProfile",
    "Style",
    "StyleError",
    "available",
    "catalogue",
    "compile_style",
    "damaged",
    "export_cube",
    "export_hald",
    "load",
    "parse_style",
    "plain_look",
    "profile_tables",
    "read_style",
    "rgb_profile",
    "usable",
]
