"""The main screen: puts the parts in their places and passes on what happens."""

from typing import Any

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from app.device import DeviceState
from app.status import SessionStatus, State
from app.ui.covering import OneByOne, draw_only
from app.ui.drawer import Drawer
from app.ui.exposure import stepped
from app.ui.fitting import Fitted
from app.ui.focus import Focus
from app.ui.gallery import Gallery
from app.ui.handling import Handling
from app.ui.language import tr
from app.ui.level_line import LevelWatch
from app.ui.live_statistics import LiveStatistics
from app.ui.live_tones import LiveTones
from app.ui.pages import Pages
from app.ui.parts import Parts
from app.ui.placing import Placing
from app.ui.screen_keys import ScreenKeys
from app.ui.shot_sign import ShotSign
from app.ui.textures import reduced, upload
from app.ui.tool_shader import Marks
from app.ui.troubles import Troubles
from capture.frames import PreviewFrame

BESIDE = ("status", "styles", "exposure", "shutter", "last_picture")  # the picture
THUMBNAIL = 160  # pixels: the long side of the small live picture, at least
THUMBNAIL_EVERY = 6  # frames: five thumbnails a second are live enough
TONE_EVERY = 3  # frames: light changes more slowly than what is in front of it


class CameraScreen(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Everything there is to see; it shows and does something from begin() on.

    Attributes:
        aspect: of the picture, width / height.
        thumbnail: the small live picture's texture.
        framed: a page that is open is framed: a picture is being taken.

    Events:
        on_quit: escape was pressed with nothing left to close.
    """

    aspect = NumericProperty(4 / 3)
    thumbnail = ObjectProperty(None, allownone=True)
    framed = BooleanProperty(defaultvalue=False)

    __events__ = ("on_quit",)

    def __init__(self, parts: Parts) -> None:
        super().__init__()
        self.parts = parts
        self.session, self.bridge, self.shelf = parts.session, parts.bridge, parts.shelf
        self.choices = parts.choices
        self.pages = Pages(self, self._covered, self._idle)
        self.focus = Focus(self)
        self._frame: PreviewFrame | None = None
        self._shown: PreviewFrame | None = None
        self._count, self._begun = 0, False
        self._tones = LiveTones(self.bridge, self.shelf)
        self.sign = ShotSign(self.choices.sounds, self.session.status.shots)
        self.drawing = OneByOne(self, ("viewfinder", *BESIDE), self._covered)
        self._placing = Placing(self, ("viewfinder", *BESIDE))

    def _idle(self) -> bool:
        """Whether what nobody has asked for yet may be made."""
        return self.parent is not None and bool(self.bridge.settled)

    def begin(self) -> None:
        """Follows the session and what a person does."""
        self._begun = True
        self._wire()
        self._keys = ScreenKeys(self)
        for name in ("size", "pos", "aspect"):
            self.fbind(name, self.place)
        self.place()
        self._like()
        self._dress()
        newest = self.bridge.fitter.newest
        self._frame = newest[1] if newest else None  # the next one may be a long exposure away
        self._follow(self.bridge, self.bridge.status)
        self._tell_device(self.bridge, self.bridge.device)
        # The first frames are drawn part by part: all of it at once takes longer than a frame may.
        draw_only(self, [])
        self.drawing.begin()

    def _wire(self) -> None:
        """Leads what the parts tell to where it is done."""
        parts, ids = self.parts, self.ids
        ids.styles.names = self.session.styles
        ids.last_picture.bridge = self.bridge
        self.handling = Handling(parts, ids.viewfinder, ids.shutter)
        self.gallery = Gallery(parts, self.pages, ids.last_picture)
        self.drawer = Drawer(parts, self.pages, self.gallery, ids.viewfinder, self.handling.dials)
        self.troubles = Troubles(parts, self.pages, self.gallery, self.drawer, self.leave)
        self.statistics = LiveStatistics(self.bridge, self.choices, ids.viewfinder)
        self.level = LevelWatch(self.bridge, ids.viewfinder.ids.level)
        ids.status.bind(on_release=lambda _: self.drawer.open_tools())
        self.choices.bind(now=self._like)
        self.sign.bind(shown=self._frame_it)
        ids.styles.bind(on_choose=lambda _, name: self.choose(name))
        ids.viewfinder.bind(
            on_swipe=lambda _, direction: ids.styles.step(direction),
            on_exposure=lambda _, steps: self.expose(steps),
        )
        ids.viewfinder.ids.panel.bind(open=self.focus.let_go)
        ids.exposure.bind(on_step=lambda _, steps: self.expose(steps))
        ids.shutter.bind(on_fire=lambda _: self.fire())
        ids.last_picture.bind(on_release=lambda _: self.gallery.open_last())
        self.bridge.bind(status=self._follow, device=self._tell_device, on_frame=self._show)
        self.shelf.bind(ready=self._dress, damaged=self._dress)

    def take_over(self, before: "CameraScreen") -> None:
        """Goes on where another screen is: the picture in the making, the loupe."""
        self.ids.last_picture.take_over(before.ids.last_picture)
        loupe = before.ids.viewfinder
        if loupe.zoom > 1.0:
            self.ids.viewfinder.magnify(loupe.zoom, tuple(loupe.centre))
            self._shown = None  # the frame is shown anew, in its own pixels

    @property
    def helpers(self) -> tuple[object, ...]:
        """What it is made with besides widgets, all its own."""
        ours: tuple[object, ...] = (self.pages, self.focus, self.sign, self._placing, self._tones)
        if not self._begun:
            return ours
        shelf = self.gallery.shelf
        ours = (
            *ours,
            self._keys,
            self.handling,
            shelf,
            shelf.thumbnails,
            self.gallery,
            self.drawer,
        )
        return (*ours, self.troubles, self.statistics, self.level)

    # What a person does.

    def fire(self) -> None:
        """Takes a picture if the camera is ready; the status tells why if it is not."""
        self.handling.fire()
        self.bridge.look()

    def expose(self, steps: int) -> None:
        """Makes the next pictures brighter or darker by thirds, where a meter is asked."""
        status = self.session.status
        if status.wish.metered:
            self.session.set_exposure_value(stepped(status.exposure_value, steps))

    def choose(self, style: str) -> None:
        """Takes another look; the next step begins there, however soon it comes."""
        self.session.set_style(style)
        self.bridge.look()

    def key(self, code: int) -> bool:
        """A key or a hardware button that acts as one; True if it means something here."""
        return self._keys.press(code)

    def lift(self, code: int) -> None:
        """A key comes up."""
        self._keys.lift(code)

    def on_touch_down(self, touch: Any) -> bool:  # noqa: ANN401 - a Kivy touch
        """A finger takes over from the keys."""
        self.focus.clear()
        return bool(super().on_touch_down(touch))

    def leave(self, *_: object) -> None:
        """Closes what is open, the app last."""
        panel = self.ids.viewfinder.ids.panel
        if panel.open:
            panel.toggle()
        else:
            self.dispatch("on_quit")

    def close(self) -> None:
        """Follows nothing any more."""
        self.drawing.end()
        self._placing.end()
        self.pages.end()
        self.sign.close()
        if not self._begun:
            return
        self.troubles.close()  # a page that closes made it look once more
        self.level.want(wanted=False)
        self.ids.viewfinder.ids.panel.end()
        self.handling.close()
        self.bridge.unbind(status=self._follow, device=self._tell_device, on_frame=self._show)
        self.shelf.unbind(ready=self._dress, damaged=self._dress)
        self.choices.unbind(now=self._like)

    def on_quit(self) -> None:
        """Default handler."""

    # What the session tells.

    def _follow(self, _: object, status: SessionStatus) -> None:
        parts = self.ids
        begun = self.sign.follow(status, heard=self.parent is not None)
        if begun:
            parts.last_picture.expect(status.shots)
        self._freeze(status)
        if begun:
            self.gallery.taken()
        parts.status.status = status
        parts.last_picture.follow(status)
        parts.exposure.disabled = not status.wish.metered
        parts.shutter.armed = status.can_shoot
        capturing = status.state is State.CAPTURING
        parts.shutter.progress = status.capture_progress if capturing else 0.0
        parts.viewfinder.margin = status.abilities.margin
        starting = self._frame is None and status.state is State.STARTING
        parts.viewfinder.hint = tr("Starting the camera") if starting else ""
        if parts.styles.chosen != status.style:
            parts.styles.chosen = status.style
            self._dress()
        self.handling.follow(status)
        self.troubles.look()
        self.gallery.follow(status)

    def _tell_device(self, _: object, device: DeviceState) -> None:
        self.ids.status.device = device

    def _covered(self) -> None:
        """A page covers the viewfinder, which is not drawn then; a sheet leaves its picture."""
        self.troubles.look()
        top = self.pages.top
        finder = self.ids.viewfinder
        if top is not None:
            finder.let_go()
        finder.opacity = 1 if top is None or top.translucent else 0
        if finder.opacity:
            self._placing.all()
        beside = [self.ids[name] for name in BESIDE if name not in self.drawing.left]
        for part in (finder.ids.panel, *beside):
            part.opacity = 1 if top is None else 0
        below = [finder] if finder.opacity and "viewfinder" not in self.drawing.left else []
        draw_only(self, [*below, *(beside if top is None else ()), *self.pages.seen])
        self._frame_it()
        if finder.opacity and self._frame is not None and self._frame is not self._shown:
            self._show(self.bridge, self._frame)

    def _frame_it(self, *_: object) -> None:
        """While a picture is being taken the picture is framed that is seen, or the page."""
        finder = self.ids.viewfinder
        finder.blink = self.sign.shown
        self.framed = self.sign.shown and not finder.opacity

    def _show(self, _: object, frame: PreviewFrame, fitted: Fitted | None = None) -> None:
        parts = self.ids
        self._frame = frame
        shown, fitter = self.parent is not None, self.bridge.fitter
        if not (shown and parts.viewfinder.opacity) and parts.viewfinder.texture:
            if shown:
                fitter.wanted = None
            return  # nobody sees it: the newest one comes when the page goes, or with the screen
        self._shown = frame
        height, width = frame.pixels.shape[:2]
        self.aspect = width / height
        parts.viewfinder.hint = ""
        wanted = parts.viewfinder.fit(self._tones.lines)
        if shown:  # one that is made behind another leaves the stream to that
            fitter.wanted = wanted
        parts.viewfinder.show(fitted or wanted.of(frame.pixels))
        self._freeze(self.bridge.status)
        self.statistics.see(frame)
        if self._count % THUMBNAIL_EVERY == 0:
            step = max(1, max(width, height) // THUMBNAIL)
            small = reduced(frame.pixels, step)
            self.thumbnail = parts.styles.texture = upload(small, self.thumbnail)
            self.statistics.see_small(small)
        if self._count % TONE_EVERY == 0:
            self._tones.find(frame)
        self._count += 1

    def _freeze(self, status: SessionStatus) -> None:
        """The thumbnail keeps what is seen when a picture is taken."""
        image = self.ids.viewfinder.ids.image
        seen = image.give if self._frame is self._shown and image.texture is not None else None
        self.ids.last_picture.freeze(self._frame, self.shelf.ready.get(status.style), seen)

    def _like(self, *_: object) -> None:
        """Takes on what a person has chosen."""
        now, finder = self.choices.now, self.ids.viewfinder
        finder.marks = Marks(now.peaking, now.zebra)
        finder.grid, finder.frame = now.grid, now.frame
        finder.ids.panel.readout.veiled = now.zebra
        self.statistics.follow()
        self.level.want(wanted=now.level)
        self.choices.sounds.want(wanted=now.sounds)
        self.place()

    def _dress(self, *_: object) -> None:
        parts = self.ids
        parts.styles.ready, parts.styles.damaged = dict(self.shelf.ready), dict(self.shelf.damaged)
        parts.viewfinder.compiled = self.shelf.ready.get(self.session.status.style)

    def place(self, *_: object) -> None:
        """Puts everything in its place; what a page covers, a part a frame."""
        left_handed = self.choices.now.left_handed
        self.pages.left_handed = self.ids.viewfinder.left_handed = left_handed
        self._placing.begin(left_handed=left_handed)
