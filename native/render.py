"""A linear image in a look."""

import math
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import Progress, check, plane, reporting
from native.checks import checked_threads
from native.errors import NativeError

Image = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Look:
    """A compiled look: shaper, 3D table and spatial parameters.

    Attributes:
        name: for people.
        shaper_scale, shaper_maximum: the shaper is asinh(x / scale) / asinh(maximum / scale) for
            x in [0, maximum], linear Rec.2020.
        table: (n, n, n, 3) float32 in [0, 1], indexed [red, green, blue], n in 2..129; Display P3
            with the sRGB transfer function.
        tone_mapping: how far a large range of light is drawn together, 0..1, 0 not at all.
        vignette: exposure change in the corners, EV, 0 or less.
        halation, bloom: share of the light scattered (red, white) round highlights, 0..1.
        local_contrast: -1..1, 0 none.
        sharpening: 0..2; sharpening_radius in pixels.
        grain: standard deviation at mid-grey, of full scale, where pixels are much smaller than
            grains; larger ones average them.
        halation_radius, bloom_radius, local_contrast_radius, grain_size: fractions of the
            picture's diagonal, so that a look is the same at every size.
    """

    name: str
    shaper_scale: float
    shaper_maximum: float
    table: npt.NDArray[np.float32] = field(repr=False)  # told often, as Kivy tells what it draws
    tone_mapping: float = 0.0
    vignette: float = 0.0
    halation: float = 0.0
    halation_radius: float = 0.004
    bloom: float = 0.0
    bloom_radius: float = 0.01
    local_contrast: float = 0.0
    local_contrast_radius: float = 0.02
    sharpening: float = 0.0
    sharpening_radius: float = 1.0
    grain: float = 0.0
    grain_size: float = 0.0003


_MOST_GRAIN = 0.2  # as look.c has it
_SCALARS = (
    "shaper_scale",
    "shaper_maximum",
    "tone_mapping",
    "vignette",
    "halation",
    "halation_radius",
    "bloom",
    "bloom_radius",
    "local_contrast",
    "local_contrast_radius",
    "sharpening",
    "sharpening_radius",
    "grain",
    "grain_size",
)


def render(
    linear: Image,
    look: Look,
    *,
    seed: int = 0,
    noise: float = 0.0,
    threads: int | None = None,
    progress: Progress | None = None,
) -> npt.NDArray[np.uint8]:
    """Renders a linear image in a look.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020.
        look: the compiled look.
        seed: of the grain; the same seed gives the same picture.
        noise: standard deviation of the noise in black, linear light, 0..1, which tone mapping
            does not lift.
        threads: OpenMP threads; all by default.
        progress: called with the fraction done; what it raises ends the call.

    Returns:
        (height, width, 3) uint8, Display P3 with the sRGB transfer function.

    Raises:
        NativeError: for sizes or parameters out of range.
    """
    c_look, keep = _c_look(look)
    c_look.grain_seed = seed & 0xFFFFFFFF
    c_look.tone_noise = noise
    if look.grain <= _MOST_GRAIN:  # more is refused as it is
        share = _share_of_grain(look.grain_size * math.hypot(*linear.shape[:2]))
        c_look.grain = look.grain * share
    picture = np.empty(linear.shape, np.uint8)
    with reporting(progress) as (callback, user):
        check(
            lib.baryta_render(
                plane(linear, np.float32, 3),
                c_look,
                plane(picture, np.uint8, 3, writable=True),
                checked_threads(threads),
                callback,
                user,
            )
        )
    del keep
    return picture


def _share_of_grain(diameter: float) -> float:
    """What is left of grain's standard deviation when square pixels average it.

    Grain of Gaussian shape, the diameter its full width at half maximum in pixels, has the
    autocorrelation exp(-d^2 / 4 s^2), s = diameter / 2.3548; its mean over all pairs of points of
    a pixel is the square of the integral over one axis, which has a closed form. A picture made
    small then has the grain that a large one has when it is made small.
    """
    s2 = (diameter / 2.3548) ** 2
    if not s2 > 0.0:
        return 1.0  # no size: the noise of every pixel is its own, as C has it
    root = math.sqrt(s2)
    pairs = 2.0 * math.sqrt(math.pi) * root * math.erf(0.5 / root)
    return min(1.0, pairs - 4.0 * s2 * -math.expm1(-0.25 / s2))


def apply_table(linear: Image, look: Look, *, threads: int | None = None) -> Image:
    """Shaper and table alone, no spatial part: (height, width, 3) float32 in [0, 1]."""
    c_look, keep = _c_look(look)
    encoded = np.empty(linear.shape, np.float32)
    check(
        lib.baryta_apply_table(
            plane(linear, np.float32, 3),
            c_look,
            plane(encoded, np.float32, 3, writable=True),
            checked_threads(threads),
        )
    )
    del keep
    return encoded


@dataclass(frozen=True, slots=True, eq=False)
class ToneMaps:
    """A look's local tone mapping and contrast of a picture.

    The gain in EV of light of luminance L (Rec.2020) is slope * log2(L + floor) + offset, within
    least and most.

    Attributes:
        lines: (height, width, 2) float32, slope and offset, bilinear between pixels.
        floor: luminance, above 0.
        least, most: EV.
    """

    lines: Image
    floor: float
    least: float
    most: float


def tone_maps(
    linear: Image, look: Look, *, noise: float = 0.0, threads: int | None = None
) -> ToneMaps:
    """Local tone mapping and contrast for another renderer.

    Args:
        linear: (height, width, 3) float32, linear Rec.2020, the picture at 384 pixels a side or
            fewer.
        look: the compiled look.
        noise: as of render.
        threads: OpenMP threads; all by default.

    Raises:
        NativeError: for sizes or parameters out of range.
    """
    c_look, keep = _c_look(look)
    c_look.tone_noise = noise
    lines = np.empty((*linear.shape[:2], 2), np.float32)
    limits = ffi.new("baryta_tone_range *")
    check(
        lib.baryta_tone_maps(
            plane(linear, np.float32, 3),
            c_look,
            plane(lines, np.float32, 2, writable=True),
            limits,
            checked_threads(threads),
        )
    )
    del keep
    return ToneMaps(lines, limits.floor, limits.least, limits.most)


def _c_look(look: Look) -> tuple[Any, Any]:
    """The C struct, and the table it points to, to be kept until the call is over."""
    table = np.ascontiguousarray(look.table, np.float32)
    size = table.shape[0]
    if table.shape != (size, size, size, 3):
        raise NativeError(f"a look's table must be (n, n, n, 3), not {table.shape}")
    c_look = ffi.new("baryta_look *")
    for name in _SCALARS:
        setattr(c_look, name, getattr(look, name))
    c_look.table = ffi.cast("const float *", table.ctypes.data)
    c_look.size = size
    return c_look, table
