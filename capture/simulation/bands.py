"""Work in bands of rows, on a few threads: NumPy lets go of the interpreter while it computes."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

ROWS = 64  # of a band: fits the cache at 4056 columns; even, so that a band starts a Bayer cell


def in_bands(height: int, work: Callable[[range], None], threads: int | None = None) -> None:
    """Calls work for every band of rows; returns when all are done. Errors pass on.

    Bands do not depend on the number of threads, so neither do results.
    """
    bands = [range(top, min(top + ROWS, height)) for top in range(0, height, ROWS)]
    count = min(threads or os.cpu_count() or 1, 8, len(bands))
    if count <= 1:
        for band in bands:
            work(band)
        return
    with ThreadPoolExecutor(count) as pool:
        for _ in pool.map(work, bands):
            pass
