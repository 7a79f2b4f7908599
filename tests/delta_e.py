"""CIEDE2000, for measuring looks.

Source: G. Sharma, W. Wu, E. N. Dalal, "The CIEDE2000 Color-Difference Formula: Implementation
Notes, Supplementary Test Data, and Mathematical Observations", Color Research and Application 30,
2005. Equation numbers in the comments are theirs.
"""

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def delta_e_2000(first: Array, second: Array) -> Array:
    """Colour difference of two arrays of CIE L*a*b*, (..., 3) each: (...)."""
    l1, a1, b1 = np.moveaxis(first, -1, 0)
    l2, a2, b2 = np.moveaxis(second, -1, 0)
    c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2.0) ** 7  # (2)-(3)
    g = 0.5 * (1.0 - np.sqrt(c7 / (c7 + 25.0**7)))  # (4)
    c1, c2 = np.hypot((1.0 + g) * a1, b1), np.hypot((1.0 + g) * a2, b2)  # (5)-(6)
    h1 = np.rad2deg(np.arctan2(b1, (1.0 + g) * a1)) % 360.0  # (7)
    h2 = np.rad2deg(np.arctan2(b2, (1.0 + g) * a2)) % 360.0
    grey = c1 * c2 == 0.0

    turn = (h2 - h1 + 180.0) % 360.0 - 180.0  # (10), but for the sign at exactly 180
    turn = np.where(np.isclose(np.abs(h2 - h1), 180.0), h2 - h1, turn)
    turn = np.where(grey, 0.0, turn)
    dl, dc = l2 - l1, c2 - c1  # (8)-(9)
    dh = 2.0 * np.sqrt(c1 * c2) * np.sin(np.deg2rad(turn) / 2.0)  # (11)

    l, c = (l1 + l2) / 2.0, (c1 + c2) / 2.0  # (12)-(13)  # noqa: E741  (the paper's name)
    far = np.abs(h1 - h2) > 180.0
    mean = (h1 + h2) / 2.0 + np.where(far, np.where(h1 + h2 < 360.0, 180.0, -180.0), 0.0)
    h = np.where(grey, h1 + h2, mean)  # (14)

    def cos(angle: Array) -> Array:
        return np.cos(np.deg2rad(angle))

    t = 1.0 - 0.17 * cos(h - 30.0) + 0.24 * cos(2.0 * h)  # (15)
    t += 0.32 * cos(3.0 * h + 6.0) - 0.20 * cos(4.0 * h - 63.0)
    theta = 30.0 * np.exp(-(((h - 275.0) / 25.0) ** 2))  # (16)
    rc = 2.0 * np.sqrt(c**7 / (c**7 + 25.0**7))  # (17)
    sl = 1.0 + 0.015 * (l - 50.0) ** 2 / np.sqrt(20.0 + (l - 50.0) ** 2)  # (18)
    sc, sh = 1.0 + 0.045 * c, 1.0 + 0.015 * c * t  # (19)-(20)
    rt = -np.sin(np.deg2rad(2.0 * theta)) * rc  # (21)
    x, y, z = dl / sl, dc / sc, dh / sh
    return np.sqrt(x**2 + y**2 + z**2 + rt * y * z)  # (22)


def p3_to_lab(encoded: Array) -> Array:
    """Display P3 with the sRGB transfer function, (..., 3) in [0, 1], to CIE L*a*b* (D65)."""
    x = np.clip(encoded, 0.0, 1.0)
    linear = np.where(x <= 0.04045, x / 12.92, ((x + 0.055) / 1.055) ** 2.4)
    to_xyz = np.array(
        [
            (0.486570948648216, 0.265667693169093, 0.198217285234363),
            (0.228974564069749, 0.691738521836506, 0.079286914093745),
            (0.0, 0.045113381858903, 1.043944368900976),
        ]
    )
    xyz = linear @ to_xyz.T / to_xyz.sum(1)
    small = (6.0 / 29.0) ** 3
    f = np.where(xyz > small, np.cbrt(np.maximum(xyz, small)), xyz * 841.0 / 108.0 + 4.0 / 29.0)
    fx, fy, fz = np.moveaxis(f, -1, 0)
    return np.stack([116.0 * fy - 16.0, 500.0 * (fx - fy), 200.0 * (fy - fz)], -1)
