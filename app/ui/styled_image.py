"""A picture drawn in a look: the viewfinder's, and the thumbnails' of the styles."""

import logging
from typing import Any

import numpy as np
from kivy.graphics import BindTexture, Callback, Canvas, Rectangle, RenderContext
from kivy.graphics.opengl import GL_BLEND, glDisable, glEnable
from kivy.metrics import mm
from kivy.properties import ListProperty, NumericProperty, ObjectProperty
from kivy.uix.widget import Widget

from app.ui.fitting import kept_of
from app.ui.look_table import fits
from app.ui.picture_file import Pixels
from app.ui.style_shader import FRAGMENT, TONED, uniforms
from app.ui.textures import upload
from app.ui.tone_map import NOTHING, tone_uniforms
from app.ui.tool_shader import TOOLED

SHADERS = (FRAGMENT, TONED, TOOLED)
STRIPE = 0.5  # mm of a zebra's stripe
BLANK = np.zeros((3, 4, 4), np.uint8)

log = logging.getLogger(__name__)


class StyledImage(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Draws a texture, fitted into the widget, through a look's table; opaque in any case.

    Attributes:
        texture: the picture, sRGB; None draws nothing.
        compiled: (look, its look_table.Table) from Looks; None draws the picture as it is.
        tone: lines of the local tone mapping whose gain the texture has as alpha; None for none.
        margin: shares of the texture's width and height to leave out at each edge.
        crop: fill the widget and cut off what is too much, instead of fitting.
        marks: peaking and zebra, drawn with a look only; None for none.
        clip: what clips in the raw (tool_shader.Clip), for the zebra; None goes by the texture.
        over: colour of stripes, where a theme has one for all that lies over a picture.
        zoom: magnification of the part around centre.
        centre: the point of the picture in the middle, 0..1 from its top left.
        picture: the drawn rectangle, (x, y, width, height), pixels.
    """

    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    tone = ObjectProperty(None, allownone=True)
    crop = ObjectProperty(defaultvalue=False)
    margin = ListProperty([0.0, 0.0])
    picture = ListProperty([0, 0, 0, 0])
    marks = ObjectProperty(None, allownone=True)
    clip = ObjectProperty(None, allownone=True)
    over = ListProperty([1.0, 1.0, 1.0, 1.0])
    zoom = NumericProperty(1.0)
    centre = ListProperty([0.5, 0.5])

    def __init__(self, **kwargs: object) -> None:
        self.canvas = Canvas()
        self._programs: dict[str | None, RenderContext] = {}
        self._program: RenderContext | None = None
        self._given: Any = None  # another's texture, only drawn here
        self._unheard = list(SHADERS)  # not drawn in yet
        self._table, self._clip, self._changes = (BindTexture(index=i) for i in (1, 2, 3))
        self._rectangle = Rectangle(size=(0, 0))
        # It is opaque: what lies below need not be read.
        self._opaque = Callback(lambda _: glDisable(GL_BLEND))
        self._blended = Callback(lambda _: glEnable(GL_BLEND))
        self._sound, self._marking = fits(), True
        super().__init__(**kwargs)
        for name in ("pos", "size", "texture", "margin", "crop", "zoom", "centre"):
            self.fbind(name, self._place)
        for name in ("compiled", "tone", "marks", "clip", "over"):
            self.fbind(name, self._dress)
        self._dress()
        self._place()

    def show(self, pixels: Pixels) -> None:
        """Draws a frame of a live stream, (height, width, 4) uint8."""
        self.texture = upload(pixels, None if self.texture is self._given else self.texture)
        self.canvas.ask_update()

    def give(self) -> Any:  # noqa: ANN401 - Kivy's texture
        """The texture with the last frame; it stays as it is, and the next frame has another."""
        self._given = self.texture
        return self.texture

    def rehearse(self) -> bool:
        """Before there is a picture, draws beside the window in a shader that was not drawn in yet.

        Drivers compile a shader when they first draw in it, which takes them longer than a frame.
        False: there is none left, or nothing to draw in it.
        """
        if self.texture is not None or self.compiled is None or not self._sound:
            return False
        if not self._unheard:
            self._dress()
            return False
        program = self._use(self._unheard.pop(0))
        if program is not None:
            for part in (self._table, self._clip, self._changes):
                part.texture = self.compiled[1].nodes
            program["table"], program["clip"], program["changes"] = 1, 2, 3
            self._rectangle.texture, self._rectangle.pos = upload(BLANK), (-2, -2)
            self._rectangle.size = (1, 1)
        return True

    def _dress(self, *_: object) -> None:
        if self.compiled is None or not self._sound:
            self._use(None)
            return
        look, table = self.compiled
        marked = self.marks is not None and self.marks.wanted and self.texture is not None
        marked = marked and self._marking
        toned = self.tone is not None and self.tone is not NOTHING
        program = self._use(TOOLED if marked else TONED if toned else FRAGMENT)
        if program is None:
            if marked:
                self._marking = False
            else:
                self._sound = False
            self._dress()
            return
        self._table.texture, self._changes.texture = table.nodes, table.changes
        values: dict[str, object] = {"table": 1, "changes": 3, "change": table.change}
        values |= uniforms(look, self._aspect(), toned=toned)
        if marked or toned:
            values |= tone_uniforms(self.tone if toned else NOTHING)
        if marked:
            self._clip.texture = self.clip.texture if self.clip else table.nodes
            values |= {"clip": 2}
            values |= self.marks.uniforms(self.texture.size, mm(STRIPE), self.clip, self.over)
        for name, value in values.items():
            program[name] = value
        self.canvas.ask_update()

    def _use(self, source: str | None) -> RenderContext | None:
        """Draws through a shader, Kivy's own for None, each compiled once.

        None if the driver refuses it: less is better than no picture.
        """
        program = self._programs.get(source)
        if program is None:
            program = self._programs[source] = RenderContext(
                use_parent_projection=True,
                use_parent_modelview=True,
                use_parent_frag_modelview=True,
            )
            if source is not None:
                program.shader.fs = source
                if not program.shader.success:
                    log.error("this driver refuses a shader; the preview goes without")
        if not program.shader.success:
            return None
        if program is not self._program:
            if self._program is not None:
                self._program.clear()
            self.canvas.clear()
            parts = (self._opaque, self._rectangle, self._blended)
            for part in (self._table, self._clip, self._changes, *parts):
                program.add(part)
            self.canvas.add(program)
            self._program = program
        return program

    def _aspect(self) -> float:
        return self.texture.width / self.texture.height if self.texture else 4 / 3

    def _place(self, *_: object) -> None:
        if self.texture is None:
            self._rectangle.size = (0, 0)
            return
        if self._rectangle.texture is not self.texture:
            self._rectangle.texture = self.texture
            self._dress()
        x, y = self.pos
        width, height = self.size
        # Whole texels: what is shown one to one stays so.
        columns, rows = self.texture.size
        kept = list(kept_of((columns, rows), self.margin))
        beside, above = (columns - kept[0]) // 2, (rows - kept[1]) // 2
        aspect = kept[0] / kept[1]
        left, bottom, right, top = 0.0, 0.0, 1.0, 1.0
        if self.crop:
            shown = width / height if height else aspect
            if shown < aspect:
                left, right = 0.5 - shown / aspect / 2, 0.5 + shown / aspect / 2
            else:
                bottom, top = 0.5 - aspect / shown / 2, 0.5 + aspect / shown / 2
        else:
            fitted = min(width, height * aspect)
            if 0 <= fitted - kept[0] <= 2 * beside + 2:  # made for this panel, or as large as it
                fitted = kept[0]
            x, width = x + (width - fitted) / 2, fitted
            y, height = y + (height - fitted / aspect) / 2, fitted / aspect
            half = 0.5 / max(self.zoom, 1.0)
            across, down = (min(max(part, half), 1.0 - half) for part in self.centre)
            left, bottom, right, top = across - half, down - half, across + half, down + half
        left, right = ((beside + at * kept[0]) / columns for at in (left, right))
        bottom, top = ((above + at * kept[1]) / rows for at in (bottom, top))
        # Rows come from the top: the texture is drawn upside down.
        self._rectangle.tex_coords = (left, top, right, top, right, bottom, left, bottom)
        # Whole pixels, so that a preview of the panel's own size is shown one to one.
        self.picture = [round(value) for value in (x, y, width, height)]
        self._rectangle.pos, self._rectangle.size = self.picture[:2], self.picture[2:]
        # One to one the neighbours count nothing, and a processor that draws need not read them.
        one_to_one = self.zoom == 1.0 and self.picture[2:] == kept
        self.texture.mag_filter = self.texture.min_filter = "nearest" if one_to_one else "linear"
