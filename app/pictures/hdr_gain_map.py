"""HDR gain maps: what bright displays add to a JPEG's highlights; plain viewers show the JPEG.

Sources: Adobe, "Gain map" 1.0 (the hdrgm metadata and the formula); Google, "Ultra HDR Image
Format" 1.1 (how the map follows the picture in one file); ISO 21496-1:2025, annex C (the binary
metadata); CIPA DC-007 (Multi-Picture Format, the index of both images).
"""

import struct
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.pictures.jpeg_segments import code_pixels, segment, xmp_segment
from app.pictures.tags import Tag, Type
from app.pictures.tiff_writer import Directory, encode_directories
from styles.spaces import REC2020_LUMINANCE

HDRGM: Final = "http://ns.adobe.com/hdr-gain-map/1.0/"
_CONTAINER: Final = "http://ns.google.com/photos/1.0/container/"
_ISO: Final = b"urn:iso:std:iso:ts:21496:-1\0"
_MPF: Final = b"MPF\0"
_ONE_BASE_SPACE: Final = 0x40  # one channel, in the base picture's colour space
_PRIMARY: Final = 0x030000  # Baseline MP Primary Image

_WHITE: Final = 1.0  # light that looks render as paper's white, or nearly; above it there is gain
_KNEE: Final = 3  # how sharply gain sets in
_MOST: Final = 3.0  # stops
_WORTH: Final = 0.5  # stops: with less a picture has no highlights to speak of
_BRIGHTEST: Final = 99.9  # percentile that the map's range ends at
_OFFSET: Final = 64  # 1 / offset, as both formats recommend


@dataclass(frozen=True, slots=True, eq=False)
class GainMap:
    """What to add to a picture.

    Attributes:
        stops: gain where the map is full; 0 where it is 0.
        map: (rows, columns) uint8, over the same view as the picture, at half its size.
    """

    stops: float
    map: npt.NDArray[np.uint8]


def make_gain_map(linear: npt.NDArray[np.float32]) -> GainMap | None:
    """The gain that gives highlights back the light that a look's shoulder takes.

    With Y the luminance, in stops log2(1 + Y^3) / 3: nothing up to middle grey, a third of a stop
    at paper's white, and one for each stop from there.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020, as developed.

    Returns:
        None where there is nothing to gain: no highlight brighter than white paper.
    """
    height, width = (side // 2 * 2 for side in linear.shape[:2])
    light = np.zeros((height // 2, width // 2), np.float32)
    for channel, weight in enumerate(REC2020_LUMINANCE):
        plane = linear[:height, :width, channel]
        cells = plane[::2, ::2] + plane[1::2, ::2] + plane[::2, 1::2] + plane[1::2, 1::2]
        light += np.float32(weight / 4.0) * cells
    np.clip(light, 0.0, 2.0**8, out=light)
    gain = np.log2(1.0 + (light / np.float32(_WHITE)) ** _KNEE) / np.float32(_KNEE)
    stops = min(_MOST, float(np.percentile(gain[::4, ::4], _BRIGHTEST)))
    if stops < _WORTH:
        return None
    return GainMap(stops, np.rint(np.clip(gain * (255.0 / stops), 0.0, 255.0)).astype(np.uint8))


def encode_gain_map(gain: GainMap, quality: int) -> bytes:
    """The map as a JPEG with both kinds of metadata, as it follows the picture."""
    attributes = {
        "Version": "1.0",
        "GainMapMin": "0",
        "GainMapMax": f"{gain.stops:.6f}",
        "Gamma": "1",
        "OffsetSDR": f"{1 / _OFFSET}",
        "OffsetHDR": f"{1 / _OFFSET}",
        "HDRCapacityMin": "0",
        "HDRCapacityMax": f"{gain.stops:.6f}",
        "BaseRenditionIsHDR": "False",
    }
    lines = "".join(f'\n   hdrgm:{name}="{value}"' for name, value in attributes.items())
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        f'  <rdf:Description rdf:about="" xmlns:hdrgm="{HDRGM}"{lines}/>\n'
        " </rdf:RDF>\n</x:xmpmeta>"
    )
    coded = code_pixels(Image.fromarray(gain.map, "L"), quality, subsampling=0)
    return coded[:2] + xmp_segment(xmp.encode()) + _iso_segment(_iso_metadata(gain)) + coded[2:]


def announcement(map_length: int) -> tuple[dict[str, str], dict[str, str], str]:
    """What the picture's XMP says of the map that follows it.

    Args:
        map_length: bytes of the map's JPEG.

    Returns:
        Namespaces by prefix, attributes, and the list of images as an element.
    """
    namespaces = {"hdrgm": HDRGM, "Container": _CONTAINER, "Item": f"{_CONTAINER}item/"}
    items = ('Item:Semantic="Primary"', f'Item:Semantic="GainMap" Item:Length="{map_length}"')
    rows = "".join(
        '\n     <rdf:li rdf:parseType="Resource">'
        f'<Container:Item Item:Mime="image/jpeg" {item}/></rdf:li>'
        for item in items
    )
    sequence = f"\n    <rdf:Seq>{rows}\n    </rdf:Seq>"
    directory = f"\n   <Container:Directory>{sequence}\n   </Container:Directory>"
    return namespaces, {"hdrgm:Version": "1.0"}, directory


def append_gain_map(head: bytes, body: bytes, coded_map: bytes, growth: int = 0) -> bytes:
    """One file of picture and map.

    Args:
        head: the picture's first bytes, up to the end of its metadata.
        body: the rest of the picture.
        coded_map: from encode_gain_map.
        growth: bytes that will yet be put into the picture, ahead of its metadata.
    """
    head += _iso_segment(bytes(4))  # versions only: the picture is the base
    empty = len(_index_segment(0, 0, 0))
    picture = len(head) + empty + len(body)
    base = len(head) + 4 + len(_MPF)  # the index counts from behind its name
    index = _index_segment(picture + growth, len(coded_map), picture - base)
    return head + index + body + coded_map


def _iso_segment(metadata: bytes) -> bytes:
    return segment(0xE2, _ISO + metadata)


def _iso_metadata(gain: GainMap) -> bytes:
    """Versions, flags, headrooms; then the map's least, most, gamma and both offsets."""
    stops = (round(gain.stops * 1_000_000), 1_000_000)
    one, nothing, offset = (1, 1), (0, 1), (1, _OFFSET)
    numbers = (*nothing, *stops, *nothing, *stops, *one, *offset, *offset)
    return struct.pack(">HHB14L", 0, 0, _ONE_BASE_SPACE, *numbers)


def _index_segment(picture: int, gain: int, place: int) -> bytes:
    index = Directory()
    index.raw(Tag.MPF_VERSION, b"0100")
    index.numbers(Tag.MPF_NUMBER_OF_IMAGES, Type.LONG, 2)
    entries = struct.pack("<LLLHHLLLHH", _PRIMARY, picture, 0, 0, 0, 0, gain, place, 0, 0)
    index.raw(Tag.MPF_ENTRIES, entries)
    return segment(0xE2, _MPF + encode_directories(index))
