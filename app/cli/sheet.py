"""baryta styles sheet: one shot in every look, side by side."""

from argparse import Namespace
from dataclasses import replace

from app.cli.context import Context
from app.cli.darkroom import checked_output
from app.cli.results import times_line, told_stages
from app.developing import tone_mapped
from app.looks import PREVIEW_SIZE
from app.pictures.contact_sheet import cell_size, contact_sheet
from app.pictures.files import write_file
from app.pictures.jpeg import encode_jpeg
from app.pictures.read_dng import read_dng
from app.proofs import make_proof
from styles import catalogue, compile_style


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
        height, width = (side - 2 * negative.crop for side in negative.mosaic.shape)
        cell = cell_size(len(names), width, height)
        proof = make_proof(negative, cell, stages, ev=arguments.ev, threads=threads)
        strength = context.tone_mapping(arguments)
        pictures = []
        with stages.timed("style") as progress:
            for done, (name, style) in enumerate(found.looks.items(), 1):
                look = tone_mapped(compile_style(style, PREVIEW_SIZE), strength)
                pictures.append((name, proof.printed(look, threads)))
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
