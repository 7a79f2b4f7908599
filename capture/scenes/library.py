"""The scenes by name."""

from pathlib import Path

from capture.scenes import (
    dead_leaves,
    exr,
    moving,
    night_street,
    portrait,
    printed_page,
    still_life,
    walker,
    window,
)
from capture.scenes.scene import Scene
from capture.source import CameraError

_SCENES = {
    "still-life": still_life.scene,
    "print": printed_page.scene,
    "night-street": night_street.scene,
    "portrait": portrait.scene,
    "moving": moving.scene,
    "dead-leaves": dead_leaves.scene,
    "window": window.scene,
    "walker": walker.scene,
}


def names() -> tuple[str, ...]:
    """The names of the built-in scenes, the default first."""
    return tuple(_SCENES)


def load_scene(name: str) -> Scene:
    """A built-in scene by name, or the picture in an .exr file by path."""
    if name in _SCENES:
        return _SCENES[name]()
    if Path(name).suffix.lower() == ".exr":
        return exr.load(Path(name))
    raise CameraError(
        f"no scene is called {name!r}; use one of {', '.join(_SCENES)}, or an .exr file"
    )
