"""How fast the simulated camera is here: preview frames a second, and a full-size burst of 8.

python tests/bench/bench_simulated.py [SCENE]
"""

import resource
import sys
import time

from capture.plan import plan_auto
from capture.simulated import SimulatedSource


class Impatient:
    """A clock that does not wait."""

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        del seconds


def main(scene: str) -> None:
    """Prints the figures of one scene."""
    source = SimulatedSource(scene, clock=Impatient())
    source.start()
    pixels = source.preview().pixels  # paints the scene at the preview's size
    rates = []
    for _ in range(5):
        start = time.perf_counter()
        for _ in range(20):
            source.preview()
        rates.append(20 / (time.perf_counter() - start))
    print(f"preview {pixels.shape[1]}x{pixels.shape[0]}: {sorted(rates)[2]:.0f} frames a second")
    marks = [time.perf_counter()]
    plan = plan_auto(source.metering(), source.profile)
    burst = source.capture(plan, lambda _: marks.append(time.perf_counter()))
    painting, frames = marks[2] - marks[1], marks[-1] - marks[2]
    count = len(burst.frames)
    size = f"{burst.profile.width}x{burst.profile.height}"
    print(f"burst of {count}, {size}: {painting + frames:.2f} s")
    print(f"  painting the scene {painting:.2f} s, {frames / count:.2f} s a frame")
    print(f"peak memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "still-life")
