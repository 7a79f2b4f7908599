"""Looks as camera profiles: in a DNG file, or as a file of their own (.dcp).

Source: DNG specification 1.7, "Camera Profiles" and the profile tags. A DNG's first directory
holds the profile that editors open it with; more lie beside it, each laid out like a small TIFF
file whose header says 0x4352 instead of 42 and whose offsets count from its own beginning.
"""

import struct
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from app.pictures.colour_tags import describe_calibrations
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from capture.frames import ColourCalibration
from styles import PLAIN, Style, catalogue, rgb_profile
from styles.rgb_profile import RgbProfile

PROFILE_MAGIC: Final = 0x4352
_COPY_FREELY, _EMBED_IF_USED, _NO_BLACK = 0, 1, 1
_ONE_TABLE, _WEIGHTED_SUM = 1, 0
_EVERYWHERE = 0  # length of the name of the mask that a table is for: none, the whole picture
_SIXTEEN_BIT, _SRGB_ENCODED, _REC2020, _CLIPPED = 1, 1, 3, 0


def describe_profile(directory: Directory, style: Style) -> None:
    """Sets what every profile has beside its colour.

    Baryta's own looks are anybody's (CC0). A person's own come without a word on their copyright,
    and another program's table may go along with a picture, but not be taken out of it.

    Args:
        directory: the profile's.
        style: the look, whose name editors list.
    """
    directory.text(Tag.PROFILE_NAME, style.name)
    if style in _own_looks():
        directory.text(Tag.PROFILE_COPYRIGHT, "CC0")
    policy = _COPY_FREELY if style.cube is None else _EMBED_IF_USED
    directory.numbers(Tag.PROFILE_EMBED_POLICY, Type.LONG, policy)
    directory.numbers(Tag.DEFAULT_BLACK_RENDER, Type.LONG, _NO_BLACK)


def describe_look(directory: Directory, style: Style, push: float) -> None:
    """Sets a look's profile, all but the camera's matrices.

    The curve holds the push, so that editors lose no light to it: what they add for the
    BaselineExposure of the shot, which is for those who do not know profiles, the profile's offset
    takes back.

    Args:
        directory: of the DNG or of one more profile in it.
        style: the look.
        push: EV, as BaselineExposure tells.
    """
    profile = rgb_profile(style)
    describe_profile(directory, style)
    curve = profile.curve(push)
    directory.numbers(Tag.BASELINE_EXPOSURE_OFFSET, Type.SRATIONAL, -push)
    directory.numbers(Tag.PROFILE_TONE_CURVE, Type.FLOAT, *curve.ravel().tolist())
    directory.raw(Tag.RGB_TABLES, _coded_table(profile))


def describe_plain(directory: Directory) -> None:
    """Sets the profile of a shot without a look: its camera's colour and a straight curve.

    Without a curve editors would take their own, and without a profile another look.
    """
    directory.text(Tag.PROFILE_NAME, PLAIN)
    directory.numbers(Tag.PROFILE_EMBED_POLICY, Type.LONG, _COPY_FREELY)
    directory.numbers(Tag.DEFAULT_BLACK_RENDER, Type.LONG, _NO_BLACK)
    directory.numbers(Tag.PROFILE_TONE_CURVE, Type.FLOAT, 0.0, 0.0, 1.0, 1.0)


def encode_look(
    style: Style, push: float, model: str, calibrations: Sequence[ColourCalibration]
) -> bytes:
    """A look as one more profile of a DNG.

    Args:
        style, push: as describe_look has them.
        model: the DNG's UniqueCameraModel.
        calibrations: one or two, the warmer first.
    """
    directory = Directory()
    directory.text(Tag.UNIQUE_CAMERA_MODEL, model)
    describe_calibrations(directory, calibrations)
    describe_look(directory, style, push)
    return encode_directories(directory, magic=PROFILE_MAGIC)


@lru_cache(maxsize=1)
def _own_looks() -> frozenset[Style]:
    return frozenset(catalogue().looks.values())


def _coded_table(profile: RgbProfile) -> bytes:
    """RGBTables with one table for the whole picture, red outermost, little endian."""
    head = struct.pack(
        "<LLHBBBBB",
        _ONE_TABLE,
        _WEIGHTED_SUM,
        _EVERYWHERE,
        len(profile.table),
        _SIXTEEN_BIT,
        _SRGB_ENCODED,
        _REC2020,
        _CLIPPED,
    )
    return head + profile.table.astype("<u2").tobytes()
