"""Scenes of more range than local tone mapping takes by itself, drawn together before it.

Local tone mapping (native/README.md, Render) takes 3.5 EV at most, which is right for a frame of 12
stops. A bracket shows 18. What is beyond is taken by the same method beforehand, once or twice: a
map of the picture at 384 pixels a side, a line of gain for each place.
"""

from dataclasses import replace

import numpy as np
import numpy.typing as npt

import native

Linear = npt.NDArray[np.float32]

WIDE = frozenset({"hdr", "bracket"})  # modes whose pictures may need it
_SIDE = 384
_PASSES = 2
_LITTLE = 0.25  # EV of gain that is left to the look's own tone mapping
_ROWS = 256  # at a time
_LUMINANCE = np.array((0.2627, 0.6780, 0.0593), np.float32)  # Rec. ITU-R BT.2020


def draw_together(
    linear: Linear,
    look: native.Look,
    noise: float,
    strength: float,
    *,
    dial: float = 0.0,
    threads: int | None = None,
) -> tuple[Linear, float]:
    """A picture whose range local tone mapping can take.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020; stays as it is.
        look: of the picture; one without local tone mapping gets none here.
        noise: standard deviation in black, as of native.render.
        strength: of local tone mapping, 0 none.
        dial: EV that a person wanted the picture brighter than metered. It is drawn together as if
            that had not been: what is wanted dark would be taken for dark, and half of it given
            back.
        threads: for the C core.

    Returns:
        The picture, itself if its range is no wider, and the noise in its black.
    """
    if strength <= 0.0 or look.tone_mapping <= 0.0:
        return linear, noise
    whole = replace(look, tone_mapping=min(1.0, strength), local_contrast=0.0)
    metered = 2.0**-dial
    for _ in range(_PASSES):
        small = _small(linear) * np.float32(metered)
        maps = native.tone_maps(small, whole, noise=min(1.0, noise * metered), threads=threads)
        if maps.most - maps.least < _LITTLE:
            break
        linear = _drawn(linear, maps, metered)
        noise = float(min(1.0, noise * 2.0 ** (0.5 * maps.most)))
    return linear, noise


def _small(linear: Linear) -> Linear:
    """Block means, 384 pixels a side at most."""
    height, width = linear.shape[:2]
    step = -(-max(height, width) // _SIDE)
    rows, columns = max(height // step, 1), max(width // step, 1)
    out = np.empty((rows, columns, 3), np.float32)
    for row in range(rows):
        block = linear[row * step : (row + 1) * step, : columns * step]
        out[row] = block.reshape(block.shape[0], columns, step, 3).mean((0, 2))
    return out


def _drawn(linear: Linear, maps: native.ToneMaps, metered: float) -> Linear:
    """A picture with the gain of maps, which are of one so many times as bright."""
    height, width = linear.shape[:2]
    out = np.empty_like(linear)
    across = _upsampled(maps.lines, width, 1)
    for top in range(0, height, _ROWS):
        part = linear[top : top + _ROWS]
        place = (np.arange(top, top + part.shape[0]) + 0.5) / height
        lines = _between(across, place)
        stops = np.log2(part @ (_LUMINANCE * np.float32(metered)) + np.float32(maps.floor))
        gain = np.clip(lines[..., 0] * stops + lines[..., 1], maps.least, maps.most)
        out[top : top + _ROWS] = part * np.exp2(gain)[..., None]
    return out


def _upsampled(lines: Linear, size: int, axis: int) -> Linear:
    """Columns of a map at a picture's width, bilinear."""
    moved = np.moveaxis(lines, axis, 0)
    return np.moveaxis(_between(moved, (np.arange(size) + 0.5) / size), 0, axis)


def _between(rows: Linear, place: npt.NDArray[np.float64]) -> Linear:
    """Rows at places in [0, 1], bilinear between their centres."""
    at = np.clip(place * rows.shape[0] - 0.5, 0.0, rows.shape[0] - 1.0)
    low = np.minimum(at.astype(np.int64), max(rows.shape[0] - 2, 0))
    high = np.minimum(low + 1, rows.shape[0] - 1)
    share = (at - low).astype(np.float32).reshape(-1, *(1,) * (rows.ndim - 1))
    return np.asarray(rows[low] * (1.0 - share) + rows[high] * share, np.float32)
