"""How a person likes the screen: what the app notes by itself, apart from the settings file."""

import json
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Final, Self

from app.pictures.files import failures, write_file

log = logging.getLogger(__name__)

_LARGEST_FILE: Final = 1 << 14  # bytes

CHOICES: Final[dict[str, tuple[str | int, ...]]] = {
    "language": ("en", "de", "fr", "ja", "zh"),
    "theme": ("normal", "sunlight", "night"),
    "rotation": (0, 90, 180, 270),
    "grid": ("none", "thirds", "squares", "cross"),
    "frame": ("none", "3:2", "1:1", "16:9", "65:24", "lenses"),
    "peaking": ("none", "red", "yellow", "cyan"),
}


@dataclass(frozen=True, slots=True)
class Preferences:
    """What a person has chosen on the screen; each has a sensible default.

    Attributes:
        language: of the words.
        theme: of the colours.
        large_text: whether type is larger.
        left_handed: whether the controls lie on the left.
        rotation: of the picture on the panel, degrees anticlockwise.
        panel: width and height of the panel in millimetres; (0, 0) goes by its resolution.
        histogram, zebra: whether they lie over the viewfinder.
        peaking: colour of what is sharp.
        grid, frame: lines over the viewfinder.
        level: whether a line shows the horizon, on a device that knows it.
        sounds: whether the shutter is heard.
        welcomed: whether the first questions have been asked.
    """

    language: str = "en"
    theme: str = "normal"
    large_text: bool = False
    left_handed: bool = False
    rotation: int = 0
    panel: tuple[float, float] = (0.0, 0.0)
    histogram: bool = False
    zebra: bool = False
    peaking: str = "none"
    grid: str = "none"
    frame: str = "none"
    level: bool = False
    sounds: bool = False
    welcomed: bool = False

    @classmethod
    def load(cls, path: Path, rotation: int = 0) -> Self:
        """Reads them; what is missing or damaged has its default: the camera comes first.

        Args:
            path: of the file.
            rotation: the default's.
        """
        try:
            with path.open("rb") as file:
                told: Any = json.loads(file.read(_LARGEST_FILE))
        except FileNotFoundError:
            return cls(rotation=rotation)
        except (OSError, ValueError, RecursionError) as error:
            log.warning("%s: cannot be read (%s); the screen has its defaults", path, error)
            return cls(rotation=rotation)
        if not isinstance(told, dict):
            return cls(rotation=rotation)
        known = {field.name: field.default for field in fields(cls)}
        sound = {name: _sound(name, told[name], known[name]) for name in known if name in told}
        usable: dict[str, Any] = {name: v for name, v in sound.items() if v is not None}
        return cls(**{"rotation": rotation} | usable)

    def save(self, path: Path) -> None:
        """Writes them whole or not at all; StoreError if the disk refuses."""
        with failures(path):
            path.parent.mkdir(parents=True, exist_ok=True)
        write_file(path, json.dumps(asdict(self), indent=1).encode())


def _sound(name: str, value: object, default: object) -> object | None:
    """The value if it can be used, or None."""
    if name == "panel":
        if not isinstance(value, list) or len(value) != 2:
            return None
        sides = [float(side) for side in value if type(side) in (int, float)]
        plausible = len(sides) == 2 and all(0.0 <= side <= 2000.0 for side in sides)
        return (sides[0], sides[1]) if plausible else None
    if type(value) is not type(default):
        return None
    return value if name not in CHOICES or value in CHOICES[name] else None
