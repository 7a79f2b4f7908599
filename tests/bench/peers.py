"""Prints what other open burst pipelines gain on our own test bursts, beside ours, in decibel.

    .venv/bin/python tests/bench/peers.py --halide LIBRARY --ipol CHECKOUT --ipol-python PYTHON

LIBRARY: the align_and_merge generator of github.com/timothybrooks/hdr-plus, compiled ahead of time
as a shared object (or the folder of it). CHECKOUT: github.com/amonod/hdrplus-python (AGPL; read
its patent notice), PYTHON: an interpreter with NumPy 1, SciPy, Numba, PyTorch, OpenCV, rawpy and
ExifRead. Both get the raw levels, black included, as their own readers would give them, and are
judged by the merged mosaic, before their finishing.

The peers' figures are kept in --cache by the content of the burst: a later run measures only ours.
"""

import argparse
import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import astuple
from hashlib import sha256
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import BLACK, WHITE, TestBurst, make_burst
from halide_library import HalideLibrary
from merge_gains import Gains, gains, merge

from native import Merged, MosaicFormat, MosaicNoise

FACTORS = (75, 200)  # IPOL's default temporal factor, and the one that measures best here
IPOL_SMALLEST = 736  # with 32 of padding, 12 at its pyramid's top: two half-overlapping tiles of 8
SCENES = ("landscape", "text", "night", "leaves")


def _judged(burst: TestBurst, mosaic: np.ndarray) -> Gains:
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    return gains(burst, Merged(mosaic, layout, noise, float(len(burst.frames))))


def with_halide(burst: TestBurst, library: HalideLibrary) -> dict[str, Gains]:
    """The gain of the compiled Halide pipeline."""
    merged = np.empty_like(burst.frames[0])
    library.merge(np.stack(burst.frames), merged)
    return {"halide": _judged(burst, merged)}


def with_ipol(burst: TestBurst, checkout: Path, python: Path) -> dict[str, Gains]:
    """The gain of IPOL's HDR+ at each temporal factor."""
    worker = Path(__file__).with_name("ipol_worker.py")
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder, "burst.npz"), Path(folder, "merged.npz")
        np.savez(
            given,
            frames=np.stack(burst.frames),
            black=BLACK,
            white=WHITE,
            shot=burst.shot,
            read=burst.read,
            factors=FACTORS,
        )
        command = [python, "-W", "ignore", worker, checkout, given, made]
        subprocess.run(command, check=True)
        with np.load(made) as merged:
            return {f"ipol {f}": _judged(burst, merged[f"m{i}"]) for i, f in enumerate(FACTORS)}


def measured(burst: TestBurst, options: argparse.Namespace, cache: dict) -> dict[str, Gains]:
    """Ours, and every peer that was given or is in the cache, which gets what is new."""
    key = sha256(np.stack(burst.frames).tobytes()).hexdigest()[:16]
    known = cache.setdefault(key, {})
    if options.halide and "halide" not in known:
        known |= {n: astuple(g) for n, g in with_halide(burst, options.halide).items()}
    if options.ipol and any(f"ipol {factor}" not in known for factor in FACTORS):
        found = with_ipol(burst, options.ipol, options.ipol_python)
        known |= {name: astuple(gain) for name, gain in found.items()}
    ours = gains(burst, merge(burst, threads=options.threads)[0])
    return {"ours": ours} | {name: Gains(*values) for name, values in known.items()}


def bursts(options: argparse.Namespace) -> Iterator[tuple[str, TestBurst]]:
    """Every wanted burst with its name."""
    width, height = options.size
    for iso in options.iso:
        for moving in (False, True):
            for scene in options.scenes:
                name = f"{iso} {scene} {'moving' if moving else 'static'}"
                yield (
                    name,
                    make_burst(
                        scene,
                        width=width,
                        height=height,
                        iso=iso,
                        moving=moving,
                        seed=options.seed,
                    ),
                )


def parsed() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--halide", type=Path)
    parser.add_argument("--ipol", type=Path)
    parser.add_argument("--ipol-python", type=Path, default=Path(sys.executable))
    parser.add_argument("--cache", type=Path, default=Path("build/peers.json"))
    parser.add_argument("--size", type=int, nargs=2, default=(1024, 768))
    parser.add_argument("--iso", type=int, nargs="+", default=(100, 400, 1600))
    parser.add_argument("--scenes", nargs="+", choices=SCENES, default=SCENES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    options = parser.parse_args()
    if options.ipol and min(options.size) < IPOL_SMALLEST:
        parser.error(f"IPOL's pyramid needs {IPOL_SMALLEST} rows and columns; enlarge --size")
    options.halide = HalideLibrary(options.halide, options.threads) if options.halide else None
    return options


def main() -> None:
    """Prints a Markdown table: gain and worst tile, linear, then in the square-root domain."""
    options = parsed()
    cache = json.loads(options.cache.read_text()) if options.cache.exists() else {}
    options.cache.parent.mkdir(parents=True, exist_ok=True)
    print("| burst | method | gain | worst | root gain | root worst |\n|---|---|---|---|---|---|")
    for name, burst in bursts(options):
        for method, gain in measured(burst, options, cache).items():
            row = " | ".join(f"{value:.2f}" for value in astuple(gain))
            print(f"| {name} | {method} | {row} |", flush=True)
        options.cache.write_text(json.dumps(cache, indent=1))


if __name__ == "__main__":
    main()
