"""DNG files: a negative with everything a raw developer wants to know.

Source: DNG specification 1.7. IFD0 holds a small uncompressed thumbnail, as Adobe's own files
do, the camera's tags and the look it opens with; SubIFDs hold the mosaic and two JPEG previews.
"""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.pictures.camera_profile import describe_look, describe_plain, encode_look
from app.pictures.colour_tags import describe_calibrations
from app.pictures.digest import digest_of, digest_of_tiles
from app.pictures.exif import describe_camera, describe_lens, describe_place, exif_directory
from app.pictures.flat_noise import flat_noise
from app.pictures.gain_map import encode_gain_maps
from app.pictures.jpeg_segments import code_pixels
from app.pictures.negative import Negative
from app.pictures.rough import rough_preview
from app.pictures.srgb import to_srgb
from app.pictures.story import negative_story
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from app.pictures.warp_opcode import encode_warp
from app.pictures.xmp import encode_xmp
from native import Mosaic, encode_lossless_jpeg
from styles import PLAIN, Style

Picture = npt.NDArray[np.uint8]

_TILE = 512
_THUMBNAIL = 256
_PREVIEW = 1024
_STRIP = 256  # rows of a picture that one thread converts at a time
_MOST_LOOKS = 24  # 5 MB
_CFA, _LINEAR_RAW, _RGB, _YCBCR = 32803, 34892, 2, 6
_UNCOMPRESSED, _JPEG = 1, 7
_SRGB = 2  # PreviewColorSpace
_VERSION, _VERSION_WITH_LOOKS = (1, 4, 0, 0), (1, 7, 0, 0)  # RGBTables in profiles: DNG 1.7
_BACKWARD = (1, 1, 0, 0)  # lossless JPEG as DNG 1.1 has it; later opcodes and looks are optional


def encode_dng(
    negative: Negative,
    preview: Picture | None = None,
    looks: Sequence[Style] = (),
    *,
    threads: int | None = None,
) -> bytes:
    """A negative as a DNG file.

    Args:
        negative: what to store; its mosaic is stored bit for bit.
        preview: (height, width, 3) uint8, the developed picture in the mosaic's own orientation,
            Display P3 with the sRGB transfer function; stored in sRGB at its size and small. None
            for a rough one made here, enough to tell frames apart.
        looks: to be embedded as camera profiles, the first 24 of them. Editors open the file in
            the one it was shot in or, if that is not among them, in the first; a shot without a
            look opens in a plain profile. A mono sensor's file has none: a profile is the camera's
            colour too.
        threads: None uses all processors.

    Raises:
        ValueError: if a value fits no tag or the crop leaves no picture.
    """
    _check(negative)
    if preview is None:
        preview = rough_preview(negative)
    first = Directory()
    with ThreadPoolExecutor(threads or len(os.sched_getaffinity(0))) as pool:
        strips = pool.map(to_srgb, _strips(preview))
        embedded = pool.submit(_embed_looks, first, negative, looks)
        noise = pool.submit(_noise_by_colour, negative)
        tiles = pool.map(encode_lossless_jpeg, _tiles(negative.mosaic))
        picture = Image.fromarray(np.concatenate(list(strips)), "RGB")
        sizes = sorted({min(_PREVIEW, max(picture.size)), max(picture.size)})
        previews = [pool.submit(_coded_preview, picture, size) for size in reversed(sizes)]
        coded_tiles = list(tiles)
        digest = digest_of_tiles(pool.map(digest_of, coded_tiles))
        coded = [job.result() for job in reversed(previews)]
        embedded.result()
    thumbnail = _fitted(coded[0][0], _THUMBNAIL)
    _describe_thumbnail(first, thumbnail)
    describe_camera(first, negative.info, negative.orientation)
    _describe_colour(first, negative)
    _describe_preview_source(first, negative)
    version = _VERSION_WITH_LOOKS if looks and negative.calibrations else _VERSION
    first.numbers(Tag.DNG_VERSION, Type.BYTE, *version)
    first.numbers(Tag.DNG_BACKWARD_VERSION, Type.BYTE, *_BACKWARD)
    first.text(Tag.UNIQUE_CAMERA_MODEL, negative.info.model)
    first.raw(Tag.RAW_DATA_UNIQUE_ID, digest, Type.BYTE)
    properties = negative_story(negative)
    xmp = encode_xmp(negative.info.software, negative.info.taken, properties)
    first.raw(Tag.XMP, xmp, Type.BYTE)
    describe_lens(first, negative.info, Tag.LENS_INFO)
    first.children(Tag.EXIF_IFD, exif_directory(negative.info))
    describe_place(first, negative.info)
    raw = _raw_directory(negative, coded_tiles, noise.result())
    first.children(Tag.SUB_IFDS, raw, *(_preview_directory(*sized, negative) for sized in coded))
    return encode_directories(first)


def _check(negative: Negative) -> None:
    height, width = negative.mosaic.shape
    if min(width, height) <= 2 * negative.crop or negative.crop < 0:
        raise ValueError(f"a crop of {negative.crop} leaves nothing of {width}x{height}")


def _tiles(mosaic: Mosaic) -> list[Mosaic]:
    """Tiles row by row; those beyond the edge repeat its last cells, which codes well."""
    height, width = mosaic.shape
    tile_height, tile_width = _tile_size(mosaic)
    tiles = []
    for top in range(0, height, tile_height):
        for left in range(0, width, tile_width):
            tile = mosaic[top : top + tile_height, left : left + tile_width]
            if tile.shape != (tile_height, tile_width):
                rows = _repeating(tile.shape[0], tile_height)
                columns = _repeating(tile.shape[1], tile_width)
                tile = tile[np.ix_(rows, columns)]
            tiles.append(tile)
    return tiles


def _tile_size(mosaic: Mosaic) -> tuple[int, int]:
    """Rows and columns of a tile: multiples of 16 (TIFF 6.0).

    No wider than the mosaic, since LibRaw and dcraw misread tiles that are; nor half as wide, since
    LibRaw takes tiles whose width times their two components is the picture's for another layout.
    """
    height, width = (min(_TILE, max(16, side // 16 * 16)) for side in mosaic.shape)
    return height, 2 * width if 2 * width == mosaic.shape[1] else width


def _repeating(have: int, need: int) -> npt.NDArray[np.intp]:
    """Indices 0..have-1, then the last two in turn."""
    index = np.arange(need)
    beyond = index >= have
    index[beyond] = np.maximum(have - 2 + (index[beyond] - have) % 2, 0)
    return index


def _raw_directory(negative: Negative, tiles: Sequence[bytes], noise: Sequence[float]) -> Directory:
    height, width = negative.mosaic.shape
    tile_height, tile_width = _tile_size(negative.mosaic)
    colours, crop = negative.format.colours, negative.crop
    mono = negative.format.is_mono
    raw = Directory()
    raw.numbers(Tag.NEW_SUBFILE_TYPE, Type.LONG, 0)
    raw.numbers(Tag.IMAGE_WIDTH, Type.LONG, width)
    raw.numbers(Tag.IMAGE_LENGTH, Type.LONG, height)
    raw.numbers(Tag.BITS_PER_SAMPLE, Type.SHORT, 16)
    raw.numbers(Tag.COMPRESSION, Type.SHORT, _JPEG)
    raw.numbers(Tag.PHOTOMETRIC, Type.SHORT, _LINEAR_RAW if mono else _CFA)
    raw.numbers(Tag.SAMPLES_PER_PIXEL, Type.SHORT, 1)
    raw.numbers(Tag.PLANAR_CONFIGURATION, Type.SHORT, 1)
    raw.numbers(Tag.TILE_WIDTH, Type.LONG, tile_width)
    raw.numbers(Tag.TILE_LENGTH, Type.LONG, tile_height)
    raw.image(Tag.TILE_OFFSETS, Tag.TILE_BYTE_COUNTS, tiles)
    if not mono:
        raw.numbers(Tag.CFA_REPEAT_PATTERN_DIM, Type.SHORT, 2, 2)
        raw.numbers(Tag.CFA_PATTERN, Type.BYTE, *colours)
        raw.numbers(Tag.CFA_PLANE_COLOR, Type.BYTE, 0, 1, 2)
        raw.numbers(Tag.CFA_LAYOUT, Type.SHORT, 1)
    raw.numbers(Tag.BLACK_LEVEL_REPEAT_DIM, Type.SHORT, 2, 2)
    raw.numbers(Tag.BLACK_LEVEL, Type.RATIONAL, *negative.format.black)
    raw.numbers(Tag.WHITE_LEVEL, Type.LONG, round(negative.format.white))
    raw.numbers(Tag.DEFAULT_SCALE, Type.RATIONAL, 1, 1)
    raw.numbers(Tag.DEFAULT_CROP_ORIGIN, Type.LONG, crop, crop)
    raw.numbers(Tag.DEFAULT_CROP_SIZE, Type.LONG, width - 2 * crop, height - 2 * crop)
    raw.numbers(Tag.ACTIVE_AREA, Type.LONG, 0, 0, height, width)
    raw.numbers(Tag.NOISE_PROFILE, Type.DOUBLE, *noise)
    if negative.shading is not None:
        opcodes = encode_gain_maps(negative.shading, width, height)
        raw.raw(Tag.OPCODE_LIST_2, opcodes)
    if negative.warp is not None:
        raw.raw(Tag.OPCODE_LIST_3, encode_warp(negative.warp))
    return raw


def _noise_by_colour(negative: Negative) -> list[float]:
    """Shot and read variance by colour plane; greens are averaged."""
    colours = negative.format.colours
    noise = negative.noise
    if negative.info.frames_merged > 1:
        noise = flat_noise(negative.mosaic, negative.format, noise)
    return [
        float(np.mean([values[site] for site in range(4) if colours[site] == colour]))
        for colour in sorted(set(colours))
        for values in (noise.shot, noise.read)
    ]


def _describe_colour(first: Directory, negative: Negative) -> None:
    first.numbers(Tag.BASELINE_EXPOSURE, Type.SRATIONAL, negative.push)
    first.numbers(Tag.BASELINE_NOISE, Type.RATIONAL, 1)
    first.numbers(Tag.BASELINE_SHARPNESS, Type.RATIONAL, 1)
    first.numbers(Tag.LINEAR_RESPONSE_LIMIT, Type.RATIONAL, 1)
    if negative.format.is_mono:
        return
    first.numbers(Tag.AS_SHOT_NEUTRAL, Type.RATIONAL, *negative.neutral)
    describe_calibrations(first, negative.calibrations)


def _embed_looks(first: Directory, negative: Negative, looks: Sequence[Style]) -> None:
    """The look of the shot in the first directory, the others beside it.

    Other programs' tables are embedded in the pictures that they were used for, in no others.
    """
    if not negative.calibrations or not looks:
        return
    shot = negative.info.style
    taken = [look for look in looks if look.cube is None or look.name == shot]
    if shot != PLAIN and all(look.name != shot for look in taken):
        shot = taken[0].name if taken else PLAIN
    extra = []
    for look in sorted(taken, key=lambda look: look.name != shot)[:_MOST_LOOKS]:
        if look.name == shot:
            describe_look(first, look, negative.push)
        else:
            model, calibrations = negative.info.model, negative.calibrations
            extra.append(encode_look(look, negative.push, model, calibrations))
    if shot == PLAIN:
        describe_plain(first)
    first.text(Tag.AS_SHOT_PROFILE_NAME, shot or PLAIN)
    first.files(Tag.EXTRA_CAMERA_PROFILES, extra)


# ---- previews ----


def _strips(picture: Picture) -> list[Picture]:
    return [picture[top : top + _STRIP] for top in range(0, picture.shape[0], _STRIP)]


def _coded_preview(picture: Image.Image, longest: int) -> tuple[Image.Image, bytes]:
    """A preview whose longer side is given, and its JPEG."""
    preview = _fitted(picture, longest)
    return preview, code_pixels(preview, 90, subsampling=2)


def _fitted(image: Image.Image, longest: int) -> Image.Image:
    """The image itself, or one with a shorter longest side."""
    scale = longest / max(image.size)
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=1.5)


def _describe_thumbnail(first: Directory, image: Image.Image) -> None:
    _describe_image(first, image, _RGB, _UNCOMPRESSED)
    first.image(Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, [image.tobytes()])


def _preview_directory(image: Image.Image, coded: bytes, negative: Negative) -> Directory:
    directory = Directory()
    _describe_image(directory, image, _YCBCR, _JPEG)
    directory.numbers(Tag.YCBCR_SUBSAMPLING, Type.SHORT, 2, 2)
    directory.numbers(Tag.YCBCR_POSITIONING, Type.SHORT, 1)
    directory.numbers(Tag.REFERENCE_BLACK_WHITE, Type.RATIONAL, 0, 255, 128, 255, 128, 255)
    directory.image(Tag.STRIP_OFFSETS, Tag.STRIP_BYTE_COUNTS, [coded])
    _describe_preview_source(directory, negative)
    return directory


def _describe_image(directory: Directory, image: Image.Image, photometric: int, code: int) -> None:
    directory.numbers(Tag.NEW_SUBFILE_TYPE, Type.LONG, 1)
    directory.numbers(Tag.IMAGE_WIDTH, Type.LONG, image.width)
    directory.numbers(Tag.IMAGE_LENGTH, Type.LONG, image.height)
    directory.numbers(Tag.BITS_PER_SAMPLE, Type.SHORT, 8, 8, 8)
    directory.numbers(Tag.COMPRESSION, Type.SHORT, code)
    directory.numbers(Tag.PHOTOMETRIC, Type.SHORT, photometric)
    directory.numbers(Tag.SAMPLES_PER_PIXEL, Type.SHORT, 3)
    directory.numbers(Tag.ROWS_PER_STRIP, Type.LONG, image.height)
    directory.numbers(Tag.PLANAR_CONFIGURATION, Type.SHORT, 1)


def _describe_preview_source(directory: Directory, negative: Negative) -> None:
    info = negative.info
    name, _, version = info.software.partition(" ")
    directory.text(Tag.PREVIEW_APPLICATION_NAME, name)
    directory.text(Tag.PREVIEW_APPLICATION_VERSION, version)
    directory.text(Tag.PREVIEW_SETTINGS_NAME, info.style or "")
    directory.numbers(Tag.PREVIEW_COLOR_SPACE, Type.LONG, _SRGB)
    if info.taken is not None:
        directory.text(Tag.PREVIEW_DATE_TIME, info.taken.isoformat())
