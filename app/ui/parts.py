"""What the window and the screen are made for."""

from dataclasses import dataclass, field

from app.drive import Drive
from app.lenses import Mount
from app.library import Library
from app.session import Session
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.looks import LookShelf


@dataclass(slots=True, eq=False)
class Remembered:
    """What a screen leaves to the one that is made in its place.

    Attributes:
        deleted: numbers of the shots deleted since the start, the last one last.
        network: name of the one that was chosen to hand pictures over on; "" for none.
    """

    deleted: list[int] = field(default_factory=list)
    network: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Parts:
    """The camera and what belongs to it.

    Attributes:
        drive: the shutter.
        mount: the lens.
        bridge: to the session.
        shelf: the looks.
        library: the pictures.
        choices: how a person likes the screen.
        remembered: from one screen to the next.
    """

    drive: Drive
    mount: Mount
    bridge: Bridge
    shelf: LookShelf
    library: Library
    choices: Choices
    remembered: Remembered = field(default_factory=Remembered)

    @property
    def session(self) -> Session:
        """The camera and the pictures in the making."""
        return self.drive.session
