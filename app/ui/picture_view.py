"""A shot's JPEG on the screen: its thumbnail at once, then itself, then its own pixels."""

from functools import partial
from pathlib import Path

from kivy.core.window import Window
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty

from app.library import jpeg_of
from app.pictures.thumbnail import upright_size
from app.store import Shot
from app.ui.faults import brief
from app.ui.language import tr
from app.ui.picture_file import Pixels, WholePicture, load_picture
from app.ui.shelf import Shelf
from app.ui.textures import upload
from app.ui.zoom_view import ZoomView

LANE = "viewer"

Loaded = tuple[Pixels, tuple[int, int]]
Box = tuple[int, int, int, int]


class PictureView(ZoomView):
    """A ZoomView of the library's pictures.

    Attributes:
        shot: what is shown.
        failure: why it is not, drawn in its place; None while all is well.
        silent: something else is told there.
        aside: pixels that those words leave free at either side.
    """

    shot = ObjectProperty(None, allownone=True)
    failure = ObjectProperty(None, allownone=True)
    silent = BooleanProperty(defaultvalue=False)
    aside = NumericProperty(0.0)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        self.shelf: Shelf | None = None
        self._path: Path | None = None
        self._file: WholePicture | None = None
        self._asked: Box | None = None

    def show(self, shelf: Shelf, shot: Shot) -> None:
        """Shows a shot, fitted in."""
        self.shelf, path = shelf, jpeg_of(shot)
        self.shot = shot
        if path == self._path is not None:
            return
        self._path, self._file, self._asked, self.failure = path, None, None, None
        self.natural = [0, 0]
        self.texture = shelf.texture(path) if path else None
        self.reset()
        if path is None:
            self.failure = tr("There is only a negative: Restyle makes a picture of it.")
        else:
            size = (max(Window.width, 1), max(Window.height, 1))
            shelf.bridge.background(
                partial(self._load, path, size),
                partial(self._take, path),
                lane=LANE,
                failed=partial(self._fail, path),
            )

    def forget(self) -> None:
        """Shows nothing, and lets go of the picture and its file."""
        self._path, self._file, self._asked = None, None, None
        self.shot, self.failure, self.natural, self.texture = None, None, [0, 0], None
        self.reset()

    def on_settle(self) -> None:
        """Fetches the picture's own pixels of the part that is seen."""
        path, box = self._path, self.seen()
        if self.shelf is None or path is None or not min(self.natural) or box == self._asked:
            return
        self._asked = box
        size = (round(self.width), round(self.height))
        self.shelf.bridge.background(
            partial(self._cut, path, box, size),
            partial(self._sharpened, path, box),
            lane=LANE,
            failed=partial(self._fail, path),
        )

    def _load(self, path: Path, size: tuple[int, int]) -> Loaded | None:
        if path != self._path:  # turned over meanwhile
            return None
        return load_picture(path, *size), upright_size(path)

    def _take(self, path: Path, loaded: Loaded | None) -> None:
        if loaded is not None and path == self._path:
            self.texture = upload(loaded[0])
            self.natural = list(loaded[1])

    def _cut(self, path: Path, box: Box, size: tuple[int, int]) -> Pixels | None:
        if path != self._path or box != self._asked:
            return None
        if self._file is None:
            self._file = WholePicture(path)
        return self._file.part(box, size)

    def _sharpened(self, path: Path, box: Box, pixels: Pixels | None) -> None:
        if pixels is not None and path == self._path:
            self.sharpen(upload(pixels), box)

    def _fail(self, path: Path, error: Exception) -> None:
        if path == self._path:
            self.failure = brief(error)
            card = getattr(error.__cause__, "errno", None) is not None
            if self.shelf is not None and not card:
                self.shelf.thumbnails.tell_broken(path)
