"""The lens book: a TOML file of the lenses a person owns, and which one is on the camera."""

import json
import tomllib
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from app.pictures.files import write_file

BOOK = "lenses.toml"
_NONE = "none"  # in any capitals: no lens
_LARGEST_FILE = 1 << 18  # bytes
_MOST = 500  # lenses
_LONGEST = 80  # characters of a name


class LensError(Exception):
    """The lens book or a lens's profile cannot be used; the message names the remedy."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What is known of a lens; "" and 0 for what is not.

    Attributes:
        name: for people.
        focal_length: millimetres, 0.1..10000.
        f_number: as it is set, 0.1..128.
        mount: what it is made for, as "M" or "CS"; an adapter does not change it.
        lensfun: its name in lensfun's database, by which distortion and lateral colour are
            corrected; "" for not.
    """

    name: str = ""
    focal_length: float = 0.0
    f_number: float = 0.0
    mount: str = ""
    lensfun: str = ""


NO_LENS = Lens()


@dataclass(frozen=True, slots=True)
class LensBook:
    """Lenses by name.

    Attributes:
        lenses: in the order they were added; no two of a name.
        used: the name of the one on the camera; "" for none of them.
    """

    lenses: tuple[Lens, ...] = ()
    used: str = ""

    @property
    def lens(self) -> Lens | None:
        """The one on the camera."""
        return self.find(self.used) if self.used else None

    def find(self, name: str) -> Lens:
        """A lens by its name, in capitals or not, or by its unmistakable beginning.

        Raises:
            LensError: if there is none such, or more than one.
        """
        wanted = name.strip().casefold()
        exact = [lens for lens in self.lenses if lens.name.casefold() == wanted]
        found = exact or [lens for lens in self.lenses if lens.name.casefold().startswith(wanted)]
        found = found if wanted else []
        if len(found) != 1:
            known = ", ".join(lens.name for lens in self.lenses) or "none yet: baryta lens add"
            which = "no lens is" if not found else "more than one lens is"
            raise LensError(f"{which} called {name!r}; the book has {known}")
        return found[0]

    def add(self, lens: Lens) -> "LensBook":
        """With one more.

        Raises:
            LensError: for a name that is taken or none, or figures out of range.
        """
        check_lens(lens)
        if any(other.name.casefold() == lens.name.casefold() for other in self.lenses):
            raise LensError(f"there is a lens called {lens.name!r}; baryta lens remove it first")
        if len(self.lenses) >= _MOST:
            raise LensError(f"the book holds {_MOST} lenses; remove one first")
        return replace(self, lenses=(*self.lenses, lens))

    def change(self, name: str, lens: Lens) -> "LensBook":
        """With other figures of a lens; LensError for figures out of range, or none such."""
        check_lens(lens)
        old = self.find(name)
        return replace(self, lenses=tuple(lens if one == old else one for one in self.lenses))

    def remove(self, name: str) -> "LensBook":
        """Without one; LensError if there is none such."""
        gone = self.find(name)
        used = "" if self.used == gone.name else self.used
        return LensBook(tuple(lens for lens in self.lenses if lens != gone), used)

    def use(self, name: str) -> "LensBook":
        """With one on the camera, or none for "none"; LensError if there is none such."""
        return replace(self, used="" if is_none(name) else self.find(name).name)


def is_none(name: str) -> bool:
    """Whether a name stands for no lens, or no correction."""
    return name.casefold() == _NONE


def check_lens(lens: Lens) -> None:
    """Refuses what is no lens; LensError says which figure, and its range."""
    texts = ((lens.name, "name"), (lens.mount, "mount"), (lens.lensfun, "name in lensfun"))
    for text, what in texts:
        if len(text) > _LONGEST or not text.isprintable() or text != text.strip():
            raise LensError(f"a lens's {what} is plain text of at most {_LONGEST} characters")
    if not lens.name or is_none(lens.name):
        raise LensError("a lens has a name, and it is not 'none'")
    if lens.focal_length and not 0.1 <= lens.focal_length <= 10_000.0:
        raise LensError(f"a focal length is 0.1 to 10000 mm, not {lens.focal_length:g}")
    if lens.f_number and not 0.1 <= lens.f_number <= 128.0:
        raise LensError(f"an f-number is 0.1 to 128, not {lens.f_number:g}")


def read_book(folder: Path) -> LensBook:
    """The book in a folder; empty if there is none.

    Raises:
        LensError: for an unreadable file, bad TOML, an unknown key, a lens that is there twice, or
            a figure out of range, and of which lens.
    """
    path = folder / BOOK
    if path.exists() and not path.is_file():  # a pipe would be waited for
        raise LensError(f"{path}: is no file; remove it")
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            raise LensError(f"{path}: is too large for a lens book; mend or remove it")
        values = tomllib.loads(data.decode("utf-8-sig").replace("\r\n", "\n"))
    except FileNotFoundError:
        return LensBook()
    except (OSError, UnicodeDecodeError) as error:
        raise LensError(f"{path}: cannot be read ({_cause(error)}); mend or remove it") from error
    except (ValueError, RecursionError) as error:
        raise LensError(f"{path}: not valid TOML: {error}; mend or remove it") from error
    try:
        return _book(values)
    except LensError as error:
        raise LensError(f"{path}: {error}; mend the file") from error


def write_book(folder: Path, book: LensBook) -> Path:
    """Writes the book into a folder, made if need be; whole or not at all.

    Raises:
        PictureError: if it cannot be saved.
    """
    lines = [f"used = {_text(book.used)}"] if book.used else []
    for lens in book.lenses:
        lines += ["", "[[lens]]", f"name = {_text(lens.name)}"]
        if lens.focal_length:
            lines.append(f"focal_length = {float(lens.focal_length)!r}")
        if lens.f_number:
            lines.append(f"f_number = {float(lens.f_number)!r}")
        if lens.mount:
            lines.append(f"mount = {_text(lens.mount)}")
        if lens.lensfun:
            lines.append(f"lensfun = {_text(lens.lensfun)}")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / BOOK
    write_file(path, ("\n".join(lines).lstrip("\n") + "\n").encode())
    return path


def _cause(error: OSError | UnicodeDecodeError) -> str:
    return (isinstance(error, OSError) and error.strerror) or str(error)


def _text(value: str) -> str:
    """A TOML basic string: of printable text, JSON's escapes are TOML's."""
    return json.dumps(value, ensure_ascii=False)


def _book(values: dict[str, Any]) -> LensBook:
    book = LensBook()
    for key in values:
        if key not in ("lens", "used"):
            raise LensError(f"unknown key {key[:40]!r}; known are lens and used")
    tables = values.get("lens", [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise LensError("lenses stand in tables: [[lens]]")
    for number, table in enumerate(tables, 1):
        name = table.get("name")
        which = f"lens {name[:_LONGEST]!r}" if isinstance(name, str) and name else f"lens {number}"
        try:
            book = _with(book, _lens(table))
        except LensError as error:
            raise LensError(f"{which}: {error}") from error
    used = values.get("used", "")
    if not isinstance(used, str):
        raise LensError("used is the name of a lens, in quotes")
    return book.use(used) if used else book


def _with(book: LensBook, lens: Lens) -> LensBook:
    if any(other.name.casefold() == lens.name.casefold() for other in book.lenses):
        raise LensError("is there twice, in capitals or not")
    return book.add(lens)


def _lens(table: dict[str, Any]) -> Lens:
    known = {"name": str, "focal_length": float, "f_number": float, "mount": str, "lensfun": str}
    for key, value in table.items():
        if key not in known:
            raise LensError(f"unknown key {key[:40]!r}; known are {', '.join(known)}")
        number = known[key] is float and type(value) is int
        if type(value) is not known[key] and not number:
            form = "a number, as 50 or 2.8" if known[key] is float else "text in quotes"
            raise LensError(f"{key} is {form}, not {str(value)[:40]!r}")
    return Lens(
        table.get("name", ""),
        float(table.get("focal_length", 0.0)),
        float(table.get("f_number", 0.0)),
        table.get("mount", ""),
        table.get("lensfun", ""),
    )
