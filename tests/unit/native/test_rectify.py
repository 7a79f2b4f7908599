import numpy as np
import numpy.typing as npt
import pytest

from native import NativeError, Warp, rectify

WIDTH, HEIGHT = 640, 480
CENTRE = ((WIDTH - 1) / 2, (HEIGHT - 1) / 2)
FAR = float(np.hypot(*CENTRE))
# Barrel distortion of a wide lens, red magnified by 1.0015 and blue by 0.9988: 0.6 and 0.5 pixels.
BARREL = Warp(
    (
        (0.920 * 1.0015, 0.07, 0.012, -0.004),
        (0.920, 0.07, 0.012, -0.004),
        (0.920 * 0.9988, 0.07, 0.012, -0.004),
    )
)
SPACING = 40.0
Floats = npt.NDArray[np.float64]


def source(warp: Warp, colour: int, x: Floats, y: Floats) -> tuple[Floats, Floats]:
    """Where a corrected pixel lies in the uncorrected image, from the specification."""
    dx, dy = (x - CENTRE[0]) / FAR, (y - CENTRE[1]) / FAR
    r2 = dx * dx + dy * dy
    k, t = warp.radial[colour], warp.tangential[colour]
    f = k[0] + k[1] * r2 + k[2] * r2**2 + k[3] * r2**3
    u = f * dx + t[0] * 2 * dx * dy + t[1] * (r2 + 2 * dx * dx)
    v = f * dy + t[1] * 2 * dx * dy + t[0] * (r2 + 2 * dy * dy)
    return u * FAR + CENTRE[0], v * FAR + CENTRE[1]


def lines(at: Floats) -> Floats:
    """Bright lines every 40 pixels, a Gaussian of 1.2 pixels across."""
    off = (at + SPACING / 2) % SPACING - SPACING / 2
    return np.exp(off * off / (-2.0 * 1.2 * 1.2))


def distorted(warp: Warp) -> npt.NDArray[np.float32]:
    """A grid chart as the lens shows it."""
    y, x = np.mgrid[:HEIGHT, :WIDTH].astype(np.float64)
    image = np.empty((HEIGHT, WIDTH, 3), np.float32)
    for colour in range(3):
        px, py = x.copy(), y.copy()
        for _ in range(30):  # the warp's inverse, by fixed-point steps
            sx, sy = source(warp, colour, px, py)
            px, py = px + (x - sx), py + (y - sy)
        image[..., colour] = 0.1 + np.maximum(lines(px), lines(py))
    return image


def places(image: npt.NDArray[np.float32], colour: int) -> Floats:
    """(rows, lines): where the upright lines are, halfway between the level ones."""
    rows = np.arange(int(SPACING * 1.5), HEIGHT - 40, int(SPACING))
    found = []
    for row in rows:
        line = image[row, :, colour].astype(np.float64) - 0.1
        centres = np.arange(SPACING, WIDTH - SPACING, SPACING)
        at = []
        for centre in centres:
            near = np.arange(int(centre) - 8, int(centre) + 9)
            weight = np.maximum(line[near], 0.0)
            at.append((near * weight).sum() / weight.sum())
        found.append(at)
    return np.array(found)


def test_straight_lines_are_straight_and_colours_meet() -> None:
    """Lines bent by 5 pixels are straight within a tenth of one, colours within a twentieth."""
    image = distorted(BARREL)
    y = np.linspace(0.0, HEIGHT - 1.0, 50)
    assert np.ptp(source(BARREL, 1, np.full(50, SPACING), y)[0]) > 5.0
    mended = rectify(image, BARREL)
    for colour in range(3):
        now = places(mended, colour)
        assert np.abs(now - np.arange(1, now.shape[1] + 1) * SPACING).max() < 0.1
        assert np.ptp(now, axis=0).max() < 0.1
    assert np.abs(places(mended, 0) - places(mended, 1)).max() < 0.05
    assert np.abs(places(mended, 2) - places(mended, 1)).max() < 0.05


def test_a_decentred_lens_is_followed() -> None:
    """Tangential terms are the specification's too."""
    warp = Warp(((0.97, 0.02, 0.0, 0.0),) * 3, ((0.004, -0.003),) * 3)
    mended = rectify(distorted(warp), warp)
    now = places(mended, 1)
    assert np.abs(now - np.arange(1, now.shape[1] + 1) * SPACING).max() < 0.1


def test_no_warp_changes_nothing() -> None:
    """The identity gives every sample back, whatever the threads."""
    image = np.random.default_rng(1).normal(0.2, 1.0, (37, 53, 3)).astype(np.float32)
    same = Warp(((1.0, 0.0, 0.0, 0.0),) * 3)
    assert np.abs(rectify(image, same, threads=1) - image).max() < 1e-4
    assert np.array_equal(rectify(image, BARREL, threads=1), rectify(image, BARREL, threads=3))


def test_a_lamp_leaves_no_dark_ring() -> None:
    """Nothing comes out darker or brighter than the samples it lies between."""
    image = np.full((64, 64, 3), 0.01, np.float32)
    image[30:34, 30:34] = 500.0
    mended = rectify(image, Warp(((0.983, 0.01, 0.0, 0.0),) * 3))
    assert mended.min() >= np.float32(0.01)
    assert mended.max() <= 500.0


def test_what_is_no_warp_is_refused() -> None:
    """Coefficients, centres and shapes out of range are errors, and progress may cancel."""
    image = np.zeros((16, 16, 3), np.float32)
    identity = (1.0, 0.0, 0.0, 0.0)
    for warp in (
        Warp(((1.0, 0.0, 0.0, 5.0), identity, identity)),
        Warp(((float("nan"), 0.0, 0.0, 0.0), identity, identity)),
        Warp((identity,) * 3, centre=(0.5, 1.5)),
        Warp((identity,) * 3, ((0.0, -9.0),) * 3),
    ):
        with pytest.raises(NativeError):
            rectify(image, warp)
    with pytest.raises(NativeError):
        rectify(np.zeros((16, 16), np.float32), Warp((identity,) * 3))
    with pytest.raises(NativeError):
        rectify(np.zeros((1, 16, 3), np.float32), Warp((identity,) * 3))

    def stop(_: float) -> None:
        raise KeyError

    with pytest.raises(KeyError):
        rectify(image, Warp((identity,) * 3), progress=stop)
