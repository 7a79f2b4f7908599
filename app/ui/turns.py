"""Who makes something in a frame: one at a time, or frames grow long."""

from kivy.clock import Clock

_taken = [-1]  # the frame in which somebody last had the turn


def take_turn() -> bool:
    """Whether who asks may make something in this frame: the first does."""
    frame = Clock.frames
    free = frame != _taken[0]
    _taken[0] = frame
    return bool(free)
