"""Raw formats by libcamera's names: what to ask for, and what was granted."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from capture.frames import CfaPattern, Packing
from capture.source import CameraError

NO_RAW = "the camera gives no raw; Baryta needs one that does, on a Raspberry Pi"
_NAME = re.compile(r"S?([RGB]{4}|R|Y|MONO)(\d*)(?:_(\w+))?")
_PACKINGS = {
    ("CSI2P", 10): Packing.CSI2P10,
    ("CSI2P", 12): Packing.CSI2P12,
    ("CSI2P", 14): Packing.CSI2P14,
    ("PISP_COMP1", 16): Packing.PISP_COMP1,
    ("", 10): Packing.U16,
    ("", 12): Packing.U16,
    ("", 14): Packing.U16,
    ("", 16): Packing.U16,
}


@dataclass(frozen=True, slots=True)
class RawStream:
    """A raw stream as the camera granted it.

    Attributes:
        name: of its format, as libcamera says it ("SRGGB16").
        cfa: as read out.
        packing: of its rows.
        depth: bits of a sample; the samples of a 16-bit stream are left-justified.
        width, height: samples.
        stride: bytes from one row to the next.
    """

    name: str
    cfa: CfaPattern
    packing: Packing
    depth: int
    width: int
    height: int
    stride: int

    @property
    def lossy(self) -> bool:
        """Whether the camera drops detail before it hands the frame out."""
        return self.packing is Packing.PISP_COMP1

    @property
    def described(self) -> str:
        """For people: the name, and whether it is lossy."""
        return f"{self.name}, lossy" if self.lossy else self.name


def raw_format(name: object) -> tuple[str, int, str]:
    """Bayer order ("RGGB", or "R" for mono), bits and packing ("" if none) of a raw format's name.

    Raises:
        CameraError: for a name that is no raw format's.
    """
    match = _NAME.fullmatch(str(name))
    if match is None:
        raise CameraError(f"{name} is no raw format Baryta knows; update Baryta or libcamera")
    order = match[1] if set(match[1]) == set("RGB") else "R"
    return order, int(match[2] or 16), match[3] or ""  # the Pi 5's compressed names have no depth


def is_raw(name: object) -> bool:
    """Whether a format's name is a raw one's; a USB camera has none."""
    return _NAME.fullmatch(str(name)) is not None


def unpacked(order: str, depth: int) -> str:
    """The name of the format to ask for: whole samples in 16-bit words."""
    return f"{'' if order == 'R' else 'S'}{order}{depth}"


def granted(stream: Mapping[str, Any] | None) -> RawStream:
    """What camera_configuration() says of the raw stream.

    Raises:
        CameraError: if there is none, or it is of a kind that cannot be unpacked.
    """
    if stream is None:
        raise CameraError(NO_RAW)
    name = str(stream["format"])
    order, depth, kind = raw_format(name)
    packing = _PACKINGS.get((kind, depth))
    if packing is None:
        raise CameraError(
            f"the camera grants the raw format {name}, which Baryta cannot unpack; "
            "update libcamera and picamera2"
        )
    width, height = (int(side) for side in stream["size"])
    stride = int(stream["stride"])
    if stride < packing.row_bytes(width):
        raise CameraError(
            f"the camera states rows of {stride} bytes for {width} samples of {name}; "
            "update libcamera and picamera2"
        )
    cfa = CfaPattern.MONO if order == "R" else CfaPattern(order)
    return RawStream(name, cfa, packing, depth, width, height, stride)
