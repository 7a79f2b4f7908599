"""baryta styles: list, show, check and export the looks."""

from argparse import Namespace
from dataclasses import asdict

from app.cli.context import Context, NotInThisVersionError, UsageError
from app.pictures.files import check_writable, write_file
from styles import compile_style, damaged, export_cube, export_hald, load, read_style, usable

_EXPORTS = {".cube": export_cube, ".png": export_hald}


def list_styles(arguments: Namespace, context: Context) -> None:
    """Every look with what it is for; a damaged file of the person's own is told on the log."""
    folder = context.settings.styles
    notes = {name: read_style(path).note for name, path in usable(folder).items()}
    for error in damaged(folder).values():
        context.warn(str(error))
    if arguments.json:
        context.say_json({"styles": [{"name": n, "note": note} for n, note in notes.items()]})
        return
    width = max(map(len, notes), default=0)
    for name, note in notes.items():
        context.say(f"{name:{width}}  {note}")


def show_style(arguments: Namespace, context: Context) -> None:
    """A look's file, as it is, and where it lies."""
    style = load(arguments.name, context.settings.styles)
    path = usable(context.settings.styles)[style.name]
    if arguments.json:
        context.say_json({"path": str(path), **asdict(style)})
        return
    context.say(f"# {path}")
    context.say(path.read_text(encoding="utf-8").rstrip())


def check_style(arguments: Namespace, context: Context) -> None:
    """Whether a file is a valid look."""
    style = read_style(arguments.file)
    compile_style(style, 17)
    if arguments.json:
        context.say_json({"path": str(arguments.file), **asdict(style)})
        return
    context.say(f"{arguments.file}: {style.name} is a valid look")


def export_style(arguments: Namespace, context: Context) -> None:
    """Writes a look as a .cube or HaldCLUT for other programs."""
    suffix = arguments.output.suffix.lower()
    if suffix == ".dcp":
        raise NotInThisVersionError("styles export to .dcp")
    if suffix not in _EXPORTS:
        raise UsageError(f"{arguments.output}: the output must end in .cube, .png or .dcp")
    style = load(arguments.name, context.settings.styles)
    check_writable(arguments.output)
    write_file(arguments.output, _EXPORTS[suffix](style))
    if arguments.json:
        context.say_json({"paths": [str(arguments.output)], "style": style.name})
        return
    context.say(str(arguments.output))
