"""Pixels on their way to the graphics processor."""

from typing import Any

import numpy as np
import numpy.typing as npt
from kivy.graphics.texture import Texture

from app.ui.picture_file import Pixels


def upload(pixels: Pixels, texture: Any = None) -> Any:  # noqa: ANN401 - Kivy's texture
    """Puts pixels into a texture, the given one if it has the size.

    Args:
        pixels: (height, width, 4) uint8, R G B and whatever; they may be another's from then on.
        texture: what an earlier call returned.
    """
    height, width = pixels.shape[:2]
    if texture is None or tuple(texture.size) != (width, height):
        texture = Texture.create(size=(width, height), colorfmt="rgba", bufferfmt="ubyte")
        texture.mag_filter = texture.min_filter = "linear"
        texture.wrap = "clamp_to_edge"
    if not (pixels.flags.c_contiguous and pixels.flags.writeable):  # Kivy asks for both
        pixels = pixels.copy()
    texture.blit_buffer(pixels.reshape(-1).data, colorfmt="rgba", bufferfmt="ubyte")
    return texture


def reduced(pixels: Pixels, step: int) -> Pixels:
    """Every step-th pixel, each the mean of four around it: quick, and calm enough."""
    height, width = (side // step * step for side in pixels.shape[:2])
    half = step // 2
    parts = [pixels[y:height:step, x:width:step] for y in (0, half) for x in (0, half)]
    mean: npt.NDArray[np.float32] = np.stack(parts).mean(axis=0, dtype=np.float32)
    return mean.astype(np.uint8)
