"""Panels by their resolution: DSI panels report a size of 0 x 0 mm, so their sizes stand here."""

import math
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

MM_PER_INCH = 25.4


@dataclass(frozen=True, slots=True)
class Panel:
    """A screen: width and height in pixels, and in millimetres of its active area."""

    width: int
    height: int
    mm_width: float
    mm_height: float

    @property
    def pixels_per_mm(self) -> float:
        """The scale; the finer axis where pixels are not square, so that nothing gets too small."""
        return max(self.width / self.mm_width, self.height / self.mm_height)

    @property
    def dpi(self) -> float:
        """Pixels an inch."""
        return self.pixels_per_mm * MM_PER_INCH


# From the makers' data sheets; 720x1280 comes in 7" and 5": the 7" is taken unless the tree tells.
PANELS = (
    Panel(800, 480, 154.1, 85.9),  # 7"
    Panel(1024, 600, 154.2, 85.9),  # 7"
    Panel(720, 1280, 88.0, 155.0),  # 7"
    Panel(480, 320, 73.4, 49.0),  # 3.5"
    Panel(1280, 800, 216.9, 135.6),  # 10.1"
    Panel(1920, 1080, 344.2, 193.6),  # 15.6"
)

# Of those that share a resolution, by the name they have in Linux's device tree
# (Documentation/devicetree/bindings/display/panel/ilitek,ili9881c.yaml); as they are scanned out.
NAMED = {
    "raspberrypi,dsi-5inch": (62.1, 110.4),
    "raspberrypi,dsi-7inch": (88.0, 155.0),
}

SIZES = (3.5, 5.0, 7.0, 8.0, 10.1, 13.3, 15.6)  # diagonals to choose from, inches

NARROWEST = 45.0  # mm: five buttons for fingers beside each other
DESKTOP = 4.3  # pixels a millimetre of an ordinary monitor (about 110 dpi)


def panel(width: int, height: int, mm: tuple[float, float] | None = None) -> Panel:
    """The panel of this resolution, turned or not; mm, where known, is the truth.

    One that is not known has a desktop's scale.
    """
    if mm is not None and min(mm) > 0:
        return Panel(width, height, *mm)
    for known in PANELS:
        if (known.width, known.height) == (width, height):
            return known
        if (known.height, known.width) == (width, height):
            return Panel(width, height, known.mm_height, known.mm_width)
    return Panel(width, height, width / DESKTOP, height / DESKTOP)


def diagonal(mm: tuple[float, float]) -> float:
    """The diagonal of a panel in inches, from its width and height in millimetres."""
    return math.hypot(*mm) / MM_PER_INCH


def built_in(devices: Path = Path("/sys/bus/mipi-dsi/devices")) -> tuple[tuple[float, float], int]:
    """What the device tree tells of the panel on the DSI connector.

    Args:
        devices: of the kernel's DSI bus.

    Returns:
        Width and height in millimetres, (0, 0) if not known; and how far the picture is turned to
        stand upright, degrees anticlockwise, 0 if not told: the tree has how far the panel is
        (bindings/display/panel/panel-common.yaml).
    """
    for node in sorted(devices.glob("*/of_node")):
        with suppress(OSError):
            names = (node / "compatible").read_bytes().decode("ascii", "replace").split("\0")
            mm = next((NAMED[name] for name in names if name in NAMED), (0.0, 0.0))
            turned = 0
            with suppress(FileNotFoundError):
                turned = int.from_bytes((node / "rotation").read_bytes()[:4])
            return mm, -turned % 360 if turned in (90, 180, 270) else 0
    return (0.0, 0.0), 0
