"""The sensors Baryta knows, from data/sensors.toml (which names its sources)."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from importlib import resources
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.colour import calibration_from_ccm, mired_fraction
from capture.frames import CfaPattern, ColourCalibration, SensorProfile, ShadingTable

_ILLUMINANTS = (2856.0, 6504.0)  # A and D65: what DNG readers expect
_INFRARED = "_noir"  # of the driver names of modules without an infrared filter
_COLUMNS, _ROWS = 17, 13  # shading nodes: the corners of the ISP's 16x12 cells


def profiles() -> tuple[str, ...]:
    """The driver names of the sensors known, in the data's order."""
    return tuple(_data())


@cache
def profile(name: str) -> SensorProfile:
    """The profile of a sensor by its driver's name ("imx477").

    A module without an infrared filter has its twin's profile, but is none of profiles(): by what
    light it is lit decides its colour. An unknown sensor gets generic_profile: usable pictures,
    honest about knowing no colour.
    """
    entry = _data().get(name.removesuffix(_INFRARED))
    if entry is None:
        return generic_profile(name)
    twin = _from_entry(name, entry)
    return replace(twin, model=f"{twin.model} NoIR") if name.endswith(_INFRARED) else twin


def measured(name: str) -> bool:
    """Whether a sensor's levels, noise and limits are known, though its colour may not be."""
    return name.removesuffix(_INFRARED) in _data()


def generic_profile(
    name: str,
    size: tuple[int, int] = (4056, 3040),
    cfa: CfaPattern = CfaPattern.RGGB,
    bit_depth: int = 12,
) -> SensorProfile:
    """A sensor of which nothing is known: sRGB-like colour, average noise, no shading.

    The matrices say that camera RGB is linear sRGB with the channel balance of a typical silicon
    sensor; colour will be plausible, not true. Noise is the HDR+ baseline (Monod, Facciolo, Morel,
    IPOL 2021): 3.24e-4 and 4.3e-6 at ISO 100. Black is a sixteenth of the range.
    """
    curve = ((2500.0, 0.80, 0.35), (4000.0, 0.60, 0.55), (6500.0, 0.45, 0.70), (8500.0, 0.40, 0.77))
    black = float(1 << (bit_depth - 4))
    return SensorProfile(
        name=name,
        model=f"Unknown camera ({name})",
        width=size[0],
        height=size[1],
        pixel_pitch=0.0015,
        cfa=cfa,
        bit_depth=bit_depth,
        black_level=(black,) * 4,
        white_level=(1 << bit_depth) - 1,
        calibrations=tuple(
            calibration_from_ccm(np.eye(3), t, _neutral(curve, t)) for t in _ILLUMINANTS
        ),
        shot_noise=3.24e-4,
        read_noise=4.3e-6,
        neutral_curve=curve,
    )


@cache
def _data() -> Mapping[str, Any]:
    text = resources.files("capture").joinpath("data/sensors.toml").read_text("utf-8")
    return tomllib.loads(text)


def _from_entry(name: str, entry: Mapping[str, Any]) -> SensorProfile:
    width, height = entry["size"]
    bits = entry["bit_depth"]
    cfa = CfaPattern(entry["cfa"])
    black = entry["black_level"] / (1 << (16 - bits))
    curve = tuple((float(t), float(r), float(b)) for t, r, b in entry["neutral_curve"])
    shot, read = _noise(entry["noise_slope"], entry["black_level"], entry["read_electrons"])
    return SensorProfile(
        name=name,
        model=entry["model"],
        width=width,
        height=height,
        pixel_pitch=entry["pixel_pitch"],
        cfa=cfa,
        bit_depth=bits,
        black_level=(black,) * 4,
        white_level=(1 << bits) - 1,
        calibrations=tuple(_calibration(entry["ccm"], curve, t) for t in _ILLUMINANTS),
        shot_noise=shot,
        read_noise=read,
        shading=tuple(
            _shading(entry["luminance"], entry[key], cfa, height / width)
            for key in ("shading_warm", "shading_cool")
        ),
        neutral_curve=curve,
        control_delay=tuple(entry["control_delay"]),
        min_gain=entry.get("min_gain", 1.0),
        max_gain=entry["max_gain"],
        min_exposure=entry["exposure"][0],
        max_exposure=entry["exposure"][1],
    )


def _noise(slope: float, black: float, read_electrons: float) -> tuple[float, float]:
    """Shot and read figures at gain 1, of samples normalised to [0, 1].

    libcamera writes the standard deviation as slope * sqrt(v), v in 16-bit units above black. So
    the variance of x = v / (65535 - black) is slope^2 / (65535 - black) * x, and the full well is
    the inverse of that: 8.0 ke for the IMX477, which is what others measure. (The pisp file's
    slope of 3.9 would make it 4.0 ke, 1.9 times the variance measured; hence the vc4 figures.)
    """
    shot = slope * slope / (65535.0 - black)
    return shot, (read_electrons * shot) ** 2


def _neutral(
    curve: Sequence[tuple[float, float, float]], temperature: float
) -> tuple[float, float, float]:
    """The curve's point at a temperature, linear in inverse temperature, clamped to its ends."""
    lower, upper = curve[0], curve[-1]
    for a, b in pairwise(curve):
        if a[0] <= temperature <= b[0]:
            lower, upper = a, b
    u = mired_fraction(temperature, lower[0], upper[0])
    return (lower[1] + u * (upper[1] - lower[1]), 1.0, lower[2] + u * (upper[2] - lower[2]))


def _calibration(
    ccms: Sequence[Sequence[float]],
    curve: Sequence[tuple[float, float, float]],
    temperature: float,
) -> ColourCalibration:
    """The calibration at a temperature, from the two matrices around it."""
    below = [row for row in ccms if row[0] <= temperature]
    above = [row for row in ccms if row[0] >= temperature]
    lower = below[-1] if below else above[0]
    upper = above[0] if above else below[-1]
    u = mired_fraction(temperature, lower[0], upper[0])
    ccm = (1.0 - u) * np.array(lower[1:]) + u * np.array(upper[1:])
    return calibration_from_ccm(ccm, temperature, _neutral(curve, temperature))


def _shading(
    luminance: Sequence[float], colour: Mapping[str, Any], cfa: CfaPattern, aspect: float
) -> ShadingTable:
    """Gains by site on a corner-to-corner grid, from polynomials in the squared radius."""
    x = np.linspace(-1.0, 1.0, _COLUMNS)[None, :]
    y = np.linspace(-1.0, 1.0, _ROWS)[:, None] * aspect
    r2 = (x * x + y * y) / (1.0 + aspect * aspect)
    green = _polynomial(luminance, r2)
    gains = (green * _polynomial(colour["red"], r2), green, green * _polynomial(colour["blue"], r2))
    table = np.stack([gains[c] for c in cfa.colours])
    return ShadingTable(
        float(colour["temperature"]), (table / min(1.0, table.min())).astype(np.float32)
    )


def _polynomial(
    coefficients: Sequence[float], r2: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    total = np.ones_like(r2)
    for power, coefficient in enumerate(coefficients, 1):
        total += coefficient * r2**power
    return total
