"""baryta styles: list, show, check and export the looks."""

from argparse import Namespace
from dataclasses import asdict, replace
from typing import Any

from app.cli.context import Context, UsageError
from app.pictures.dcp import encode_dcp
from app.pictures.files import check_writable, write_file
from capture.profiles import profile
from styles import (
    Style,
    catalogue,
    compile_style,
    export_cube,
    export_hald,
    load,
    profile_tables,
    read_style,
)

_TABLES = {".cube": export_cube, ".png": export_hald}
_PROFILE = ".dcp"
_CAMERA = "imx477"  # a camera profile is for one sensor; this one unless told


def list_styles(arguments: Namespace, context: Context) -> None:
    """Every look with what it is for; what is amiss with own files is told on the log."""
    found = catalogue(context.settings.styles)
    for remark in found.remarks():
        context.warn(remark)
    if arguments.json:
        rows = [{"name": name, "note": style.note} for name, style in found.looks.items()]
        context.say_json({"styles": rows})
        return
    width = max(map(len, found.looks), default=0)
    for name, style in found.looks.items():
        context.say(f"{name:{width}}  {style.note}")


def show_style(arguments: Namespace, context: Context) -> None:
    """A look's file, as it is, and where it lies; of a .cube only what it says of itself."""
    style = load(arguments.name, context.settings.styles)
    path = catalogue(context.settings.styles).paths[style.name]
    if arguments.json:
        context.say_json({"path": str(path)} | _told(style))
        return
    context.say(f"# {path}")
    if style.cube is None:
        context.say(path.read_text(encoding="utf-8").rstrip())
        return
    for key, value in _told(style)["cube"].items():
        context.say(f"{key}: {value}")


def check_style(arguments: Namespace, context: Context) -> None:
    """Whether a file is a valid look."""
    style = read_style(arguments.file)
    compile_style(style, 17)
    if arguments.json:
        context.say_json({"path": str(arguments.file)} | _told(style))
        return
    context.say(f"{arguments.file}: {style.name} is a valid look")


def _told(style: Style) -> dict[str, Any]:
    """A look's settings; of a table what it is, not its numbers."""
    told = asdict(replace(style, cube=None))
    if (cube := style.cube) is not None:
        told["cube"] = {
            "title": cube.title,
            "dimensions": cube.dimensions,
            "size": cube.size,
            "domain_min": list(cube.low),
            "domain_max": list(cube.high),
            "input": "scene light" if cube.light else "picture",
        }
    return told


def export_style(arguments: Namespace, context: Context) -> None:
    """Writes a look as a .cube, HaldCLUT or camera profile for other programs."""
    suffix = arguments.output.suffix.lower()
    if suffix not in (*_TABLES, _PROFILE):
        raise UsageError(f"{arguments.output}: the output must end in .cube, .png or .dcp")
    if arguments.camera is not None and suffix != _PROFILE:
        raise UsageError("--camera is for camera profiles; leave it out or use -o look.dcp")
    style = load(arguments.name, context.settings.styles)
    check_writable(arguments.output)
    told: dict[str, Any] = {"paths": [str(arguments.output)], "style": style.name}
    if suffix == _PROFILE:
        sensor = profile(arguments.camera or _CAMERA)
        tables = profile_tables(style)
        coded = encode_dcp(style, tables, sensor)
        told["camera"] = sensor.model
        if tables.tinted:
            context.warn(f"a camera profile cannot tint greys; {style.name} is written untinted")
    else:
        coded = _TABLES[suffix](style)
    write_file(arguments.output, coded)
    if arguments.json:
        context.say_json(told)
        return
    context.say(str(arguments.output))
