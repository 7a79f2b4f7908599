"""What an automatic exposure aims at, for a camera whose own does not tell: libcamera's for a Pi.

By the tuning files' "normal" constraint: a middle grey in the mean, more where nothing is bright.
"""

import numpy as np
import numpy.typing as npt

GREY = 0.16  # mean level, in good light (y_target)
_LEAST_BRIGHT, _MOST_BRIGHT = 0.5, 0.9  # level of the brightest fiftieth, asked for at most
_BRIGHTEST = 50  # part of the samples
_LUMINANCE = (0.299, 0.587, 0.114)  # of red, green and blue, white balanced


def asked(mean: float, brightest: float, value: float = 0.0, grey: float = GREY) -> float:
    """How many times the exposure of a frame is asked for.

    Args:
        mean: level of the frame, 0..1.
        brightest: mean level of its brightest fiftieth; infinity where it does not count.
        value: compensation, EV.
        grey: mean level to reach without one.
    """
    bright = min(_LEAST_BRIGHT * 2.0**value, _MOST_BRIGHT)
    return float(max(grey * 2.0**value / max(mean, 1e-9), bright / max(brightest, 1e-9)))


def levels(
    cells: npt.NDArray[np.float32],
    colours: tuple[int, int, int, int],
    gains: tuple[float, float] | None,
) -> tuple[float, float]:
    """Mean level of a raw frame, the centre weighing more, and of its brightest fiftieth.

    Args:
        cells: (rows, 2, columns, 2) normalised samples of whole cells, from all of the frame.
        colours: by site, 0 red, 1 green, 2 blue.
        gains: of the white balance, red and blue; None for 1.
    """
    balance = (1.0, 1.0, 1.0) if gains is None else (gains[0], 1.0, gains[1])
    light = np.zeros((cells.shape[0], cells.shape[2]), np.float32)
    weights = 0.0
    for site, colour in enumerate(colours):
        weight = _LUMINANCE[colour] / colours.count(colour)
        part = np.clip(cells[:, site // 2, :, site % 2] * balance[colour], 0.0, 1.0)
        light += np.float32(weight) * part
        weights += weight
    light /= np.float32(weights)
    y, x = (np.linspace(-1.0, 1.0, side, dtype=np.float32) for side in light.shape)
    centre = 1.5 - 0.5 * (y[:, None] ** 2 + x[None, :] ** 2)
    few = max(light.size // _BRIGHTEST, 1)
    brightest = np.partition(light.ravel(), light.size - few)[light.size - few :]
    return float((light * centre).sum() / centre.sum()), float(brightest.mean())
