"""The parts' rules in Kivy's language."""

import logging
from importlib import import_module
from pathlib import Path
from typing import Any

from kivy.lang import Builder, builder

from app.ui.unseen import Args, unseen

log = logging.getLogger(__name__)

# Kivy's own names, for itself, of what applies a rule, and of what has it applied before drawing.
APPLIED, DELAYED = "call_fn", "delayed_call_fn"
_kivys_delay: Any = getattr(builder, DELAYED, None)
RULES = (
    "theme",
    "scrolling",
    "icons",
    "notice",
    "controls",
    "overlays",
    "level_line",
    "focus_mark",
    "navigator",
    "readout",
    "dial",
    "control_panel",
    "viewfinder",
    "style_strip",
    "shutter",
    "exposure",
    "last_picture",
    "status_line",
    "failure",
    "picture_view",
    "picture_grid",
    "story_panel",
    "library_page",
    "trash_page",
    "viewer",
    "compare_page",
    "restyle_page",
    "tools_page",
    "shading_page",
    "settings_page",
    "welcome_page",
    "send_page",
    "export_page",
    "screen",
)


def load_rules() -> None:
    """Loads each part's class, which Kivy knows by its name from then on, and its rules, once."""
    if hasattr(builder, APPLIED) and hasattr(builder, DELAYED):
        setattr(builder, APPLIED, apply)
        setattr(builder, DELAYED, delay)
    else:
        log.warning("this Kivy applies rules in a way of its own; screens are made more slowly")
    for name in RULES:
        import_module(f"app.ui.{name}")
        path = Path(__file__).with_name(f"{name}.kv")
        if path.exists() and str(path) not in Builder.files:
            Builder.load_file(str(path))


def apply(args: Args, _instance: object, _value: object) -> None:
    """Applies a rule for a property, in place of Kivy's.

    That words two lines for its log besides, every time, which are half of what it costs.
    """
    if unseen.take(apply, args):
        return
    element, key, code, _rule, idmap = args
    setattr(element, key, eval(code, idmap))  # noqa: S307 - of our own files


def delay(args: Args, instance: object, value: object) -> None:
    """Has a rule for what is drawn applied before that, as Kivy's, which it calls."""
    if not unseen.take(delay, args):
        _kivys_delay(args, instance, value)
