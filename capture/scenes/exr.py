"""Pictures in linear light from OpenEXR files, as scenes."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.colour import D65_XY, REC2020_TO_XYZ, adaptation, rgb_to_xyz
from capture.scenes.scene import Floats, Frame, Layer, Paint, Scene, View
from capture.source import CameraError

_SMALLEST, _LARGEST = 256, 16384
_MIDDLE = 0.18  # the level the picture's middle tone is brought to
_BRIGHTEST = 4096.0  # whites; more is a broken pixel or the sun, and both clip


def load(path: Path) -> Scene:
    """The picture in an .exr file, adapted to daylight of 6504 K, its middle tone at 500 lux.

    Raises:
        CameraError: when the file is missing, no OpenEXR, without RGB, or of an unusable size.
    """
    try:
        import OpenEXR  # noqa: PLC0415  (an optional extra)
    except ImportError as error:
        raise CameraError(
            "EXR scenes need the OpenEXR package: pip install 'baryta[exr]'"
        ) from error
    if not path.is_file():
        raise CameraError(f"{path} does not exist")
    with path.open("rb") as stream:
        if stream.read(4) != b"\x76\x2f\x31\x01":
            raise CameraError(f"{path} is no OpenEXR file")
    try:
        with OpenEXR.File(str(path), separate_channels=True) as file:
            picture = _rgb(file.channels())
            matrix = _to_rec2020(file.header())
    except CameraError:
        raise
    except Exception as error:
        raise CameraError(f"{path} cannot be read: {error}") from error
    if picture is None:
        raise CameraError(f"{path} holds no R, G and B channels of one size")
    height, width = picture.shape[1] // 2 * 2, picture.shape[2] // 4 * 4
    if min(width, height) < _SMALLEST or max(width, height) > _LARGEST:
        raise CameraError(
            f"{path} is {width}x{height}: a scene's sides are {_SMALLEST} to {_LARGEST} pixels"
        )
    layer = Layer(_painter(_levelled(picture[:, :height, :width], matrix)), 1.0)
    return Scene(path.name, 6504.0, 500.0, (layer,), focus=1.0, size=(width, height))


def _rgb(channels: dict[str, Any]) -> Floats | None:
    """(3, h, w) of the first set of R, G and B; a grey picture is shown in all three."""
    found: list[npt.NDArray[Any]] = []
    for name in "RGB":
        match = [key for key in channels if key.split(".")[-1] == name]
        if not match:
            break
        found.append(np.asarray(channels[match[0]].pixels))
    if len(found) != 3 and "Y" in channels:
        found = [np.asarray(channels["Y"].pixels)] * 3
    if len(found) != 3 or len({plane.shape for plane in found}) != 1 or found[0].ndim != 2:
        return None
    return np.stack(found).astype(np.float32)


def _to_rec2020(header: dict[str, Any]) -> npt.NDArray[np.float32]:
    """From the file's primaries (Rec.709 unless it says otherwise) to Rec.2020, white to white."""
    primaries = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
    white = D65_XY
    stated = header.get("chromaticities")
    if stated is not None and len(stated) == 8:
        numbers = [float(value) for value in stated]
        primaries = tuple(zip(numbers[0:6:2], numbers[1:6:2], strict=True))  # type: ignore[assignment]
        white = (numbers[6], numbers[7])
    matrix = adaptation(white, D65_XY) @ rgb_to_xyz(primaries, white)
    return np.linalg.solve(REC2020_TO_XYZ, matrix).astype(np.float32)


def _levelled(picture: Floats, matrix: npt.NDArray[np.float32]) -> Floats:
    """Rec.2020, its geometric mean luminance at middle grey, nothing negative or broken."""
    picture = np.nan_to_num(picture, nan=0.0, posinf=1e30, neginf=0.0)
    picture = (matrix @ np.clip(picture, 0.0, 1e30).reshape(3, -1)).reshape(picture.shape)
    np.maximum(picture, 0.0, out=picture)
    luminance = np.tensordot(REC2020_TO_XYZ[1].astype(np.float32), picture, 1)
    positive = luminance[luminance > 0.0]
    if not positive.size:
        return picture
    floor = float(np.quantile(positive, 0.5)) * 1e-3
    mean = float(np.exp(np.log(np.maximum(luminance, floor)).mean()))
    return np.asarray(np.minimum(picture * np.float32(_MIDDLE / mean), _BRIGHTEST), np.float32)


def _painter(picture: Floats) -> Paint:
    """Paints a picture so that it fills a frame; at the picture's own size, pixel by pixel."""
    height, width = picture.shape[1:]
    unit = Frame(width, height).unit
    levels = [picture]  # each half the size of the one before
    while min(levels[-1].shape[1:]) >= 2 * _SMALLEST // 4:
        levels.append(_halved(levels[-1]))

    def paint(view: View) -> Floats:
        level = int(
            np.clip(np.floor(np.log2(max(view.pixel * unit, 1.0)) + 0.01), 0, len(levels) - 1)
        )
        source, scale = levels[level], unit / 2**level
        x = view.x[0].astype(np.float64) * scale + (width / 2.0) / 2**level - 0.5
        y = view.y[:, 0].astype(np.float64) * scale + (height / 2.0) / 2**level - 0.5
        return _interpolated(source, x, y)

    return paint


def _halved(picture: Floats) -> Floats:
    rows, columns = picture.shape[1] // 2 * 2, picture.shape[2] // 2 * 2
    cells = picture[:, :rows, :columns].reshape(3, rows // 2, 2, columns // 2, 2)
    return np.asarray(cells.mean(axis=(2, 4)), np.float32)


def _interpolated(
    picture: Floats, x: npt.NDArray[np.float64], y: npt.NDArray[np.float64]
) -> Floats:
    """Bilinear samples on a grid; the picture is mirrored beyond its edges."""
    for axis, place in ((2, x), (1, y)):
        size = picture.shape[axis]
        nearest = np.rint(place)
        exact = np.abs(place - nearest) < 1e-3
        place = np.where(exact, nearest, place)  # noqa: PLW2901  (snapped)
        low = np.floor(place)
        share = (place - low).astype(np.float32)
        low = low.astype(np.int64)
        below = np.take(picture, _mirrored(low, size), axis=axis)
        if share.any():
            above = np.take(picture, _mirrored(low + 1, size), axis=axis)
            below += (above - below) * (share[:, None] if axis == 1 else share)
        picture = below
    return picture


def _mirrored(index: npt.NDArray[np.int64], size: int) -> npt.NDArray[np.int64]:
    folded = np.mod(index, 2 * size)
    return np.where(folded < size, folded, 2 * size - 1 - folded)
