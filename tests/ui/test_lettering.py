"""Texts are lettered a few a frame, and hold nothing else up for good."""

from typing import Any

MANY = 300
NAMES = ("dpi", "density")


def test_many_texts_take_several_frames_in_which_nothing_else_is_made(window: Any) -> None:
    """Of a page that is made in advance: they are late, and whoever makes more waits for them."""
    from app.ui.ahead import turn
    from app.ui.theme import Text, fitting

    finish(fitting)
    texts = [Text(text=f"Some words {n}", size=(200 + n, 60)) for n in range(MANY)]
    waiting, refused = [fitting.waiting], 0
    while fitting.waiting:
        draw()
        waiting.append(fitting.waiting)
        refused += fitting.late and not turn()
    assert waiting[0] >= MANY
    assert len(waiting) > 3, waiting
    assert refused == len(waiting) - 2, "in all frames but the last"
    assert all(text.texture_size[0] > 0 for text in texts)
    draw()
    assert turn()
    assert window


def test_a_text_that_changes_with_each_frame_holds_nothing_up(window: Any) -> None:
    """As one that counts seconds, or a picture's progress."""
    from kivy.clock import Clock

    from app.ui.ahead import turn
    from app.ui.theme import Text, fitting

    finish(fitting)
    text = Text(text="0", size=(100, 40))
    window.add_widget(text)
    finish(fitting)
    granted: list[bool] = []

    def count(_: float) -> None:
        text.text = f"{len(granted)} s"
        assert fitting.waiting
        granted.append(turn())

    counting = Clock.schedule_interval(count, 0)
    try:
        for _ in range(20):
            draw()
    finally:
        counting.cancel()
        window.remove_widget(text)
    assert granted == [True] * len(granted)
    assert len(granted) >= 19


def test_a_panel_is_told_in_two_frames(stage: Any) -> None:
    """Kivy asks every number there is whether it is measured in one, for each of the two."""
    from kivy.clock import Clock
    from kivy.metrics import Metrics

    told: dict[str, int] = {}

    def tell(name: str) -> None:
        told[name] = Clock.frames

    stage.open()
    uids = [(name, Metrics.fbind(name, lambda *_, name=name: tell(name))) for name in NAMES]
    try:
        stage.choices.change(stage.bridge.background, panel=(110.0, 62.0))
        stage.until(lambda: not stage.root.renewal.pending)
    finally:
        for name, uid in uids:
            Metrics.unbind_uid(name, uid)
    assert told["density"] > told["dpi"]
    assert Metrics.density == Metrics.dpi / 160.0


def finish(fitting: Any) -> None:
    """All that waits is lettered."""
    draw()
    while fitting.waiting:
        draw()


def draw() -> None:
    """A frame."""
    from kivy.base import EventLoop

    EventLoop.idle()
