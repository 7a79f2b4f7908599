"""The numbers of shots: they only grow, and none is given twice.

Two books hold the highest: one in the hidden folder, written with every number given, and one
beside the pictures, written before a picture goes into the trash. The hidden folder may be lost as
a whole; then the pictures that are there and the second book still tell.
"""

from contextlib import suppress
from pathlib import Path

from app.pictures.atomic import replace_file
from app.store.card import CardError
from app.store.names import Names


def take_number(names: Names) -> int:
    """Takes the next number for good. The caller holds the store's lock.

    Raises:
        CardError: as check_numbers().
        OSError: if it cannot be recorded.
    """
    highest = _highest(names)
    _check(names, highest)
    number = names.beside_others(highest + 1)
    _write(names.number, number)
    return number


def note_deleted(names: Names) -> None:
    """Notes the highest number beside the pictures. The caller holds the store's lock."""
    with suppress(OSError):  # a full card: that something goes comes first
        _write(names.deleted_number, _highest(names))


def check_numbers(names: Names) -> None:
    """Looks at what can be known of it without reading folders through.

    Raises:
        CardError: if there are no numbers left.
    """
    _check(names, _noted(names))


def _check(names: Names, highest: int) -> None:
    there = next(names.at_the_end(), None)
    if there is not None and _noted(names) < names.end:  # we never came so far: a stranger
        raise CardError(
            "No numbers",
            f"{there}: has the last numbers there are, so none come after it; rename it or move it "
            "elsewhere",
        )
    if highest >= names.last:
        raise CardError("No numbers", f"{names.root}: all numbers are used; choose another folder")


def _noted(names: Names) -> int:
    """The highest number that the books tell; 0 if they are gone or make no sense."""
    noted = (_read(book) for book in (names.number, names.deleted_number))
    return max((number for number in noted if number <= names.last), default=0)


def _highest(names: Names) -> int:
    """The highest number that was ever given, or that a picture has."""
    highest = _noted(names)
    for folder in reversed(names.folders()):
        numbers = [number for number in map(names.number_of, folder.iterdir()) if number]
        highest = max(highest, *numbers, 0)
        if numbers:
            break
    for kept in (names.spool, names.trash):
        highest = max(highest, *(number for number, _ in names.numbered(kept)), 0)
    return highest


def _write(book: Path, number: int) -> None:
    if book.is_symlink():  # into nowhere, or to what is none of ours
        book.unlink()
    replace_file(book, f"{number}\n".encode())


def _read(book: Path) -> int:
    with suppress(OSError, ValueError):
        if book.is_file() and not book.is_symlink():  # anything may have its name
            with book.open("rb") as stream:
                return max(int(stream.read(16)), 0)
    return 0
