"""Black levels, white level and noise, from DNG's tags."""

import numpy as np

from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory
from native import MosaicNoise

Sites = tuple[float, float, float, float]

_LARGEST = 65535.0


def read_levels(raw: ReadDirectory | None, black: Sites, white: float) -> tuple[Sites, float]:
    """Black by site and white: from the tags, else as LibRaw says (black, white).

    Raises:
        ValueError: if they leave no range between them.
    """
    if raw is not None:
        black = _black(raw) or black
        white = raw.number(Tag.WHITE_LEVEL) or white
    if not (min(black) >= 0 and max(black) < white <= _LARGEST):
        raise ValueError(f"its black {max(black):g} and white {white:g} leave no range")
    return black, float(white)


def noise_profile(shot: tuple[float, ...], read: tuple[float, ...]) -> MosaicNoise | None:
    """A noise model if the numbers are four and plausible, else None."""
    values = np.array([*shot, *read])
    if len(shot) != 4 or len(read) != 4:
        return None
    if not np.all(np.isfinite(values) & (values >= 0) & (values < 1)) or values.max() == 0:
        return None
    s0, s1, s2, s3 = shot
    r0, r1, r2, r3 = read
    return MosaicNoise((s0, s1, s2, s3), (r0, r1, r2, r3))


def _black(raw: ReadDirectory) -> Sites | None:
    """By site: the mean of the pattern's like places, and of the row and column deltas."""
    values = raw.numbers(Tag.BLACK_LEVEL)
    rows, columns = (*raw.integers(Tag.BLACK_LEVEL_REPEAT_DIM), 1, 1)[:2]
    if not values or rows < 1 or columns < 1 or len(values) < rows * columns:
        return None
    pattern = np.array(values[: rows * columns]).reshape(rows, columns)
    pattern = np.tile(pattern, (1 + rows % 2, 1 + columns % 2))  # an even number of each
    down = np.array(raw.numbers(Tag.BLACK_LEVEL_DELTA_V) or (0.0,))
    across = np.array(raw.numbers(Tag.BLACK_LEVEL_DELTA_H) or (0.0,))
    sites = [
        float(pattern[y::2, x::2].mean()) + _mean(down, y) + _mean(across, x)
        for y in (0, 1)
        for x in (0, 1)
    ]
    a, b, c, d = (max(0.0, site) for site in sites)
    return (a, b, c, d)


def _mean(deltas: np.ndarray, parity: int) -> float:
    return float(deltas[parity::2].mean()) if deltas.size > 1 else float(deltas[0])
