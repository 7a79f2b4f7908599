# SPDX-License-Identifier: LGPL-2.1-or-later
"""The cameras of a folder: read from its cameras.json, told to the pipeline handler."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

from capture.frames import CfaPattern, SensorProfile
from capture.profiles import profile
from capture.simulation.gain_codes import quantised_gain

FASTEST = 33_333  # microseconds, the shortest frame unless the configuration says another
_LONGEST = 120_000_000  # microseconds, the longest frame
_FILTERS = {"RGGB": 0, "GRBG": 1, "GBRG": 2, "BGGR": 3, "MONO": 5}  # libcamera's numbers
_LENSES = ("imx708",)  # modules whose lens has a motor


@dataclass(frozen=True, slots=True)
class CameraSpec:
    """One camera as cameras.json has it; every field may be left out.

    Attributes:
        sensor: the driver's name, which is also the profile's.
        modes: (width, height, bits) of each, the full one first.
        scene: a name from capture.scenes, or the path of an .exr file.
        seed, shake: of the simulated sensor.
        platform: "vc4" for the Pi 4, "pisp" for the Pi 5.
        mono: without colour filters.
        raw: whether there are raw frames; without, it is like a USB camera.
        fastest: microseconds, the shortest frame.
        lens: whether it focuses; None goes by the sensor.
        rotation: degrees that the module is mounted turned, 0 or 180. Frames are upright, for the
            sensor is read out from its other end then, which turns its cells.
    """

    sensor: str = "imx477"
    modes: tuple[tuple[int, int, int], ...] = (
        (1352, 1012, 12),
    )  # a third of the whole: rendered a few times a second
    scene: str = "still-life"
    seed: int = 1
    shake: float = 1.0
    platform: str = "vc4"
    mono: bool = False
    raw: bool = True
    fastest: int = FASTEST
    lens: bool | None = None
    rotation: int = 0

    @property
    def focuses(self) -> bool:
        """Whether the lens has a motor."""
        return self.sensor in _LENSES if self.lens is None else self.lens

    def profile(self, mode: int = 0) -> SensorProfile:
        """The sensor in a mode."""
        width, height, bits = self.modes[mode]
        known = profile(self.sensor)
        scale = 2.0 ** (bits - known.bit_depth)
        first, second, third, fourth = (level * scale for level in known.black_level)
        return replace(
            known,
            width=width,
            height=height,
            cfa=CfaPattern.MONO if self.mono else self._order(known.cfa),
            bit_depth=bits,
            black_level=(first, second, third, fourth),
            white_level=(1 << bits) - 1,
        )

    def _order(self, native: CfaPattern) -> CfaPattern:
        return CfaPattern(native.value[::-1]) if self.rotation else native

    def name(self, index: int) -> str:
        """The id in libcamera, in the shape that firmware gives it."""
        if not self.raw:
            return f"\\_SB_.PCI0.XHCI/usb1-{index + 1}:1.0-{self.sensor}"
        bus = "axi/pcie@1000120000/rp1/i2c@8" if self.platform == "pisp" else "soc/i2c0mux/i2c@"
        return f"/base/{bus}{index}/{self.sensor}@1a"


def read_cameras(folder: Path | None) -> tuple[CameraSpec, ...]:
    """The cameras of a folder; one with defaults where there is no cameras.json.

    Raises:
        ValueError: for a file that cannot be understood; the message names it.
    """
    path = None if folder is None else folder / "cameras.json"
    if path is None or not path.exists():
        return (CameraSpec(),)
    try:
        entries = json.loads(path.read_text("utf-8"))
        cameras = tuple(_camera(entry) for entry in entries)
    except (ValueError, TypeError, AttributeError) as error:
        raise ValueError(f"{path}: {error}") from error
    return cameras


def _camera(entry: dict[str, Any]) -> CameraSpec:
    modes = entry.get("modes")
    if modes is not None:
        modes = tuple((int(w), int(h), int(bits)) for w, h, bits in modes)
        entry = entry | {"modes": modes}
    camera = CameraSpec(**entry)
    for width, height, bits in camera.modes:
        if bits not in {10, 12} or width % 4 or height % 2 or min(width, height) < 32:
            raise ValueError(
                f"no mode {width}x{height} of {bits} bit: 10 or 12 bit, widths that are multiples "
                "of four, even heights, at least 32"
            )
    if camera.rotation not in {0, 180}:
        raise ValueError(f"no rotation by {camera.rotation}: 0 or 180 degrees")
    if camera.platform not in {"vc4", "pisp"}:
        raise ValueError(f"no platform {camera.platform!r}: vc4 or pisp")
    return camera


def described(index: int, camera: CameraSpec) -> Iterator[tuple[str, ...]]:
    """The lines that tell the handler of a camera."""
    yield ("camera", str(index), camera.name(index), camera.platform, str(int(camera.raw)))
    for mode in range(len(camera.modes)):
        sensor = camera.profile(mode)
        order = "MONO" if camera.mono else sensor.cfa.value
        size = (str(sensor.width), str(sensor.height))
        yield ("mode", *size, str(sensor.bit_depth), order)
    width, height, _ = camera.modes[0]
    yield ("property", "Model", camera.sensor)
    yield ("property", "Location", "2")
    yield ("property", "Rotation", str(camera.rotation))
    yield ("property", "PixelArraySize", f"{width},{height}")
    yield ("property", "PixelArrayActiveAreas", f"[0,0,{width},{height}")
    if camera.raw:
        pitch = round(camera.profile().pixel_pitch * 1e6)
        yield ("property", "UnitCellSize", f"{pitch},{pitch}")
        filters = "MONO" if camera.mono else camera.profile().cfa.value
        yield ("property", "ColorFilterArrangement", str(_FILTERS[filters]))
        yield ("property", "ScalerCropMaximum", f"0,0,{width},{height}")
        yield ("property", "SensorSensitivity", "1.0")
    yield from offered_controls(camera, 0)


def offered_controls(camera: CameraSpec, mode: int) -> Iterator[tuple[str, ...]]:
    """The controls of a mode with their limits and defaults, as the Pi's automatics offer them."""
    sensor = camera.profile(mode)
    width, height, _ = camera.modes[0]
    shortest = max(round(sensor.min_exposure * 1e6), 1)
    longest = min(round(sensor.max_exposure * 1e6), _LONGEST)
    gains = (str(quantised_gain(0.0, sensor)), str(quantised_gain(inf, sensor)))
    yield ("control", "AeEnable", "0", "1", "1")
    yield ("control", "ExposureTimeMode", "0", "1", "0")
    yield ("control", "ExposureTime", str(shortest), str(longest), "20000")
    yield ("control", "AnalogueGainMode", "0", "1", "0")
    yield ("control", "AnalogueGain", *gains, "1.0")
    yield ("control", "AeMeteringMode", "0", "3", "0")
    yield ("control", "AeConstraintMode", "0", "3", "0")
    yield ("control", "AeExposureMode", "0", "3", "0")
    yield ("control", "AeFlickerMode", "0", "1", "0")
    yield ("control", "AeFlickerPeriod", "100", "1000000", "")
    yield ("control", "ExposureValue", "-8.0", "8.0", "0.0")
    limits = (str(camera.fastest), str(_LONGEST), f"[{camera.fastest},{camera.fastest}")
    yield ("control", "FrameDurationLimits", *limits)
    yield ("control", "Brightness", "-1.0", "1.0", "0.0")
    yield ("control", "Contrast", "0.0", "32.0", "1.0")
    yield ("control", "Sharpness", "0.0", "16.0", "1.0")
    if not camera.raw:
        return
    yield ("control", "NoiseReductionMode", "0", "4", "0")
    whole = f"0,0,{width},{height}"
    yield ("control", "ScalerCrop", "0,0,64,64", whole, whole)
    if not camera.mono:
        yield ("control", "AwbEnable", "0", "1", "1")
        yield ("control", "AwbMode", "0", "7", "0")
        yield ("control", "ColourGains", "0.0", "32.0", "")
        yield ("control", "ColourTemperature", "100", "100000", "")
        yield ("control", "Saturation", "0.0", "32.0", "1.0")
    if camera.focuses:
        yield ("control", "AfMode", "0", "2", "0")
        yield ("control", "AfRange", "0", "2", "0")
        yield ("control", "AfSpeed", "0", "1", "0")
        yield ("control", "AfMetering", "0", "1", "0")
        yield ("control", "AfWindows", "0,0,0,0", "65535,65535,65535,65535", "[0,0,0,0")
        yield ("control", "AfTrigger", "0", "1", "")
        yield ("control", "AfPause", "0", "2", "")
        yield ("control", "LensPosition", "0.0", "32.0", "1.0")
