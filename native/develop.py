"""A mosaic to a linear image."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from native._core import ffi, lib
from native.buffers import Progress, check, plane, reporting
from native.checks import (
    check_colours,
    check_noise,
    check_scale,
    check_size,
    check_within,
    checked_threads,
)
from native.errors import NativeError
from native.mosaic import Mosaic, MosaicFormat, MosaicNoise, c_format, c_noise

Image = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Development:
    """How to develop a mosaic.

    Attributes:
        format: the mosaic's scale.
        noise: its noise model.
        white_balance: gains of camera red, green, blue, the smallest 1.
        matrix: (3, 3), white-balanced camera RGB to linear Rec.2020 (D65).
        shading: (4, rows, columns) float32 gains by site, corner to corner; None for none.
        exposure: linear factor on the result.
        denoise: 0 none, 1 default.
    """

    format: MosaicFormat
    noise: MosaicNoise
    white_balance: tuple[float, float, float]
    matrix: npt.NDArray[np.float64]
    shading: npt.NDArray[np.float32] | None = None
    exposure: float = 1.0
    denoise: float = 1.0


def correct_defects(
    mosaic: Mosaic,
    mosaic_format: MosaicFormat,
    noise: MosaicNoise,
    *,
    isolation: float = 0.5,
    threads: int | None = None,
) -> int:
    """Replaces hot and dead pixels in place; returns how many.

    Args:
        mosaic: (height, width) uint16.
        mosaic_format: its scale.
        noise: of its samples.
        isolation: by how many times their spread one lies beyond its like neighbours, 0.5 to 16:
            the more, the less it takes texture for defects.
        threads: OpenMP threads; all by default.

    Raises:
        NativeError: for a mosaic under 16x16 or a parameter out of range, which it names.
    """
    corrected = ffi.new("int64_t *")
    view = plane(mosaic, np.uint16, writable=True)
    check_size(mosaic, 16, "corrected")
    threads = checked_threads(threads)
    check_scale(mosaic_format)
    check_noise(noise)
    check_within("isolation", isolation, 0.5, 16.0)
    scale, model = c_format(mosaic_format), c_noise(noise)  # addressof keeps nothing alive
    check(
        lib.baryta_correct_defects(
            view,
            ffi.addressof(scale),
            ffi.addressof(model),
            isolation,
            corrected,
            threads,
        )
    )
    return int(corrected[0])


def develop(
    mosaic: Mosaic,
    development: Development,
    *,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Image:
    """Calibrates, demosaics and colours a mosaic.

    Args:
        mosaic: (height, width) uint16, at least 16x16.
        development: how.
        threads: OpenMP threads; all by default.
        progress: called with the fraction done; what it raises ends the call.

    Returns:
        (height, width, 3) float32, linear Rec.2020, scene-referred: 1 is the sensor's clipping
        level before development.exposure; values may exceed it, none is negative.

    Raises:
        NativeError: for a size or parameter out of range, which it names.
    """
    view = plane(mosaic, np.uint16)
    check_size(mosaic, 16, "developed")
    options, keep = _options(development, threads)
    linear = np.empty((*mosaic.shape, 3), np.float32)
    with reporting(progress) as (callback, user):
        check(
            lib.baryta_develop(
                view,
                options,
                plane(linear, np.float32, 3, writable=True),
                callback,
                user,
            )
        )
    del keep
    return linear


def calibrate(mosaic: Mosaic, development: Development, *, threads: int | None = None) -> Image:
    """The first stage alone: (height, width) float32, normalised, shaded and white-balanced."""
    options, keep = _options(development, threads)
    normalised = np.empty(mosaic.shape, np.float32)
    out = plane(normalised, np.float32, writable=True)
    check(lib.baryta_calibrate(plane(mosaic, np.uint16), options, out))
    del keep
    return normalised


def demosaic(
    normalised: Image, colours: tuple[int, int, int, int], *, threads: int | None = None
) -> Image:
    """The second stage alone: (height, width) to (height, width, 3) float32 camera RGB."""
    view = plane(normalised, np.float32)
    check_size(normalised, 16, "demosaiced")
    check_colours(colours)
    threads = checked_threads(threads)
    rgb = np.empty((*normalised.shape, 3), np.float32)
    check(
        lib.baryta_demosaic(
            view,
            ffi.new("int32_t[4]", colours),
            plane(rgb, np.float32, 3, writable=True),
            threads,
        )
    )
    return rgb


def _options(development: Development, threads: int | None) -> tuple[Any, Any]:
    """The C options, and what they point to, to be kept until the call is over."""
    threads = checked_threads(threads)
    check_scale(development.format)
    check_noise(development.noise)
    check_within("white balance", development.white_balance, 0.999, 64.0)
    check_within("the colour matrix", development.matrix, -1000.0, 1000.0)
    check_within("denoise", development.denoise, 0.0, 4.0)
    if not 0.0 < development.exposure <= 65536.0:
        raise NativeError(
            f"exposure must be above 0 and at most 65536, not {development.exposure:g}"
        )
    options = ffi.new("baryta_develop_options *")
    options.format = c_format(development.format)
    options.noise = c_noise(development.noise)
    keep = None
    if development.shading is not None:
        keep = np.ascontiguousarray(development.shading, np.float32)
        if keep.ndim != 3 or keep.shape[0] != 4:
            raise ValueError(f"shading must be (4, rows, columns), not {keep.shape}")
        check_within("shading", keep, 0.999, 1000.0)
        options.shading.gain = ffi.cast("const float *", keep.ctypes.data)
        options.shading.rows, options.shading.columns = keep.shape[1:]
    options.white_balance = development.white_balance
    options.matrix = [float(value) for value in development.matrix.reshape(9)]
    options.exposure = development.exposure
    options.denoise = development.denoise
    options.threads = threads
    return options, keep
