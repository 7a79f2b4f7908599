"""A sensor's colour: from camera RGB to a white-balanced scene and back.

The model is chapter 6 of the DNG specification 1.7 ("Mapping Camera Color Space to CIE XYZ
Space"). Matrices are 3x3 float64 and act on column vectors; temperatures are in kelvin; a neutral
is the camera RGB of a white surface, scaled to green 1.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from capture.frames import ColourCalibration

Matrix = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float64]

D50_XY = (0.9642 / 2.7891, 1.0 / 2.7891)  # the connection space's white, as ICC.1 rounds it
D65_XY = (0.3127, 0.3290)  # as ITU-R BT.2020 and IEC 61966-2-1 state it
_STANDARD_A_XY = (0.44757, 0.40745)

_BRADFORD = np.array(
    [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
)


def xy_to_xyz(xy: tuple[float, float]) -> Vector:
    """XYZ with Y = 1 of a chromaticity."""
    x, y = xy
    return np.array([x / y, 1.0, (1.0 - x - y) / y])


def adaptation(from_xy: tuple[float, float], to_xy: tuple[float, float]) -> Matrix:
    """Linear Bradford adaptation of XYZ from one white to another (ICC.1:2022, annex E)."""
    scale = (_BRADFORD @ xy_to_xyz(to_xy)) / (_BRADFORD @ xy_to_xyz(from_xy))
    return np.asarray(np.linalg.solve(_BRADFORD, scale[:, None] * _BRADFORD))


def rgb_to_xyz(primaries: Sequence[tuple[float, float]], white: tuple[float, float]) -> Matrix:
    """3x3 from linear RGB to XYZ, from the chromaticities of primaries and white (SMPTE RP 177)."""
    columns = np.stack([xy_to_xyz(xy) for xy in primaries], axis=1)
    return np.asarray(columns * np.linalg.solve(columns, xy_to_xyz(white)))


SRGB_TO_XYZ = rgb_to_xyz(((0.640, 0.330), (0.300, 0.600), (0.150, 0.060)), D65_XY)
REC2020_TO_XYZ = rgb_to_xyz(((0.708, 0.292), (0.170, 0.797), (0.131, 0.046)), D65_XY)
SRGB_TO_REC2020 = np.linalg.solve(REC2020_TO_XYZ, SRGB_TO_XYZ)
REC2020_TO_SRGB = np.linalg.inv(SRGB_TO_REC2020)
_D50_TO_REC2020 = np.linalg.solve(REC2020_TO_XYZ, adaptation(D50_XY, D65_XY))


def temperature_of(xy: tuple[float, float]) -> float:
    """Correlated colour temperature, kelvin, 1600 to 25000 (McCamy 1992, Color Res. Appl. 17)."""
    x, y = xy
    n = (x - 0.3320) / (0.1858 - y)
    return float(np.clip(449.0 * n**3 + 3525.0 * n**2 + 6823.3 * n + 5520.33, 1600.0, 25000.0))


def white_xy(temperature: float) -> tuple[float, float]:
    """Chromaticity of a typical light: Planckian below 4000 K, daylight above 5000 K.

    Kim et al. 2002 (US patent 7024034's cubic fit of the Planckian locus) and CIE 15:2018; blended
    between, so that the curve has no step. Clamped to 1667..25000 K.
    """
    t = float(np.clip(temperature, 1667.0, 25000.0))
    blend = float(np.clip((t - 4000.0) / 1000.0, 0.0, 1.0))
    return (
        (1.0 - blend) * _planckian_xy(t)[0] + blend * _daylight_xy(t)[0],
        (1.0 - blend) * _planckian_xy(t)[1] + blend * _daylight_xy(t)[1],
    )


def calibration_xy(temperature: float) -> tuple[float, float]:
    """Chromaticity of the light of a calibration: illuminant A at 2856 K, else as white_xy."""
    return _STANDARD_A_XY if abs(temperature - 2856.0) < 1.0 else white_xy(temperature)


def _planckian_xy(t: float) -> tuple[float, float]:
    k = 1e3 / t
    x: float
    if t <= 4000.0:
        x = -0.2661239 * k**3 - 0.2343589 * k**2 + 0.8776956 * k + 0.179910
    else:
        x = -3.0258469 * k**3 + 2.1070379 * k**2 + 0.2226347 * k + 0.240390
    if t <= 2222.0:
        y = -1.1063814 * x**3 - 1.34811020 * x**2 + 2.18555832 * x - 0.20219683
    elif t <= 4000.0:
        y = -0.9549476 * x**3 - 1.37418593 * x**2 + 2.09137015 * x - 0.16748867
    else:
        y = 3.0817580 * x**3 - 5.87338670 * x**2 + 3.75112997 * x - 0.37001483
    return x, y


def _daylight_xy(t: float) -> tuple[float, float]:
    k = 1e3 / max(t, 4000.0)
    if t <= 7000.0:
        x = -4.6070 * k**3 + 2.9678 * k**2 + 0.09911 * k + 0.244063
    else:
        x = -2.0064 * k**3 + 1.9018 * k**2 + 0.24748 * k + 0.237040
    return x, -3.000 * x * x + 2.870 * x - 0.275


def mired_fraction(temperature: float, warm: float, cool: float) -> float:
    """Where a temperature lies between two, in inverse temperature: 0 at warm, 1 at cool."""
    if warm == cool:
        return 0.0
    fraction = (1.0 / temperature - 1.0 / warm) / (1.0 / cool - 1.0 / warm)
    return float(np.clip(fraction, 0.0, 1.0))


def interpolate(
    calibrations: Sequence[ColourCalibration], temperature: float
) -> tuple[Matrix, Matrix | None]:
    """Colour and forward matrix at a temperature, linear in inverse temperature and clamped.

    The forward matrix is None when a calibration has none (a zero matrix).

    Raises:
        ValueError: with no calibration at all.
    """
    if not calibrations:
        raise ValueError("this sensor has no colour calibration")
    first, last = calibrations[0], calibrations[-1]
    u = mired_fraction(temperature, first.temperature, last.temperature)
    colour = (1.0 - u) * first.colour_matrix + u * last.colour_matrix
    if not (first.forward_matrix.any() and last.forward_matrix.any()):
        return colour, None
    return colour, (1.0 - u) * first.forward_matrix + u * last.forward_matrix


def neutral_at(
    calibrations: Sequence[ColourCalibration], xy: tuple[float, float]
) -> tuple[float, float, float]:
    """The neutral under a light of the given chromaticity."""
    colour, _ = interpolate(calibrations, temperature_of(xy))
    r, g, b = colour @ xy_to_xyz(xy)
    return (float(r / g), 1.0, float(b / g))


def white_of(
    calibrations: Sequence[ColourCalibration], neutral: Sequence[float]
) -> tuple[float, float]:
    """The light's chromaticity for a neutral: the specification's iteration, from D50.

    Raises:
        ValueError: for a neutral that is not three positive finite numbers.
    """
    camera = _checked(neutral)
    xy = D50_XY
    for _ in range(30):
        colour, _ = interpolate(calibrations, temperature_of(xy))
        xyz = np.maximum(np.linalg.solve(colour, camera), 1e-9)
        new = (float(xyz[0] / xyz.sum()), float(xyz[1] / xyz.sum()))
        step = abs(new[0] - xy[0]) + abs(new[1] - xy[1])
        xy = new if step < 1e-4 else ((xy[0] + new[0]) / 2.0, (xy[1] + new[1]) / 2.0)
        if step < 1e-9:
            break
    return xy


def development_colour(
    calibrations: Sequence[ColourCalibration], neutral: Sequence[float]
) -> tuple[tuple[float, float, float], Matrix]:
    """White balance and matrix for developing a shot.

    Args:
        calibrations: one or two, the warmer first.
        neutral: camera RGB of white in the shot's light, any scale.

    Returns:
        The gains of red, green and blue, the smallest 1, and the 3x3 matrix from white-balanced
        camera RGB to linear Rec.2020 with its D65 white; (1, 1, 1) maps to (1, 1, 1).

    Raises:
        ValueError: with no calibration, or a neutral that is not three positive numbers.
    """
    camera = _checked(neutral)
    xy = white_of(calibrations, neutral)
    colour, forward = interpolate(calibrations, temperature_of(xy))
    if forward is None:
        forward = adaptation(xy, D50_XY) @ np.linalg.inv(colour) * camera
    matrix = _D50_TO_REC2020 @ forward
    matrix /= matrix.sum(axis=1, keepdims=True)
    gains = camera.max() / camera
    return (float(gains[0]), float(gains[1]), float(gains[2])), matrix


def neutral_of(gains: tuple[float, float]) -> tuple[float, float, float]:
    """The neutral that white balance gains of red and blue, green's 1, make grey."""
    return (1.0 / gains[0], 1.0, 1.0 / gains[1])


def _checked(neutral: Sequence[float]) -> Vector:
    camera = np.asarray(neutral, np.float64)
    if camera.shape != (3,) or not np.isfinite(camera).all() or camera.min() <= 0.0:
        raise ValueError(f"a neutral is three positive numbers, not {neutral!r}")
    return camera


def calibration_from_ccm(
    ccm: npt.ArrayLike, temperature: float, neutral: Sequence[float]
) -> ColourCalibration:
    """A DNG calibration from a matrix of libcamera.

    libcamera's colour correction matrix C takes white-balanced camera RGB to linear sRGB, white to
    white. With N = diag(neutral), S = sRGB to XYZ (D65) and A(x, y) the Bradford adaptation:

        forward_matrix = A(D65, D50) S C                   white-balanced camera to XYZ D50
        colour_matrix  = N C^-1 S^-1 A(light, D65)         XYZ under the light to camera

    Rows of C are scaled to a sum of exactly 1 first (the files round to five digits).
    """
    c = np.asarray(ccm, np.float64).reshape(3, 3)
    c = c / c.sum(axis=1, keepdims=True)
    light = calibration_xy(temperature)
    forward = adaptation(D65_XY, D50_XY) @ SRGB_TO_XYZ @ c
    inverse = np.linalg.inv(SRGB_TO_XYZ @ c)
    colour = _checked(neutral)[:, None] * (inverse @ adaptation(light, D65_XY))
    return ColourCalibration(temperature, colour, forward)


def neutral_curve(
    calibrations: Sequence[ColourCalibration],
) -> tuple[tuple[float, float, float], ...]:
    """Temperature, r/g and b/g of neutrals under typical lights, 9500 to 2300 K.

    Empty where there is no calibration.
    """
    if not calibrations:
        return ()
    rows = []
    for mired in np.linspace(1e6 / 9500.0, 1e6 / 2300.0, 25):
        red, _, blue = neutral_at(calibrations, white_xy(1e6 / mired))
        rows.append((1e6 / float(mired), red, blue))
    return tuple(row for row in rows if min(row) > 0.0)
