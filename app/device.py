"""What the device itself tells: battery and temperature, from sysfs."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class DeviceState:
    """The device, as far as it tells.

    Attributes:
        battery: charge, percent; None without a battery.
        charging: whether it is being charged.
        discharging: whether it says that it is not, and is used.
        temperature: of the processor, degrees Celsius; None if unknown.
    """

    battery: int | None = None
    charging: bool = False
    discharging: bool = False
    temperature: float | None = None


def read_device(system: Path = Path("/sys")) -> DeviceState:
    """Looks at the device; what cannot be read is unknown."""
    battery, status = None, ""
    for supply in sorted(system.glob("class/power_supply/*")):
        charge = _number(supply / "capacity")
        # A mouse's or a keyboard's battery has the scope Device, the camera's own System or none.
        own = _text(supply / "type") == "Battery" and _text(supply / "scope") != "Device"
        if own and charge is not None and 0 <= charge <= 100:
            battery = round(charge)
            status = _text(supply / "status")
            break
    heat = _number(system / "class/thermal/thermal_zone0/temp")
    plausible = heat is not None and -60_000 < heat < 200_000
    return DeviceState(
        battery,
        charging=status in ("Charging", "Full"),
        discharging=status == "Discharging",
        temperature=heat / 1000.0 if heat is not None and plausible else None,
    )


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _number(path: Path) -> float | None:
    try:
        return float(_text(path)[:20])
    except ValueError:
        return None
