"""Local tone mapping and contrast of the preview: lines of gain found by the C core.

The C core's lines are in stops of light, whose logarithm and power cost a shader as much as a fetch
of its table. It is given their tangents instead: the gain's 2.4th root, which is what it multiplies
that root of light with, over encoded luma. They meet the C core's gain at the light of each of the
map's pixels, and keep to it within 0.006 EV in the mean of a picture (a window in a dark room).
The vignette is in them, which costs the shader nothing then.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from app.ui.style_shader import POWER, SRGB_TO_REC2020, decode, encode, fall
from native import Look, tone_maps
from styles.spaces import REC2020_LUMINANCE

SIDE: Final = 160  # pixels of the maps, at most: a quarter of the time of 320, and looks the same
SEEN: Final = 0.01  # EV in the mean of a picture: 0.1 of CIEDE2000
_LIGHT = decode(np.arange(256) / 255.0).astype(np.float32)


@dataclass(frozen=True, slots=True, eq=False)
class ToneLines:
    """Lines of gain.

    Attributes:
        lines: (height, width, 2) float32, slope and offset of the gain's root over encoded luma,
            0..1.
        limits: of the gain's root, least and most.
    """

    lines: npt.NDArray[np.float32] = field(repr=False)  # Kivy tells what it passes on
    limits: tuple[float, float]


NOTHING: Final = ToneLines(np.zeros((1, 1, 2), np.float32), (1.0, 1.0))


def frame_light(pixels: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """A preview frame, (height, width, 4) uint8, made small: linear Rec.2020."""
    step = -(-max(pixels.shape[:2]) // SIDE)
    height, width = (side // step * step for side in pixels.shape[:2])
    half = step // 2
    starts = sorted({(y, x) for y in (0, half) for x in (0, half)})
    parts = [_LIGHT[pixels[y:height:step, x:width:step, :3]] for y, x in starts]
    mean = sum(parts[1:], parts[0]) / np.float32(len(parts))
    return np.ascontiguousarray(np.maximum(mean @ SRGB_TO_REC2020.T.astype(np.float32), 0.0))


def tone_lines(pixels: npt.NDArray[np.uint8], look: Look) -> ToneLines:
    """A preview frame's local tone mapping and contrast in a look."""
    if look.tone_mapping <= 0.0 and not look.local_contrast:
        return NOTHING
    light = frame_light(pixels)
    maps = tone_maps(light, look, threads=1)
    luminance = np.minimum(light @ REC2020_LUMINANCE.astype(np.float32), np.float32(1.0))
    above = luminance + np.float32(maps.floor)
    slope = maps.lines[..., 0]
    gain = np.clip(slope * np.log2(above) + maps.lines[..., 1], maps.least, maps.most)
    if np.abs(gain).mean() < SEEN:
        return NOTHING
    root, luma = np.exp2(gain / POWER), encode(luminance)
    # d root / d luma by way of stops; of luma, the derivative is that of sRGB's transfer function.
    steep = np.where(luma <= 0.04045, 1.0 / 12.92, 2.4 / 1.055 * ((luma + 0.055) / 1.055) ** 1.4)
    slope = root * slope * steep / above / POWER
    darker = fall(look, radii(luma.shape, pixels.shape[1] / pixels.shape[0]))
    lines = np.stack([slope, root - slope * luma], axis=-1) * darker[..., np.newaxis]
    limits = (2.0 ** (maps.least / POWER) * float(darker.min()), 2.0 ** (maps.most / POWER))
    return ToneLines(lines.astype(np.float32), limits)


def radii(shape: tuple[int, ...], aspect: float) -> npt.NDArray[np.float64]:
    """Of a map's pixels: r^2, 1 in the corners of a picture of an aspect."""
    up, across = (((np.arange(side) + 0.5) / side - 0.5) ** 2 * 4.0 for side in shape)
    return (up[:, np.newaxis] + across * aspect**2) / (1.0 + aspect**2)


def tone_uniforms(lines: ToneLines) -> dict[str, tuple[float, ...]]:
    """What the shader needs to know of the gain that the C core has put into a frame."""
    least, most = lines.limits
    return {"weakening": (1.0 / most, 1.0 / least - 1.0 / most)}
