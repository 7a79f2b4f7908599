"""Prints what merging keeps of texture and edges, beside a single frame: acutance and MTF50.

.venv/bin/python tests/bench/merge_texture.py [--scenes 3] [--bursts 16]
"""

import argparse
import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from edges import FIGURES
from texture_kept import edges_kept, texture_kept

ISOS = (100, 400, 1600)


def main() -> None:
    """Prints two Markdown tables: merged, in brackets the single frame."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--scenes", type=int, default=3, help="dead leaves of each kind")
    parser.add_argument("--bursts", type=int, default=16, help="of the chart of edges")
    options = parser.parse_args()
    print("| acutance | grey leaves | least | coloured leaves |\n|---|---|---|---|")
    for iso in ISOS:
        kept = {
            scene: np.array([texture_kept(scene, iso, 1 + seed) for seed in range(options.scenes)])
            for scene in ("grey leaves", "leaves")
        }
        (grey, alone), (colour, colour_alone) = (rows.mean(0) for rows in kept.values())
        least = kept["grey leaves"][:, 0].min()
        cells = f"{grey:.3f} ({alone:.3f}) | {least:.3f} | {colour:.3f} ({colour_alone:.3f})"
        print(f"| ISO {iso} | {cells} |", flush=True)
    print(f"\n| MTF50 | | {' | '.join(FIGURES)} |\n|---|---|{'---|' * len(FIGURES)}")
    for iso in ISOS:
        kept_edges = edges_kept(iso, tuple(range(1, 1 + options.bursts)))
        for upright, name in ((True, "near-vertical"), (False, "near-horizontal")):
            pairs = [kept_edges[figure, upright] for figure in FIGURES]
            cells = " | ".join(f"{merged:.3f} ({single:.3f})" for merged, single in pairs)
            print(f"| ISO {iso} | {name} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
