"""What is changed while an old screen is taken apart reaches the new one alone."""

from typing import Any

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
