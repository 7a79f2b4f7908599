"""A picture drawn in a look: the viewfinder's, and the thumbnails' of the styles."""

import logging

from kivy.graphics import BindTexture, Rectangle, RenderContext
from kivy.properties import ListProperty, ObjectProperty
from kivy.uix.widget import Widget

from app.ui.style_shader import FRAGMENT, uniforms
from app.ui.tone_map import NOTHING, tone_uniforms

log = logging.getLogger(__name__)


class StyledImage(Widget):  # type: ignore[misc]  # Kivy is untyped
    """Draws a texture, fitted into the widget, through a look's table.

    Attributes:
        texture: the picture, sRGB; None draws nothing.
        compiled: (look, its table's texture) from Looks; None draws the picture as it is.
        tone: (lines, their texture) of the picture's local tone mapping; None for none.
        crop: fill the widget and cut off what is too much, instead of fitting.
        picture: the drawn rectangle, (x, y, width, height), pixels.
    """

    texture = ObjectProperty(None, allownone=True)
    compiled = ObjectProperty(None, allownone=True)
    tone = ObjectProperty(None, allownone=True)
    crop = ObjectProperty(defaultvalue=False)
    picture = ListProperty([0, 0, 0, 0])

    def __init__(self, **kwargs: object) -> None:
        self.canvas = RenderContext(
            use_parent_projection=True, use_parent_modelview=True, use_parent_frag_modelview=True
        )
        self._plain = self.canvas.shader.fs
        self._table, self._tone = BindTexture(index=1), BindTexture(index=2)
        self._rectangle = Rectangle(size=(0, 0))
        self._sound = True
        super().__init__(**kwargs)
        self.canvas.add(self._table)
        self.canvas.add(self._tone)
        self.canvas.add(self._rectangle)
        for name in ("pos", "size", "texture", "crop"):
            self.fbind(name, self._place)
        self.fbind("compiled", self._dress)
        self.fbind("tone", self._dress)
        self._dress()
        self._place()

    def refresh(self) -> None:
        """Draws anew after the texture's pixels have changed."""
        self.canvas.ask_update()

    def _dress(self, *_: object) -> None:
        if self.compiled is None or not self._sound:
            self.canvas.shader.fs = self._plain
            return
        look, table = self.compiled
        if self.canvas.shader.fs != FRAGMENT:
            self.canvas.shader.fs = FRAGMENT
            if not self.canvas.shader.success:
                # A picture without its look is better than none.
                log.error("this driver does not take the look's shader; the preview is plain")
                self._sound = False
                self.canvas.shader.fs = self._plain
                return
        self._table.texture = table
        lines, self._tone.texture = self.tone or (NOTHING, table)
        self.canvas["table"], self.canvas["tone"] = 1, 2
        for name, value in (uniforms(look, self._aspect()) | tone_uniforms(lines)).items():
            self.canvas[name] = value
        self.refresh()

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
        aspect = self._aspect()
        left, bottom, right, top = 0.0, 0.0, 1.0, 1.0
        if self.crop:
            shown = width / height if height else aspect
            if shown < aspect:
                left, right = 0.5 - shown / aspect / 2, 0.5 + shown / aspect / 2
            else:
                bottom, top = 0.5 - aspect / shown / 2, 0.5 + aspect / shown / 2
        else:
            fitted = min(width, height * aspect)
            x, width = x + (width - fitted) / 2, fitted
            y, height = y + (height - fitted / aspect) / 2, fitted / aspect
        # Rows come from the top: the texture is drawn upside down.
        self._rectangle.tex_coords = (left, top, right, top, right, bottom, left, bottom)
        # Whole pixels, so that a preview of the panel's own size is shown one to one.
        self.picture = [round(value) for value in (x, y, width, height)]
        self._rectangle.pos, self._rectangle.size = self.picture[:2], self.picture[2:]
