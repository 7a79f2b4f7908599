"""Arguments checked before C sees them, so that a refusal names what is wrong.

C checks the same again and says only that something is out of range.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from native.buffers import default_threads
from native.errors import NativeError
from native.mosaic import MosaicFormat, MosaicNoise

LAYOUTS = ((0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1, 1, 1, 1))


def check_within(name: str, values: float | Iterable[float], least: float, most: float) -> None:
    """Raises NativeError unless all values are numbers from least to most."""
    array = np.asarray(values, np.float64)
    wrong = array[~((array >= least) & (array <= most))]
    if wrong.size:
        raise NativeError(f"{name} must be from {least:g} to {most:g}, not {wrong.flat[0]:g}")


def check_size(array: npt.NDArray[np.generic], least: int, done: str) -> None:
    """Raises NativeError for a (height, width) mosaic with a side under least; done: merged, ..."""
    height, width = array.shape
    if width < least or height < least:
        raise NativeError(
            f"frames of {width}x{height} pixels cannot be {done};"
            f" at least {least}x{least} are needed"
        )


def check_colours(colours: tuple[int, int, int, int]) -> None:
    """Raises NativeError unless the sites' colours are a Bayer order or mono."""
    if tuple(colours) not in LAYOUTS:
        raise NativeError(f"colours must be a Bayer order or 1, 1, 1, 1, not {tuple(colours)}")


def check_scale(mosaic_format: MosaicFormat) -> None:
    """Raises NativeError for colours, black or white that the core cannot take."""
    check_colours(mosaic_format.colours)
    white = mosaic_format.white
    if not 1.0 <= white <= 65535.0:
        raise NativeError(f"the white level must be from 1 to 65535, not {white:g}")
    check_sites("black level", mosaic_format.black)
    for black in mosaic_format.black:
        if not 0.0 <= black < white:
            raise NativeError(
                f"the black level must be at least 0 and below white, {white:g}, not {black:g}"
            )


def check_sites(name: str, values: Sequence[float]) -> None:
    """Raises NativeError unless there is one value a site of the 2x2 pattern."""
    if len(values) != 4:
        raise NativeError(f"{name} needs four values, one a site, not {len(values)}")


def check_noise(noise: MosaicNoise) -> None:
    """Raises NativeError for a noise model out of range, or not of four sites."""
    check_sites("shot noise", noise.shot)
    check_sites("read noise", noise.read)
    check_within("shot noise", noise.shot, 0.0, 1.0)
    check_within("read noise", noise.read, 0.0, 1.0)


def checked_threads(threads: int | None) -> int:
    """The number of threads, all that this process may use for None.

    Raises:
        NativeError: for a number that the core does not start, 0 among them.
    """
    if threads is None:
        return default_threads()
    check_within("threads", threads, 1, 256)
    return threads
