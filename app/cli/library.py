"""baryta library: the pictures taken."""

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from app.cli.context import CommandError, Context
from app.cli.results import Result, tell_result, told_stages
from app.cli.stores import store_of
from app.looks import frame_named, look_named
from app.pictures.shot_info import read_shot_info
from app.restyling import restyle_picture
from app.store import Shot, list_shots
from app.workshop import Workshop


def list_pictures(arguments: Namespace, context: Context) -> None:
    """Every picture in the library, oldest first."""
    shots = list_shots(store_of(arguments, context, empty=True))
    if arguments.json:
        rows = [
            {
                "id": shot.id,
                "paths": [str(path) for path in shot.paths],
                "style": shot.style,
                "protected": shot.protected,
                "damaged": shot.damaged,
            }
            for shot in shots
        ]
        context.say_json({"pictures": rows})
        return
    for shot in shots:
        marks = "damaged  " * shot.damaged + "protected  " * shot.protected
        context.say(f"{shot.id}  {shot.style or '-'}  {marks}{' '.join(map(str, shot.paths))}")


def restyle(arguments: Namespace, context: Context) -> None:
    """One more JPEG of a shot's negative, in another look; negative and first JPEG stay."""
    settings = context.settings
    look = look_named(arguments.style, settings.styles)
    frame = frame_named(arguments.style, settings.styles)
    store = store_of(arguments, context, empty=True)
    source = _negative_of(arguments.id, list_shots(store))
    store.prepare()
    workshop = replace(
        Workshop.of(settings, store).with_credentials(settings),
        threads=arguments.threads or settings.threads or None,
        tone_mapping=context.tone_mapping(arguments),
    )
    with told_stages(arguments, context) as stages:
        picture = restyle_picture(source, look, workshop, stages, frame=frame)
    result = Result(picture.paths, picture.style, picture.exposures, picture.frames_used)
    tell_result(arguments, context, result, stages)


def _negative_of(number: str, shots: list[Shot]) -> Path:
    """The DNG of the shot that a person means; leading zeros do not count."""
    wanted = number.lstrip("0")
    shot = next((shot for shot in shots if shot.id.lstrip("0") == wanted), None)
    if shot is None:
        known = f"there are {shots[0].id} to {shots[-1].id}" if shots else "it is empty"
        raise CommandError(f"the library has no picture {number}: {known}; see baryta library list")
    for path in shot.paths:
        if path.suffix == ".DNG":
            return path
    made_of = read_shot_info(shot.paths[0]).negative if shot.paths[0].is_file() else None
    remedy = f"restyle {made_of}, which it was made of" if made_of else "choose another"
    raise CommandError(f"picture {shot.id} has no negative of its own; {remedy}")
