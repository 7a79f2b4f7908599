"""What a raw converter makes of a camera profile's tables: chapter 6 of the DNG specification."""

import numpy as np
import numpy.typing as npt

from styles.profile import REC2020_TO_PROPHOTO, ProfileTables, from_hsv, to_hsv
from styles.spaces import REC2020_TO_P3, srgb_decode, srgb_encode

Array = npt.NDArray[np.float64]


def read_profile(scene: Array, tables: ProfileTables) -> Array:
    """Linear Rec.2020 (n, 3) through a profile: (n, 3) Display P3, sRGB-encoded."""
    rgb = np.clip(scene @ REC2020_TO_PROPHOTO.T, 0.0, 1.0)
    rgb = _toned(from_hsv(_looked_up(to_hsv(rgb), tables.table.astype(float))), tables.curve)
    return srgb_encode(rgb @ np.linalg.inv(REC2020_TO_PROPHOTO).T @ REC2020_TO_P3.T)


def _looked_up(hsv: Array, table: Array) -> Array:
    """Trilinear in hue (a circle), saturation and encoded value."""
    values, hues, saturations = table.shape[:3]
    hue, saturation, value = hsv.T
    encoded = srgb_encode(value)
    places = (encoded * (values - 1), hue * hues / 6.0, saturation * (saturations - 1))
    change = np.zeros_like(hsv)
    lower = [np.floor(place).astype(int) for place in places]
    lower[0] = np.minimum(lower[0], values - 2)
    lower[2] = np.minimum(lower[2], saturations - 2)
    for corner in range(8):
        steps = [corner >> axis & 1 for axis in range(3)]
        weight = np.ones(len(hsv))
        for place, base, step in zip(places, lower, steps, strict=True):
            weight = weight * np.abs(1 - step - (place - base))
        v, h, s = (base + step for base, step in zip(lower, steps, strict=True))
        change += weight[:, None] * table[v, h % hues, s]
    turned = (hue + change[:, 0] / 60.0) % 6.0
    return np.stack(
        [
            turned,
            np.clip(saturation * change[:, 1], 0.0, 1.0),
            srgb_decode(np.clip(encoded * change[:, 2], 0.0, 1.0)),
        ],
        -1,
    )


def _toned(rgb: Array, curve: npt.NDArray[np.float32]) -> Array:
    """The outer channels by the curve, the middle one between them as before."""
    x, y = curve.astype(float).T
    order = np.argsort(rgb, axis=-1)
    low, middle, high = np.take_along_axis(rgb, order, -1).T
    bottom, top = np.interp(low, x, y), np.interp(high, x, y)
    share = (middle - low) / np.maximum(high - low, 1e-12)
    result = np.empty_like(rgb)
    np.put_along_axis(
        result, order, np.stack([bottom, bottom + share * (top - bottom), top], -1), -1
    )
    return result
