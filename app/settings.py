"""What a person has set: frozen values from a TOML file in the XDG folders."""

import tomllib
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import platformdirs

from capture.source import MAINS
from styles.values import shown

_LARGEST_FILE = 1 << 16  # bytes


class SettingsError(Exception):
    """The settings file cannot be used; the message names the line's key and the remedy."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Baryta's settings; each has a sensible default.

    Attributes:
        source: "auto", "picamera2[:NUMBER]", "simulated[:SCENE or FILE.exr]" or "replay:DIR".
        style: the look a session starts with.
        frames: of a handheld burst, 1..64.
        quality: of the JPEG, 50..100.
        sidecars: whether files for darktable and RawTherapee are written beside the DNG.
        hdr: whether the JPEG has a gain map that gives HDR displays its highlights.
        focus_first: whether a press waits for the end of a search for focus; otherwise it gives
            it a second.
        mains: hertz of the mains whose lamps are not to flicker, 50 or 60; 0 for daylight. What is
            chosen on the screen comes before it.
        threads: for the C core; 0 uses all.
        tone_mapping: local tone mapping, times each look's own, 0..2; 0 none.
        spool_limit: megabytes that bursts may take on the card while they wait; 0 none.
        burst_quota: megabytes that kept bursts may take.
        lens: name of the lens in use; "" unknown, as the next two are at 0.
        focal_length: of the lens, millimetres, 0.1..10000, or 0 for unknown.
        f_number: of the lens as it is set, 0.1..128, or 0 for unknown.
        position: where the camera stands, "LATITUDE,LONGITUDE" in degrees and perhaps ",ALTITUDE"
            in metres; "" tells nothing.
        buttons: pins of buttons, dials and a lamp, as "shutter=17 focus=27 style=5,6 ev=23,24
            led=22"; "" for none.
        certificate, certificate_key: PEM files to sign content credentials with; none are made
            without.
        pictures: folder of the picture library.
        styles: folder of the user's own looks.
        lenses: folder of the lens book and of lenses' shading.
        state: folder of what Baryta notes by itself, as the history of baryta bench.
    """

    source: str = "auto"
    style: str = "Authentic"
    frames: int = 8
    quality: int = 95
    hdr: bool = True
    sidecars: bool = False
    focus_first: bool = False
    mains: int = 0
    threads: int = 0
    tone_mapping: float = 1.0
    spool_limit: int = 4000
    burst_quota: int = 8000
    lens: str = ""
    focal_length: float = 0.0
    f_number: float = 0.0
    position: str = ""
    buttons: str = ""
    certificate: Path | None = None
    certificate_key: Path | None = None
    pictures: Path = Path()
    styles: Path = Path()
    lenses: Path = Path()
    state: Path = Path()


_RANGES = {
    "frames": (1, 64),
    "quality": (50, 100),
    "threads": (0, 256),
    "tone_mapping": (0, 2),
    "spool_limit": (0, 1_000_000),
    "burst_quota": (0, 10_000_000),
    "focal_length": (0, 10_000),
    "f_number": (0, 128),
}
_LEAST = {"focal_length": 0.1, "f_number": 0.1}  # of what is known; 0 is for what is not


def settings_path() -> Path:
    """Where the settings file is looked for."""
    return Path(platformdirs.user_config_path("baryta")) / "settings.toml"


def load_settings(path: Path) -> Settings:
    """Reads settings; a missing file gives the defaults.

    Raises:
        SettingsError: for an unreadable file, bad TOML, an unknown key or a value out of range.
    """
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST_FILE + 1)
        if len(data) > _LARGEST_FILE:
            raise SettingsError(f"{path}: is too large for settings; mend or remove it")
        values = tomllib.loads(data.decode().replace("\r\n", "\n"))
    except FileNotFoundError:
        values = {}
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read ({error}); mend or remove it") from error
    except (ValueError, RecursionError) as error:  # of tomllib: digits and nesting have an end too
        raise SettingsError(f"{path}: not valid TOML: {error}; mend or remove it") from error
    known = {field.name: field.type for field in fields(Settings)}
    return replace(
        own_settings(path),
        **{key: _checked(path, key, value, known) for key, value in values.items()},
    )


def own_settings(path: Path) -> Settings:
    """Those of Baryta itself, where there is no file at the path."""
    return Settings(
        pictures=platformdirs.user_pictures_path() / "Baryta",
        styles=path.parent / "styles",
        lenses=path.parent / "lenses",
        state=platformdirs.user_state_path("baryta"),
    )


def _checked(path: Path, key: str, value: Any, known: dict[str, Any]) -> Any:  # noqa: ANN401  (TOML)
    """The value in its field's type."""
    if key not in known:
        near = get_close_matches(key[:40], known, 1)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known are {', '.join(known)}"
        raise SettingsError(f"{path}: unknown setting {shown(key)}{hint}")
    if known[key] in (Path, Path | None):
        if not isinstance(value, str) or not value or not value.isprintable():
            raise SettingsError(f"{path}: {key} must be a path in quotes, not {shown(value)}")
        try:
            return Path(value).expanduser()
        except RuntimeError as error:
            raise SettingsError(f"{path}: {key}: nobody has the home {shown(value)}") from error
    number = known[key] is float and type(value) is int
    if type(value) is not known[key] and not number:
        told = f"of type {known[key].__name__}, not {shown(value)}"
        raise SettingsError(f"{path}: {key} must be {told}")
    if isinstance(value, str) and not value.isprintable():
        raise SettingsError(f"{path}: {key} must be plain text, not {shown(value)}")
    low, high = _RANGES.get(key, (None, None))
    if low is not None and not low <= value <= high:
        raise SettingsError(f"{path}: {key} must be {low} to {high}, not {shown(value)}")
    if key == "mains" and value not in MAINS:
        told = f"50 or 60, or 0 for daylight, not {shown(value)}"
        raise SettingsError(f"{path}: mains must be {told}")
    if key in _LEAST and 0 < value < _LEAST[key]:
        told = f"{_LEAST[key]} to {high}, or 0 if it is not known, not {shown(value)}"
        raise SettingsError(f"{path}: {key} must be {told}")
    return float(value) if number else value
