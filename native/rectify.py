"""Distortion and lateral colour of a lens taken out of a linear image."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import Progress, check, plane, reporting
from native.checks import checked_threads

Linear = npt.NDArray[np.float32]
Radial = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Warp:
    """Where each colour of the corrected image lies in the one that the lens gave.

    As WarpRectilinear of the DNG specification 1.7 (chapter 7): with (x, y) from the centre over
    the distance from there to the farthest corner, r^2 = x^2 + y^2 and a colour's k and t,
    x' = (k0 + k1 r^2 + k2 r^4 + k3 r^6) x + 2 t0 x y + t1 (r^2 + 2 x^2), and y' likewise.

    Attributes:
        radial: k0 to k3 of red, green and blue, each within -4..4.
        tangential: t0 and t1 of each, within the same.
        centre: of the lens, shares of width and height, 0..1.
    """

    radial: tuple[Radial, Radial, Radial]
    tangential: tuple[tuple[float, float], ...] = ((0.0, 0.0),) * 3
    centre: tuple[float, float] = (0.5, 0.5)


def rectify(
    linear: Linear,
    warp: Warp,
    matrix: npt.NDArray[np.float64] | None = None,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Linear:
    """The image without a lens's distortion and lateral colour.

    Args:
        linear: (height, width, 3) float32, 2x2 at least.
        warp: of the lens, for the whole of this frame.
        matrix: (3, 3) camera RGB to the image's colours, as it was developed: a lens shifts
            the colours of the camera. None for an image in camera RGB.
        threads: OpenMP threads; all by default.
        progress: called with the fraction done; what it raises ends the call.

    Returns:
        A new image of the same size. What would come from beyond the frame repeats its edge.

    Raises:
        NativeError: for an image of another shape, a coefficient out of range, or a matrix that
            cannot be inverted.
    """
    given = ffi.new("baryta_warp *")
    for colour in range(3):
        given.radial[colour] = warp.radial[colour]
        given.tangential[colour] = warp.tangential[colour]
    given.centre = warp.centre
    mixed = ffi.NULL
    if matrix is not None:
        mixed = ffi.new("float[9]", [float(value) for value in matrix.ravel()])
    source = plane(linear, np.float32, 3)
    rectified = np.empty(linear.shape, np.float32)
    target = plane(rectified, np.float32, 3, writable=True)
    with reporting(progress) as (callback, user):
        check(
            lib.baryta_rectify(
                source, given, mixed, target, checked_threads(threads), callback, user
            )
        )
    return rectified
