"""A look as a table from the linear light of a raw development to a picture, both encoded alike."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from styles.reference import render_colour
from styles.spaces import P3_TO_REC2020, Array, srgb_decode
from styles.style import Style
from styles.white import white_share

Transfer = Callable[[Array], Array]


def light_table(
    style: Style, size: int, decode: Transfer, encode: Transfer, to_rec2020: Array, push: float
) -> npt.NDArray[np.float64]:
    """The look's colour at each node.

    Args:
        style: the look; its spatial part cannot be expressed.
        size: nodes a side.
        decode: encoded values in [0, 1] to linear light.
        encode: linear light in [0, 1] to encoded values.
        to_rec2020: 3x3, the encoding's linear RGB to linear Rec.2020.
        push: EV that development adds: the table's light is 1 where the raw clips.

    Returns:
        (size^3, 3) in [0, 1], red fastest; colours outside the encoding's gamut are clipped. Light
        is led to white before it clips in all channels, whatever room above the look has: these
        programs know of none.
    """
    linear = decode(np.linspace(0.0, 1.0, size))
    blue, green, red = np.meshgrid(linear, linear, linear, indexing="ij")
    light = np.stack([red, green, blue], -1).reshape(-1, 3)
    scene = np.maximum(light @ to_rec2020.T, 0.0) * 2.0**push
    shown = srgb_decode(render_colour(style, scene)) @ P3_TO_REC2020.T
    encoded = encode(np.clip(shown @ np.linalg.inv(to_rec2020).T, 0.0, 1.0))
    white = white_share(light.min(-1, keepdims=True))
    led: npt.NDArray[np.float64] = encoded + (1.0 - encoded) * white
    return led
