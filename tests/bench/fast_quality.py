"""Prints what the fast merge gains over its halved reference, against the halved truth, in decibel.

Run: .venv/bin/python tests/bench/fast_quality.py [FRAMES]
"""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import BLACK, WHITE, make_burst, psnr
from merge_gains import root

from native import Merger, MosaicFormat, MosaicNoise, halve_mosaic

Image = npt.NDArray[np.float64]
SCENES = ("landscape", "text", "night", "leaves")
SCALE = MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, WHITE)


def halved_truth(truth: Image) -> Image:
    """The definition of halving, in double and without rounding."""
    height, width = (side // 4 * 2 for side in truth.shape)
    out = np.empty((height, width))
    for y in (0, 1):
        for x in (0, 1):
            rows, columns = ((0.75, 0.25) if side == 0 else (0.25, 0.75) for side in (y, x))
            out[y::2, x::2] = sum(
                rows[i] * columns[j] * truth[y + 2 * i :: 4, x + 2 * j :: 4]
                for i in (0, 1)
                for j in (0, 1)
            )
    return out


def light(mosaic: npt.NDArray[np.uint16], scale: MosaicFormat) -> Image:
    """0 black to 1 clipped."""
    return np.minimum((mosaic - scale.black[0]) / (scale.white - scale.black[0]), 1.0)


def gain(scene: str, iso: float, frames: int, *, moving: bool) -> tuple[float, float]:
    """Linear, and in the square-root domain."""
    burst = make_burst(scene, iso=iso, moving=moving)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    halves = [halve_mosaic(frame, SCALE, noise) for frame in burst.frames[:frames]]
    first, scale, half_noise = halves[0]
    with Merger(first, scale, half_noise) as merger:
        for half, _, _ in halves[1:]:
            merger.add(half)
        merged = merger.finish()
    truth, alone = halved_truth(burst.truth), light(first, scale)
    together = light(merged.mosaic, merged.format)
    return (
        psnr(together, truth) - psnr(alone, truth),
        psnr(root(together), root(truth)) - psnr(root(alone), root(truth)),
    )


def main(frames: int) -> None:
    """Prints the table; the mean leaves out the dead leaves, a stress test of its own."""
    print("  ISO          " + "".join(f"{scene:>14}" for scene in (*SCENES, "mean of 3")))
    for iso in (100.0, 400.0, 1600.0):
        for moving in (False, True):
            gains = [gain(scene, iso, frames, moving=moving) for scene in SCENES]
            mean = np.mean(gains[:3], axis=0)
            cells = "".join(f"{a:7.2f}{b:7.2f}" for a, b in (*gains, mean))
            print(f"{iso:5.0f} {'moving' if moving else 'static':9}{cells}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
