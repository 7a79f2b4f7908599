"""Lens shading between the lights it was measured in."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from capture.colour import mired_fraction
from capture.frames import ShadingTable


def shading_at(
    tables: Sequence[ShadingTable], temperature: float
) -> npt.NDArray[np.float32] | None:
    """The gains for a light of some colour temperature in kelvin; None without tables.

    Returns:
        (4, rows, columns) float32 by CFA site, linear in inverse temperature between the tables.
    """
    if not tables:
        return None
    first, last = tables[0], tables[-1]
    fraction = mired_fraction(temperature, first.temperature, last.temperature)
    gain: npt.NDArray[np.float32] = ((1.0 - fraction) * first.gain + fraction * last.gain).astype(
        np.float32
    )
    return gain
