"""Handheld bursts with known truth: procedural scenes, rigid shake, moving discs, sensor noise.

A scene is painted at four times the sensor's resolution in linear light, blurred by a slight lens
and the pixel's own square, and sampled for each frame where the hand has moved it. Nothing here
depends on the package, so that the truth is nobody's own opinion.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Floats = npt.NDArray[np.float32]
Mosaic = npt.NDArray[np.uint16]

OVERSAMPLING = 4
MARGIN = 32  # sensor pixels of scene round the frame
BLACK = 256.0
WHITE = 4095.0
SHOT = 3.24e-4  # at ISO 100: the baseline of Hasinoff et al. 2016 as used by Monod et al. 2021
READ = 4.3e-6
BALANCE = (0.55, 1.0, 0.65)  # camera's response to white


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


def _blur(image: Floats, sigma: float) -> Floats:
    radius = int(3 * sigma + 1)
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    box = np.convolve(taps / taps.sum(), np.full(OVERSAMPLING, 1.0 / OVERSAMPLING))
    for axis in (0, 1):
        total = np.zeros_like(image)
        for i, tap in enumerate(box):
            total += np.float32(tap) * np.roll(image, i - len(box) // 2, axis)
        image = total
    return image


def _cloud(rng: np.random.Generator, height: int, width: int, slope: float) -> Floats:
    """Noise with an amplitude spectrum of 1/f^slope, mean 0, deviation 1."""
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.rfftfreq(width)[None, :]
    f = np.maximum(np.hypot(fy, fx), 1.0 / max(height, width))
    white = np.fft.rfft2(rng.standard_normal((height, width)))
    cloud = np.fft.irfft2(white / f**slope, s=(height, width))
    return np.asarray((cloud - cloud.mean()) / cloud.std(), np.float32)


def landscape(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Natural-looking texture: 1/f luminance, smoother colour, a bright and a dark half."""
    luminance = 0.22 * np.exp(0.55 * _cloud(rng, height, width, 1.15))
    ramp = np.linspace(1.6, 0.35, height, dtype=np.float32)[:, None]
    colour = [np.exp(0.18 * _cloud(rng, height, width, 1.6)) for _ in range(3)]
    return np.stack([luminance * ramp * c for c in colour], -1).astype(np.float32)


def text(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Print: black and red type of three sizes on unbleached paper."""
    paper = Image.new("RGB", (width, height), (208, 200, 184))
    draw = ImageDraw.Draw(paper)
    letters = list("abcdefghijklmnopqrstuvwxyzABCDEFGHRSTW0123456789.,;  ")
    y = 0
    while y < height:
        size = int(rng.choice([28, 40, 64]))
        line = "".join(rng.choice(letters, 2 * width // size))
        ink = (12, 12, 14) if rng.random() < 0.75 else (150, 20, 24)
        draw.text((int(rng.integers(-20, 20)), y), line, ink, ImageFont.load_default(size))
        y += int(1.3 * size)
    return (np.asarray(paper, np.float32) / 255.0) ** 2.2 * np.float32(1.1)


def leaves(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Dead leaves: discs of independent colours, radii after a power law."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    smallest, largest = 4.0, 240.0
    for u in rng.random(6 * width * height // 900):
        r = (smallest**-2 + u * (largest**-2 - smallest**-2)) ** -0.5
        x, y = rng.random(2) * (width, height)
        colour = tuple(int(c) for c in rng.integers(16, 250, 3))
        draw.ellipse((x - r, y - r, x + r, y + r), fill=colour)
    return (np.asarray(image, np.float32) / 255.0) ** 1.6 * np.float32(0.8)


def night(rng: np.random.Generator, height: int, width: int) -> Floats:
    """A dark street: dim texture, lit windows, lamps far beyond clipping with a glow."""
    dim = 0.012 * np.exp(0.7 * _cloud(rng, height, width, 1.2))
    scene = np.stack([dim * 1.2, dim, dim * 0.8], -1).astype(np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for _ in range(max(6, height * width // 200000)):
        x0, y0 = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = (int(v) for v in rng.integers(20, 90, 2))
        scene[y0 : y0 + h, x0 : x0 + w] = rng.uniform(0.05, 0.6) * np.array([1.3, 1.0, 0.6])
    for _ in range(max(3, height * width // 800000)):
        cx, cy, r = rng.random() * width, rng.random() * height, rng.uniform(6, 16)
        d2 = (x - cx) ** 2 + (y - cy) ** 2
        glow = 4.0 * (d2 < r * r) + 0.25 / (1.0 + d2 / (3 * r) ** 2) ** 1.5
        scene += np.float32(1.0) * glow[..., None] * np.array([1.2, 1.0, 0.7], np.float32)
    return scene


def flat(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Grey patches of constant light, 64 sensor pixels square."""
    size = 64 * OVERSAMPLING
    levels = np.geomspace(0.02, 0.8, 12)
    grid = rng.choice(levels, (height // size + 1, width // size + 1))
    patches = np.kron(grid, np.ones((size, size)))[:height, :width]
    return np.repeat(patches[..., None], 3, -1).astype(np.float32)


SCENES: dict[str, Callable[[np.random.Generator, int, int], Floats]] = {
    "landscape": landscape,
    "text": text,
    "leaves": leaves,
    "night": night,
    "flat": flat,
}


@cache
def painted(scene: str, height: int, width: int, seed: int) -> Floats:
    """The blurred scene at OVERSAMPLING times the sensor's resolution, with its margin."""
    rng = np.random.default_rng(seed)
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    response = np.array(BALANCE, np.float32)
    return _blur(SCENES[scene](rng, rows, columns) * response, 0.4 * OVERSAMPLING)


def _sample(plane: Floats, x: Floats, y: Floats, channel: npt.NDArray[np.intp]) -> Floats:
    """Bilinear at sensor coordinates, each point in its own channel."""
    u = (x + MARGIN + 0.5) * OVERSAMPLING - 0.5
    v = (y + MARGIN + 0.5) * OVERSAMPLING - 0.5
    u = np.clip(u, 0, plane.shape[1] - 1.001)
    v = np.clip(v, 0, plane.shape[0] - 1.001)
    ix, iy = u.astype(np.intp), v.astype(np.intp)
    fx, fy = u - ix, v - iy
    top = plane[iy, ix, channel] * (1 - fx) + plane[iy, ix + 1, channel] * fx
    low = plane[iy + 1, ix, channel] * (1 - fx) + plane[iy + 1, ix + 1, channel] * fx
    return np.asarray(top * (1 - fy) + low * fy, np.float32)


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
        px, py = x - centre_x - shift_x, y - centre_y - shift_y
        sx = np.cos(angle) * px + np.sin(angle) * py + centre_x
        sy = -np.sin(angle) * px + np.cos(angle) * py + centre_y
        light = _sample(backdrop, sx, sy, channel)
        for disc in discs:
            dx, dy = sx - disc.x - disc.vx * i, sy - disc.y - disc.vy * i
            cover = np.clip(disc.radius + 0.5 - np.hypot(dx, dy), 0, 1).astype(np.float32)
            skin = _sample(skin_of, sx - disc.vx * i, sy - disc.vy * i, channel)
            light = light * (1 - cover) + skin * cover
        clean = np.clip(light * exposures[i], 0, 1)
        if i == 0:
            truth = clean.astype(np.float64)
        noisy = light * exposures[i]
        if not noise_free:
            spread = np.sqrt(shot * np.maximum(noisy, 0) + read)
            noisy = noisy + spread * rng.standard_normal(noisy.shape)
        levels = np.rint(noisy * (WHITE - BLACK) + BLACK)
        result.append(np.clip(levels, 0, WHITE).astype(np.uint16))
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
