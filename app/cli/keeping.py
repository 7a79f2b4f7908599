"""baryta library verify, recover, delete and their like: what keeps pictures whole."""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path

from app.cli.context import CommandError, Context
from app.cli.results import told_stages
from app.pictures.files import failures
from app.pipeline import make_picture
from app.recovering import finish_pictures, look_or_own
from app.spool import Spool
from app.store import Store, trash
from app.store.rebuild import rebuild
from app.store.verify import verify
from app.workshop import Workshop


def verify_library(arguments: Namespace, context: Context) -> None:
    """Compares every file with its recorded hash; fails if one is damaged or gone."""
    with told_stages(arguments, context) as stages:
        found = verify(_store(context), lambda fraction: stages.report("verify", fraction))
    if arguments.json:
        context.say_json(
            {
                "whole": found.files,
                "damaged": _texts(found.damaged),
                "missing": _texts(found.missing),
                "recorded": _texts(found.recorded),
            }
        )
    else:
        for what, paths in (("damaged", found.damaged), ("missing", found.missing)):
            for path in paths:
                context.say(f"{what}  {path}")
        context.say(f"{found.files} files are whole")
    if found.damaged:
        raise CommandError(f"{len(found.damaged)} files are damaged; copy them from a backup")
    if found.missing:
        raise CommandError(
            f"{len(found.missing)} files are gone; baryta library recover forgets them"
        )


def recover_library(arguments: Namespace, context: Context) -> None:
    """Finishes what a crash left, makes pictures of waiting bursts, and rebuilds the index."""
    settings, store = context.settings, _store(context)
    workshop = Workshop.of(settings, store).without_credentials()
    numbers: list[int] = []
    with told_stages(arguments, context) as stages:
        numbers += finish_pictures(workshop, settings, stages)
        for shot in Spool(workshop).waiting():
            look, frame = look_or_own(shot.style, settings)
            make_picture(
                shot.burst,
                look,
                workshop,
                stages,
                taken=shot.taken,
                time_source=shot.time_source,
                frame=frame,
                entry=shot.entry,
            )
            if shot.entry is not None:
                numbers.append(shot.entry.number)
        with failures(store.root), store.locked():
            rebuild(
                store.names,
                store.index,
                hashes=True,
                progress=lambda fraction: stages.report("index", fraction),
            )
    aside = sorted(store.names.aside.iterdir()) if store.names.aside.is_dir() else []
    if arguments.json:
        context.say_json({"recovered": _ids(numbers), "aside": _texts(aside)})
        return
    for number in numbers:
        context.say(f"{number:04d}  recovered")
    for path in aside:
        context.say(f"part of no picture: {path}")
    context.say(f"{len(store.index.all())} pictures are in the library")


def list_trash(arguments: Namespace, context: Context) -> None:
    """The pictures in the trash, the last deleted one last."""
    numbers = trash.deleted(_store(context))
    if arguments.json:
        context.say_json({"deleted": _ids(numbers)})
    for number in () if arguments.json else numbers:
        context.say(f"{number:04d}")


def delete_pictures(arguments: Namespace, context: Context) -> None:
    """Moves pictures into the trash."""
    for number in arguments.ids:
        trash.delete(_store(context), number)
    _tell(arguments, context, "deleted", arguments.ids)


def restore_picture(arguments: Namespace, context: Context) -> None:
    """Brings a picture back from the trash, the last deleted one by default."""
    _tell(arguments, context, "restored", [trash.restore(_store(context), arguments.id)])


def empty(arguments: Namespace, context: Context) -> None:
    """Deletes for good what is in the trash."""
    count = trash.empty_trash(_store(context))
    if arguments.json:
        context.say_json({"deleted for good": count})
    else:
        context.say(f"{count} pictures are deleted for good")


def protect_pictures(arguments: Namespace, context: Context) -> None:
    """Marks pictures against deleting."""
    for number in arguments.ids:
        trash.protect(_store(context), number)
    _tell(arguments, context, "protected", arguments.ids)


def unprotect_pictures(arguments: Namespace, context: Context) -> None:
    """Takes the marks away."""
    for number in arguments.ids:
        trash.protect(_store(context), number, protected=False)
    _tell(arguments, context, "unprotected", arguments.ids)


def _store(context: Context) -> Store:
    return Store.library(context.settings.pictures)


def _tell(arguments: Namespace, context: Context, what: str, numbers: Sequence[int]) -> None:
    if arguments.json:
        context.say_json({what: _ids(numbers)})
        return
    for number in numbers:
        context.say(f"{number:04d}  {what}")


def _ids(numbers: Sequence[int]) -> list[str]:
    return [f"{number:04d}" for number in numbers]


def _texts(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]
