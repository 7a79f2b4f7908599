"""A rough picture of a negative, for the previews of raw frames that nobody has developed."""

import numpy as np
import numpy.typing as npt

from app.pictures import icc
from app.pictures.negative import Negative
from capture.cells import cell_colours

_LONGEST = 1024
_LINEAR_END = 0.0031308


def rough_preview(negative: Negative) -> npt.NDArray[np.uint8]:
    """Cells as pixels, white-balanced, in the camera's own colour; no shading, no demosaic.

    Returns:
        (height, width, 3) uint8 of at most 1024 pixels a side, Display P3 with the sRGB
        transfer function.
    """
    crop = negative.crop & ~1
    height, width = (side - 2 * crop for side in negative.mosaic.shape)
    step = max(1, -(-max(height, width) // (2 * _LONGEST)))
    layout = negative.format
    mosaic = negative.mosaic[crop : crop + height, crop : crop + width]
    planes = cell_colours(mosaic, layout.colours, layout.black, layout.white, step)
    camera = np.moveaxis(planes, 0, 2)
    camera /= np.array(negative.neutral, np.float32)
    camera = np.clip(camera, 0.0, 1.0 / max(negative.neutral))
    if negative.calibrations:
        forward = negative.calibrations[-1].forward_matrix
        camera = camera @ (icc.to_display_p3() @ forward).T.astype(np.float32)
    return _encoded(camera * 2.0**negative.push)


def _encoded(linear: npt.NDArray[np.float32]) -> npt.NDArray[np.uint8]:
    """The sRGB transfer function (IEC 61966-2-1), 8 bit."""
    clipped = np.clip(linear, 0.0, 1.0)
    power = 1.055 * clipped ** (1 / 2.4) - 0.055
    encoded = np.where(clipped <= _LINEAR_END, clipped * 12.92, power)
    quantised: npt.NDArray[np.uint8] = np.rint(encoded * 255).astype(np.uint8)
    return quantised
