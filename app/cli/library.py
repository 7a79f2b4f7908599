"""baryta library: the pictures taken."""

from argparse import Namespace

from app.cli.context import Context, NotInThisVersionError
from app.store import Store, list_shots


def list_pictures(arguments: Namespace, context: Context) -> None:
    """Every picture in the library, oldest first."""
    shots = list_shots(Store.library(context.settings.pictures))
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


def not_yet(arguments: Namespace, _context: Context) -> None:
    """What a later version brings."""
    raise NotInThisVersionError(arguments.what)
