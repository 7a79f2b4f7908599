"""Lenses without electronics: what is known of each, and how it shades this camera."""

from app.lenses.book import (
    NO_LENS,
    Lens,
    LensBook,
    LensError,
    check_lens,
    is_none,
    read_book,
    write_book,
)
from app.lenses.flat import Flat, measure_flat
from app.lenses.flat_file import load_flat, measured, save_flat
from app.lenses.framelines import equivalent, focal_length_35mm, frameline
from app.lenses.lensfun import lens_warp, lensfun_name
from app.lenses.mounted import Mount, other_lenses

__all__ = [
    "NO_LENS",
    "Flat",
    "Lens",
    "LensBook",
    "LensError",
    "Mount",
    "check_lens",
    "equivalent",
    "focal_length_35mm",
    "frameline",
    "is_none",
    "lens_warp",
    "lensfun_name",
    "load_flat",
    "measure_flat",
    "measured",
    "other_lenses",
    "read_book",
    "save_flat",
    "write_book",
]
