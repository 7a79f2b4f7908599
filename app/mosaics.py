"""Mosaics as light and back, and the sites of their cells."""

from typing import TypeVar

import numpy as np
import numpy.typing as npt

from native import Mosaic, MosaicFormat

Floats = npt.NDArray[np.float32]
_Sample = TypeVar("_Sample", bound=np.generic)


def normalised(mosaic: Mosaic, layout: MosaicFormat) -> Floats:
    """Light of a mosaic whose sites have one black level, 1 at white."""
    black = np.float32(layout.black[0])
    return (mosaic.astype(np.float32) - black) / np.float32(layout.white - layout.black[0])


def levels(light: Floats, layout: MosaicFormat) -> Mosaic:
    """A mosaic of normalised light, rounded."""
    scaled = light * np.float32(layout.white - layout.black[0])
    scaled += np.float32(layout.black[0] + 0.5)
    return np.asarray(np.clip(scaled, 0.0, 65535.0), np.uint16)


def sites(mosaic: npt.NDArray[_Sample]) -> list[npt.NDArray[_Sample]]:
    """Views of the four sites, (height / 2, width / 2) each; what a cut cell has is left out."""
    height, width = (side // 2 * 2 for side in mosaic.shape)
    return [mosaic[y:height:2, x:width:2] for y in (0, 1) for x in (0, 1)]
