"""Procedural scenes in linear light, as a slight lens and a pixel's square blur them.

Nothing here depends on the package.
"""

from collections.abc import Callable
from functools import cache

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Floats = npt.NDArray[np.float32]

OVERSAMPLING = 4
MARGIN = 32  # sensor pixels of scene round the frame
BAND = 32  # rows at a time, which the processor's cache holds
BALANCE = (0.55, 1.0, 0.65)  # camera's response to white


def _blur(image: Floats, sigma: float) -> Floats:
    radius = int(3 * sigma + 1)
    taps = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sigma) ** 2)
    box = np.convolve(taps / taps.sum(), np.full(OVERSAMPLING, 1.0 / OVERSAMPLING))
    behind = len(box) // 2
    before = len(box) - 1 - behind
    for axis in (0, 1):
        edges = [(before, behind) if side == axis else (0, 0) for side in range(image.ndim)]
        padded = np.pad(image, edges, mode="wrap")
        image = np.zeros_like(image)
        # One place for all products: a sanitizer's allocator maps fresh pages for each new one.
        room = np.empty_like(image[:BAND])
        for top in range(0, len(image), BAND):
            total = image[top : top + BAND]
            product = room[: len(total)]
            for i, tap in enumerate(box):
                at = len(box) - 1 - i
                rows, columns = (top + at, 0) if axis == 0 else (top, at)
                shifted = padded[rows:, columns:][: len(total), : total.shape[1]]
                total += np.multiply(np.float32(tap), shifted, out=product)
    return image


def _cloud(rng: np.random.Generator, height: int, width: int, slope: float) -> Floats:
    """Noise with an amplitude spectrum of 1/f^slope, mean 0, deviation 1."""
    fy = np.fft.fftfreq(height)[:, None]
    fx = np.fft.rfftfreq(width)[None, :]
    f = np.maximum(np.hypot(fy, fx), 1.0 / max(height, width))
    white = np.fft.rfft2(rng.standard_normal((height, width)))
    white /= f**slope
    cloud = np.fft.irfft2(white, s=(height, width))
    deviation = cloud.std()
    cloud -= cloud.mean()
    cloud /= deviation
    return cloud.astype(np.float32)


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


def grey_leaves(rng: np.random.Generator, height: int, width: int) -> Floats:
    """The dead leaves of texture charts: grey discs hide each other, contrast 3 to 1 at most.

    Radii of 0.5 to 60 sensor pixels, their density falling with the cube, make it look alike at
    every scale, as nature does: A. B. Lee, D. Mumford, J. Huang, "Occlusion models for natural
    images", Int. J. of Computer Vision 41, 2001; as a chart in F. Cao, F. Guichard, H. Hornung,
    "Measuring texture sharpness of a digital camera", Electronic Imaging 2009.
    """
    image = Image.new("L", (width, height), 139)
    draw = ImageDraw.Draw(image)
    smallest, largest = 0.5 * OVERSAMPLING, 60.0 * OVERSAMPLING
    span = np.array((width, height)) + 2 * largest
    mean_area = 2 * np.pi * np.log(largest / smallest) / (smallest**-2 - largest**-2)
    count = int(4 * span[0] * span[1] / mean_area)  # covers it four times
    radii = (smallest**-2 + rng.random(count) * (largest**-2 - smallest**-2)) ** -0.5
    middles = rng.random((count, 2)) * span - largest
    levels = np.rint(255 * np.sqrt(rng.uniform(0.15, 0.45, count))).astype(int)
    for (x, y), r, level in zip(middles.tolist(), radii.tolist(), levels.tolist(), strict=True):
        draw.ellipse((x - r, y - r, x + r, y + r), fill=level)
    light = (np.asarray(image, np.float32) / 255.0) ** 2
    return np.repeat(light[..., None], 3, -1)


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


def glass(rng: np.random.Generator, height: int, width: int) -> Floats:
    """A leaded window: panes of saturated colours, their glass full of grain, lead between."""
    pitch, lead = 80 * OVERSAMPLING, 3 * OVERSAMPLING  # of the panes, of half a bar
    rows, columns = height // pitch + 3, width // pitch + 3
    jitter = rng.uniform(0.05, 0.95, (2, rows, columns)).astype(np.float32)
    hue = np.abs((6 * rng.random((rows, columns, 1)) - (0, 2, 4) + 3) % 6 - 3)
    tints = np.float32(np.clip(2 - hue, 0, 1) * rng.uniform(0.1, 1.0, (rows, columns, 1)))
    y, x = (np.arange(size, dtype=np.float32) / pitch + 1 for size in (height, width))
    column = x.astype(np.intp)[None, :]
    bars = np.empty((height, width), bool)
    scene = np.empty((height, width, 3), np.float32)
    for top in range(0, height, BAND):
        down = y[top : top + BAND, None]
        row = down.astype(np.intp)
        nearest = np.full((2, len(down), width), np.inf, np.float32)  # the pane's and the next's
        pane = np.zeros((2, len(down), width), np.intp)
        for j, i in np.ndindex(3, 3):
            at = row + j - 1, column + i - 1
            off = np.hypot(down - at[0] - jitter[0][at], x[None, :] - at[1] - jitter[1][at])
            closer = off < nearest[0]
            nearest[1] = np.minimum(nearest[1], np.maximum(off, nearest[0]))
            nearest[0] = np.minimum(off, nearest[0])
            pane[0][closer], pane[1][closer] = j - 1, i - 1
        scene[top : top + BAND] = tints[row + pane[0], column + pane[1]]
        bars[top : top + BAND] = (nearest[1] - nearest[0]) * pitch < 2 * lead
    grain = np.exp(0.3 * _cloud(rng, height, width, 0.6))
    scene *= np.where(bars, np.float32(0), np.float32(0.35) * grain)[..., None]
    return np.asarray(scene + np.float32(0.002), np.float32)


def specks(rng: np.random.Generator, height: int, width: int) -> Floats:
    """An overexposed sky behind leaves: dark dots of a sensor pixel or two, few of them larger."""
    scene = np.full((height, width, 3), 1.6, np.float32)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for i in range(height * width // 70 // OVERSAMPLING**2):
        radius = OVERSAMPLING * (rng.uniform(0.4, 0.9) if i % 40 else rng.uniform(2.0, 6.0))
        cx, cy = rng.uniform(0, width), rng.uniform(0, height)
        rows, columns = (slice(max(0, int(c - radius)), int(c + radius) + 2) for c in (cy, cx))
        near = rows, columns
        scene[near][np.hypot(y[near] - cy, x[near] - cx) < radius] *= rng.uniform(0.02, 0.6, 3)
    return np.asarray(scene / np.array(BALANCE), np.float32)


def fabric(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Cloth: threads of 3 to 6 sensor pixels, two colours crossing a third."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / OVERSAMPLING
    turn, phase = rng.uniform(0.1, 0.4), rng.uniform(0, 2 * np.pi, 2)
    pitch = 3 + 3 * x / x.max(), 3 + 3 * y / y.max()
    along, across = (
        0.5 + 0.5 * np.sin(2 * np.pi * (np.cos(turn) * u + np.sin(turn) * v) / p + f)
        for u, v, p, f in ((x, y, pitch[0], phase[0]), (y, -x, pitch[1], phase[1]))
    )
    warp, weft = along * across, (1 - along) * across
    return np.asarray(
        np.stack([0.15 + 0.75 * warp, 0.1 + 0.4 * along * (1 - across), 0.15 + 0.7 * weft], -1),
        np.float32,
    )


def weave(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Cloth whose colours have a weave each, of 2.2 to 5 sensor pixels, in soft folds."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / OVERSAMPLING
    scene = np.empty((height, width, 3), np.float32)
    for colour in range(3):
        turn = rng.uniform(0, 0.6)
        along, across = 2 * np.pi / rng.uniform(2.2, 5, 2)
        u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
        scene[..., colour] = 0.25 + 0.12 * np.sin(along * u) + 0.1 * np.sin(across * v)
    return scene * np.exp(0.3 * _cloud(rng, height, width, 2.0))[..., None]


def beads(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Beads of 0.8 to 2 sensor pixels' radius, every one of a colour of its own."""
    image = Image.new("RGB", (width, height))
    draw = ImageDraw.Draw(image)
    for x, y, r in rng.random((height * width // (5 * OVERSAMPLING**2) * 2, 3)).tolist():
        cx, cy, radius = x * width, y * height, (0.8 + 1.2 * r * r) * OVERSAMPLING
        colour = tuple(int(c) for c in rng.integers(16, 250, 3))
        draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=colour)
    return (np.asarray(image, np.float32) / 255.0) * np.float32(0.8)


def meadow(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Grass full of bright flowers of 0.6 to 2 sensor pixels' radius."""
    image = Image.new("RGB", (width, height), (20, 70, 12))
    draw = ImageDraw.Draw(image)
    grass = [(12, 50, 8), (26, 88, 14), (6, 20, 4)]
    petals = [(230, 13, 26), (230, 204, 13), (242, 242, 230), (26, 26, 230)]
    count = height * width // (10 * OVERSAMPLING**2)
    for colours, most in ((grass, 6.0), (petals, 2.0)):
        for x, y, r, c in rng.random((count, 4)).tolist():
            cx, cy, radius = x * width, y * height, (0.6 + (most - 0.6) * r**3) * OVERSAMPLING
            colour = colours[int(c * len(colours))]
            draw.ellipse((cx - radius, cy - radius, cx + radius, cy + radius), fill=colour)
    return np.asarray(image, np.float32) / 255.0


def shirt(rng: np.random.Generator, height: int, width: int) -> Floats:
    """Cloth of one colour, its threads 2.2 to 3.2 sensor pixels wide, in soft folds."""
    y, x = np.mgrid[0:height, 0:width].astype(np.float32) / OVERSAMPLING
    turn, (along, across) = rng.uniform(0.1, 0.6), 2 * np.pi / rng.uniform(2.2, 3.2, 2)
    u, v = x * np.cos(turn) + y * np.sin(turn), y * np.cos(turn) - x * np.sin(turn)
    light = 0.3 + 0.14 * np.sin(along * u) + 0.12 * np.sin(across * v)
    light *= np.exp(0.4 * _cloud(rng, height, width, 2.0))
    return np.asarray(light[..., None] * np.array((0.7, 0.8, 1.0)), np.float32)


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
    "grey leaves": grey_leaves,
    "night": night,
    "glass": glass,
    "specks": specks,
    "fabric": fabric,
    "weave": weave,
    "beads": beads,
    "meadow": meadow,
    "shirt": shirt,
    "flat": flat,
}


@cache
def painted(scene: str, height: int, width: int, seed: int) -> Floats:
    """The blurred scene at OVERSAMPLING times the sensor's resolution, with its margin."""
    rng = np.random.default_rng(seed)
    rows, columns = ((size + 2 * MARGIN) * OVERSAMPLING for size in (height, width))
    return photographed(SCENES[scene](rng, rows, columns))


def photographed(scene: Floats, lens: float = 0.4) -> Floats:
    """What lens, pixels and colour filters make of a scene at OVERSAMPLING times their size.

    Args:
        scene: (height, width, 3), linear light.
        lens: the deviation of its Gaussian blur, sensor pixels.
    """
    return _blur(scene * np.array(BALANCE, np.float32), lens * OVERSAMPLING)
