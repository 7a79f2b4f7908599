"""baryta merge and baryta develop: from files to files."""

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from app.cli.context import Context, UsageError
from app.cli.results import Result, tell_result, told_stages, warn_of_left_out
from app.looks import NO_STYLE, frame_named, installed_looks, look_named
from app.merging import merge_files
from app.pictures.credentials import Parent
from app.pictures.files import check_writable, write_file
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pictures.sidecars import encode_sidecars
from app.printing import code_negative, print_negative, print_tiff, render_negative
from app.store import Store
from app.workshop import Workshop
from capture.replay import burst_files
from native import Look
from styles import Style, StyleError


def merge(arguments: Namespace, context: Context) -> None:
    """Merges raw files of one burst into a DNG."""
    frames = [file for path in arguments.frames for file in _files(path)]
    _check_once(frames)
    output = checked_output(arguments.output, (".dng",), frames)
    if arguments.reference is not None and arguments.reference >= len(frames):
        count = len(frames)
        are = "is 1 frame" if count == 1 else f"are {count} frames"
        raise UsageError(f"--reference {arguments.reference}: there {are}, counted from 0")
    workshop = _workshop(arguments, context, output)
    with told_stages(arguments, context) as stages:
        merged = merge_files(
            frames,
            stages,
            reference=arguments.reference,
            fast=arguments.fast,
            threads=workshop.threads,
        )
        negative = merged.negative
        look = _look_of(negative, context)
        looks = installed_looks(context.settings.styles, look.name)
        workshop = replace(workshop, looks=looks)
        _, preview = render_negative(negative, look, workshop, stages)
        used = (i for i in range(len(frames)) if i not in merged.left_out)
        order = sorted(used, key=lambda i: i != merged.reference)
        parents = [Parent(frames[i]) for i in order]
        coded = code_negative(negative, preview, workshop, stages, parents=parents)
        with stages.timed("write"):
            beside: dict[Path, bytes] = {}
            if arguments.sidecars or workshop.sidecars:
                beside = _beside(output, negative, look.name, looks, context)
            for path, content in {**beside, output: coded}.items():
                write_file(path, content)
    warn_of_left_out(context, len(merged.exposures), merged.left_out)
    result = Result(
        (output, *beside),
        look.name,
        merged.exposures,
        merged.used,
        merged.reference,
        merged.left_out,
    )
    tell_result(arguments, context, result, stages)


def _files(path: Path) -> Sequence[Path]:
    """A raw file, or the raw files of a folder, such as a kept burst."""
    return burst_files(path) if path.is_dir() else (path,)


def _check_once(frames: Sequence[Path]) -> None:
    """A frame that came twice would count twice, with the same noise."""
    seen: set[Path] = set()
    for path in frames:
        if path.resolve() in seen:
            raise UsageError(f"{path}: is given twice; give every frame once")
        seen.add(path.resolve())


def _beside(
    output: Path, negative: Negative, name: str, looks: Sequence[Style], context: Context
) -> dict[Path, bytes]:
    """A DNG's sidecars; none in a look that is not at hand.

    What has such a name already may be a person's own table or hours of work: it stays.
    """
    style = next((look for look in looks if look.name == name), None)
    if style is None:
        return {}
    beside: dict[Path, bytes] = {}
    for other, content in encode_sidecars(output.name, output.stem, negative, style).items():
        path = output.with_name(other)
        if path.exists() and (not path.is_file() or path.read_bytes() != content):
            context.warn(f"{path} is there already and stays; remove it for a new one")
        else:
            beside[path] = content
    return beside


def develop(arguments: Namespace, context: Context) -> None:
    """Makes a JPEG or TIFF of a negative; --style none with .tif is 16-bit linear Rec.2020."""
    suffixes = (".jpg", ".jpeg", ".tif", ".tiff")
    output = checked_output(arguments.output, suffixes, (arguments.negative,))
    is_tiff = output.suffix.lower().startswith(".tif")
    style: str | None = arguments.style
    look = look_named(style, context.settings.styles) if style else None
    workshop = replace(
        _workshop(arguments, context, output), tone_mapping=context.tone_mapping(arguments)
    )
    parent = Parent(arguments.negative)
    with told_stages(arguments, context) as stages:
        with stages.timed("read"):
            negative = read_dng(arguments.negative)
        look = look or _look_of(negative, context)
        shown = replace(negative, info=replace(negative.info, style=look.name))
        if is_tiff:
            linear = style is not None and style.casefold() == NO_STYLE
            coded = print_tiff(
                negative if linear else shown,
                None if linear else look,
                workshop,
                stages,
                ev=arguments.ev,
                parent=parent,
            )
        else:
            frame = frame_named(look.name, context.settings.styles)
            _, coded = print_negative(
                shown, look, workshop, stages, ev=arguments.ev, frame=frame, parent=parent
            )
        with stages.timed("write"):
            write_file(output, coded)
    gain = None if negative.info.iso is None else negative.info.iso / 100
    exposures = ((negative.info.exposure_time, gain),)
    used = negative.info.frames_merged
    result = Result((output,), look.name, exposures, used)
    tell_result(arguments, context, result, stages)


def _workshop(arguments: Namespace, context: Context, output: Path) -> Workshop:
    """As the person has set it up; files are signed if they have a certificate."""
    settings, store = context.settings, Store(output.parent)  # the library has no part in it
    workshop = Workshop.of(settings, store).with_credentials(settings)
    return replace(workshop, threads=arguments.threads or workshop.threads)


def _look_of(negative: Negative, context: Context) -> Look:
    """The look a negative was shot in, or the person's own where it is not installed."""
    settings = context.settings
    if negative.info.style is not None:
        try:
            return look_named(negative.info.style, settings.styles)
        except StyleError as error:
            context.warn(f"{error}; using {settings.style} instead")
    return look_named(settings.style, settings.styles)


def checked_output(output: Path, suffixes: Sequence[str], inputs: Sequence[Path]) -> Path:
    """An output that can be written, and that is none of the inputs: a negative is for good."""
    if output.suffix.lower() not in suffixes:
        raise UsageError(f"{output}: the output must end in {' or '.join(suffixes)}")
    for path in inputs:
        if output.exists() and path.exists() and output.samefile(path):
            raise UsageError(f"{output}: the output is also an input; choose another name")
    check_writable(output)
    return output
