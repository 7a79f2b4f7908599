"""Unpacking raw against picamera2's own way, in one run.

    pip install --no-deps --target FOLDER picamera2 pidng
    python tests/bench/bench_unpack.py FOLDER

picamera2 decodes the Pi 5's compressed raw in NumPy (CompletedRequest's save_dng, request.py) and
leaves CSI-2 rows to PiDNG (core.py), in NumPy as well. Neither can be imported off a Pi: the two
functions are taken out of their files as they stand. Processor time, 12.3 MP, the least of five
rounds in turn; the floor reads a frame of
16-bit words and writes one. The samples of both are
compared, except where PiDNG's are wrong (it misplaces the low bits of RAW10).
"""

import ast
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

import pisp_comp

from capture.frames import Packing
from capture.simulation.packing import pack_rows, row_bytes
from native import memory_floor, unpack

_SIZE = (3040, 4056)
_ROUNDS = 5


def _method(file: Path, name: str) -> Callable[..., Any]:
    """A method of a file that is not imported, without its class."""
    found = [
        node
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name == name
    ]
    scope: dict[str, Any] = {"np": np}
    module = ast.Module([found[-1]], [])
    exec(compile(module, str(file), "exec"), scope)  # noqa: S102  (the library under comparison)
    return scope[name]


def _least(*works: Callable[[], object]) -> list[float]:
    least = [float("inf")] * len(works)
    for _ in range(_ROUNDS):
        for index, work in enumerate(works):
            start = time.process_time()
            work()
            least[index] = min(least[index], time.process_time() - start)
    return least


def main() -> None:
    """Measures and prints."""
    folder = Path(sys.argv[1])
    decompress = _method(folder / "picamera2/request.py", "decompress")
    pixels = _method(folder / "pidng/core.py", "__unpack_pixels__")
    rng = np.random.default_rng(1)
    height, width = _SIZE
    smooth = 400 + 900 * rng.random((height // 16, width // 8))
    levels = np.kron(smooth, np.ones((16, 8))) + rng.normal(0.0, 20.0, _SIZE)
    samples = np.clip(levels, 0, 4095).astype(np.uint16)
    frame = np.zeros(_SIZE, np.uint16)
    floor = lambda: memory_floor([frame], written, threads=1)  # noqa: E731
    written = np.zeros(_SIZE, np.uint16)
    print(f"{'':12}{'ms/MP':>8}{'theirs':>8}{'times':>7}{'x floor':>9}")
    for packing, bits in ((Packing.CSI2P10, 10), (Packing.CSI2P12, 12), (Packing.PISP_COMP1, 16)):
        if packing is not Packing.PISP_COMP1:
            rows = np.zeros((height, row_bytes(packing, width)), np.uint8)
            pack_rows(samples >> (12 - bits), packing, rows)
            form = {"size": (width, height), "bpp": bits, "format": "CSI2P"}
            camera = SimpleNamespace(model=SimpleNamespace(fmt=form))
            theirs = lambda rows=rows, camera=camera: pixels(camera, rows)  # noqa: E731
        else:
            rows = pisp_comp.encode(samples << 4)
            theirs = lambda rows=rows: decompress(None, rows)  # noqa: E731
        ours = lambda rows=rows, packing=packing: unpack(rows, packing, width, threads=1)  # noqa: E731
        result = np.asarray(theirs())
        if result.dtype == np.uint8:
            result = result.view(np.uint16)
        if bits != 10:
            np.testing.assert_array_equal(ours(), result[:, :width])
        mine, other, least = _least(ours, theirs, floor)
        scale = 1e3 / (height * width / 1e6)
        figures = f"{mine * scale:8.2f}{other * scale:8.1f}{other / mine:7.0f}{mine / least:9.1f}"
        print(f"{packing:12}{figures}")


if __name__ == "__main__":
    main()
