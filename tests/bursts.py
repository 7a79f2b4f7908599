"""Handheld bursts with known truth: rigid shake, moving discs, sensor noise.

A painted scene (scenes.py) is sampled for each frame where the hand has moved it. Nothing here
depends on the package, so that the truth is nobody's own opinion.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scenes import MARGIN, OVERSAMPLING, Floats, painted

Mosaic = npt.NDArray[np.uint16]
Sites = npt.NDArray[np.intp]  # by sample: its colour
# Where frame i's sample (x, y) lies in a frame that only the hand has moved.
Warp = Callable[[int, Floats, Floats], tuple[Floats, Floats]]
# Frame i's light, changed: (i, light, x, y, colour), x and y in the scene, sensor pixels.
Overlay = Callable[[int, Floats, Floats, Floats, Sites], Floats]

BLACK = 256.0
WHITE = 4095.0
SHOT = 3.24e-4  # at ISO 100: the baseline of Hasinoff et al. 2016 as used by Monod et al. 2021
READ = 4.3e-6
BAND = 16  # rows at a time: what is made of them lies in the cache, and takes no fresh pages


@dataclass(frozen=True, slots=True)
class TestBurst:
    """A burst and the truth of its reference, frame 0.

    Attributes:
        frames: (height, width) uint16 each.
        truth: (height, width) float64, the reference without noise, normalised.
        shot, read: the noise model, normalised.
        colours: CFA by site.
        motions: per frame (x, y, degrees) against the reference.
        exposures: per frame, against the reference.
    """

    __test__ = False

    frames: list[Mosaic]
    truth: npt.NDArray[np.float64]
    shot: float
    read: float
    colours: tuple[int, int, int, int]
    motions: list[tuple[float, float, float]]
    exposures: list[float]


def sample(plane: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
    """Bilinear at sensor coordinates, (rows, columns) each, each point in its own channel."""
    result = np.empty(x.shape, np.float32)
    for rows in _bands(len(x)):
        result[rows] = _sampled(plane, x[rows], y[rows], channel[rows])
    return result


def _sampled(plane: Floats, x: Floats, y: Floats, channel: Sites) -> Floats:
    u = (x + MARGIN + 0.5) * OVERSAMPLING - 0.5
    v = (y + MARGIN + 0.5) * OVERSAMPLING - 0.5
    u = np.clip(u, 0, plane.shape[1] - 1.001)
    v = np.clip(v, 0, plane.shape[0] - 1.001)
    ix, iy = u.astype(np.intp), v.astype(np.intp)
    fx, fy = u - ix, v - iy
    columns, channels = plane.shape[1:]
    values, at = plane.reshape(-1), (iy * columns + ix) * channels + channel
    below = at + columns * channels
    top = values.take(at) * (1 - fx) + values.take(at + channels) * fx
    low = values.take(below) * (1 - fx) + values.take(below + channels) * fx
    return np.asarray(top * (1 - fy) + low * fy, np.float32)


def _bands(height: int) -> list[slice]:
    """All rows, BAND at a time."""
    return [slice(top, top + BAND) for top in range(0, height, BAND)]


@dataclass(frozen=True, slots=True)
class _Disc:
    x: float
    y: float
    radius: float
    vx: float
    vy: float


def _discs(rng: np.random.Generator, height: int, width: int) -> list[_Disc]:
    discs = []
    for speed in (2.0, 6.0, 12.0):
        angle = rng.uniform(0, 2 * np.pi)
        discs.append(
            _Disc(
                float(rng.uniform(0.2, 0.8) * width),
                float(rng.uniform(0.2, 0.8) * height),
                float(rng.uniform(0.07, 0.12) * height),
                float(speed * np.cos(angle)),
                float(speed * np.sin(angle)),
            )
        )
    return discs


def _seen(
    backdrop: Floats, skin_of: Floats, discs: list[_Disc], i: int, at: tuple[Floats, Floats, Sites]
) -> Floats:
    """Frame i's light at sensor coordinates of some colours: the scene, and discs before it."""
    x, y, channel = at
    light = _sampled(backdrop, x, y, channel)
    for disc in discs:
        dx, dy = x - disc.x - disc.vx * i, y - disc.y - disc.vy * i
        cover = np.clip(disc.radius + 0.5 - np.hypot(dx, dy), 0, 1).astype(np.float32)
        if cover.any():
            skin = _sampled(skin_of, x - disc.vx * i, y - disc.vy * i, channel)
            light = light * (1 - cover) + skin * cover
    return light


def make_burst(
    scene: str,
    *,
    width: int = 512,
    height: int = 384,
    iso: float = 400.0,
    frames: int = 8,
    moving: bool = False,
    texture: str = "leaves",
    seed: int = 1,
    shake: float = 5.0,
    turn: float = 0.1,
    colours: tuple[int, int, int, int] = (0, 1, 1, 2),
    exposures: list[float] | None = None,
    noise_free: bool = False,
    plane: Floats | None = None,
    warp: Warp | None = None,
    overlay: Overlay | None = None,
) -> TestBurst:
    """Takes a burst.

    Args:
        scene: a name in SCENES.
        width: samples.
        height: samples.
        iso: 100 is the noise baseline; shot grows with it, read with its square.
        frames: their number; frame 0 is the reference and the truth's.
        moving: whether three textured discs move at 2, 6 and 12 pixels a frame.
        texture: what the discs are painted with, a name in SCENES.
        seed: of scene, motion and noise.
        shake: pixels of hand movement over the burst.
        turn: degrees of it.
        colours: CFA by site; all 1 for mono.
        exposures: per frame against the reference.
        noise_free: leaves the noise out (quantisation stays).
        plane: a scene already painted, instead of `scene`.
        warp: motion within a frame, before the hand's.
        overlay: what is added to a frame's light, in front of all else.
    """
    rng = np.random.default_rng(seed + 1000)
    backdrop = painted(scene, height, width, seed) if plane is None else plane
    skin_of = painted(texture, height, width, seed + 17) if moving else backdrop
    discs = _discs(rng, height, width) if moving else []
    gain = iso / 100.0
    shot, read = SHOT * gain, READ * gain * gain
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    channel = np.array(colours)[(y.astype(int) % 2) * 2 + x.astype(int) % 2]
    direction = rng.uniform(0, 2 * np.pi)
    centre_x, centre_y = (width - 1) / 2, (height - 1) / 2
    result, motions, truth = [], [], np.zeros((height, width))
    exposures = exposures or [1.0] * frames
    for i in range(frames):
        part = i / max(1, frames - 1)
        wobble = rng.normal(0, 0.4, 2) if i else np.zeros(2)
        shift_x = shake * (part * np.cos(direction) + part * wobble[0])
        shift_y = shake * (part * np.sin(direction) + part * wobble[1])
        angle = np.deg2rad(turn * part)
        # The frame's pixel p shows the scene at R^-1 (p - centre - shift) + centre.
        fx, fy = (x, y) if warp is None else warp(i, x, y)
        sx, sy, light = np.empty(x.shape), np.empty(x.shape), np.empty_like(x)
        for rows in _bands(height):
            px, py = fx[rows] - centre_x - shift_x, fy[rows] - centre_y - shift_y
            sx[rows] = np.cos(angle) * px + np.sin(angle) * py + centre_x
            sy[rows] = -np.sin(angle) * px + np.cos(angle) * py + centre_y
            light[rows] = _seen(backdrop, skin_of, discs, i, (sx[rows], sy[rows], channel[rows]))
        if overlay is not None:
            light = overlay(i, light, sx, sy, channel)
        if i == 0:
            truth = np.clip(light * exposures[i], 0, 1).astype(np.float64)
        frame = np.empty((height, width), np.uint16)
        for rows in _bands(height):
            noisy = light[rows] * exposures[i]
            if not noise_free:
                spread = np.sqrt(shot * np.maximum(noisy, 0) + read)
                noisy = noisy + spread * rng.standard_normal(noisy.shape)
            levels = np.rint(noisy * (WHITE - BLACK) + BLACK)
            frame[rows] = np.clip(levels, 0, WHITE).astype(np.uint16)
        result.append(frame)
        motions.append((float(shift_x), float(shift_y), float(turn * part)))
    return TestBurst(result, truth, shot, read, colours, motions, exposures)


def psnr(image: npt.NDArray[np.float64], truth: npt.NDArray[np.float64]) -> float:
    """Peak signal 1, decibel."""
    return float(-10 * np.log10(np.mean((image - truth) ** 2) + 1e-20))


def worst_tile(
    merged: npt.NDArray[np.float64],
    single: npt.NDArray[np.float64],
    truth: npt.NDArray[np.float64],
    size: int = 64,
) -> float:
    """The least PSNR gain of a tile, decibel."""
    rows, columns = (n // size * size for n in truth.shape)

    def errors(image: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        square = ((image - truth) ** 2)[:rows, :columns]
        return square.reshape(rows // size, size, columns // size, size).mean((1, 3)) + 1e-12

    return float((10 * np.log10(errors(single) / errors(merged))).min())
