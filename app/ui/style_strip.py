"""The strip of styles: each with its name and a small live picture in that style."""

from kivy.metrics import mm
from kivy.properties import BooleanProperty, ListProperty, ObjectProperty, StringProperty
from kivy.uix.behaviors import ButtonBehavior
from kivy.uix.boxlayout import BoxLayout

from app.ui.ahead import Part
from app.ui.layout import CHIP, LEAST, TILE, Strip
from app.ui.scrolling import Scrolling


class StyleTile(ButtonBehavior, BoxLayout, Part):  # type: ignore[misc]  # Kivy is untyped
    """One style.

    Attributes:
        name: of the style.
        focused: the keys act on it.
        chosen: it is the present one: framed, dotted and in bold.
        damaged: it cannot be used.
        texture: the small live picture.
        compiled: the look, once there.
    """

    name = StringProperty("")
    focused = BooleanProperty(defaultvalue=False)
    chosen = BooleanProperty(defaultvalue=False)
    damaged = BooleanProperty(defaultvalue=False)
    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)

    def press(self) -> None:
        """Does what a touch does."""
        self.dispatch("on_release")


class StyleStrip(Scrolling, Part):
    """All styles; scrolls along its longer side.

    Attributes:
        names: of the styles, in order.
        chosen: the present one.
        strip: how the styles lie.
        texture: the small live picture.
        ready, damaged: from the look shelf.

    Events:
        on_choose: a style's name.
    """

    names = ListProperty([])
    chosen = StringProperty("")
    strip = ObjectProperty(Strip.ROWS)
    texture = ObjectProperty(None, allownone=True)
    ready = ObjectProperty({})
    damaged = ObjectProperty({})

    __events__ = ("on_choose",)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.tiles: dict[str, StyleTile] = {}
        self.fbind("names", self._build)
        for name in ("chosen", "ready", "damaged", "texture"):
            self.fbind(name, self._mark)
        for name in ("strip", "size"):
            self.fbind(name, self._place)

    def step(self, direction: int) -> None:
        """Chooses the next usable style, or the one before; the strip is a ring."""
        usable = [name for name in self.names if name not in self.damaged or name == self.chosen]
        if len(usable) > 1:
            here = usable.index(self.chosen) if self.chosen in usable else 0
            self.dispatch("on_choose", usable[(here + direction) % len(usable)])

    def on_choose(self, name: str) -> None:
        """Default handler."""

    def _build(self, *_: object) -> None:
        line = self.ids.line
        line.clear_widgets()
        self.tiles = {name: StyleTile(name=name) for name in self.names}
        for tile in self.tiles.values():
            tile.bind(on_release=self._tapped)
            line.add_widget(tile)
        self._mark()
        self._place()

    def _tapped(self, tile: StyleTile) -> None:
        if not tile.damaged:
            self.dispatch("on_choose", tile.name)

    def _mark(self, *_: object) -> None:
        for name, tile in self.tiles.items():
            moved = name == self.chosen and not tile.chosen
            tile.chosen = name == self.chosen
            tile.compiled = self.ready.get(name)
            tile.damaged = name in self.damaged
            # Until its look is there a thumbnail stays dark rather than show another colour.
            tile.texture = self.texture if tile.compiled else None
            if moved and self.height > 1:
                self.scroll_to(tile, padding=mm(2), animate=False)

    def _place(self, *_: object) -> None:
        if not self.tiles:
            return
        down = self.strip is Strip.ROWS
        self.do_scroll_x, self.do_scroll_y = not down, down
        line = self.ids.line
        line.orientation = "vertical" if down else "horizontal"
        line.size_hint = (1, None) if down else (None, 1)
        for tile in self.tiles.values():
            tile.orientation = "vertical" if self.strip is Strip.TILES else "horizontal"
            if down:
                tile.size_hint, tile.height = (1, None), mm(LEAST)
            else:
                across = TILE if self.strip is Strip.TILES else CHIP
                tile.size_hint, tile.width = (None, 1), mm(across)
        if self.chosen in self.tiles and self.height > 1:
            line.do_layout()
            self.scroll_to(self.tiles[self.chosen], padding=mm(2), animate=False)
