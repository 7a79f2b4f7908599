"""Hand-over: a code for a telephone's camera, and the page it leads to while this one is open."""

import logging
from functools import partial
from typing import Any

import numpy as np
from kivy.clock import Clock
from kivy.properties import ObjectProperty, StringProperty

from app.export import Volume, volumes
from app.handover import HandOver, Words
from app.networks import Network, local_networks
from app.store import Shot
from app.ui.faults import brief
from app.ui.language import speech, tr
from app.ui.pages import Page
from app.ui.parts import Remembered
from app.ui.picture_file import Pixels
from app.ui.shelf import Shelf
from app.ui.textures import upload

LANE = "hand-over"
EVERY = 2.0  # seconds between two looks for media and networks

log = logging.getLogger(__name__)


class SendPage(Page):
    """The code; leaving the page ends the hand-over.

    Args:
        shelf: the pictures, as they are listed, and the threads that hand them over.
        remembered: notes the network that is chosen.

    Attributes:
        url: that the code holds; empty until it works.
        hint: what to do, or why it does not work.
        code: the code as a texture, a pixel a module.
        network: that it is on, in a word; "" unless there are several to choose from.
        volumes: media to copy to that are plugged in.

    Events:
        on_copy: somebody wants to copy to one of them.
    """

    url = StringProperty("")
    hint = StringProperty("")
    code = ObjectProperty(None, allownone=True)
    network = StringProperty("")
    volumes = ObjectProperty(())

    __events__ = ("on_copy",)

    def __init__(self, shelf: Shelf, remembered: Remembered, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self._shelf, self._bridge, self._remembered = shelf, shelf.bridge, remembered
        self._networks: tuple[Network, ...] = ()
        self._on: Network | None = None  # bound to
        self._begun: object = None  # the hand-over; each has a server and a code of its own
        self._server: HandOver | None = None
        self._refused = False  # it could not begin: tried again with the next look
        self._watch: Any = None

    def entered(self) -> None:
        """Looks for networks and media, and again now and then; begins where there is a network."""
        self._begun, self._on, self.hint, self._refused = object(), None, "", False
        self._watch = Clock.schedule_interval(self._look, EVERY)
        self._shelf.load()  # with what others have taken
        self._look()

    def left(self) -> None:
        """Ends the hand-over."""
        self._watch.cancel()
        self._end()

    def next_network(self) -> None:
        """Goes on to the next network there is, and remembers which."""
        if self._on in self._networks:
            after = (self._networks.index(self._on) + 1) % len(self._networks)
            self._remembered.network = self._networks[after].name
            self._choose()

    def on_copy(self) -> None:
        """Default handler."""

    def _look(self, *_: object) -> None:
        background = self._bridge.background
        background(
            partial(volumes, self._shelf.library.workshop.store.root),
            self._plugged,
            lane="preferences",
        )
        begun = self._begun
        background(
            local_networks, self._found, lane="preferences", failed=partial(self._failed, begun)
        )

    def _plugged(self, found: tuple[Volume, ...]) -> None:
        self.volumes = found

    def _found(self, networks: tuple[Network, ...]) -> None:
        self._networks = networks
        if self._begun is not None:
            self._choose()

    def _choose(self) -> None:
        """The network that was chosen, else the first; begins if it is another, or could not."""
        there, wanted = self._networks, self._remembered.network
        chosen = next((n for n in there if n.name == wanted), there[0] if there else None)
        if chosen != self._on or not self.hint or self._refused:
            self._begin(chosen)
        self.network = network_words(chosen) if chosen is not None and len(there) > 1 else ""

    def _begin(self, network: Network | None) -> None:
        """Ends the hand-over there is; one begins on a network."""
        self._end()
        begun = self._begun = object()
        if not self._refused or network != self._on:  # else why it could not stays to be read
            self.hint = tr("Starting")
        self._on, self._refused = network, False
        if network is None:
            self.hint = tr("No network: connect the camera first.")
            return
        address, words = network.address, page_words()
        self._bridge.background(
            partial(_handed_over, self._shelf, address, words),
            partial(self._take, begun),
            lane=LANE,
            failed=partial(self._failed, begun),
        )

    def _take(self, begun: object, made: tuple[HandOver, Pixels]) -> None:
        server, code = made
        if begun is not self._begun:
            self._bridge.background(server.close, _ended, lane=LANE)
            return
        self._server = server
        self.url = server.url
        self.code = code_texture(code)
        self.hint = tr("Open this address in a browser on the same network.")

    def _end(self) -> None:
        self._begun, self.url, self.code = None, "", None
        server, self._server = self._server, None
        if server is not None:
            self._bridge.background(server.close, _ended, lane=LANE)

    def _failed(self, begun: object, error: Exception) -> None:
        if begun is not self._begun:
            return
        self._refused = self._server is None
        if isinstance(error, PermissionError):  # how it was set up, not what went wrong
            self.hint = tr(
                "Set up without a network: plug in a memory stick, or deploy with --hand-over."
            )
        else:
            self.hint = brief(error)


def network_words(network: Network) -> str:
    """What kind of network it is, as far as the name of its interface tells; else that name."""
    if network.name.startswith("wl"):
        return tr("Wi-Fi")
    return tr("Cable") if network.name.startswith(("en", "eth")) else network.name


def page_words() -> Words:
    """What the telephone is told, in the language of the screen."""
    return Words(
        language=speech.language,
        clock=tr("Set the camera's clock by this telephone"),
        newer=tr("Newer"),
        older=tr("Older"),
        none=tr("No pictures yet"),
    )


def _ended(_: object) -> None:
    log.info("the hand-over has ended")


def _handed_over(shelf: Shelf, address: str, words: Words) -> tuple[HandOver, Pixels]:
    def listed() -> tuple[Shot, ...]:
        """As the app has them: reading the card takes seconds where there are thousands."""
        shots: tuple[Shot, ...] | None = shelf.shots
        return shelf.library.shots() if shots is None else shots

    server = HandOver(listed, address, words)
    return server, code_pixels(server.url)


def code_pixels(text: str) -> Pixels:
    """A QR code (ISO/IEC 18004) with its quiet zone, dark on white, a pixel a module.

    Returns:
        (side, side, 4) uint8, rows from the bottom; finding its mask takes longer than a frame.
    """
    import segno  # noqa: PLC0415 - only who sends needs it; no start waits for it

    matrix = np.array(list(segno.make(text, error="m").matrix_iter(border=4)), bool)
    pixels = np.full((*matrix.shape, 4), 255, np.uint8)
    pixels[matrix] = (0, 0, 0, 255)
    return pixels[::-1]


def code_texture(pixels: Pixels) -> Any:  # noqa: ANN401 - a Kivy texture
    """Those as a texture, its modules with sharp edges."""
    texture = upload(pixels)
    texture.mag_filter = texture.min_filter = "nearest"
    return texture
