"""baryta styles sheet: one shot in every look, side by side."""

from argparse import Namespace
from dataclasses import replace

import numpy as np
import numpy.typing as npt
from PIL import Image

import native
from app.cli.context import Context
from app.cli.darkroom import checked_output
from app.cli.results import times_line, told_stages
from app.developing import dark_noise, develop_negative, grain_seed, tone_mapped
from app.looks import PREVIEW_SIZE
from app.pictures.contact_sheet import cell_size, contact_sheet
from app.pictures.files import write_file
from app.pictures.half import halved
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pictures.upright import upright
from app.stages import Stages
from styles import catalogue, compile_style

Linear = npt.NDArray[np.float32]


def sheet(arguments: Namespace, context: Context) -> None:
    """Develops a negative once, at a small size, and renders it in every look at hand.

    The looks' tables are the preview's (33 nodes a side): at this size nobody sees the difference,
    and the sheet is there in a fraction of the time.
    """
    output = checked_output(arguments.output, (".jpg", ".jpeg"), (arguments.negative,))
    threads = arguments.threads or context.settings.threads or None
    found = catalogue(context.settings.styles)
    names = tuple(found.looks)
    for remark in found.remarks():
        context.warn(remark)
    with told_stages(arguments, context) as stages:
        with stages.timed("read"):
            negative = read_dng(arguments.negative)
        small = _small_linear(negative, len(names), stages, arguments.ev, threads)
        seed, noise = grain_seed(negative), dark_noise(negative, arguments.ev)
        strength = context.tone_mapping(arguments)
        pictures = []
        with stages.timed("style") as progress:
            for done, (name, style) in enumerate(found.looks.items(), 1):
                look = tone_mapped(compile_style(style, PREVIEW_SIZE), strength)
                picture = native.render(small, look, seed=seed, noise=noise, threads=threads)
                pictures.append((name, upright(picture, negative.orientation)))
                progress(done / len(names))
        with stages.timed("encode"):
            info = replace(negative.info, style=None)
            coded = encode_jpeg(contact_sheet(pictures), info, context.settings.quality)
        with stages.timed("write"):
            write_file(output, coded)
    if arguments.json:
        times = {stage: round(t, 3) for stage, t in stages.milliseconds.items()}
        told = {"paths": [str(output)], "styles": list(names), "milliseconds": times}
        context.say_json(told)
        return
    context.say(str(output))
    context.say(times_line(stages.milliseconds))


def _small_linear(
    negative: Negative, count: int, stages: Stages, ev: float, threads: int | None
) -> Linear:
    """The developed negative at the size it has on a sheet of so many, not turned yet."""
    height, width = (side - 2 * negative.crop for side in negative.mosaic.shape)
    cell = cell_size(count, width, height)
    with stages.timed("develop"):
        while min(negative.mosaic.shape) >= 64 and max(negative.mosaic.shape) >= 2.2 * max(cell):
            negative = halved(negative, threads)
    linear = develop_negative(negative, stages, ev=ev, threads=threads)
    height, width = linear.shape[:2]
    width, height = min(cell[0], width), min(cell[1], height)
    return _reduced(linear, width, height)


def _reduced(linear: Linear, width: int, height: int) -> Linear:
    """A linear picture at a smaller size; the filter is positive, so that lights get no rims."""
    planes = (Image.fromarray(np.ascontiguousarray(linear[..., c]), "F") for c in range(3))
    small = (plane.resize((width, height), Image.Resampling.HAMMING) for plane in planes)
    return np.stack([np.asarray(plane) for plane in small], -1)
