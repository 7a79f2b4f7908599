"""A change of colours: what is seen follows at once, and what is not in the frames after it."""

from dataclasses import asdict
from typing import Any


def tinted(screen: Any) -> dict[Any, str]:
    """The screen's words and their colours' names, of those that have one of the theme's."""
    from app.ui.dismantling import belongings
    from app.ui.theme import PALETTES, Tinted, paint

    palette = next(one for one in PALETTES.values() if list(one.text) == list(paint.text))
    names = {colour: name for name, colour in asdict(palette).items()}
    parts = (part for part in belongings(screen) if isinstance(part, Tinted))
    texts = [part for part in parts if not part.outline_width]  # those have another colour
    return {text: names[tuple(text.paint)] for text in texts if tuple(text.paint) in names}


def opened(stage: Any) -> Any:
    """The settings, with all other pages made."""
    screen = stage.open()
    stage.until(lambda: screen.pages.ready)
    screen.drawer.open_settings()
    stage.frames(3)
    return screen


def test_what_is_not_seen_wears_the_colours_a_little_later(stage: Any) -> None:
    """The most of it, and in the end all of it, each part in the colour of its kind."""
    from app.ui.theme import PALETTES
    from app.ui.unseen import unseen

    screen = opened(stage)
    before = tinted(screen)
    assert len(before) > 100
    night = asdict(PALETTES["night"])
    stage.choices.change(stage.bridge.background, theme="night")
    row = screen.pages.top.rows["theme"]
    words = [text for text in row.walk(restrict=True) if text in before]
    assert words
    assert [text.text for text in words if tuple(text.paint) != night[before[text]]] == []
    late = [text for text, name in before.items() if tuple(text.paint) != night[name]]
    assert len(late) > len(before) / 2
    assert unseen.waiting > 300
    stage.until(lambda: not unseen.waiting)
    wrong = [text.text for text, name in before.items() if tuple(text.paint) != night[name]]
    assert wrong == []


def test_a_page_that_is_opened_meanwhile_is_in_one_theme(stage: Any) -> None:
    """In the very frame of the change."""
    from app.ui.theme import PALETTES
    from app.ui.unseen import unseen

    screen = opened(stage)
    before = tinted(screen)
    stage.choices.change(stage.bridge.background, theme="night")
    screen.gallery.open_library()
    assert not unseen.waiting
    night = asdict(PALETTES["night"])
    words = [text for text in screen.pages.top.walk() if text in before]
    assert len(words) > 3
    assert all(tuple(text.paint) == night[before[text]] for text in words)
