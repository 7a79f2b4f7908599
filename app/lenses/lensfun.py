"""Distortion and lateral colour of a lens, from lensfun's database.

lensfunpy (MIT) brings lensfun (LGPL-3.0) and its database (CC BY-SA 3.0); it is an extra that a
person installs, and nothing of it is part of Baryta. What lensfun tells of a lens is put into
the terms of DNG's WarpRectilinear (native/rectify.py), so that the opcode in a file makes other
programs do what we do: a polynomial in the distance squared, within half a pixel of lensfun's own.
"""

import importlib
import logging
import math
from typing import Any

import numpy as np
import numpy.typing as npt

from app.lenses.book import Lens, LensError
from native import Warp

log = logging.getLogger(__name__)

_FILM = math.hypot(36.0, 24.0)  # millimetres, what crop factors refer to
_POINTS = 48  # along the radius, and along each edge of the frame
_RESIDUAL = 1e-4  # of the distance to the corner, that the polynomial may be off: 0.25 pixels
_FAR = 1000.0  # metres, the distance of what is photographed
_SAME_FOCAL = 0.05  # of what is engraved, by which a lens's true focal length may be off
_NAMED = 5  # lenses of the database that an error names
Floats = npt.NDArray[np.float64]


def lens_warp(lens: Lens, size: tuple[int, int], pixel_pitch: float) -> Warp | None:
    """What takes a lens's distortion and lateral colour out of this sensor's frames.

    Args:
        lens: its `lensfun` names it in the database.
        size: of the sensor, samples (width, height).
        pixel_pitch: millimetres.

    Returns:
        The warp, the frame filled and nothing from beyond it seen; None for a lens that asks for
        none.

    Raises:
        LensError: where lensfunpy is missing, the lens is not known, has other focal lengths than
            the one there, or is known without distortion and lateral colour.
    """
    if not lens.lensfun:
        return None
    library = _library()
    database = library.Database()
    known = _find(database, lens)
    name = _name(known)
    if known.type is not None and "rectilinear" not in str(known.type).lower():
        raise LensError(f"{name}: lensfun knows it as a fisheye, which stays as it is")
    width, height = size
    crop = _FILM / (math.hypot(width, height) * pixel_pitch)
    shortest, longest = known.min_focal * (1 - _SAME_FOCAL), known.max_focal * (1 + _SAME_FOCAL)
    if lens.focal_length and longest > 0.0 and not shortest <= lens.focal_length <= longest:
        told = f"{known.min_focal:g}"
        told += f" to {known.max_focal:g}" if known.max_focal > known.min_focal else ""
        raise LensError(
            f"{name}: lensfun knows it with {told} mm, and {lens.name} has "
            f"{lens.focal_length:g} mm; name another lens, or mend the focal length"
        )
    focal = lens.focal_length or (known.min_focal + known.max_focal) / 2.0
    modifier = library.Modifier(known, crop, width, height)
    wanted = library.ModifyFlags.DISTORTION | library.ModifyFlags.TCA
    modifier.initialize(
        focal, lens.f_number or 8.0, _FAR, 1.0, pixel_format=np.float32, flags=wanted
    )
    fitted = _fit(modifier, width, height)
    if fitted is None:
        raise LensError(f"{name}: lensfun knows no distortion of it at {focal:g} mm")
    return _filled(fitted, width, height)


def lensfun_name(lens: Lens) -> str:
    """How lensfun calls the lens that is meant, its maker before it.

    Raises:
        LensError: where lensfunpy is missing, or knows none such, or several.
    """
    return _name(_find(_library().Database(), lens))


def _library() -> Any:  # noqa: ANN401  (a module without types)
    try:
        return importlib.import_module("lensfunpy")
    except ImportError as error:
        raise LensError(
            "lensfunpy is missing, which knows lenses' distortion: pip install 'baryta[lenses]'"
        ) from error


def _find(database: Any, lens: Lens) -> Any:  # noqa: ANN401  (no types)
    """The lens of a name, its maker before it or not, in capitals or not."""
    wanted = lens.lensfun.casefold()
    by_circle = sorted(database.lenses, key=lambda one: -one.crop_factor)
    names = {_name(one): one for one in by_circle}  # the largest stays
    exact = [
        one for name, one in names.items() if wanted in (name.casefold(), one.model.casefold())
    ]
    if exact:
        return exact[0]
    words = wanted.split()
    like = [name for name in names if all(word in name.casefold() for word in words)]
    if len(like) == 1:
        return names[like[0]]
    told = "; like it are " + ", ".join(sorted(like)[:_NAMED]) if like else ""
    raise LensError(f"lensfun knows no lens called {lens.lensfun!r}{told}")


def _name(known: Any) -> str:  # noqa: ANN401  (no types)
    return f"{known.maker} {known.model}"


def _fit(modifier: Any, width: int, height: int) -> Floats | None:  # noqa: ANN401  (no types)
    """(3, 4): k0 to k3 of each colour, from where lensfun puts points of the diagonal."""
    centre = np.array((width - 1, height - 1)) / 2.0
    far = float(np.hypot(*centre))
    r = (np.arange(_POINTS) + 1.0) / _POINTS
    places = centre + r[:, None] * centre
    sources = np.array([_source(modifier, x, y) for x, y in places])
    if not np.isfinite(sources).all():
        return None
    direction = centre / far
    found = ((sources - centre) @ direction / far).T  # (3, points): distances after all
    terms = np.stack([r, r**3, r**5, r**7], axis=1)
    weights = np.linalg.lstsq(terms, found.T, rcond=None)[0]
    off = float(np.abs(terms @ weights - found.T).max())
    if off > _RESIDUAL:
        log.warning("a lens's distortion is off by %.2g of the corner's distance", off)
    return None if np.allclose(found, r, atol=1e-7) else np.asarray(weights.T)


def _source(modifier: Any, x: float, y: float) -> Floats:  # noqa: ANN401  (no types)
    """(3, 2): where red, green and blue of a pixel come from."""
    place = modifier.apply_subpixel_geometry_distortion(x, y, 1, 1)
    if place is None:
        place = modifier.apply_geometry_distortion(x, y, 1, 1)
    if place is None:
        return np.full((3, 2), np.nan)
    return np.broadcast_to(np.asarray(place, np.float64).reshape(-1, 2), (3, 2))


def _filled(radial: Floats, width: int, height: int) -> Warp:
    """The warp enlarged or reduced until its frame is the largest that holds no emptiness."""
    along = np.linspace(-1.0, 1.0, 2 * _POINTS + 1)
    edge = np.ones_like(along)
    x = np.concatenate([along, along, edge, -edge]) * (width - 1) / 2.0
    y = np.concatenate([edge, -edge, along, along]) * (height - 1) / 2.0
    far = math.hypot(width - 1, height - 1) / 2.0
    powers = np.array((1.0, 3.0, 5.0, 7.0))

    def beyond(scale: float) -> bool:
        squared = np.square(np.hypot(x, y) * scale / far)
        for k in radial:
            f = scale * (k[0] + squared * (k[1] + squared * (k[2] + squared * k[3])))
            if (np.abs(f * x) > (width - 1) / 2.0 + 1e-3).any():
                return True
            if (np.abs(f * y) > (height - 1) / 2.0 + 1e-3).any():
                return True
        return False

    low, high = 0.5, 1.5
    for _ in range(40):
        middle = (low + high) / 2.0
        low, high = (low, middle) if beyond(middle) else (middle, high)
    red, green, blue = ((*map(float, k * low**powers),) for k in radial)
    return Warp((red, green, blue))  # type: ignore[arg-type]
