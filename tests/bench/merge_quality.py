"""Prints what merging gains over the single frame, by ISO and what moves, in decibel; draws it.

    .venv/bin/python tests/bench/merge_quality.py [--size 512 384] [--seeds 1 2] [--plot FILE.png]

Gains are means over the kind's scenes and the seeds, "worst" is the worst 64-pixel tile of them
all. The dead leaves, as the scene or as what the discs are covered with, have a colour of its own
at every pixel: stress tests, in rows of their own.
"""

import argparse
import sys
from dataclasses import astuple
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import make_burst
from merge_gains import gains, merge

ISOS = (100, 400, 1600)
USUAL = ("landscape", "text", "night")
# Name: scenes, whether discs move, what covers them, colour in the plot.
KINDS = {
    "static": (USUAL, False, "landscape", (60, 90, 140)),
    "moving": (USUAL, True, "landscape", (190, 110, 40)),
    "leaf discs": (USUAL, True, "leaves", (120, 150, 60)),
    "dead leaves": (("leaves",), False, "leaves", (120, 120, 120)),
    "dead leaves moving": (("leaves",), True, "leaves", (180, 180, 180)),
}
Row = tuple[float, float, float, float]  # gain, worst tile; the same in the square-root domain


def measured(kind: str, iso: float, options: argparse.Namespace) -> Row:
    """A row of the table; the single bursts are printed on the way if wanted."""
    scenes, moving, texture, _ = KINDS[kind]
    rows = []
    for scene in scenes:
        for seed in options.seeds:
            width, height = options.size
            burst = make_burst(
                scene,
                width=width,
                height=height,
                iso=iso,
                moving=moving,
                texture=texture,
                seed=seed,
            )
            merged, _ = merge(burst)
            rows.append(astuple(gains(burst, merged)))
            if options.each:
                cells = " | ".join(f"{value:.2f}" for value in rows[-1])
                print(f"|  | {scene}, seed {seed} | {cells} |", flush=True)
    mean, least = np.mean(rows, axis=0), np.min(rows, axis=0)
    return float(mean[0]), float(least[1]), float(mean[2]), float(least[3])


def plot(table: dict[tuple[int, str], Row], path: Path) -> None:
    """Bars of the gains, a white line across each at its worst tile; linear, then square root."""
    unit, foot, width, panel, left = 22, 300, 20, 420, 40  # pixels a decibel, floor, bar, panel
    page = Image.new("RGB", (2 * panel + left, foot + 90), "white")
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(12)
    for side, title in enumerate(("linear", "square root")):
        x0 = left + side * panel
        draw.text((x0, 6), f"gain over the single frame, dB, {title}", "black", font)
        for level in range(0, 13, 2):
            y = foot - unit * level
            draw.line((x0, y, x0 + panel - 30, y), (220, 220, 220))
            draw.text((x0 - 22, y - 7), str(level), "black", font)
        for group, iso in enumerate(ISOS):
            x = x0 + 8 + group * 130
            draw.text((x + 30, foot + 4), f"ISO {iso}", "black", font)
            for kind, (*_, colour) in KINDS.items():
                gain, worst = table[iso, kind][2 * side : 2 * side + 2]
                draw.rectangle((x, foot - unit * gain, x + width - 2, foot), colour)
                mark = foot - unit * worst
                ink = "white" if worst > 0.2 else "black"
                draw.line((x, mark, x + width - 2, mark), ink, 2)
                x += width
    x = left
    for kind, (*_, colour) in KINDS.items():
        draw.rectangle((x, foot + 34, x + 10, foot + 44), colour)
        draw.text((x + 14, foot + 31), kind, "black", font)
        x += 40 + round(draw.textlength(kind, font))
    draw.text((left, foot + 56), "The line across a bar: the worst 64-pixel tile.", "black", font)
    page.save(path, optimize=True)


def main() -> None:
    """Prints a Markdown table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--size", type=int, nargs=2, default=(512, 384))
    parser.add_argument("--seeds", type=int, nargs="+", default=(1, 2))
    parser.add_argument("--each", action="store_true", help="print every burst too")
    parser.add_argument("--plot", type=Path, metavar="FILE.png")
    options = parser.parse_args()
    table = {}
    print("| ISO | | gain | worst | root gain | root worst |\n|---|---|---|---|---|---|")
    for iso in ISOS:
        for kind in KINDS:
            row = table[iso, kind] = measured(kind, iso, options)
            print(f"| {iso} | {kind} | {' | '.join(f'{v:.2f}' for v in row)} |", flush=True)
    if options.plot:
        plot(table, options.plot)


if __name__ == "__main__":
    main()
