"""What the window and the screen are made for."""

from dataclasses import dataclass

from app.drive import Drive
from app.lenses import Mount
from app.library import Library
from app.session import Session
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.looks import LookShelf


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
    """

    drive: Drive
    mount: Mount
    bridge: Bridge
    shelf: LookShelf
    library: Library
    choices: Choices

    @property
    def session(self) -> Session:
        """The camera and the pictures in the making."""
        return self.drive.session
