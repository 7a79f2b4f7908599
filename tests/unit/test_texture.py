"""The measures of texture and edges against theory."""

import math

import numpy as np
import pytest
from darkroom import LUMINANCE, scene_light
from edges import FIGURES, GROUND, edge_samples, painted_edges
from texture import PIXELS_PER_DEGREE, RINGS, Plane, acutance, mtf50, texture_response

SIGMA = 0.8  # pixels


def gaussian(frequency: Plane) -> Plane:
    """The response of a Gaussian blur."""
    return np.asarray(np.exp(-2.0 * (np.pi * SIGMA * frequency) ** 2))


def blurred(image: Plane) -> Plane:
    """A Gaussian blur; what it blurs wraps round."""
    fy, fx = (np.fft.fftfreq(size) for size in image.shape)
    return np.fft.ifft2(np.fft.fft2(image) * gaussian(np.hypot(fy[:, None], fx))).real


def texture(seed: int) -> Plane:
    """Noise with a power of 1/f^2, as dead leaves have it, but without end."""
    rng = np.random.default_rng(seed)
    f = np.hypot(np.fft.fftfreq(256)[:, None], np.fft.fftfreq(256))
    f[0, 0] = 1.0
    return np.asarray(np.fft.ifft2(np.fft.fft2(rng.normal(size=(256, 256))) / f).real)


def test_blur_lowers_texture_as_theory_says() -> None:
    """A blur's response is the blur's transfer function, its acutance that function's mean."""
    truth = texture(1)
    response = texture_response(blurred(truth), truth)
    frequency = (np.arange(RINGS) + 0.5) / (2 * RINGS)
    np.testing.assert_allclose(response, gaussian(frequency), atol=0.02)
    degrees = frequency * PIXELS_PER_DEGREE
    weight = degrees**0.8 * np.exp(-0.2 * degrees)
    wanted = (weight * gaussian(frequency)).sum() / weight.sum()
    assert acutance(response) == pytest.approx(wanted, abs=0.005)


def test_noise_is_no_texture() -> None:
    """As much noise as there is texture changes no picture's acutance, be it sharp or soft."""
    truth = texture(2)
    noise = np.random.default_rng(3).normal(size=truth.shape) * truth.std()
    for picture in (truth, blurred(truth)):
        clean, noisy = (
            acutance(texture_response(image, truth)) for image in (picture, picture + noise)
        )
        assert noisy == pytest.approx(clean, abs=0.03)


def edges(sigma: float, *, upright: bool) -> tuple[Plane, Plane]:
    """Samples across edges from 0.1 to 0.5 that a Gaussian has blurred, and their distances."""
    _, distance = edge_samples(np.zeros((256, 512)), "low", upright=upright)
    spread = math.sqrt(2.0) * sigma
    return np.array([0.3 + 0.2 * math.erf(d / spread) for d in distance]), distance


@pytest.mark.parametrize("upright", [True, False], ids=["near-vertical", "near-horizontal"])
@pytest.mark.parametrize("sigma", [0.5, 0.8, 1.2])
def test_blur_lowers_mtf50_as_theory_says(sigma: float, upright: bool) -> None:
    """A Gaussian's response, exp(-2 (pi sigma f)^2), is a half at sqrt(ln 2 / 2) / (pi sigma)."""
    wanted = math.sqrt(math.log(2.0) / 2.0) / (math.pi * sigma)
    assert mtf50(*edges(sigma, upright=upright)) == pytest.approx(wanted, rel=0.02)


def test_noise_makes_no_edge_steeper() -> None:
    """Noise of a twentieth of the step leaves MTF50 where it was."""
    values, distance = edges(0.8, upright=True)
    noise = np.random.default_rng(5).normal(size=values.shape) * 0.02
    assert mtf50(values + noise, distance) == pytest.approx(mtf50(values, distance), rel=0.03)


def test_the_chart_shows_its_squares() -> None:
    """Inside and outside of every figure's edges the painted chart has their light."""
    plane = scene_light(painted_edges(256, 512), 256, 512)
    for name, colour in FIGURES.items():
        for upright in (True, False):
            values, distance = edge_samples(plane, name, upright=upright)
            assert values[distance > 4].max() == pytest.approx(GROUND, abs=0.002)
            inside = values[distance < -4]
            assert inside.mean() == pytest.approx(float(np.dot(colour, LUMINANCE)), abs=0.002)
