"""Who makes something in a frame: one at a time, or frames grow long."""

from kivy.clock import Clock

_taken = [-1]  # the frame in which somebody last had the turn
_hurried: set[object] = set()  # for whom everybody waits who does what can wait


def take_turn() -> bool:
    """Whether who asks may make something in this frame: the first does."""
    frame = Clock.frames
    free = frame != _taken[0]
    _taken[0] = frame
    return bool(free)


def hurry(what: object, *, wanted: bool) -> None:
    """A person waits for something that is made a little each frame, or no more."""
    (_hurried.add if wanted else _hurried.discard)(what)


def hurried() -> bool:
    """Whether a person waits for what somebody makes."""
    return bool(_hurried)
