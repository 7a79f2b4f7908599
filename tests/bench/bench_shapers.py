"""Which shaper scale gives the least table error: python tests/bench/bench_shapers.py.

Prints CIEDE2000, mean and 99th percentile over the shipped looks, by table size and scale. The
scales in styles/compile.py were chosen with it.
"""

import sys
from functools import partial
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from delta_e import delta_e_2000, p3_to_lab
from tetrahedral import apply_look_table

from native import Look
from styles import available, load
from styles.compile import MAXIMUM, grid
from styles.reference import render_colour
from styles.spaces import P3_TO_REC2020


def main() -> None:
    """Measures and prints."""
    rng = np.random.default_rng(8)
    colour = rng.random((8000, 3))
    colour -= rng.random((8000, 1)) * colour.min(1, keepdims=True)
    colour /= colour.max(1, keepdims=True)
    light = 0.18 * 2.0 ** rng.uniform(-7.0, 4.0, (8000, 1))
    scene = np.maximum(colour * light @ P3_TO_REC2020.T, 0.0)
    for name in available():
        render = partial(render_colour, load(name))
        truth = p3_to_lab(render(scene))
        for size in (33, 65):
            row = []
            for scale in (0.005, 0.01, 0.02, 0.05):
                nodes = grid(size, scale, MAXIMUM)
                mesh = np.stack(np.meshgrid(nodes, nodes, nodes, indexing="ij"), -1)
                look = Look(name, scale, MAXIMUM, render(mesh).astype(np.float32))
                error = delta_e_2000(truth, p3_to_lab(apply_look_table(scene, look)))
                row.append(f"{scale:g}: {error.mean():.3f} {np.percentile(error, 99):.2f}")
            print(f"{name:26}{size:3}  ", "   ".join(row), flush=True)


if __name__ == "__main__":
    main()
