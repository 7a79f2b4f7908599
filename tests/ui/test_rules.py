"""Rules are applied without what Kivy words for its log, as long as its own name for it holds."""

import logging
from typing import Any

import pytest


@pytest.fixture
def builder(window: Any) -> Any:
    """Kivy's, with the app's rules."""
    from kivy.lang import builder

    from app.ui.rules import load_rules

    assert window
    load_rules()
    return builder


def test_kivy_applies_rules_by_the_replaced_function(
    builder: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A Kivy that has renamed it, or calls another one, makes screens slowly: mend app/ui/rules."""
    from kivy.lang import Builder

    from app.ui.rules import APPLIED, apply

    assert getattr(builder, APPLIED, None) is apply
    widget = Builder.load_string("Widget:\n    size: self.x + 1, self.y + 2")
    assert tuple(widget.size) == (1, 2)
    applied = []
    monkeypatch.setattr(builder, APPLIED, lambda *args: applied.append(args) or apply(*args))
    other = Builder.load_string("Widget:\n    size: self.x + 1, self.y + 2")
    other.x = 4
    assert tuple(other.size) == (5, 2)
    assert applied


def test_a_kivy_without_it_is_told_and_keeps_its_own(
    builder: Any, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The rules are loaded; nothing is put where Kivy does not look."""
    from app.ui import rules

    monkeypatch.setattr(rules, "APPLIED", "renamed_in_another_kivy")
    with caplog.at_level(logging.WARNING):
        rules.load_rules()
    assert "more slowly" in caplog.text
    assert not hasattr(builder, "renamed_in_another_kivy")
