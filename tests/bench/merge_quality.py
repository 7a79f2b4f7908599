"""Prints what merging gains over the single frame, by scene, ISO and motion.

Run: .venv/bin/python tests/bench/merge_quality.py [WIDTH HEIGHT]
"""

import sys
import time
from pathlib import Path

import numpy as np
import numpy.typing as npt

sys.path.insert(0, str(Path(__file__).parent))

from bursts import BLACK, WHITE, TestBurst, make_burst, psnr, worst_tile

from native import MosaicFormat, MosaicNoise
from native.merge import FrameReport, Merged, Merger


def merge(burst: TestBurst, **options: float) -> tuple[Merged, list[FrameReport]]:
    """Merges a test burst with its true noise model."""
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    with Merger(burst.frames[0], layout, noise, **options) as merger:  # type: ignore[arg-type]
        reports = [
            merger.add(frame, exposure=exposure)
            for frame, exposure in zip(burst.frames[1:], burst.exposures[1:], strict=True)
        ]
        return merger.finish(), reports


def normalised(
    mosaic: npt.NDArray[np.uint16], black: float, white: float
) -> npt.NDArray[np.float64]:
    """Samples as 0 black to 1 clipped."""
    return np.clip((mosaic.astype(np.float64) - black) / (white - black), None, 1.0)


def root(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The square-root domain, nearer to how errors look."""
    return np.sqrt(np.clip(image, 0, None))


def gains(burst: TestBurst, **options: float) -> tuple[float, float, float, float, float]:
    """Gain and worst tile in linear light, the same in the square-root domain, mean weight."""
    merged, reports = merge(burst, **options)
    single = normalised(burst.frames[0], BLACK, WHITE)
    result = normalised(merged.mosaic, merged.format.black[0], merged.format.white)
    truth = burst.truth
    return (
        psnr(result, truth) - psnr(single, truth),
        worst_tile(result, single, truth),
        psnr(root(result), root(truth)) - psnr(root(single), root(truth)),
        worst_tile(root(result), root(single), root(truth)),
        float(np.mean([report.weight for report in reports])),
    )


def main() -> None:
    """Prints the table."""
    width, height = (int(v) for v in sys.argv[1:3]) if len(sys.argv) > 2 else (512, 384)
    start = time.perf_counter()
    for shrink in (1.0,):
        print(f"shrink {shrink:g}: linear gain / worst tile, sqrt gain / worst tile, weight")
        for iso in (100, 400, 1600):
            for moving in (False, True):
                rows = []
                for scene in ("landscape", "text", "leaves", "night"):
                    burst = make_burst(scene, width=width, height=height, iso=iso, moving=moving)
                    rows.append(gains(burst, shrink=shrink))
                    line = " ".join(f"{v:6.2f}" for v in rows[-1])
                    print(f"  {iso:5d} {'move' if moving else 'still':5s} {scene:10s} {line}")
                mean = np.mean(rows, 0)
                worst = np.min(rows, 0)
                print(
                    f"* {iso:5d} {'move' if moving else 'still':5s} mean {mean[0]:.2f} "
                    f"worst {worst[1]:.2f}  sqrt {mean[2]:.2f} worst {worst[3]:.2f}"
                )
    print(f"{time.perf_counter() - start:.1f} s")


if __name__ == "__main__":
    main()
