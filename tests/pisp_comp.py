"""PISP_COMP1, the Pi 5's compressed raw: a reference encoder, and what a level is worth.

Written from the kernel's description (Documentation/userspace-api/media/v4l, file
pixfmt-srggb8-pisp-comp.rst, mode 1), sample by sample, for whole arrays at once. What the hardware
chooses where several modes fit is not told; this one takes the finest.
"""

import numpy as np
import numpy.typing as npt

OFFSET = 2048  # 16-bit units; what libcamera has the Pi 5 subtract first
_ALIGNMENT = 64  # bytes, of a row on the Pi 5


def encode(samples: npt.NDArray[np.uint16]) -> npt.NDArray[np.uint8]:
    """Codes rows of left-justified 16-bit samples.

    Args:
        samples: (height, width) uint16.

    Returns:
        (height, stride) uint8, stride a multiple of 64; the padding repeats the last samples.
    """
    height, width = samples.shape
    padded = np.pad(samples, ((0, 0), (0, -width % 8)), "edge")
    light = np.maximum(padded.astype(np.int64) - OFFSET, 0)
    # (height, block, phase, place): even samples make a word, odd ones another.
    fours = light.reshape(height, -1, 4, 2).swapaxes(2, 3)
    words = _pairs(fours)
    for mode in (2, 1, 0):  # the finest that fits wins
        coded, fits = _differences(fours, mode)
        words = np.where(fits, coded, words)
    rows = words.astype("<u4").reshape(height, -1).view(np.uint8)
    return np.pad(rows, ((0, 0), (0, -rows.shape[1] % _ALIGNMENT)))


def modes(packed: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """The mode of each word of coded rows."""
    return packed[:, ::4] & 3


def _differences(
    light: npt.NDArray[np.int64], mode: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """Words of modes 0 to 2, and where four samples can be coded so."""
    if mode == 0:
        fine = (light + 8) // 16
        level = np.where(fine <= 320, fine, (light + 16) // 32 + 160)
    else:
        step = 32 << mode
        level = np.minimum((light + step // 2) // step, 511 if mode == 2 else 1023)
    q0, q1, q2, q3 = (level[..., k] for k in range(4))
    both = (mode == 2) & (q1 >= 384) & (q2 >= 384)
    first = np.where(both, q1, np.minimum(q1, q2))
    second = np.where(both, q2 & 127, q2 - q1 + 64)
    outer = [
        np.where((mode == 2) & (inner >= 448), q - 384, q - np.maximum(0, inner - 64))
        for q, inner in ((q0, q1), (q3, q2))
    ]
    fits = (first <= 511) & (both | (mode != 2) | (first < 384))
    for field in (second, *outer):
        fits &= (field >= 0) & (field <= 127)
    word = mode | first << 2 | second << 11 | outer[0] << 18 | outer[1] << 25
    return word, fits


def _pairs(light: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Words of mode 3, which codes anything."""
    fine = (light + 128) // 256
    level = np.where(fine <= 94, fine, np.minimum((light + 256) // 512 + 47, 175))
    q0, q1, q2, q3 = (level[..., k] for k in range(4))
    first, second = (2816 * (a >> 4) + 16 * b + (a & 15) for a, b in ((q0, q1), (q2, q3)))
    return 3 | first << 2 | second << 17
