"""Which pictures a command is about."""

from argparse import Namespace

from app.cli.context import CommandError, Context
from app.store import Store


def store_of(arguments: Namespace, context: Context, *, empty: bool = False) -> Store:
    """The folder of --out, or the library.

    Args:
        arguments: with out, the folder that a person has named.
        context: of the command.
        empty: whether a library that is not there yet is an empty one.

    Raises:
        CommandError: if there is no such folder: nothing is made for a word that was mistyped.
    """
    place = arguments.out or context.settings.pictures
    if not place.is_dir() and (arguments.out or not empty):
        raise CommandError(f"{place}: there is no such folder, so no pictures; see --out")
    return Store.at(place) if arguments.out else Store.library(place)
