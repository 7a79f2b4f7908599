"""baryta library verify, recover, delete and their like: what keeps pictures whole."""

from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType

from app.cli.context import CommandError, Context
from app.cli.results import counted, told_stages
from app.cli.stores import store_of
from app.pictures.errors import PictureError, StoreError
from app.pictures.files import failures
from app.pipeline import make_picture
from app.recovering import finish_pictures, look_or_own
from app.shot_queue import Shot
from app.spool import Spool
from app.stages import Stages
from app.store import Store, trash
from app.store.rebuild import rebuild, shot_files
from app.store.verify import verify
from app.workshop import Workshop
from capture.source import CameraError
from native import NativeError


def verify_library(arguments: Namespace, context: Context) -> None:
    """Compares every file with its recorded hash; fails if one is damaged or gone."""
    store = store_of(arguments, context)
    with told_stages(arguments, context) as stages:
        found = verify(store, lambda fraction: stages.report("verify", fraction))
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
        context.say(f"{counted(found.files, 'file')} whole")
    if found.unmarked:
        context.warn(f"compared, but nothing is marked: {found.unmarked}")
        if found.recorded:
            context.warn(f"{counted(len(found.recorded), 'file')} not known by hash yet")
    if found.damaged:
        raise CommandError(
            f"{counted(len(found.damaged), 'file')} damaged; copy what you have from a backup"
        )
    if found.missing:
        raise CommandError(
            f"{counted(len(found.missing), 'file')} gone; to forget that: baryta library recover"
        )


def recover_library(arguments: Namespace, context: Context) -> None:
    """Finishes what a crash left, makes pictures of waiting bursts, and rebuilds the index."""
    settings, store = context.settings, store_of(arguments, context)
    workshop = Workshop.of(settings, store).without_credentials()
    numbers: list[int] = []
    with told_stages(arguments, context) as stages:
        numbers += finish_pictures(workshop, settings, stages)
        for shot in Spool(workshop).waiting():
            numbers += _make(shot, workshop, context, stages)
        with failures(store.root, "cannot be recovered"), store.locked():
            store.mending(lambda: rebuild(store.names, store.index))
        verify(store, lambda fraction: stages.report("verify", fraction), unknown_only=True)
    aside = sorted(store.names.aside.iterdir()) if store.names.aside.is_dir() else []
    if arguments.json:
        context.say_json({"recovered": _ids(numbers), "aside": _texts(aside)})
        return
    for number in numbers:
        context.say(f"{number:04d}  recovered")
    for path in aside:
        context.say(f"part of no picture: {path}")
    context.say(f"{counted(len(shot_files(store.names)), 'picture')} in the library")


def _make(shot: Shot, workshop: Workshop, context: Context, stages: Stages) -> list[int]:
    """A burst's picture; one that cannot be made is told, and hinders no other."""
    look, frame = look_or_own(shot.style, context.settings)
    number = shot.entry.number if shot.entry else 0
    try:
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
    except (CameraError, MemoryError, NativeError, PictureError, StoreError) as error:
        context.warn(f"shot {number:04d} cannot be made: {str(error) or 'not enough memory'}")
        if shot.entry is not None:
            shot.entry.close()
        return []
    return [number]


def list_trash(arguments: Namespace, context: Context) -> None:
    """The pictures in the trash, the last deleted one last."""
    held = trash.contents(store_of(arguments, context))
    if arguments.json:
        context.say_json({"deleted": _ids([*held])})
    else:
        _tell_files(context, held)


def delete_pictures(arguments: Namespace, context: Context) -> None:
    """Moves pictures into the trash."""
    went: dict[int, tuple[str, ...]] = {}

    def delete(store: Store, number: int) -> None:
        went[number] = trash.delete(store, number)

    _each(arguments, context, "deleted", delete, went)


def restore_picture(arguments: Namespace, context: Context) -> None:
    """Brings a picture back from the trash, the last deleted one by default."""
    restored = trash.restore(store_of(arguments, context), arguments.id)
    _tell(arguments, context, "restored", [restored])


def empty(arguments: Namespace, context: Context) -> None:
    """Deletes for good what is in the trash, and names it."""
    store = store_of(arguments, context)
    held = trash.contents(store)
    count = trash.empty_trash(store)
    if arguments.json:
        context.say_json({"deleted for good": count})
    else:
        _tell_files(context, held)
        context.say(f"{counted(count, 'picture')} deleted for good")


def protect_pictures(arguments: Namespace, context: Context) -> None:
    """Marks pictures against deleting."""
    _each(arguments, context, "protected", trash.protect)


def unprotect_pictures(arguments: Namespace, context: Context) -> None:
    """Takes the marks away."""
    _each(arguments, context, "unprotected", partial(trash.protect, protected=False))


def _each(
    arguments: Namespace,
    context: Context,
    what: str,
    act: Callable[[Store, int], None],
    files: Mapping[int, Sequence[str]] | None = None,
) -> None:
    """Does it to every picture that is named; one that cannot be hinders no other."""
    store, done, failed = store_of(arguments, context), [], []
    for number in arguments.ids:
        try:
            act(store, number)
            done.append(number)
        except StoreError as error:
            failed.append(str(error))
    _tell(arguments, context, what, done, files or {})
    if failed:
        raise CommandError("; ".join(failed))


def _tell(
    arguments: Namespace,
    context: Context,
    what: str,
    numbers: Sequence[int],
    files: Mapping[int, Sequence[str]] = MappingProxyType({}),
) -> None:
    if arguments.json:
        context.say_json({what: _ids(numbers)})
        return
    for number in numbers:
        context.say("  ".join((f"{number:04d}", what, *files.get(number, ()))))


def _tell_files(context: Context, held: Mapping[int, Sequence[str]]) -> None:
    for number, names in held.items():
        context.say("  ".join((f"{number:04d}", *names)))


def _ids(numbers: Sequence[int]) -> list[str]:
    return [f"{number:04d}" for number in numbers]


def _texts(paths: Sequence[Path]) -> list[str]:
    return [str(path) for path in paths]
