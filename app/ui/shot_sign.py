"""The sign that a picture is being taken, whoever pressed: a frame, and the shutter's sound."""

from kivy.clock import Clock
from kivy.event import EventDispatcher
from kivy.properties import BooleanProperty

from app.status import SessionStatus, State
from app.ui.sounds import Sounds

LEAST = 0.2  # seconds it is seen: frames that were kept from before the press take no time


class ShotSign(EventDispatcher):  # type: ignore[misc]  # Kivy is untyped
    """Follows the session: a finger, a key, a button on wires and a run of pictures look alike.

    Args:
        sounds: heard with every picture.
        shots: begun before.

    Attributes:
        shown: it is to be seen.
    """

    shown = BooleanProperty(defaultvalue=False)

    def __init__(self, sounds: Sounds, shots: int) -> None:
        super().__init__()
        self._sounds, self._shots = sounds, shots
        self._capturing = False
        self._ending = Clock.create_trigger(self._end, LEAST)

    def follow(self, status: SessionStatus, *, heard: bool) -> bool:
        """Takes over what the session tells; True for a picture that it has not told of before.

        Args:
            status: of the session.
            heard: with the shutter's sound.
        """
        self._capturing = status.state is State.CAPTURING
        begun = status.shots != self._shots
        if begun:
            self._shots = status.shots
            if heard:
                self._sounds.shutter()
            self._ending.cancel()
            self._ending()
        self.shown = self._capturing or bool(self._ending.is_triggered)
        return begun

    def close(self) -> None:
        """Ends it."""
        self._ending.cancel()
        self.shown = False

    def _end(self, _seconds: float) -> None:
        self.shown = self._capturing
