"""Sampling a continuous scene at a frame's own subpixel positions.

The scene is a raster at the sensor's pitch, made continuous by the cubic B-spline, which is
positive (no ringing at lights) and stands for the lens and the pixel's aperture in one: a standard
deviation of 0.58 px, an MTF of 0.66 at half of Nyquist (the limit of one colour of the mosaic) and
0.16 at Nyquist, like a good lens at f/4 on 1.5 um pixels. Replicas of the raster's spectrum are
damped by sinc^4, so frames differ by the mosaic's aliasing and not by the raster's (Unser 1999,
"Splines: a perfect fit for signal and image processing").
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Pose:
    """Where the camera looks during a frame.

    Pixel (x, y) sees the scene at (x + dx - turn * (y - cy), y + dy + turn * (x - cx)), c the
    centre of the frame: a rotation to first order, exact to 0.01 px for the turns of a hand.

    Attributes:
        dx, dy: shift of the view, pixels.
        turn: radians.
        blur_x, blur_y: length of the motion during the exposure, pixels.
    """

    dx: float = 0.0
    dy: float = 0.0
    turn: float = 0.0
    blur_x: float = 0.0
    blur_y: float = 0.0


def weights(fraction: npt.NDArray[np.float64], blur: float) -> tuple[int, Floats]:
    """The cubic B-spline, averaged over a motion, at the integers around a position.

    Args:
        fraction: (n,) position past an integer, in [0, 1).
        blur: length of the motion, pixels.

    Returns:
        The first integer's offset and (taps, n) weights that sum to 1.
    """
    reach = int(np.ceil(blur / 2.0)) if blur > _SHARP else 0
    offsets = np.arange(-1 - reach, 3 + reach)
    distance = offsets[:, None] - fraction[None, :]
    if blur > _SHARP:
        w = (_spline_integral(distance + blur / 2) - _spline_integral(distance - blur / 2)) / blur
    else:
        w = _spline(distance)
    return int(offsets[0]), (w / w.sum(axis=0)).astype(np.float32)


_SHARP = 0.05  # motion below this many pixels is invisible behind the spline


def _spline(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    a = np.abs(t)
    near = 2.0 / 3.0 - a * a + a * a * a / 2.0
    far = np.clip(2.0 - a, 0.0, None) ** 3 / 6.0
    return np.where(a < 1.0, near, far)


def _spline_integral(t: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    a = np.clip(np.abs(t), 0.0, 2.0)
    near = 2.0 * a / 3.0 - a**3 / 3.0 + a**4 / 8.0
    far = 0.5 - (2.0 - a) ** 4 / 24.0
    return np.sign(t) * np.where(a < 1.0, near, far)


def _runs(position: npt.NDArray[np.float64]) -> list[tuple[int, int, int]]:
    """Stretches (start, stop, floor) over which a slowly changing position has one floor."""
    floor = np.floor(position).astype(np.int64)
    cuts = [0, *(np.flatnonzero(np.diff(floor)) + 1).tolist(), len(floor)]
    return [(a, b, int(floor[a])) for a, b in pairwise(cuts)]


def sample_site(
    plane: Floats,
    margin: int,
    pose: Pose,
    centre: tuple[float, float],
    rows: range,
    columns: range,
) -> Floats:
    """Samples one plane at a regular grid of pixels.

    Args:
        plane: (height + 2 margin, width + 2 margin) float32 scene.
        margin: scene pixels beyond the frame on each side; what lies further repeats the edge.
        pose: the frame's view.
        centre: (x, y) about which the pose turns, frame pixels.
        rows: pixels to sample.
        columns: pixels to sample.

    Returns:
        (len(rows), len(columns)) float32.
    """
    reach = 3 + int(np.ceil(max(pose.blur_x, pose.blur_y) / 2.0))
    bend = abs(pose.turn) * max(abs(rows[0] - centre[1]), abs(rows[-1] - centre[1]))
    left = int(np.floor(columns[0] + pose.dx - bend)) - reach
    right = int(np.ceil(columns[-1] + pose.dx + bend)) + reach + 1
    tall = _vertical(plane, margin, pose, centre, rows, range(left, right))
    return _horizontal(tall, left, pose, centre, rows, columns)


def _vertical(
    plane: Floats,
    margin: int,
    pose: Pose,
    centre: tuple[float, float],
    rows: range,
    columns: range,
) -> Floats:
    """Rows at their true height, for every scene column needed."""
    scene_x = np.arange(columns.start, columns.stop, dtype=np.float64)
    height, width = plane.shape
    position = pose.dy + pose.turn * (scene_x - pose.dx - centre[0])
    out = np.empty((len(rows), len(columns)), np.float32)
    for start, stop, floor in _runs(position):
        first, w = weights(position[start:stop] - floor, pose.blur_y)
        source_x = np.clip(np.arange(start, stop) + columns.start + margin, 0, width - 1)
        view: slice | npt.NDArray[np.int64] = slice(int(source_x[0]), int(source_x[-1]) + 1)
        if source_x[-1] - source_x[0] != stop - start - 1:
            view = source_x
        total = out[:, start:stop]
        top = rows[0] + floor + first + margin
        for k in range(len(w)):
            source = _rows(plane, top + k, rows.step, len(rows), height)[:, view]
            if k == 0:
                np.multiply(source, w[0], out=total)
            else:
                total += source * w[k]
    return out


def _rows(plane: Floats, top: int, step: int, count: int, height: int) -> Floats:
    """Rows of a plane, the edge repeated beyond it."""
    last = top + step * (count - 1)
    if top >= 0 and last < height:
        return plane[top : last + 1 : step]
    return plane[np.clip(np.arange(top, last + 1, step), 0, height - 1)]


def _horizontal(
    tall: Floats,
    left: int,
    pose: Pose,
    centre: tuple[float, float],
    rows: range,
    columns: range,
) -> Floats:
    """Columns at their true place, for rows already at their true height."""
    y = np.arange(rows.start, rows.stop, rows.step, dtype=np.float64)
    position = pose.dx - pose.turn * (y - centre[1])
    out = np.empty((len(rows), len(columns)), np.float32)
    span = columns.step * (len(columns) - 1) + 1
    for start, stop, floor in _runs(position):
        first, w = weights(position[start:stop] - floor, pose.blur_x)
        total = out[start:stop]
        x = columns[0] + floor + first - left
        for k in range(len(w)):
            source = tall[start:stop, x + k : x + k + span : columns.step]
            if k == 0:
                np.multiply(source, w[0][:, None], out=total)
            else:
                total += source * w[k][:, None]
    return out
