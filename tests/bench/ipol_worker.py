"""Runs the alignment and the merge of a checkout of IPOL's HDR+ on one burst.

Started by peers.py with the interpreter that has the checkout's requirements:
PYTHON ipol_worker.py CHECKOUT BURST.npz MERGED.npz
BURST holds frames (count, height, width) uint16, black, white, shot and read (the noise model,
normalised) and factors, the temporal ones; MERGED gets one (height, width) uint16 each, m0, m1 ...
"""

import sys
from pathlib import Path

import numpy as np


def main() -> None:
    """Aligns once, then merges with each temporal factor; all else stays at its defaults."""
    checkout, burst_file, merged_file = (Path(argument) for argument in sys.argv[1:4])
    sys.path.insert(0, str(checkout))
    vars(np)["int"] = int  # it was written for NumPy before 1.24
    from package.algorithm import alignment, merging, params  # noqa: PLC0415  (known only now)

    burst = np.load(burst_file)
    frames, black, white = list(burst["frames"]), float(burst["black"]), float(burst["white"])
    span = white - black
    options = {"verbose": 0, "mode": "full", "outputFolder": "", "spatialFactor": 0.1}
    settings = params.getParams("full")
    tuning = settings["merging"]["tuning"]
    tuning["noiseCurve"] = (float(burst["shot"]) * span, float(burst["read"]) * span**2)
    tiles, padding = alignment.alignBurst("", [], frames, 0, settings["alignment"], options)
    merged = {}
    for i, factor in enumerate(burst["factors"]):
        options["temporalFactor"] = float(factor)
        merged[f"m{i}"] = merging.mergeHdrplus(
            frames[0], tiles, padding, {}, [int(black)] * 4, int(white), tuning, options
        )
    np.savez(merged_file, **merged)


if __name__ == "__main__":
    main()
