"""Focus peaking of a preview: python tests/bench/bench_peaking.py.

Processor time of one thread, 1280x960, the least of twenty; beside it the same by NumPy, and what
a frame may take at 30 frames a second.
"""

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from native import peaking

_ROUNDS = 20


def _numpy(pixels: npt.NDArray[np.uint8], threshold: int) -> npt.NDArray[np.uint8]:
    """The same, written plainly."""
    wide = pixels.astype(np.int16)
    luma = (wide[..., 0] + 2 * wide[..., 1] + wide[..., 2] + 2) // 4
    mask = np.zeros(luma.shape, np.uint8)
    here = luma[2:-2, 2:-2]
    across = np.abs(2 * here - luma[2:-2, 1:-3] - luma[2:-2, 3:-1])
    down = np.abs(2 * here - luma[1:-3, 2:-2] - luma[3:-1, 2:-2])
    slope = np.abs(luma[2:-2, 4:] - luma[2:-2, :-4])
    steep = np.abs(luma[4:, 2:-2] - luma[:-4, 2:-2])
    sharp = (across > threshold) & (4 * across >= slope)
    mask[2:-2, 2:-2] = 255 * (sharp | ((down > threshold) & (4 * down >= steep)))
    return mask


def _least(work: Callable[[], object]) -> float:
    least = float("inf")
    for _ in range(_ROUNDS):
        start = time.process_time()
        work()
        least = min(least, time.process_time() - start)
    return least


def main() -> None:
    """Measures and prints."""
    pixels = np.random.default_rng(1).integers(0, 256, (960, 1280, 4)).astype(np.uint8)
    np.testing.assert_array_equal(peaking(pixels, 24), _numpy(pixels, 24))
    ours = _least(lambda: peaking(pixels, 24, threads=1))
    theirs = _least(lambda: _numpy(pixels, 24))
    print(f"ours {1e3 * ours:.2f} ms, NumPy {1e3 * theirs:.1f} ms, {theirs / ours:.0f} times")
    print(f"{100 * ours * 30:.1f} % of a processor at 30 frames a second")


if __name__ == "__main__":
    main()
