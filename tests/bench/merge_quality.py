"""Prints what merging gains over the single frame, by scene, ISO and motion, in decibel.

Run: .venv/bin/python tests/bench/merge_quality.py [WIDTH HEIGHT]
"""

import sys
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import make_burst
from merge_gains import gains, merge

SCENES = ("landscape", "text", "night")


def main() -> None:
    """Prints the table; the mean leaves out the dead leaves, a stress test of its own."""
    width, height = (int(v) for v in sys.argv[1:3]) if len(sys.argv) > 2 else (768, 512)
    print("                      linear        square root")
    print("  ISO scene           gain  worst   gain  worst  weight")
    for iso in (100, 400, 1600):
        for moving in (False, True):
            rows = []
            for scene in (*SCENES, "leaves"):
                burst = make_burst(scene, width=width, height=height, iso=iso, moving=moving)
                merged, reports = merge(burst)
                g = gains(burst, merged)
                row = (g.linear, g.worst, g.root, g.root_worst)
                weight = np.mean([report.weight for report in reports])
                if scene in SCENES:
                    rows.append(row)
                name = f"{scene} {'moving' if moving else 'static'}"
                print(f"{iso:5d} {name:17s}" + "".join(f"{v:7.2f}" for v in row) + f"{weight:7.2f}")
            mean, worst = np.mean(rows, 0), np.min(rows, 0)
            print(
                f"      mean             {mean[0]:7.2f}{worst[1]:7.2f}{mean[2]:7.2f}{worst[3]:7.2f}"
            )


if __name__ == "__main__":
    main()
