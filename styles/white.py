"""How tables for other programs lead clipped light to white."""

from typing import Final

import numpy as np

from styles.spaces import Array

WHITE_FROM: Final = 0.8  # light from which the way begins


def white_share(light: Array) -> Array:
    """How far light of that strength is led to white.

    Those programs clip at 1 and know of no room above: so there a picture is to be white, whatever
    room the look has, and to come there smoothly.

    Args:
        light: scene light, 1 where the raw file clips.

    Returns:
        Of the same shape: 0 up to WHITE_FROM, 1 from 1 on, between them a smooth step.
    """
    part = np.clip((light - WHITE_FROM) / (1.0 - WHITE_FROM), 0.0, 1.0)
    share: Array = part**2 * (3.0 - 2.0 * part)
    return share
