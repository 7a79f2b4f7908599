"""The compensation that frames are exposed with, which is late to follow what was asked for."""

_FOLLOWED = 24  # frames in which a sensor's delay is over and automatics have come to it


class Compensation:
    """What an automatic exposure is compensated by: while it changes, the lesser of both.

    A frame still dark by the old one would pass for one of a scene that lacks light
    (capture/plans/scarce.py).
    """

    def __init__(self) -> None:
        self._asked = self._before = 0.0  # EV
        self._changed = 0  # frame

    def ask(self, value: float, frame: int) -> None:
        """A person's compensation in EV, before the stream's frame of that number is exposed.

        At frame 0 the automatics begin with it.
        """
        if value != self._asked:
            self._before = self.at(frame) if frame else value
            self._asked, self._changed = value, frame

    def at(self, frame: int, *, ended: bool = False) -> float:
        """EV that the automatic exposure of a frame is surely told.

        Args:
            frame: its number.
            ended: whether that exposure is at its end, and follows no further.
        """
        followed = ended or frame - self._changed >= _FOLLOWED
        return self._asked if followed else min(self._asked, self._before)
