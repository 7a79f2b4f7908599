"""What a person does with the app on a day, for benches: each thing by its name, with its acts."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

Act = Callable[[], object]
Step = tuple[str, list[Act]]


class Day:
    """Everything a person does once; an act looks for its screen and page when it is done.

    Args:
        app: the window's root.
    """

    def __init__(self, app: Any) -> None:  # noqa: ANN401 - Kivy is untyped
        self.app = app

    def steps(self) -> Iterator[Step]:
        """In their order."""
        for part in (self.pictures, self.library, self.restyling, self.tools, self.settings):
            yield from part()
        yield from self.pages()
        yield from self.dials()

    def pictures(self) -> Iterator[Step]:
        """Pressing, and looking at what came of it."""
        yield "press to picture", [self.on("fire")]
        yield "press, again", [self.on("fire")]
        yield "review", [self.on("gallery.open_last")]
        yield "press in review", [self.on("fire")]
        yield "next picture", [self.on("pages.top.step", 1)]
        yield "pictures, quickly", [self.on("pages.top.step", 1)] * 8
        yield "pinch to 100 %", self.pinch("pages.top.ids.picture")
        yield "pan at 100 %", [self.on("pages.top.ids.picture.pan", -9, 3)] * 20
        yield "whole again", [self.on("pages.top.ids.picture.toggle")]
        yield "story", [self.on("pages.top.tell_story")]
        yield "story away", [self.on("pages.top.tell_story")]
        yield "protect", [self.on("pages.top.protect")]
        yield "unprotect", [self.on("pages.top.protect")]
        yield "compare", [self.on("pages.top.dispatch", "on_compare")]
        yield "compare: next", [self.on("pages.top.step", 1)]
        yield "compare: pinch", self.pinch("pages.top.ids.left")
        yield "compare: back", [self.on("pages.close")]
        yield "delete", [self.on("pages.top.delete")]
        yield "undo", [self.on("pages.top.undo")]
        yield "back", [self.on("pages.clear")]

    def library(self) -> Iterator[Step]:
        """All pictures."""
        yield "library", [self.on("gallery.open_library")]
        yield "scroll, slowly", self.scroll(1.0, 0.97, 40)
        yield "scroll, fast", self.scroll(0.97, 0.0, 60)
        yield "scroll, back up", self.scroll(0.0, 1.0, 20)
        yield "open a picture", [self.on("pages.top.dispatch", "on_pick", 700)]
        yield "to the grid", [self.on("pages.top.dispatch", "on_grid")]
        yield "trash", [self.on("gallery.open_trash")]
        yield "trash: back", [self.on("pages.clear")]

    def restyling(self) -> Iterator[Step]:
        """Another look for a picture."""
        yield "open the last", [self.on("gallery.open_last")]
        yield "restyle", [self.on("pages.top.dispatch", "on_restyle")]
        yield "restyle: try", [self.on("pages.top.try_on", "Vibrant")]
        yield "restyle: save", [self.on("pages.top.save")]
        yield "restyle: back", [self.on("pages.clear")]

    def tools(self) -> Iterator[Step]:
        """The drawer."""
        yield "drawer", [self.on("drawer.open_tools")]
        yield "zebra", [self.on("pages.top.toggle", "zebra")]
        yield "no zebra", [self.on("pages.top.toggle", "zebra")]
        yield "peaking", [self.on("pages.top.cycle", "peaking")]
        yield "peaking, all", [self.on("pages.top.cycle", "peaking")] * 3
        yield "grid", [self.on("pages.top.cycle", "grid")] * 4
        yield "loupe", [self.on("pages.top.loupe")]
        yield "loupe, closer", [self.on("pages.top.loupe")] * 3
        yield "drawer: back", [self.on("pages.clear")]

    def settings(self) -> Iterator[Step]:
        """Each of what the screen looks like."""
        yield "settings", [self.on("drawer.open_settings")]
        for name, values in (
            ("theme", ("night", "normal")),
            ("large_text", (True, False)),
            ("left_handed", (True, False)),
            ("rotation", (180, 90, 0)),
            ("language", ("ja", "de")),
            ("panel", ((110.0, 62.0), (0.0, 0.0))),
        ):
            for value in values:
                yield f"{name} {value}", [self.change(name, value)]
        yield "two languages", [self.change("language", "fr"), self.change("language", "en")]
        yield "settings: back", [self.on("pages.clear")]

    def pages(self) -> Iterator[Step]:
        """What the drawer leads to besides."""
        yield "hand-over", [self.on("gallery.open_send")]
        yield "hand-over: back", [self.on("pages.clear")]
        yield "shading page", [self.on("drawer.open_shading")]
        yield "shading: back", [self.on("pages.clear")]

    def dials(self) -> Iterator[Step]:
        """What the next picture is taken with."""
        panel = "ids.viewfinder.ids.panel."
        yield "dials", [self.on(panel + "toggle")]
        for name in ("mode", "drive", "ev", "shutter", "gain", "white"):
            yield f"dial {name}", [self.on(panel + "choose", name)]
            yield f"turn {name}", [self.on(panel + "turn", at) for at in range(1, 8)]
        yield "manual", [self.on(panel + "choose", "mode"), self.on(panel + "turn", 5)]
        yield "photo", [self.on(panel + "turn", 0)]
        yield "no dials", [self.on(panel + "toggle")]
        yield "exposure", [self.on("expose", 1), self.on("expose", -1)]
        yield "style", [self.on("ids.styles.step", 1)] * 3
        yield "style back", [self.on("ids.styles.step", -1)] * 3
        yield "rest", [lambda: None] * 60

    def on(self, path: str, *args: object) -> Act:
        """Calls what is found by its names from the screen, as that is then."""

        def act() -> object:
            found = self.app.screen
            for name in path.split("."):
                found = getattr(found, name)
            return found(*args)

        return act

    def change(self, name: str, value: object) -> Act:
        """Chooses a setting."""
        choices, bridge = self.app.choices, self.app.screen.bridge
        return partial(choices.change, bridge.background, **{name: value})

    def pinch(self, view: str) -> list[Act]:
        """Two fingers go apart."""
        return [self.on(view + ".zoom_to", zoom) for zoom in steady(1.0, 9.0, 20)]

    def scroll(self, begin: float, end: float, frames: int) -> list[Act]:
        """The list of pictures moves with each frame."""
        path = "pages.top.ids.grid.setter"
        return [
            lambda at=at: self.on(path, "scroll_y")()(None, at) for at in steady(begin, end, frames)
        ]


def steady(begin: float, end: float, count: int) -> Sequence[float]:
    """Equal steps."""
    values: list[float] = np.linspace(begin, end, count).tolist()
    return values
