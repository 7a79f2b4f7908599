"""Which way is up: an accelerometer of the device's own, through the kernel's industrial I/O.

Axes after the mount matrix, of the panel as it is built in: x to its right, y to its top, z towards
whoever looks at it; at rest the reading points up (Documentation/ABI/testing/sysfs-bus-iio).
"""

from dataclasses import dataclass
from math import asin, atan2, degrees, hypot, isfinite, sqrt
from pathlib import Path
from typing import Final, Self

GRAVITY: Final = 9.81  # metres a second squared
_MOVED: Final = 3.0  # off gravity by more, the device is being moved: no level is told
_FLAT: Final = 0.35  # of gravity, that lies in the panel at least: else no horizon is to be seen

Vector = tuple[float, float, float]
UNTURNED: Final = ((1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0))


@dataclass(frozen=True, slots=True)
class Level:
    """How the device is held.

    Attributes:
        roll: degrees by which it is turned clockwise off the nearest upright, -45..45.
        pitch: degrees by which the camera looks down, -90..90.
    """

    roll: float
    pitch: float

    @classmethod
    def of(cls, x: float, y: float, z: float) -> Self | None:
        """Of an acceleration; None while the device is moved, or lies flat."""
        size = sqrt(x * x + y * y + z * z)
        if not isfinite(size) or abs(size - GRAVITY) > _MOVED or hypot(x, y) < _FLAT * size:
            return None
        turned = degrees(atan2(-x, y))
        roll = turned - 90.0 * round(turned / 90.0)
        return cls(roll, degrees(asin(z / size)))


@dataclass(frozen=True, slots=True)
class Accelerometer:
    """A sensor that was found.

    Attributes:
        folder: of the device in sysfs.
        scale: metres a second squared for a count.
        mount: how it is built in, a matrix by rows.
    """

    folder: Path
    scale: float
    mount: tuple[Vector, Vector, Vector] = UNTURNED

    def read(self) -> Level | None:
        """How the device is held now; None if the sensor does not tell. A millisecond on I2C."""
        counts = [_number(self.folder / f"in_accel_{axis}_raw") for axis in "xyz"]
        known = [count * self.scale for count in counts if count is not None]
        if len(known) != 3:
            return None
        x, y, z = (sum(a * b for a, b in zip(row, known, strict=True)) for row in self.mount)
        return Level.of(x, y, z)


def find_accelerometer(system: Path = Path("/sys")) -> Accelerometer | None:
    """The first one of the device's; None without one."""
    for folder in sorted(system.glob("bus/iio/devices/iio:device*")):
        scale = _number(folder / "in_accel_scale") or _number(folder / "in_accel_x_scale")
        if scale and all((folder / f"in_accel_{axis}_raw").exists() for axis in "xyz"):
            return Accelerometer(folder, scale, _mount(folder))
    return None


def _mount(folder: Path) -> tuple[Vector, Vector, Vector]:
    """Rows as the kernel writes them, 1, 0, 0; 0, 1, 0; 0, 0, 1; unturned if it is not told."""
    for name in ("in_accel_mount_matrix", "in_mount_matrix", "mount_matrix"):
        rows = [row.split(",") for row in _text(folder / name).split(";")]
        try:
            x, y, z = ((float(a), float(b), float(c)) for a, b, c in rows)
        except ValueError:
            continue
        return (x, y, z)
    return UNTURNED


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")[:200].strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _number(path: Path) -> float | None:
    try:
        return float(_text(path))
    except ValueError:
        return None
