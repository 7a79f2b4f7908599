import numpy as np
import numpy.typing as npt
import pytest

from native import Development, MosaicFormat, MosaicNoise, NativeError, develop, halve_mosaic

BAYER = [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1)]
MONO = (1, 1, 1, 1)
BLACK, WHITE = 256.0, 4095.0
SHOT, READ = 3.24e-4, 4.3e-6
NOISE = MosaicNoise((SHOT,) * 4, (READ,) * 4)


def scale(colours: tuple[int, int, int, int] = BAYER[0]) -> MosaicFormat:
    """12 bit with a pedestal."""
    return MosaicFormat(colours, (BLACK,) * 4, WHITE)


@pytest.mark.parametrize("colours", [*BAYER, MONO])
def test_a_constant_stays(colours: tuple[int, int, int, int]) -> None:
    """Nothing but the scale changes where there is nothing to average."""
    mosaic = np.full((64, 96), 1000, np.uint16)
    half, half_format, _ = halve_mosaic(mosaic, scale(colours), NOISE)
    assert half.shape == (32, 48)
    assert half_format == scale(colours).scaled(16)
    np.testing.assert_array_equal(half, 16000)


@pytest.mark.parametrize("colours", [BAYER[0], MONO])
def test_no_colour_is_shifted(colours: tuple[int, int, int, int]) -> None:
    """On a slope every sample shows the light at its own centre, (2 x + 0.5, 2 y + 0.5)."""
    y, x = np.mgrid[0:64, 0:96]
    mosaic = (300 + 10 * x + 20 * y).astype(np.uint16)
    half, _, _ = halve_mosaic(mosaic, scale(colours), NOISE)
    y, x = np.mgrid[0:32, 0:48]
    np.testing.assert_array_equal(half, 16 * (300 + 10 * (2 * x + 0.5) + 20 * (2 * y + 0.5)))


@pytest.mark.parametrize("colours", [BAYER[0], MONO])
@pytest.mark.parametrize("level", [0.02, 0.5])
def test_the_noise_model_holds(colours: tuple[int, int, int, int], level: float) -> None:
    """The noise model of the result predicts its variance."""
    rng = np.random.default_rng(3)
    noisy = level + np.sqrt(SHOT * level + READ) * rng.standard_normal((512, 512))
    mosaic = np.rint(noisy * (WHITE - BLACK) + BLACK).astype(np.uint16)
    half, half_format, noise = halve_mosaic(mosaic, scale(colours), NOISE)
    black, white = half_format.black[0], half_format.white
    measured = float(np.var((half - black) / (white - black)))
    assert noise.shot[1] * level + noise.read[1] == pytest.approx(measured, rel=0.05)


@pytest.mark.parametrize(
    ("colours", "size", "half"),
    [(MONO, (7, 9), (3, 4)), (BAYER[0], (63, 99), (30, 48)), (BAYER[1], (4, 7), (2, 2))],
)
def test_what_is_left_over_is_dropped(
    colours: tuple[int, int, int, int], size: tuple[int, int], half: tuple[int, int]
) -> None:
    """A Bayer mosaic keeps whole cells, a mono one whole pixels."""
    mosaic = np.full(size, 700, np.uint16)
    assert halve_mosaic(mosaic, scale(colours), NOISE)[0].shape == half


def lamps() -> npt.NDArray[np.uint16]:
    """Small white lamps far beyond clipping on dim grey, seen by a sensor that sees green best."""
    rng = np.random.default_rng(2)
    y, x = np.mgrid[0:256, 0:384]
    light = np.full((256, 384), 0.15)
    for _ in range(40):
        distance = np.hypot(x - rng.uniform(0, 384), y - rng.uniform(0, 256))
        edge = np.clip((distance - rng.uniform(2, 12)) / 0.3, -40, 40)
        light = np.maximum(light, 0.15 + 5.0 / (1.0 + np.exp(edge)))
    response = np.array((0.55, 1.0, 0.65))[np.array(BAYER[0])[y % 2 * 2 + x % 2]]
    return np.rint(np.minimum(light * response, 1.0) * (WHITE - BLACK) + BLACK).astype(np.uint16)


def magenta(mosaic: npt.NDArray[np.uint16], mosaic_format: MosaicFormat) -> float:
    """Mean square of how far red and blue lie from green in the developed picture."""
    balance = (1.0 / 0.55, 1.0, 1.0 / 0.65)
    linear = develop(mosaic, Development(mosaic_format, NOISE, balance, np.eye(3), denoise=0.0))
    red, green, blue = np.moveaxis(linear, 2, 0)
    return float(np.mean(((red + blue - 2 * green) / (red + blue + 2 * green)) ** 2))


def test_clipped_lights_stay_clipped_and_white() -> None:
    """Lamps keep their white, and their rims turn less magenta than plain means would."""
    mosaic = lamps()
    half, half_format, _ = halve_mosaic(mosaic, scale(), NOISE)
    plain, _, _ = halve_mosaic(mosaic, MosaicFormat(BAYER[0], (BLACK,) * 4, WHITE + 1), NOISE)
    inside = (mosaic.reshape(128, 2, 192, 2) == WHITE).all(axis=(1, 3))
    assert inside.sum() > 500
    whole = inside[::2, ::2] & inside[1::2, ::2] & inside[::2, 1::2] & inside[1::2, 1::2]
    assert np.all(half.reshape(64, 2, 96, 2).min(axis=(1, 3))[whole] == half_format.white)
    assert magenta(half, half_format) < 0.5 * magenta(plain, half_format)


def test_threads_and_strides_change_nothing() -> None:
    """One thread or three, rows packed or padded: the same bits."""
    rng = np.random.default_rng(5)
    padded = rng.integers(256, 4096, (101, 140), np.uint16)
    view = padded[:, :99]
    first = halve_mosaic(view, scale(), NOISE, threads=1)[0]
    np.testing.assert_array_equal(first, halve_mosaic(view, scale(), NOISE, threads=3)[0])
    np.testing.assert_array_equal(first, halve_mosaic(view.copy(), scale(), NOISE)[0])


def test_what_cannot_be_halved_is_refused() -> None:
    """Sizes and scales out of range are errors that name themselves."""
    with pytest.raises(NativeError, match="cannot be halved"):
        halve_mosaic(np.zeros((3, 64), np.uint16), scale(), NOISE)
    with pytest.raises(NativeError, match="colours"):
        halve_mosaic(np.zeros((64, 64), np.uint16), scale((0, 0, 1, 2)), NOISE)
    with pytest.raises(NativeError, match="threads"):
        halve_mosaic(np.zeros((64, 64), np.uint16), scale(), NOISE, threads=1000)
