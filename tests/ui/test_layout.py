"""Every screen in every language, in large text and for the left hand, on three panels."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pytest

from app.preferences import Preferences
from app.ui.language import LANGUAGES
from app.ui.panels import panel
from tests.ui.goldens import set_up, walk

SIZES = [(800, 480), (720, 1280), (480, 320)]
OTHERS = [(480, 800), (320, 480), (1280, 720), (1024, 600)]
LEAST = 9.0  # mm of a target
SLACK = 1.5  # pixels


@dataclass(frozen=True)
class Box:
    """A rectangle of the window, pixels."""

    what: str
    x: float
    y: float
    right: float
    top: float

    def covers(self, other: "Box") -> bool:
        """Whether the two share more than an edge."""
        return (
            self.x < other.right - SLACK
            and other.x < self.right - SLACK
            and self.y < other.top - SLACK
            and other.y < self.top - SLACK
        )


def seen(widget: Any) -> bool:
    """Whether it is drawn at all."""
    while widget is not None and widget.parent is not widget:
        if widget.opacity == 0 or not getattr(widget, "shown", True):
            return False
        widget = widget.parent
    return True


def scroller(widget: Any) -> Any:
    """What it scrolls in, or None."""
    while widget is not None and widget.parent is not widget:
        if hasattr(widget, "scroll_y"):
            return widget
        widget = widget.parent
    return None


def box_of(widget: Any) -> Box:
    """A widget's own."""
    x, y = widget.to_window(widget.x, widget.y)
    return Box(type(widget).__name__, x, y, x + widget.width, y + widget.height)


def letters_of(text: Any) -> Box:
    """Where a text's letters are: its box is often larger."""
    box = box_of(text)
    width, height = text.texture_size
    across = {"left": 0.0, "center": 0.5, "right": 1.0}[text.halign]
    up = {"bottom": 0.0, "middle": 0.5, "center": 0.5, "top": 1.0}[text.valign]
    x = box.x + (text.width - width) * across
    y = box.y + (text.height - height) * up
    # A line's ascent and descent are air, for the most part.
    return Box(text.text, x, y + 0.15 * height, x + width, y + 0.85 * height)


def ancestors(widget: Any) -> list[Any]:
    """What holds it, up to the window."""
    found = []
    while widget.parent is not None and widget.parent is not widget:
        widget = widget.parent
        found.append(widget)
    return found


def faults(root: Any, size: tuple[int, int], mm: tuple[float, float] | None = None) -> list[str]:
    """What is wrong with what is shown, on a panel of so many pixels, and millimetres if known."""
    shown = [widget for widget in root.walk(restrict=True) if seen(widget)]
    texts = [widget for widget in shown if hasattr(widget, "texture_size") and widget.text.strip()]
    controls = [widget for widget in shown if hasattr(widget, "focused")]
    assert texts
    assert controls
    return [*_texts(texts), *_targets(controls, size, mm), *_overlaps(texts, controls)]


def _texts(texts: list[Any]) -> list[str]:
    found = []
    for text in texts:
        if hasattr(text, "fits") and not text.fits():
            found.append(f"{text.text!r} does not fit into {text.size}")
        elif text.text_size[0] and _widest(text) > text.text_size[0]:
            found.append(f"a word of {text.text!r} is broken")
        if lost_of(text):
            found.append(f"of {text.text!r} {lost_of(text)!r} is not drawn")
        width, height = text.texture_size
        if width > text.width + SLACK or height > text.height + SLACK:
            found.append(f"{text.text!r} is {text.texture_size}, larger than {text.size}")
    return found


def lost_of(label: Any) -> str:
    """The letters of a label, of its end, that were not laid out."""
    lines = label._label._cached_lines  # noqa: SLF001 - Kivy tells it nowhere else
    drawn = "".join("".join(word.text for line in lines for word in line.words).split())
    wanted = "".join(label.text.split())
    return "" if drawn == wanted else wanted[len(drawn) :] or drawn


def _widest(label: Any) -> float:
    """The widest word of a label that wraps, pixels."""
    from app.ui.theme import measured

    given = (label.font_name, label.font_size, label.bold, label.outline_width or 0)
    return float(measured(label.text, *given, label.text_size[0])[1])


def _targets(
    controls: list[Any], size: tuple[int, int], mm: tuple[float, float] | None
) -> list[str]:
    least = LEAST * panel(*size, mm).pixels_per_mm - 0.01
    found = []
    for control in controls:
        if min(control.size) < least:
            found.append(f"{box_of(control)} is smaller than {LEAST} mm")
        box = box_of(control)
        out = min(box.x, box.y, size[0] - box.right, size[1] - box.top) < -SLACK
        if out and scroller(control) is None:
            found.append(f"{box} lies beyond the panel")
    return found


def _overlaps(texts: list[Any], controls: list[Any]) -> list[str]:
    found = []
    for one, other in combinations(controls, 2):
        if scroller(one) is scroller(other) and box_of(one).covers(box_of(other)):
            found.append(f"{box_of(one)} over {box_of(other)}")
    for one, other in combinations(texts, 2):
        if scroller(one) is scroller(other) and letters_of(one).covers(letters_of(other)):
            found.append(f"{letters_of(one)} over {letters_of(other)}")
    for text in texts:
        held = ancestors(text)
        for control in controls:
            alike = scroller(text) is scroller(control)
            if control not in held and alike and letters_of(text).covers(box_of(control)):
                found.append(f"{letters_of(text)} over {box_of(control)}")
    return found


def faults_of_all(stage: Any, size: tuple[int, int]) -> dict[str, list[str]]:
    """What is wrong on each screen of the walk, by the screen's name."""
    from app.ui.theme import fitting

    found = {}
    for name in walk(stage, stage.open(*size)):
        stage.frames(3)
        stage.until(lambda: not fitting.waiting)
        if wrong := faults(stage.screen.pages.top or stage.screen, size):
            found[name] = wrong
    return found


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_cut_or_overlaps_in_any_language(
    stage: Any, monkeypatch: pytest.MonkeyPatch, language: str, size: tuple[int, int]
) -> None:
    """Letters, targets and overlaps on each screen, with the largest type."""
    set_up(stage, monkeypatch)
    stage.preferences = Preferences(
        welcomed=True, language=language, large_text=True, left_handed=True
    )
    assert not faults_of_all(stage, size)


@pytest.mark.parametrize("size", OTHERS, ids=lambda size: f"{size[0]}x{size[1]}")
def test_other_panels_and_turned_ones_hold_everything(
    stage: Any, monkeypatch: pytest.MonkeyPatch, size: tuple[int, int]
) -> None:
    """The same, on panels that are turned, and on larger ones."""
    set_up(stage, monkeypatch)
    stage.preferences = Preferences(welcomed=True, language="de", large_text=True)
    assert not faults_of_all(stage, size)


def test_the_smallest_panel_of_the_settings_holds_everything(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """3.5 inches at 800x480: 45.7 mm high."""
    set_up(stage, monkeypatch)
    mm = (76.2, 45.7)
    stage.preferences = Preferences(welcomed=True, panel=mm)
    screen = stage.open()
    stage.until(lambda: screen.ids.last_picture.texture is not None)
    stage.frames(5)
    assert not faults(screen, (800, 480), mm)


@pytest.mark.parametrize("size", [(480, 320), (320, 480)], ids=str)
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_lines_of_what_is_told_of_a_picture_are_whole(
    stage: Any, monkeypatch: pytest.MonkeyPatch, language: str, size: tuple[int, int]
) -> None:
    """Why a protected picture stays is longer than the first line."""
    from app.ui.language import tr

    set_up(stage, monkeypatch)
    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    screen = stage.open(*size)
    screen.gallery.open_library()
    stage.until(lambda: screen.pages.top.shots)
    screen.pages.top.dispatch("on_pick", 0)
    viewer = screen.pages.top
    viewer.notice = "0003\n" + tr("Protected: take the mark away first")
    stage.frames(4)
    assert not faults(viewer, size)


def test_a_window_that_becomes_another_panel_is_made_anew(stage: Any) -> None:
    """A page and the dials stay until they are closed; then all has the new millimetres."""
    screen = stage.open(800, 480)
    screen.gallery.open_library()
    page = screen.pages.top
    stage.frames(3)
    stage.window.size = (720, 1280)
    stage.until(lambda: tuple(screen.size) == (720, 1280))
    stage.frames(20)
    assert stage.screen is screen
    assert screen.pages.top is page
    panel_of_dials = screen.ids.viewfinder.ids.panel
    panel_of_dials.toggle()
    screen.pages.clear()
    stage.frames(20)
    assert stage.screen is screen
    panel_of_dials.toggle()
    stage.until(lambda: not stage.root.renewal.pending)
    assert stage.screen is not screen
    stage.screen.gallery.open_library()
    stage.frames(6)
    page = stage.screen.pages.top
    assert not faults(page, (720, 1280))
    assert page.ids.back.height == pytest.approx(10.0 * panel(720, 1280).pixels_per_mm, abs=0.5)


def test_a_text_that_is_cut_and_one_over_another_are_found(stage: Any) -> None:
    """The checks themselves: a long word, a small target, and two buttons in one place."""
    screen = stage.open()
    assert not faults(screen, (800, 480))
    status = screen.ids.status
    status.activity = "Donaudampfschifffahrtsgesellschaft"
    stage.frames(3)
    assert any("does not fit" in fault for fault in faults(screen, (800, 480)))
    status.activity = "Ready"
    screen.ids.shutter.size = (20, 20)
    assert any("smaller than" in fault for fault in faults(screen, (800, 480)))
    screen.place()
    screen.ids.last_picture.pos = screen.ids.shutter.pos
    assert any(" over " in fault for fault in faults(screen, (800, 480)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_narrowest_panel_holds_the_words_of_two_pictures(stage: Any, language: str) -> None:
    """Compare and Restyle, upright and in large type."""
    from tests.ui.test_trash import fill

    size = (320, 480)
    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    fill(stage, 3, gone=0)
    screen = stage.open(*size)
    stage.until(lambda: screen.ids.last_picture.texture is not None)
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    viewer.step(1)
    for event in ("on_compare", "on_restyle"):
        viewer.dispatch(event)
        stage.frames(4)
        assert not faults(screen.pages.top, size)
        screen.pages.close()


@pytest.mark.parametrize(
    ("size", "mm"), [((800, 480), (76.2, 45.7)), ((720, 1280), (62.1, 110.4))], ids=str
)
def test_a_smaller_panel_of_a_known_resolution_holds_them_too(
    stage: Any, size: tuple[int, int], mm: tuple[float, float]
) -> None:
    """Targets and words of the pages with most buttons, in large type."""
    from tests.ui.test_trash import fill

    stage.preferences = Preferences(welcomed=True, language="fr", large_text=True, panel=mm)
    fill(stage, 3, gone=0)
    screen = stage.open(*size)
    assert not faults(screen, size, mm)
    stage.until(lambda: screen.ids.last_picture.texture is not None)
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    stage.frames(4)
    assert not faults(viewer, size, mm)
    for event in ("on_compare", "on_restyle"):
        viewer.dispatch(event)
        stage.frames(4)
        assert not faults(screen.pages.top, size, mm)
        screen.pages.close()


def test_a_picture_smaller_than_its_view_is_not_offered_larger(stage: Any) -> None:
    """Compare and Restyle: 100 % is live for what there is more of, and for nothing else."""
    from tests.ui.test_library import fill

    fill(stage, 2)
    screen = stage.open(1280, 720)
    stage.until(lambda: screen.ids.last_picture.texture is not None)
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: viewer.shot is not None)
    for event, name in (("on_compare", "left"), ("on_restyle", "before")):
        viewer.dispatch(event)
        page = screen.pages.top
        view, button = page.ids[name], page.ids.magnify
        stage.until(lambda view=view: min(view.natural) > 0)
        assert (view.limit > 1) is not button.disabled
        for natural, live in (([200, 150], False), ([4000, 3000], True)):
            for each in (part for part in page.walk() if hasattr(part, "natural")):
                each.natural = natural
            stage.frames(2)
            assert button.disabled is not live
            stage.tap(button)
            assert (view.zoom > 1) is live
        screen.pages.close()
