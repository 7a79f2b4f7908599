"""What comes while an old screen is taken apart, or before one is done, meets nothing half."""

import gc
import time
from collections import Counter
from typing import Any
from weakref import ref

import pytest

CHANGES = [{"large_text": True}, {"theme": "night"}, {"rotation": 180}, {"left_handed": True}]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_the_next_change_finds_half_a_screen(
    stage: Any, monkeypatch: pytest.MonkeyPatch, change: dict[str, object]
) -> None:
    """A person sets the language, then another thing a second later."""
    monkeypatch.setattr("app.ui.dismantling.QUIET", 0.01)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    stage.screen.drawer.open_settings()
    stage.frames(5)
    stage.choices.change(stage.bridge.background, language="ja")
    stage.until(lambda: not stage.root.renewal.pending)
    freeing = stage.root.dismantling
    stage.until(lambda: freeing.left > 0)
    whole = freeing.left
    stage.until(lambda: freeing.left <= whole // 2)
    assert freeing.left
    stage.choices.change(stage.bridge.background, **change)
    stage.until(lambda: not freeing.pending and not stage.root.renewal.pending)
    stage.frames(5)


def test_what_a_person_waits_for_is_made_first(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A second language: neither is the old screen taken apart meanwhile, nor are pages made."""
    monkeypatch.setattr("app.ui.dismantling.QUIET", 0.01)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    change = stage.choices.change
    change(stage.bridge.background, language="ja")
    stage.until(lambda: not stage.root.renewal.pending)
    freeing = stage.root.dismantling
    stage.until(lambda: freeing.left > 0)
    screen = stage.screen
    made = len(screen.pages._kept)  # noqa: SLF001 - how many there are
    assert not screen.pages.ready
    change(stage.bridge.background, language="de")
    seen = []
    while stage.root.renewal.pending:
        stage.frames(1)
        if stage.root.renewal.pending:
            seen.append((freeing.left, len(screen.pages._kept)))  # noqa: SLF001 - as above
    assert len(set(seen)) == 1
    assert seen[0][1] == made
    stage.until(lambda: not freeing.pending and stage.screen.pages.ready)


def test_a_finger_on_what_goes_is_waited_for(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thumb rests on the settings while their language changes; it moves and lifts later."""
    from kivy.base import EventLoop
    from kivy.input.motionevent import MotionEvent
    from kivy.uix.scrollview import ScrollView

    class Thumb(MotionEvent):  # UnitTestTouch is not in EventLoop.touches
        def depack(self, args: tuple[float, float]) -> None:
            self.sx, self.sy = args
            self.profile = ["pos"]
            super().depack(args)

    monkeypatch.setattr("app.ui.dismantling.QUIET", 0.01)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    stage.screen.drawer.open_settings()
    stage.frames(5)
    rows = next(part for part in stage.screen.pages.top.walk() if isinstance(part, ScrollView))
    x, y = rows.to_window(*rows.center)
    thumb = Thumb(
        "test", 1, (x / stage.window.width, y / stage.window.height), is_touch=True, type_id="touch"
    )
    EventLoop.post_dispatch_input("begin", thumb)
    stage.frames(3)
    assert thumb.grab_list
    stage.choices.change(stage.bridge.background, language="ja")
    stage.until(lambda: not stage.root.renewal.pending)
    freeing = stage.root.dismantling
    end = time.monotonic() + 1.0
    stage.until(lambda: time.monotonic() > end or not freeing.pending)
    thumb.move((thumb.sx, thumb.sy + 0.05))
    EventLoop.post_dispatch_input("update", thumb)
    stage.frames(2)
    EventLoop.post_dispatch_input("end", thumb)
    stage.until(lambda: not freeing.pending)
    stage.frames(5)


def test_a_screen_that_is_given_up_half_made_is_freed(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Three languages one after the other, each before the screen in the one before is there."""
    monkeypatch.setattr("app.ui.dismantling.QUIET", 0.01)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    renewal = stage.root.renewal
    made: list[Any] = []
    make = renewal._make

    def made_now() -> Any:
        screen = make()
        made.append(ref(screen))
        return screen

    monkeypatch.setattr(renewal, "_make", made_now)
    for count, (language, frames) in enumerate((("ja", 0), ("de", 3), ("zh", 0)), 1):
        stage.choices.change(stage.bridge.background, language=language)
        stage.until(lambda count=count: len(made) == count)
        stage.frames(frames)
        assert renewal.pending
    stage.until(lambda: not renewal.pending and not stage.root.dismantling.pending)
    stage.frames(3)
    assert [one() for one in made] == [None, None, stage.screen]


def test_nothing_of_a_screen_is_left_to_the_collector(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No circles of Kivy's or of ours, and no more of anything after each further language.

    What is in a circle would stay: what is there is put out of the collector's sight.
    """
    monkeypatch.setattr("app.ui.dismantling.QUIET", 0.01)
    stage.open()
    stage.until(lambda: stage.screen.pages.ready)
    gc.unfreeze()
    monkeypatch.setattr(gc, "freeze", lambda: None)
    for _ in range(2):  # what the first ends leaves circles of its own
        gc.collect()
    gc.disable()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        there = []
        for language in ("ja", "en", "ja", "en"):
            renew(stage, language)
            gc.collect()
            circles = Counter(map(told, filter(told, gc.garbage)))
            gc.garbage.clear()
            assert not circles, language
            there.append(Counter(map(told, gc.get_objects())))
    finally:
        gc.set_debug(0)
        gc.enable()
    more = there[3] - there[1]
    more.pop("", None)
    assert sum(more.values()) < 20, more  # letters of what changed meanwhile
    assert there[1]["kivy.graphics.context_instructions.Color"] > 100


def renew(stage: Any, language: str) -> None:
    """Another screen, whole, its pages drawn too, and the one before gone."""
    from app.ui.theme import fitting

    stage.screen.pages.clear()
    for act in (stage.screen.gallery.open_library, stage.screen.drawer.open_settings):
        act()
        stage.frames(3)
    stage.choices.change(stage.bridge.background, language=language)
    root = stage.root
    stage.until(lambda: not root.renewal.pending and not root.dismantling.pending)
    stage.until(lambda: stage.screen.pages.ready and not fitting.waiting)
    stage.frames(5)


def told(thing: object) -> str:
    """The class of a thing of Kivy's or ours; empty for others."""
    module, name = str(type(thing).__module__), type(thing).__name__
    return f"{module}.{name}" if module.startswith(("kivy", "app.ui")) else ""
