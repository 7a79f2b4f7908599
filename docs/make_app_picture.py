"""Makes the README's picture of the touchscreen app: its window, on a display.

xvfb-run -a .venv/bin/python docs/make_app_picture.py
"""

from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NoReturn

from PIL import Image

from app.cameras import Cameras
from app.drive import Drive
from app.lenses import Mount
from app.library import Library
from app.looks import PREVIEW_SIZE, look_named
from app.modes import plan_wish
from app.session import Session
from app.store import Store
from app.ui.start import Screen, prepare
from app.workshop import Workshop
from capture.simulated import SimulatedSource
from styles import available

OUT = Path(__file__).parent / "pictures" / "app.png"
LEFT = 2658  # pictures that fit


def process(*_: object) -> NoReturn:
    """No picture is taken."""
    raise NotImplementedError


def no_looks(name: str) -> NoReturn:
    """No picture is restyled."""
    raise NotImplementedError


def main() -> None:
    """Opens the app, waits until all is drawn, and saves what the window shows."""
    prepare()
    from kivy.clock import Clock  # noqa: PLC0415 - Kivy acts on import

    from app.ui.app import BarytaApp, window  # noqa: PLC0415 - as above

    names = tuple(available())
    session = Session(
        Cameras.one(lambda: SimulatedSource("still-life", threads=1)),
        plan_wish,
        process,
        names,
        style="Authentic",
        free_pictures=lambda: LEFT,
    )
    library = Library(Workshop(Store.library(Path("none"))), no_looks)
    looks = partial(look_named, user_folder=Path("none"), size=PREVIEW_SIZE)
    app = BarytaApp(Drive(session), Mount(None), looks, library, Screen(preferences=Path("none")))

    def take(_: float) -> None:
        screen = app.root.screen
        screen.pages.clear()  # the first questions
        drawn = screen.ids.viewfinder.tone is not None and screen.thumbnail is not None
        if not drawn or len(screen.shelf.ready) < len(names):
            Clock.schedule_once(take, 1.0)
            return
        with TemporaryDirectory() as folder:
            path = window.screenshot(str(Path(folder) / "window.png"))
            with Image.open(path) as picture:
                picture.convert("RGB").save(OUT, optimize=True)
        app.stop()

    Clock.schedule_once(take, 2.0)
    app.run()
    session.stop()


if __name__ == "__main__":
    main()
