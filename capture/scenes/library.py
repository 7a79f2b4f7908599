"""The scenes by name."""

from capture.scenes import still_life
from capture.scenes.scene import Scene
from capture.source import CameraError

_SCENES = {"still-life": still_life.scene}


def names() -> tuple[str, ...]:
    """The names of the built-in scenes, the default first."""
    return tuple(_SCENES)


def load_scene(name: str) -> Scene:
    """A built-in scene by name, or the picture in an .exr file by path."""
    if name in _SCENES:
        return _SCENES[name]()
    raise CameraError(f"no scene is called {name!r}: {', '.join(_SCENES)}, or an .exr file")
