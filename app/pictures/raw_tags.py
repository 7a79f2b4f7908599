"""The directories of a raw file that matter, and whether its pixel data can be whole."""

from dataclasses import dataclass
from typing import BinaryIO

from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory, TiffError, TiffFile
from app.pictures.xmp import read_xmp

_RAW = (32803, 34892)  # PhotometricInterpretation: CFA, LinearRaw
_UNCOMPRESSED, _JPEG = 1, 7
_MAX_PIXELS = 1 << 28
TOO_LITTLE = "it holds too little pixel data"  # no coding needs less than a bit a pixel


@dataclass(frozen=True, slots=True)
class ActiveArea:
    """The part of the stored image that saw light: rows top..bottom, columns left..right.

    of is the shape of the stored image.
    """

    top: int
    left: int
    bottom: int
    right: int
    of: tuple[int, int]


@dataclass(frozen=True, slots=True)
class RawTags:
    """The tags of a raw file.

    Attributes:
        first: IFD0.
        raw: the directory of the full-size raw image; None if there is none.
        exif: the Exif directory.
        gps: the GPS directory.
        properties: Baryta's own, from XMP.
        is_dng: whether the file says so.
        size: of the file, bytes.
    """

    first: ReadDirectory
    raw: ReadDirectory | None
    exif: ReadDirectory | None
    gps: ReadDirectory | None
    properties: dict[str, str]
    is_dng: bool
    size: int

    def active_area(self) -> ActiveArea | None:
        """The active area as a DNG tells it; None if it tells none.

        Raises:
            TiffError: if it does not lie within the image.
        """
        if self.raw is None or not self.is_dng or Tag.ACTIVE_AREA not in self.raw:
            return None
        edges = self.raw.integers(Tag.ACTIVE_AREA)
        height = self.raw.integer(Tag.IMAGE_LENGTH) or 0
        width = self.raw.integer(Tag.IMAGE_WIDTH) or 0
        if len(edges) != 4:
            raise TiffError("its active area is damaged")
        top, left, bottom, right = edges
        if not (0 <= top < bottom <= height and 0 <= left < right <= width):
            raise TiffError("its active area is damaged")
        return ActiveArea(top, left, bottom, right, (height, width))


def read_tags(stream: BinaryIO) -> RawTags | None:
    """The tags of a file; None if it is no TIFF (LibRaw may know it).

    Raises:
        TiffError: if the file is empty, or a TIFF that is damaged.
    """
    size = stream.seek(0, 2)
    stream.seek(0)
    if size == 0:
        raise TiffError("it is empty")
    if stream.read(4) not in (b"II*\0", b"MM\0*"):
        return None
    file = TiffFile(stream)
    first = file.first
    images = [first, *file.children(first, Tag.SUB_IFDS)]
    exif = file.children(first, Tag.EXIF_IFD)
    gps = file.children(first, Tag.GPS_IFD)
    return RawTags(
        first=first,
        raw=max(filter(_is_raw, images), key=_pixels, default=None),
        exif=exif[0] if exif else None,
        gps=gps[0] if gps else None,
        properties=read_xmp(first.raw(Tag.XMP)),
        is_dng=Tag.DNG_VERSION in first,
        size=size,
    )


def check_pixels(tags: RawTags) -> None:
    """Refuses a file whose pixel data is cut short, before any of it is decoded.

    Of what is no DNG little is known, but no coding needs less than a bit a pixel; without this a
    tipped-over bit in a size costs gigabytes.

    Raises:
        TiffError: if strips or tiles lie beyond the file, or are too few bytes for the image.
    """
    raw = tags.raw
    if raw is None:
        return
    if _pixels(raw) > 8 * tags.size:
        raise TiffError(TOO_LITTLE)
    if not tags.is_dng:
        return
    if not 0 < _pixels(raw) <= _MAX_PIXELS or (raw.integer(Tag.IMAGE_WIDTH) or 0) < 0:
        raise TiffError("its size is damaged")
    offsets = raw.integers(Tag.TILE_OFFSETS) or raw.integers(Tag.STRIP_OFFSETS)
    counts = raw.integers(Tag.TILE_BYTE_COUNTS) or raw.integers(Tag.STRIP_BYTE_COUNTS)
    if not offsets or len(offsets) != len(counts):
        raise TiffError("its pixel data cannot be found")
    if any(o < 0 or n < 0 or o + n > tags.size for o, n in zip(offsets, counts, strict=True)):
        raise TiffError("it is cut short")
    code = raw.integer(Tag.COMPRESSION) or _UNCOMPRESSED
    bits = raw.integer(Tag.BITS_PER_SAMPLE) or 16
    samples = _pixels(raw) * max(1, raw.integer(Tag.SAMPLES_PER_PIXEL) or 1)
    least = {_UNCOMPRESSED: bits, _JPEG: 1}.get(code, 0)  # bits that a sample needs
    if sum(counts) * 8 < samples * least:
        raise TiffError(TOO_LITTLE)


def _is_raw(directory: ReadDirectory) -> bool:
    return (
        directory.integer(Tag.PHOTOMETRIC) in _RAW
        and (directory.integer(Tag.NEW_SUBFILE_TYPE) or 0) == 0
    )


def _pixels(directory: ReadDirectory) -> int:
    width = directory.integer(Tag.IMAGE_WIDTH) or 0
    return width * (directory.integer(Tag.IMAGE_LENGTH) or 0)
