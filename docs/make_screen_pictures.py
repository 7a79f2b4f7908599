"""Makes the pictures of docs/screen.md: the app's pages on three panels, with simulated shots.

xvfb-run -a -s "-screen 0 1400x1400x24" .venv/bin/python docs/make_screen_pictures.py
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
from PIL import Image

from app.cameras import Cameras
from app.clock import local_time
from app.device import DeviceState
from app.drive import Drive
from app.lenses import LensBook, Mount, write_book
from app.library import Library
from app.looks import PREVIEW_SIZE, look_named
from app.modes import plan_wish
from app.pipeline import make_picture
from app.preferences import Preferences
from app.session import Session
from app.stages import Stages
from app.store import Store
from app.ui.start import prepare
from app.workshop import Lens, Workshop
from capture.plan import plan_auto
from capture.simulated import SimulatedSource
from styles import available

OUT = Path(__file__).parent / "pictures"
NONE = Path("none")
SCENES = ("night-street", "portrait", "print", "still-life")
WAIT = 300.0  # seconds for any one thing
DEVICE = DeviceState(battery=64, temperature=48.0)
SETTLED = 12  # frames in which words are fitted in and lists laid out


def main() -> None:
    """Shoots a small library, opens the app on it, and keeps what the window shows."""
    with TemporaryDirectory() as folder:
        workshop = Workshop(
            Store.library(Path(folder)), hdr=False, lens=Lens("Manual 35 mm", 35.0, 2.8)
        )
        for scene in SCENES:
            shoot(scene, workshop)
        show(workshop, Path(folder))


def shoot(scene: str, workshop: Workshop) -> None:
    """Two pictures of a scene, in two looks."""
    camera = SimulatedSource(scene, size=(1600, 1200), preview_size=(320, 240))
    camera.start()
    burst = camera.capture(plan_auto(camera.metering(), camera.profile, frames=5))
    for style in ("Vibrant", "Authentic"):
        make_picture(
            burst,
            look_named(style, NONE),
            workshop,
            Stages(),
            taken=local_time(),
            time_source="network",
        )
    camera.stop()


def show(workshop: Workshop, folder: Path) -> None:  # noqa: PLR0915 - one walk through the app
    """The app on it, page by page."""
    prepare()
    from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import
    from kivy.core.window import Window  # noqa: PLC0415

    import app.ui.bridge  # noqa: PLC0415 - as above
    import app.ui.control_panel  # noqa: PLC0415 - as above
    from app.ui.bridge import Bridge  # noqa: PLC0415
    from app.ui.choices import Choices  # noqa: PLC0415
    from app.ui.looks import LookShelf  # noqa: PLC0415
    from app.ui.main_window import MainWindow  # noqa: PLC0415
    from app.ui.parts import Parts  # noqa: PLC0415
    from app.ui.rules import load_rules  # noqa: PLC0415

    app.ui.control_panel.AWAY = 3600.0  # seconds: the dials stay for their picture
    app.ui.bridge.read_device = lambda: DEVICE  # whatever this machine runs on
    Window.register()
    Window.initialized = True
    EventLoop.status = "started"
    load_rules()
    names = tuple(available())
    session = Session(
        # One thread for the sensor: the window has to be drawn beside it.
        Cameras.one(lambda: SimulatedSource("still-life", threads=1)),
        plan_wish,
        lambda *_: sys.exit("no picture is taken"),
        names,
        style="Authentic",
        free_pictures=lambda: 2658,
    )
    Preferences(welcomed=True).save(folder / "screen.json")
    bridge = Bridge(session)
    shelf = LookShelf(bridge, partial(look_named, user_folder=NONE, size=PREVIEW_SIZE))
    choices = Choices(folder / "screen.json")
    library = Library(workshop, lambda name: (look_named(name, NONE), None))
    longer = Lens("Manual 75 mm", 75.0, 2.5), Lens("Manual 135 mm", 135.0, 4.0)
    write_book(folder / "lenses", LensBook((workshop.lens, *longer), used=workshop.lens.name))
    drive = Drive(session)
    mount = Mount(folder / "lenses", workshop.lens)
    root = MainWindow(Parts(drive, mount, bridge, shelf, library, choices))
    Window.add_widget(root)
    session.start()

    def until(what: str, condition: Callable[[], Any]) -> None:
        end = time.monotonic() + WAIT
        while not condition():
            if time.monotonic() > end:
                sys.exit(f"{what}: not within {WAIT:.0f} s; try again on a machine with less to do")
            EventLoop.idle()
            time.sleep(0.002)  # the threads that this waits for want to run too

    def keep(name: str) -> None:
        for _ in range(SETTLED):
            EventLoop.idle()
        path = Window.screenshot(str(folder / "window.png"))
        with Image.open(path) as picture:
            picture.convert("RGB").save(OUT / f"screen-{name}.png", optimize=True)

    change = partial(choices.change, bridge.background)
    until(
        "looks",
        lambda: len(shelf.ready) == len(names) and root.screen.ids.viewfinder.tone is not None,
    )
    screen, panel = root.screen, root.screen.ids.viewfinder.ids.panel
    screen.handling.point((0.66, 0.52))
    until("focus", lambda: session.status.focused)
    panel.toggle()
    panel.choose("white")
    panel.turn(8)
    keep("dials")
    screen.handling.dials.turn("white", 0)
    panel.leave()
    screen.handling.release()
    change(frame="lenses")
    screen.handling.dials.turn("drive", 2)
    drive.press()
    keep("timer")
    drive.stop()
    screen.handling.dials.turn("drive", 0)
    change(frame="none")
    change(histogram=True, peaking="yellow", zebra=True, grid="thirds")
    finder = screen.ids.viewfinder
    until("statistics", lambda: finder.shares is not None and finder.clip is not None)
    keep("tools")
    change(histogram=False, peaking="none", zebra=False, grid="none", theme="night")
    keep("night")
    change(theme="normal")
    for size, tail in (((800, 480), ""), ((720, 1280), "-tall"), ((480, 320), "-small")):
        Window.size = size
        until("size", lambda size=size: tuple(root.screen.size) == size)
        until("the panel's millimetres", lambda: not root.renewal.pending)
        until("preview", lambda: root.screen.ids.viewfinder.texture and root.screen.thumbnail)
        until("last picture", lambda: root.screen.ids.last_picture.texture)
        if tail:
            keep(f"finder{tail}")
        root.screen.gallery.open_library()
        page = root.screen.pages.top
        until("library", lambda page=page: page.shots)
        grid = page.ids.grid
        until("thumbnails", lambda grid=grid: all(cell.texture for cell in grid.cells.values()))
        keep(f"library{tail}")
        page.dispatch("on_pick", 1)
        viewer = root.screen.pages.top
        until("viewer", lambda viewer=viewer: min(viewer.ids.picture.natural) > 0)
        viewer.tell_story()
        until("story", lambda viewer=viewer: viewer.ids.story.complete)
        keep(f"viewer{tail}")
        viewer.dispatch("on_restyle")
        page = root.screen.pages.top
        until("proof", lambda page=page: page.ids.after.texture is not None)
        first = page.ids.after.texture
        page.try_on("Monochrome")
        until("look", lambda page=page, first=first: page.ids.after.texture is not first)
        keep(f"restyle{tail}")
        root.screen.pages.clear()
    Window.size = (800, 480)
    until("size", lambda: tuple(root.screen.size) == (800, 480))
    until("the panel's millimetres", lambda: not root.renewal.pending)
    for shot in library.shots()[2:5]:
        library.delete(shot)
    root.screen.gallery.open_trash()
    page = root.screen.pages.top
    until(
        "trash", lambda: page.shots and all(cell.texture for cell in page.ids.grid.cells.values())
    )
    page.ids.grid.at = 1
    keep("trash")
    root.screen.pages.clear()
    root.screen.drawer.open_settings()
    keep("settings")
    join(("finder-tall", "library-tall", "viewer-tall"), "tall")
    join(("finder-small", "library-small", "viewer-small"), "small")
    root.close()
    bridge.close()
    session.stop()


def join(names: tuple[str, ...], name: str) -> None:
    """Pictures side by side, as one; the single ones go."""
    paths = [OUT / f"screen-{single}.png" for single in names]
    images = [np.asarray(Image.open(path)) for path in paths]
    gap = np.full((images[0].shape[0], 12, 3), 128, np.uint8)
    parts = [part for image in images for part in (image, gap)][:-1]
    joined = Image.fromarray(np.concatenate(parts, axis=1))
    joined.thumbnail((1600, 1000))
    joined.save(OUT / f"screen-{name}.png", optimize=True)
    for path in (*paths, OUT / f"screen-restyle-{name}.png"):
        path.unlink(missing_ok=True)


if __name__ == "__main__":
    main()
