"""A finished picture in another colour space."""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import check, plane

Picture = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, eq=False)
class Conversion:
    """From one RGB space to another, in fixed point with 14 bits of fraction.

    Attributes:
        decode: (256,) int32, light by encoded value, 0 to ONE.
        matrix: (3, 3) int32, linear RGB to linear RGB; no factor above 2.4.
        encode: (ONE + 1,) uint8, encoded value by light.
        ONE: 1.0 in this fixed point.
    """

    ONE: ClassVar[int] = 1 << 14

    decode: npt.NDArray[np.int32]
    matrix: npt.NDArray[np.int32]
    encode: npt.NDArray[np.uint8]


def convert(picture: Picture, conversion: Conversion) -> Picture:
    """A picture in another space; light outside it is clipped.

    Args:
        picture: (height, width, 3) uint8.
        conversion: how.

    Raises:
        NativeError: for an array of another shape or type, or a factor out of range.
    """
    given = ffi.new("baryta_conversion *")
    for name in ("decode", "matrix", "encode"):
        values, place = getattr(conversion, name), getattr(given, name)
        room = np.frombuffer(ffi.buffer(place), values.dtype)
        if room.size != values.size:
            raise ValueError(f"{name} has {values.size} values, not {room.size}")
        room[:] = values.ravel()
    converted = np.empty(picture.shape, np.uint8)
    target = plane(converted, np.uint8, 3, writable=True)
    check(lib.baryta_convert(plane(picture, np.uint8, 3), given, target))
    return converted
