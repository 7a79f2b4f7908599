"""Calibration, demosaic, highlights and colour, from a mosaic to a linear image."""

from collections.abc import Callable
from itertools import product

import numpy as np
import numpy.typing as npt
import pytest

from native import (
    CancelledError,
    Development,
    MosaicFormat,
    MosaicNoise,
    NativeError,
    calibrate,
    demosaic,
    develop,
)

BLACK, WHITE = 4096.0, 65520.0
ORDERS = {"RGGB": (0, 1, 1, 2), "BGGR": (2, 1, 1, 0), "GRBG": (1, 0, 2, 1), "GBRG": (1, 2, 0, 1)}
CLEAN = MosaicNoise((1e-6,) * 4, (1e-8,) * 4)
GAINS = (1.9, 1.0, 1.6)
MATRIX = np.array([[0.75, 0.2, 0.05], [0.1, 0.95, -0.05], [0.02, 0.08, 0.9]])  # rows sum to 1
Image = npt.NDArray[np.float32]


def scale(order: str = "RGGB") -> MosaicFormat:
    """The scale of a 16-bit mosaic."""
    return MosaicFormat(ORDERS[order], (BLACK,) * 4, WHITE)


def sample(image: npt.NDArray[np.floating], order: str) -> Image:
    """Each pixel's own colour of a (height, width, 3) image."""
    mosaic = np.empty(image.shape[:2], np.float32)
    for site, colour in enumerate(ORDERS[order]):
        y, x = divmod(site, 2)
        mosaic[y::2, x::2] = image[y::2, x::2, colour]
    return mosaic


def raw(camera: npt.NDArray[np.floating], order: str = "RGGB") -> npt.NDArray[np.uint16]:
    """The mosaic of a camera RGB image, before white balance, clipped at 1."""
    samples = np.minimum(sample(camera, order), 1.0) * (WHITE - BLACK) + BLACK
    return np.round(samples).astype(np.uint16)


def development(order: str = "RGGB", **changes: object) -> Development:
    """A development with some values changed."""
    values = {
        "format": scale(order),
        "noise": CLEAN,
        "white_balance": GAINS,
        "matrix": MATRIX,
        **changes,
    }
    return Development(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize("order", ORDERS)
def test_diagonal_lines_one_site_wide_are_grey(order: str) -> None:
    """A fine line along a diagonal has no colour, though it may pass between all greens."""
    y, x = np.mgrid[0:64, 0:64]
    for slope, offset, (line, paper) in product((1, -1), (0.0, 0.5, 1.0), ((0.1, 0.8), (0.8, 0.1))):
        across = (x - 32 - slope * (y - 32) - offset) / np.sqrt(2.0)
        grey = paper + (line - paper) * np.exp(-0.5 * (across / 0.6) ** 2)
        rgb = demosaic(grey.astype(np.float32), ORDERS[order])[8:-8, 8:-8]
        assert np.abs(rgb - rgb[..., 1:2]).max() < 0.1


def scene(size: int = 192) -> Image:
    """Leaves, a zone plate, thin strokes and stripes in linear light, blurred as by a lens."""
    rng = np.random.default_rng(4)
    over = 3 * size
    y, x = np.mgrid[0:over, 0:over].astype(np.float32)
    image = np.full((over, over, 3), 0.4, np.float32)
    for _ in range(250):
        radius = 12 * (1 - 0.97 * rng.random()) ** -0.6
        cx, cy = rng.random(2) * over
        image[(x - cx) ** 2 + (y - cy) ** 2 < radius**2] = rng.random(3) * 0.35 + rng.random() * 0.5
    half = over // 2
    ring = ((x - half / 2) ** 2 + (y - half / 2) ** 2) / half**2
    zone = (0.5 + 0.45 * np.cos(np.pi * ring * size * 0.5))[:half, :half]
    image[:half, :half] = zone[..., None] * [0.8, 0.75, 0.6]
    image[half:, half:] = [0.85, 0.82, 0.75]
    for _ in range(60):
        cx, cy = rng.integers(half, over - 30, 2)
        length, width = rng.integers(8, 30), rng.integers(3, 7)
        across = rng.random() < 0.5
        image[cy : cy + (width if across else length), cx : cx + (length if across else width)] = (
            0.03
        )
    stripes = np.sin((x + 0.2 * y) * 2 * np.pi / 9) > 0
    image[half:, : half // 2] = np.where(stripes, 0.9, 0.05)[half:, : half // 2, None]
    small = image.reshape(size, 3, size, 3, 3).mean((1, 3))
    for axis in (0, 1):
        before, after = np.roll(small, 1, axis), np.roll(small, -1, axis)
        small = 0.12 * (before + after) + 0.76 * small
    return np.asarray(small, np.float32)


def cpsnr(a: Image, b: Image, edge: int = 0) -> float:
    """Colour peak signal-to-noise ratio, dB, of gamma-encoded (2.2) light."""
    difference = np.clip(a, 0, 1) ** (1 / 2.2) - np.clip(b, 0, 1) ** (1 / 2.2)
    inside = difference[edge : a.shape[0] - edge, edge : a.shape[1] - edge]
    return float(-10 * np.log10(np.mean(inside**2)))


def bilinear(mosaic: Image, order: str) -> Image:
    """The plainest demosaic: means of like neighbours."""
    out = np.empty((*mosaic.shape, 3), np.float32)
    for colour in range(3):
        diagonal = 0.0 if colour == 1 else 0.25  # green has nearer neighbours
        kernel = [
            (y, x, (1.0, 0.5, diagonal)[abs(y) + abs(x)]) for y in (-1, 0, 1) for x in (-1, 0, 1)
        ]
        mask = np.zeros(mosaic.shape, np.float32)
        for site, own in enumerate(ORDERS[order]):
            mask[site // 2 :: 2, site % 2 :: 2] = own == colour
        total = sum(w * np.roll(mosaic * mask, (y, x), (0, 1)) for y, x, w in kernel)
        weight = sum(w * np.roll(mask, (y, x), (0, 1)) for y, x, w in kernel)
        out[..., colour] = total / weight
    return out


def test_calibration_is_exact() -> None:
    """Black becomes 0, white becomes the gain, and negative noise passes."""
    mosaic = np.full((16, 18), BLACK, np.uint16)
    mosaic[0, 0], mosaic[2, 3], mosaic[1, 1] = WHITE, BLACK - 61, WHITE
    out = calibrate(mosaic, development())
    assert out[0, 0] == pytest.approx(1.9)
    assert out[1, 1] == pytest.approx(1.6)
    assert out[2, 3] == pytest.approx(-61 / (WHITE - BLACK), rel=1e-5)
    assert np.count_nonzero(out) == 3


@pytest.mark.parametrize("shape", [(16, 16), (17, 37), (40, 23)])
def test_shading_is_bilinear_between_its_nodes(shape: tuple[int, int]) -> None:
    """Gains by site, corner to corner, at any size, odd ones too."""
    rng = np.random.default_rng(1)
    gain = (1 + rng.random((4, 3, 5))).astype(np.float32)
    mosaic = np.full(shape, BLACK + 6142, np.uint16)
    out = calibrate(mosaic, development(shading=gain))
    for y, x in [(0, 0), (shape[0] - 1, shape[1] - 1), (7, 12), (10, 3)]:
        site = (y % 2) * 2 + x % 2
        u, v = x / (shape[1] - 1) * 4, y / (shape[0] - 1) * 2
        i, j = min(int(u), 3), min(int(v), 1)
        rows = gain[site, j : j + 2, i : i + 2]
        left, right = rows[0] + (v - j) * (rows[1] - rows[0])
        wanted = (left + (u - i) * (right - left)) * GAINS[ORDERS["RGGB"][site]]
        assert out[y, x] == pytest.approx(wanted * 6142 / (WHITE - BLACK), rel=1e-4)


@pytest.mark.parametrize("order", ORDERS)
def test_demosaic_of_a_detailed_scene(order: str) -> None:
    """At least 38.9 dB on leaves, stripes and strokes, far above bilinear, in every CFA order."""
    truth = scene()
    mosaic = sample(truth, order)
    result = demosaic(mosaic, ORDERS[order])
    assert cpsnr(result, truth) > DEMOSAIC_DB
    assert cpsnr(result, truth) > cpsnr(bilinear(mosaic, order), truth, 2) + 4.5
    own = sample(result, order)
    np.testing.assert_allclose(own, mosaic, rtol=2e-6, atol=1e-7)


DEMOSAIC_DB = 38.9  # 39.2 to 39.5 measured; with slopes of 1 in place of fitted ones 38.3


@pytest.mark.parametrize("shape", [(16, 16), (17, 19), (129, 257), (130, 31)])
def test_flat_colour_stays_flat(shape: tuple[int, int]) -> None:
    """A flat colour is exact at every pixel, borders and tile seams included."""
    colour = np.array([0.3, 0.62, 0.11], np.float32)
    result = demosaic(sample(np.broadcast_to(colour, (*shape, 3)), "GBRG"), ORDERS["GBRG"])
    np.testing.assert_allclose(result, np.broadcast_to(colour, result.shape), rtol=3e-6)


def test_borders_are_as_good_as_the_inside() -> None:
    """A slow gradient in colour is followed up to the last pixel."""
    y, x = np.mgrid[0:40, 0:50].astype(np.float32)
    truth = np.stack([0.2 + 0.005 * x, 0.3 + 0.004 * y, 0.6 - 0.005 * x], -1)
    result = demosaic(sample(truth, "RGGB"), ORDERS["RGGB"])
    assert np.abs(result - truth).max() < 0.012


def test_demosaic_works_for_negative_samples() -> None:
    """Noise round black keeps its mean: nothing is clipped before the colour is known."""
    noise = np.random.default_rng(2).normal(0, 0.004, (256, 256)).astype(np.float32)
    result = demosaic(noise, ORDERS["RGGB"])
    assert np.abs(result.mean((0, 1))).max() < 1e-4
    assert (result < 0).mean() > 0.4


def test_chart_is_exact_through_develop() -> None:
    """Flat patches come out as the matrix says, within 16-bit rounding."""
    rng = np.random.default_rng(7)
    camera = rng.uniform(0.04, 0.45, (4, 6, 3)).repeat(32, 0).repeat(32, 1)
    result = develop(raw(camera), development(exposure=1.7))
    wanted = (camera * GAINS) @ MATRIX.T * 1.7
    middle = np.s_[10::32, 10::32]
    np.testing.assert_allclose(result[middle], wanted[middle], rtol=2e-3)


@pytest.mark.parametrize("denoise", [0.0, 1.0])
@pytest.mark.parametrize("shading", [False, True])
def test_brightening_white_stays_neutral(denoise: float, shading: bool) -> None:
    """White light from black to four times clipping: neutral at every level, never darker."""
    light = np.linspace(0, 4, 640, dtype=np.float32)
    camera = np.broadcast_to(light[None, :, None] / np.array(GAINS, np.float32), (48, 640, 3))
    gains = np.full((4, 2, 2), 1.5, np.float32) if shading else None
    how = development(shading=gains, denoise=denoise)
    row = develop(raw(camera), how)[24]
    saturation = (row.max(1) - row.min(1)) / np.maximum(row.max(1), 0.02)
    assert saturation.max() < 0.02
    assert np.diff(row[:, 1]).min() > -0.01
    assert row[-1, 1] == pytest.approx(1.9 * (1.5 if shading else 1), rel=0.01)


def test_coloured_light_clips_to_white_smoothly() -> None:
    """An orange lamp fades to white without jumps, and no channel falls as the light grows."""
    light = np.geomspace(0.05, 50, 1200, dtype=np.float32)
    colour = np.array([1.0, 0.5, 0.15], np.float32)
    camera = np.broadcast_to((light[:, None] * colour / GAINS)[None], (32, 1200, 3))
    row = develop(raw(camera), development(matrix=np.eye(3), denoise=0.0))[16]
    np.testing.assert_allclose(row[-1], 1.9, rtol=1e-3)
    assert np.abs(np.diff(row, axis=0)).max() < 0.15
    assert np.diff(row, axis=0).min() > -0.035  # of 1.9: demosaicing meets the whitened samples
    unclipped = light < 0.9
    np.testing.assert_allclose(row[unclipped], light[unclipped, None] * colour, rtol=0.02)


@pytest.mark.parametrize("order", ["RGGB", "GRBG"])
def test_lamps_have_no_coloured_rims(order: str) -> None:
    """Round, slightly blurred white lamps far beyond clipping stay white to their edges."""
    y, x = np.mgrid[0:120, 0:160]
    light = np.full(x.shape, 0.02)
    for cx, cy, radius in ((30.3, 30.1, 5.2), (90.7, 40.6, 8.4), (50.2, 88.9, 11.7)):
        light += 40.0 / (1.0 + np.exp((np.hypot(x - cx, y - cy) - radius) / 0.35))
    camera = light[..., None] / np.array(GAINS)
    how = development(order, matrix=np.eye(3), denoise=0.0)
    shown = develop(raw(camera, order), how)
    bright = shown.max(2) > 0.1
    magenta = np.minimum(shown[..., 0], shown[..., 2]) - shown[..., 1]
    assert magenta[bright].max() < 0.12  # 0.4 if demosaiced as clipped
    assert np.sqrt((np.ptp(shown[bright], axis=1) ** 2).mean()) < 0.04  # 0.12


def test_saturated_colour_that_clips_one_channel_stays_coloured() -> None:
    """A red lamp with its red channel clipped stays red."""
    camera = np.broadcast_to(np.array([1.0, 0.08, 0.05]), (32, 32, 3))
    pixel = develop(raw(camera), development(matrix=np.eye(3)))[16, 16]
    assert pixel[0] == pytest.approx(1.9, rel=1e-3)
    assert pixel[1] < 0.1
    assert pixel[2] < 0.1


def test_two_clipped_channels_keep_the_colour_that_the_third_shows() -> None:
    """A yellow candle, clipped in red and green, stays yellow and pales as blue fills."""
    blue = np.linspace(0.05, 1.0, 40)
    camera = np.ones((32, 40, 3))
    camera[..., 2] = blue
    row = develop(raw(camera.repeat(8, 1)), development(matrix=np.eye(3), denoise=0.0))[16, 4::8]
    share = row[:, 2] / row[:, 0]
    assert share[0] < 0.1
    assert (np.diff(share) > -1e-4).all()
    assert np.diff(share).max() < 0.12
    assert share[-1] == pytest.approx(1, abs=1e-3)


def test_colours_outside_rec2020_keep_luminance_and_lose_the_negative() -> None:
    """A colour beyond the gamut is desaturated to its edge, not clipped."""
    matrix = np.array([[1.6, -0.5, -0.1], [-0.2, 1.4, -0.2], [0.0, -0.6, 1.6]])
    camera = np.broadcast_to(np.array([0.02, 0.5, 0.05]), (16, 16, 3))
    how = development(matrix=matrix, white_balance=(1.0, 1.0, 1.0), denoise=0.0)
    pixel = develop(raw(camera), how)[8, 8]
    linear = matrix @ camera[0, 0]
    weights = np.array([0.2627, 0.6780, 0.0593])
    assert linear.min() < 0
    assert pixel.min() == pytest.approx(0, abs=1e-6)
    assert weights @ pixel == pytest.approx(weights @ linear, rel=1e-3)
    assert pixel[1] > max(pixel[0], pixel[2])


def test_mono_passes_through() -> None:
    """Without colours every sample is its own pixel, in all three channels."""
    rng = np.random.default_rng(3)
    mosaic = rng.integers(4000, 65520, (33, 41)).astype(np.uint16)
    mono = MosaicFormat((1, 1, 1, 1), (BLACK,) * 4, WHITE)
    how = development(format=mono, white_balance=(1.0, 1.0, 1.0), matrix=np.eye(3))
    result = develop(mosaic, how)
    wanted = np.maximum((mosaic - BLACK) / (WHITE - BLACK), 0)
    for channel in range(3):
        np.testing.assert_allclose(result[..., channel], wanted, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("denoise", [0.0, 1.0])
def test_threads_and_padding_change_nothing(denoise: float) -> None:
    """1, 2 and 3 threads, and padded rows, give the same bits."""
    rng = np.random.default_rng(5)
    mosaic = raw(rng.random((157, 301, 3)) * 1.1)
    padded = np.zeros((157, 333), np.uint16)
    padded[:, :301] = mosaic
    how = development(denoise=denoise, shading=1 + rng.random((4, 3, 4)).astype(np.float32))
    one = develop(mosaic, how, threads=1)
    assert one.min() >= 0
    for threads in (2, 3):
        assert np.array_equal(one, develop(mosaic, how, threads=threads))
    assert np.array_equal(one, develop(padded[:, :301], how, threads=2))


def test_extreme_noise_stays_finite_and_not_negative() -> None:
    """Samples anywhere from 0 to 65535, at a tiny size, give finite light."""
    rng = np.random.default_rng(6)
    mosaic = rng.integers(0, 65536, (17, 16)).astype(np.uint16)
    result = develop(mosaic, development())
    assert np.isfinite(result).all()
    assert result.min() >= 0


@pytest.mark.parametrize(
    "changes",
    [
        {"white_balance": (0.5, 1.0, 1.0)},
        {"white_balance": (float("nan"), 1.0, 1.0)},
        {"matrix": np.full((3, 3), np.inf)},
        {"exposure": 0.0},
        {"exposure": float("nan")},
        {"denoise": -1.0},
        {"denoise": float("nan")},
        {"noise": MosaicNoise((-1.0,) * 4, (0.0,) * 4)},
        {"format": MosaicFormat((0, 1, 2, 1), (BLACK,) * 4, WHITE)},
        {"format": MosaicFormat((0, 0, 0, 0), (BLACK,) * 4, WHITE)},
        {"format": MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, 1.0)},
        {"shading": np.zeros((4, 2, 2), np.float32)},
        {"shading": np.full((4, 2, 2), np.nan, np.float32)},
    ],
)
def test_bad_parameters_are_refused(changes: dict[str, object]) -> None:
    """Each parameter out of range is an error, never a picture."""
    with pytest.raises(NativeError):
        develop(np.full((16, 16), 5000, np.uint16), development(**changes))


def test_too_small_a_mosaic_is_refused() -> None:
    """Fewer than 16 rows or columns cannot be demosaiced."""
    for shape in [(15, 64), (64, 15)]:
        with pytest.raises(NativeError):
            develop(np.full(shape, 5000, np.uint16), development())
        with pytest.raises(NativeError):
            demosaic(np.zeros(shape, np.float32), ORDERS["RGGB"])


def after(calls: int, seen: list[float]) -> Callable[[float], None]:
    """A progress function that gives up at that call."""

    def progress(fraction: float) -> None:
        seen.append(fraction)
        if len(seen) == calls:
            raise KeyboardInterrupt

    return progress


@pytest.mark.parametrize("denoise", [0.0, 1.0])
def test_progress_rises_to_one(denoise: float) -> None:
    """Progress is monotonic and ends at 1."""
    seen: list[float] = []
    develop(raw(np.full((400, 64, 3), 0.2)), development(denoise=denoise), progress=seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1)
    assert len(seen) >= 3


@pytest.mark.parametrize("calls", [1, 2, 5])
def test_cancelling_ends_the_call(calls: int) -> None:
    """What progress raises reaches the caller, in whichever pass it comes."""
    seen: list[float] = []
    with pytest.raises((KeyboardInterrupt, CancelledError)):
        develop(raw(np.full((400, 64, 3), 0.2)), development(), progress=after(calls, seen))
    assert len(seen) == calls
