"""What is done within a frame, as Kivy's providers of touches do it, and what that took."""

import time
from collections.abc import Callable


class Finger:
    """What does something within a frame.

    Attributes:
        act: it.
    """

    act: Callable[[], object] | None = None

    def update(self, dispatch_fn: object) -> None:
        """Kivy asks it once a frame."""
        del dispatch_fn
        act, self.act = self.act, None
        if act is not None:
            act()

    def lay(self) -> None:
        """Kivy asks it from now on."""
        from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import

        EventLoop.input_providers.append(self)

    def lift(self) -> None:
        """Kivy asks it no more."""
        from kivy.base import EventLoop  # noqa: PLC0415 - as above

        EventLoop.input_providers.remove(self)

    def frame(self, act: Callable[[], object] | None = None) -> float:
        """Draws a frame, with something done in it; the processor time of it, seconds."""
        from kivy.base import EventLoop  # noqa: PLC0415 - as above

        self.act = act
        start = time.thread_time()
        EventLoop.idle()
        return time.thread_time() - start
