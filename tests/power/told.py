"""What a camera told of its shots before an accident, and whether a card bears it out."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.store.names import Names
from app.store.shots import is_protected
from tests.power.tidying import SETTLED
from tests.shooting import digest

_PLACES = {
    "deleting": ("here", "trash"),
    "deleted": ("trash",),
    "restoring": ("here", "trash"),
    "emptying": ("trash", "gone"),
    "gone": ("gone",),
}


@dataclass(frozen=True, slots=True)
class Told:
    """The last that was told of a shot.

    Attributes:
        state: as in tests.power.tidying; "saved" to begin with.
        files: SHA-256 by name below the shot's folder, the frames it keeps included.
    """

    state: str
    files: Mapping[str, str]


def heard(shots: dict[int, Told], line: dict[str, object]) -> None:
    """Enters a line of the report; a shot that an earlier run saved unheard is not known."""
    number, state, files = line["shot"], line["state"], line.get("files")
    assert isinstance(number, int)
    assert isinstance(state, str)
    if isinstance(files, dict):
        shots[number] = Told(state, files)
    elif number in shots:
        shots[number] = replace(shots[number], state=state)


def check_told(names: Names, before: Mapping[int, Told], after: Mapping[int, Told]) -> None:
    """Looks for every file that was reported.

    Args:
        names: of the store.
        before: told before the accident: this has to hold.
        after: told until the camera stood still: what was announced may have been begun.

    Raises:
        AssertionError: if a shot is not whole, or not where it was said to be.
    """
    for number, told in before.items():
        where = _where(names, number, told.files)
        state, later = told.state, after[number].state
        allowed: tuple[str, ...] = _PLACES.get(state, ("here",))
        if state != later:
            allowed = (
                ("here", "trash", "gone") if later in ("emptying", "gone") else ("here", "trash")
            )
        assert where in allowed, f"shot {number} was {state}, and is {where}"
        if state == later == "protected":
            own = [path for path in names.files(number)[:2] if path.exists()]
            assert all(map(is_protected, own)), f"shot {number} has lost its protection"
        assert state in SETTLED or state.endswith("ing"), state


def _where(names: Names, number: int, files: Mapping[str, str]) -> str:
    """Where a shot is with all its files."""
    places = {"here": names.place(number)[0], "trash": names.in_trash(number)}
    for where, folder in places.items():
        there = [name for name in files if (folder / name).exists()]
        if not there:
            continue
        missing = sorted(files.keys() - set(there))
        assert not missing, f"shot {number} was reported saved; gone from {folder}: {missing}"
        damaged = [name for name in there if digest(folder / name) != files[name]]
        assert not damaged, f"shot {number} was reported saved and is damaged: {damaged}"
        return where
    return "gone"
