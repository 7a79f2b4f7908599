"""The compensation that frames are exposed with, which is late to follow what was asked for."""

_FOLLOWED = 24  # frames in which a sensor's delay is over and automatics have come to it
_LINEAR = 1.0  # EV: beyond, most of what they go by clips, and they ask for ever more


class Compensation:
    """What an automatic exposure is compensated by: while it changes, the lesser of both.

    A frame still dark by the old one would pass for one of a scene that lacks light
    (capture/plans/scarce.py).

    Attributes:
        told: EV that the automatics are to be told.
        beyond: EV that plans and the preview make up for: what the automatics would not follow in
            proportion (libcamera's aim for a Raspberry Pi ends at a level of 0.9), and what is
            asked for while they are locked.
    """

    def __init__(self) -> None:
        self.told = self.beyond = self._before = 0.0
        self._changed = 0  # frame

    def ask(self, value: float, frame: int, *, locked: bool = False) -> None:
        """A person's compensation in EV, before the stream's frame of that number is exposed.

        At frame 0 the automatics begin with it; locked ones are told nothing new.
        """
        told = self.told if locked else min(value, _LINEAR)
        self.beyond = value - told
        if told != self.told:
            self._before = self.at(frame) if frame else told
            self.told, self._changed = told, frame

    def at(self, frame: int, *, ended: bool = False) -> float:
        """EV that the automatic exposure of a frame is surely told.

        Args:
            frame: its number.
            ended: whether that exposure is at its end, and follows no further.
        """
        followed = ended or frame - self._changed >= _FOLLOWED
        return self.told if followed else min(self.told, self._before)
