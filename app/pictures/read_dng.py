"""Raw files as negatives: pixels through LibRaw, the rest from DNG's tags.

LibRaw rounds black levels, guesses white levels and knows no noise or shading: so whatever a DNG
states is taken from its tags, and LibRaw answers only for what they leave open.
"""

import logging
import os
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
import numpy.typing as npt

from app.pictures.digest import is_as_written
from app.pictures.errors import PictureError
from app.pictures.gain_map import read_gain_maps
from app.pictures.half_tiles import HalfTiles, half_tiles, stacked_file
from app.pictures.negative import Negative, ShotInfo
from app.pictures.noise import estimate_noise
from app.pictures.raw_tags import TOO_LITTLE, ActiveArea, RawTags, check_pixels, read_tags
from app.pictures.read_colour import LibRawColour, read_calibrations, read_neutral
from app.pictures.read_info import read_info
from app.pictures.read_levels import noise_profile, read_levels
from app.pictures.story import numbers
from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory, TiffError
from app.pictures.warp_opcode import read_warp
from capture.cells import zone_colours
from capture.colour import neutral_curve
from capture.white_balance import estimate_neutral
from native import Mosaic, MosaicFormat, MosaicNoise

if TYPE_CHECKING:
    import rawpy

__all__ = ["PictureError", "read_dng"]

log = logging.getLogger(__name__)

Colours = tuple[int, int, int, int]

_FLOAT = 3  # SampleFormat
_JPEG_XL = 52546  # Compression
_SMALLEST = 22  # a side that LibRaw reads; 16 could be developed
_MAX_PUSH = 16.0  # EV
_ORIENTATIONS = range(1, 9)
_NO_BAYER = "its colour filter is no Bayer pattern"
_BAYER = ([0, 1, 1, 2], [2, 1, 1, 0], [1, 0, 2, 1], [1, 2, 0, 1])


@dataclass(frozen=True, slots=True)
class _Decoded:
    """What LibRaw gives."""

    mosaic: Mosaic
    colours: Colours
    black: tuple[float, float, float, float]
    white: float
    colour: LibRawColour


def read_dng(path: Path) -> Negative:
    """Reads any Bayer or monochrome raw file that LibRaw opens; Baryta's own without loss.

    That is from 22 pixels a side on.

    Args:
        path: a DNG; other raw formats work as far as LibRaw knows them.

    Raises:
        PictureError: in one line, if the file is missing, unreadable, damaged, no raw file, or
            of a kind that is no mosaic of red, green and blue.
    """
    try:
        with path.open("rb") as stream:
            tags = read_tags(stream)
            if tags is not None:
                check_pixels(tags)
                if not is_as_written(stream, tags):
                    log.warning("%s: its samples are not as they were written", path)
            decoded = _decode(path, stream, tags)
            return _negative(decoded, tags)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        raise PictureError(f"{path}: cannot be read ({reason}); check the path") from error
    except (TiffError, ValueError) as error:
        raise PictureError(f"{path}: {error}; copy it again from the camera") from error
    except _UnsupportedError as error:
        raise PictureError(f"{path}: {error}; give a raw file of a Bayer sensor") from error
    except MemoryError as error:
        raise PictureError(f"{path}: not enough memory to open it; close programs") from error


class _UnsupportedError(Exception):
    """The file is sound, but of another kind."""


def _decode(path: Path, stream: BinaryIO, tags: RawTags | None) -> _Decoded:
    import rawpy  # noqa: PLC0415 - LibRaw is large, and no camera's start waits for it

    area = None if tags is None else tags.active_area()
    layout = None if tags is None or tags.raw is None else half_tiles(tags.raw)
    try:
        with rawpy.RawPy() as raw:
            if tags is not None and tags.raw is not None and layout is not None:
                raw.open_buffer(BytesIO(stacked_file(stream, tags.raw, layout)))
            else:
                raw.open_file(str(path))
            if raw.sizes.raw_width * raw.sizes.raw_height > 8 * path.stat().st_size:
                raise TiffError(TOO_LITTLE)  # LibRaw may take another image than the tags say
            raw.unpack()
            image, colours, sites = _samples(raw, area, layout)
            levels = raw.black_level_per_channel
            b0, b1, b2, b3 = (float(levels[site] if site < len(levels) else 0) for site in sites)
            return _Decoded(
                mosaic=np.array(image, np.uint16, order="C"),
                colours=colours,
                black=(b0, b1, b2, b3),
                white=float(raw.white_level),
                colour=LibRawColour(
                    np.array(raw.rgb_xyz_matrix[:3], np.float64),
                    tuple(float(gain) for gain in raw.camera_whitebalance),
                ),
            )
    except (rawpy.LibRawFileUnsupportedError, rawpy.NotSupportedError) as error:
        raise _UnsupportedError(_unknown(tags)) from error
    except NotImplementedError as error:  # rawpy, of patterns that are neither Bayer nor X-Trans
        raise _UnsupportedError(_NO_BAYER) from error
    except rawpy.LibRawError as error:
        if tags is None:
            raise _UnsupportedError("it is not a raw file, or of an unknown kind") from error
        raise TiffError(f"it is damaged ({_said(error)})") from error


def _unknown(tags: RawTags | None) -> str:
    """What LibRaw cannot open, as far as the tags tell."""
    if tags is not None and tags.raw is not None:
        width = tags.raw.integer(Tag.IMAGE_WIDTH) or 0
        height = tags.raw.integer(Tag.IMAGE_LENGTH) or 0
        if min(width, height) < _SMALLEST:
            return _too_small(width, height)
    coding = None if tags is None or tags.raw is None else tags.raw.integer(Tag.COMPRESSION)
    if coding == _JPEG_XL:
        return "its pixels are coded as JPEG XL, which LibRaw cannot read"
    if coding not in (None, 1, 7):
        return f"its pixels are coded in a way ({coding}) that LibRaw cannot read"
    return "it is not a raw file, or of an unknown kind"


def _too_small(width: int, height: int) -> str:
    return f"it is only {width}x{height} pixels, and LibRaw reads none below {_SMALLEST} a side"


def _said(error: Exception) -> str:
    said = error.args[0] if error.args else error
    return said.decode(errors="replace") if isinstance(said, bytes) else str(said)


def _samples(
    raw: "rawpy.RawPy", area: ActiveArea | None, layout: HalfTiles | None
) -> tuple[Mosaic, Colours, list[int]]:
    """The active area, even-sized; its colours by site; and LibRaw's colour indices by site.

    LibRaw moves odd edges of an active area to even ones, but DNG's levels and maps are told by
    the area's own corner: so where the tags give the area, it is cut out here.
    """
    if raw.raw_type.name != "Flat" or raw.raw_image is None:
        raise _UnsupportedError("it is already demosaiced")
    image, whole = raw.raw_image_visible, raw.raw_image
    top, left = raw.sizes.top_margin, raw.sizes.left_margin
    if layout is not None:
        image = whole = layout.side_by_side(whole)
        top = left = 0
    if area is not None and whole.shape == area.of:
        image = whole[area.top : area.bottom, area.left : area.right]
        top, left = area.top, area.left
    if image.ndim != 2 or image.dtype != np.uint16:
        raise _UnsupportedError("it does not hold 16-bit samples of a mosaic")
    image = image[: image.shape[0] & ~1, : image.shape[1] & ~1]
    if min(image.shape) < _SMALLEST:
        raise _UnsupportedError(_too_small(image.shape[1], image.shape[0]))
    # Of a pattern of two by two; what is larger is no Bayer pattern and told below.
    sites = [raw.raw_color((top + y) % 2, (left + x) % 2) for y, x in np.ndindex(2, 2)]
    return image, _colours(raw, sites), sites


def _colours(raw: "rawpy.RawPy", sites: list[int]) -> Colours:
    """By site: 0 red, 1 green, 2 blue."""
    if raw.num_colors == 1:
        return (1, 1, 1, 1)
    pattern = raw.raw_pattern
    if pattern is None or pattern.shape != (2, 2):
        raise _UnsupportedError(_NO_BAYER)
    names = raw.color_desc.decode("ascii", "replace")
    colours = ["RGB".find(names[index]) for index in sites]
    if colours not in _BAYER:
        raise _UnsupportedError(_NO_BAYER)
    a, b, c, d = colours
    return (a, b, c, d)


def _negative(decoded: _Decoded, tags: RawTags | None) -> Negative:
    first = None if tags is None or not tags.is_dng else tags.first
    raw = None if tags is None or not tags.is_dng else tags.raw
    floating = raw is not None and raw.integer(Tag.SAMPLE_FORMAT) == _FLOAT
    properties = {} if tags is None else tags.properties
    # LibRaw scales floats to integers, and the levels with them.
    black, white = read_levels(None if floating else raw, decoded.black, decoded.white)
    mosaic_format = MosaicFormat(decoded.colours, black, white)
    mono = mosaic_format.is_mono
    shading, push = _shading_and_push(first, raw)
    corrections = b"" if raw is None else raw.raw(Tag.OPCODE_LIST_3)
    calibrations = () if mono else read_calibrations(first, properties, decoded.colour)

    def estimate() -> tuple[float, float, float]:
        zones = zone_colours(decoded.mosaic, decoded.colours, black, white, shading)
        return estimate_neutral(zones, neutral_curve(calibrations))

    neutral = (
        (1.0, 1.0, 1.0) if mono else read_neutral(first, calibrations, decoded.colour, estimate)
    )
    orientation = 1 if tags is None else tags.first.integer(Tag.ORIENTATION) or 1
    return Negative(
        mosaic=decoded.mosaic,
        format=mosaic_format,
        noise=_noise(decoded.mosaic, mosaic_format, raw, properties),
        calibrations=calibrations,
        neutral=neutral,
        shading=shading,
        warp=read_warp(corrections) if corrections else None,
        push=push,
        crop=0 if raw is None else _crop(raw, decoded.mosaic),
        orientation=orientation if orientation in _ORIENTATIONS else 1,
        info=ShotInfo() if tags is None else read_info(tags.first, tags.exif, tags.gps, properties),
    )


def _noise(
    mosaic: Mosaic,
    mosaic_format: MosaicFormat,
    raw: ReadDirectory | None,
    properties: dict[str, str],
) -> MosaicNoise:
    shot, read = numbers(properties, "NoiseShot"), numbers(properties, "NoiseRead")
    profile = noise_profile(shot, read)
    if profile is None and raw is not None:
        pairs = raw.numbers(Tag.NOISE_PROFILE)
        colours = mosaic_format.colours
        if len(pairs) == 2:
            profile = noise_profile(pairs[:1] * 4, pairs[1:] * 4)
        elif len(pairs) == 6:
            profile = noise_profile(
                tuple(pairs[2 * colour] for colour in colours),
                tuple(pairs[2 * colour + 1] for colour in colours),
            )
    return profile or estimate_noise(mosaic, mosaic_format)


def _shading_and_push(
    first: ReadDirectory | None, raw: ReadDirectory | None
) -> tuple[npt.NDArray[np.float32] | None, float]:
    """Gains below 1 are raised to 1 as a whole, and the push pays for it."""
    push = 0.0 if first is None else first.number(Tag.BASELINE_EXPOSURE) or 0.0
    opcodes = b"" if raw is None else raw.raw(Tag.OPCODE_LIST_2)
    shading = read_gain_maps(opcodes) if opcodes else None
    if shading is not None and (least := float(shading.min())) < 1.0:
        shading = shading / np.float32(least)
        push += float(np.log2(least))
    return shading, push if abs(push) <= _MAX_PUSH else 0.0


def _crop(raw: ReadDirectory, mosaic: Mosaic) -> int:
    """The widest margin of the default crop, kept if it leaves most of the picture."""
    origin = raw.integers(Tag.DEFAULT_CROP_ORIGIN)
    size = raw.integers(Tag.DEFAULT_CROP_SIZE)
    if len(origin) != 2 or len(size) != 2:
        return 0
    height, width = mosaic.shape
    margins = (*origin, width - origin[0] - size[0], height - origin[1] - size[1])
    crop = max(0, *margins)
    return crop if crop * 8 < min(height, width) or crop <= 8 else 0
