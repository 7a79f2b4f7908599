"""Hand-over: a code for a telephone's camera, and the page it leads to while this one is open."""

import logging
from functools import partial
from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.graphics.texture import Texture
from kivy.properties import ObjectProperty, StringProperty

from app.export import Volume, volumes
from app.handover import HandOver, local_address
from app.library import Library
from app.ui.bridge import Bridge
from app.ui.faults import brief
from app.ui.language import tr
from app.ui.pages import Page

LANE = "hand-over"
EVERY = 2.0  # seconds between two looks for media

log = logging.getLogger(__name__)


class SendPage(Page):
    """The code; leaving the page ends the hand-over.

    Attributes:
        url: that the code holds; empty until it works.
        hint: what to do, or why it does not work.
        code: the code as a texture, a pixel a module.
        volume: a medium to copy to that is plugged in; None for none.

    Events:
        on_copy: somebody wants to copy to it.
    """

    url = StringProperty("")
    hint = StringProperty("")
    code = ObjectProperty(None, allownone=True)
    volume = ObjectProperty(None, allownone=True)

    __events__ = ("on_copy",)

    def __init__(self, library: Library, bridge: Bridge, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._library, self._bridge = library, bridge
        self._visit: object = None  # to the page; each has a server and a code of its own
        self._server: HandOver | None = None
        self._watch: Any = None

    def entered(self) -> None:
        """Begins a hand-over; looks for media, and again now and then."""
        visit, library = object(), self._library
        self._visit, self.url, self.hint, self.code = visit, "", "", None

        def begin() -> HandOver | None:
            address = local_address()
            return None if address is None else HandOver(library, address)

        self._bridge.background(
            begin, partial(self._take, visit), lane=LANE, failed=partial(self._failed, visit)
        )
        self._watch = Clock.schedule_interval(self._look, EVERY)
        self._look()

    def left(self) -> None:
        """Ends the hand-over."""
        self._visit = None
        self._watch.cancel()
        self._end()

    def on_copy(self) -> None:
        """Default handler."""

    def _look(self, *_: object) -> None:
        self._bridge.background(volumes, self._plugged, lane="preferences")

    def _plugged(self, found: tuple[Volume, ...]) -> None:
        self.volume = found[0] if found else None

    def _take(self, visit: object, server: HandOver | None) -> None:
        if visit is not self._visit:
            if server is not None:
                self._bridge.background(server.close, _ended, lane=LANE)
            return
        self._server = server
        if server is None:
            self.hint = tr("No network: connect the camera first.")
        else:
            self.url = server.url
            self.code = code_texture(server.url)
            self.hint = tr("Open this address in a browser on the same network.")

    def _end(self) -> None:
        server, self._server = self._server, None
        if server is not None:
            self._bridge.background(server.close, _ended, lane=LANE)

    def _failed(self, visit: object, error: Exception) -> None:
        if visit is not self._visit:
            return
        if isinstance(error, PermissionError):  # how it was set up, not what went wrong
            self.hint = tr("No network is allowed: baryta-deploy --hand-over switches it on.")
        else:
            self.hint = brief(error)


def _ended(_: object) -> None:
    log.info("the hand-over has ended")


def code_texture(text: str) -> Any:  # noqa: ANN401 - a Kivy texture
    """A QR code (ISO/IEC 18004) with its quiet zone, dark on white, a pixel a module."""
    import segno  # noqa: PLC0415 - only who sends needs it; no start waits for it

    matrix = np.array(list(segno.make(text, error="m").matrix_iter(border=4)), bool)
    pixels = np.full((*matrix.shape, 4), 255, np.uint8)
    pixels[matrix] = (0, 0, 0, 255)
    texture = Texture.create(size=matrix.shape[::-1], colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.blit_buffer(pixels[::-1].tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture
