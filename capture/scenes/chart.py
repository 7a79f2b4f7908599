"""The 24-patch colour chart, in true colours."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from capture.colour import D50_XY, D65_XY, REC2020_TO_XYZ, adaptation, xy_to_xyz
from capture.scenes.scene import Floats, Patch, View

# CIE L*a*b*, D50, 2 degrees, M0: the maker's published averages for charts made after
# November 2014 (X-Rite, "New color specifications for ColorChecker SG and Classic charts").
_LAB: tuple[tuple[str, float, float, float], ...] = (
    ("dark skin", 37.54, 14.37, 14.92),
    ("light skin", 64.66, 19.27, 17.50),
    ("blue sky", 49.32, -3.82, -22.54),
    ("foliage", 43.46, -12.74, 22.72),
    ("blue flower", 54.94, 9.61, -24.79),
    ("bluish green", 70.48, -32.26, -0.37),
    ("orange", 62.73, 35.83, 56.50),
    ("purplish blue", 39.43, 10.75, -45.17),
    ("moderate red", 50.57, 48.64, 16.67),
    ("purple", 30.10, 22.54, -20.87),
    ("yellow green", 71.77, -24.13, 58.19),
    ("orange yellow", 71.51, 18.24, 67.37),
    ("blue", 28.37, 15.42, -49.80),
    ("green", 54.38, -39.72, 32.27),
    ("red", 42.43, 51.05, 28.62),
    ("yellow", 81.80, 2.67, 80.41),
    ("magenta", 50.63, 51.28, -14.12),
    ("cyan", 49.57, -29.71, -28.32),
    ("white", 95.19, -1.03, 2.93),
    ("neutral 8", 81.29, -0.57, 0.44),
    ("neutral 6.5", 66.89, -0.75, -0.06),
    ("neutral 5", 50.76, -0.13, 0.14),
    ("neutral 3.5", 35.63, -0.46, -0.48),
    ("black", 20.64, 0.07, -0.46),
)
_COLUMNS, _ROWS = 6, 4
_PITCH = 1.0 / 6.0  # of a patch, in widths of the chart's patch area
_GAP = 0.13  # share of the pitch between patches
_FRAME = 0.055  # black border around, in widths
_BODY = (0.012, 0.012, 0.0125)  # the chart's black plastic


def lab_to_rec2020(lab: Sequence[float]) -> npt.NDArray[np.float64]:
    """Linear Rec.2020 (D65) of a colour in CIE L*a*b* (D50), Bradford-adapted."""
    lightness, a, b = lab
    fy = (lightness + 16.0) / 116.0
    f = np.array([fy + a / 500.0, fy, fy - b / 200.0])
    ratio = np.where(f > 6.0 / 29.0, f**3, 3.0 * (6.0 / 29.0) ** 2 * (f - 4.0 / 29.0))
    xyz = adaptation(D50_XY, D65_XY) @ (ratio * xy_to_xyz(D50_XY))
    return np.asarray(np.linalg.solve(REC2020_TO_XYZ, xyz))


def patches(left: float, top: float, width: float, light: float = 1.0) -> tuple[Patch, ...]:
    """The chart's patches when it is painted at a place.

    Args:
        left: of the patch area, frame units.
        top: of the patch area.
        width: of the patch area; its height is two thirds of that.
        light: the illumination on it, 1 as on a white surface painted as 1.
    """
    pitch = width * _PITCH
    inset = pitch * (_GAP / 2.0 + 0.12)  # well inside, for measuring
    result = []
    for index, (name, *lab) in enumerate(_LAB):
        x, y = left + index % _COLUMNS * pitch, top + index // _COLUMNS * pitch
        box = (x + inset, y + inset, x + pitch - inset, y + pitch - inset)
        r, g, b = (lab_to_rec2020(lab) * light).tolist()
        result.append(Patch(name, box, (r, g, b)))
    return tuple(result)


def paint_chart(view: View, left: float, top: float, width: float, light: float = 1.0) -> Floats:
    """Paints the chart, upright and evenly lit: (4, height, width), colours times coverage."""
    colours = np.array([lab_to_rec2020(lab) for _, *lab in _LAB], np.float32)
    pitch = np.float32(width * _PITCH)
    u, v = (view.x - np.float32(left)) / pitch, (view.y - np.float32(top)) / pitch
    column = np.clip(np.floor(u), 0, _COLUMNS - 1).astype(np.int64)
    row = np.clip(np.floor(v), 0, _ROWS - 1).astype(np.int64)
    soft = float(view.pixel / pitch)
    inside = _span(u - column, _GAP / 2.0, 1.0 - _GAP / 2.0, soft) * _span(
        v - row, _GAP / 2.0, 1.0 - _GAP / 2.0, soft
    )
    border = _FRAME / _PITCH
    cover = _span(u, -border, _COLUMNS + border, soft) * _span(v, -border, _ROWS + border, soft)
    index = row * _COLUMNS + column
    out = np.empty((4, *view.shape), np.float32)
    for plane, (level, body) in enumerate(zip(colours.T, _BODY, strict=True)):
        out[plane] = body + (level[index] - np.float32(body)) * inside
        out[plane] *= cover * np.float32(light)
    out[3] = cover
    return out


def _span(t: Floats, start: float, stop: float, soft: float) -> Floats:
    """Coverage of a stretch by pixels of a size: a box filter's."""
    rise = np.clip((t - np.float32(start)) / np.float32(soft) + 0.5, 0.0, 1.0)
    fall = np.clip((np.float32(stop) - t) / np.float32(soft) + 0.5, 0.0, 1.0)
    return np.asarray(rise * fall, np.float32)
