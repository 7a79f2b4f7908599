"""Noise left in a developed image, and the colour edges that must stay."""

import numpy as np
import numpy.typing as npt
import pytest

from native import Development, MosaicFormat, MosaicNoise, develop

BLACK, WHITE = 4096.0, 65520.0
SHOT, READ = 1.3e-3, 7e-5  # a small sensor at ISO 400
Image = npt.NDArray[np.float32]


def shoot(
    camera: npt.NDArray[np.floating],
    denoise: float,
    *,
    noisy: bool = True,
    scale: float = 1.0,
    noise: tuple[float, float] = (SHOT, READ),
    balance: tuple[float, float, float] = (1.0, 1.0, 1.0),
) -> Image:
    """An RGGB mosaic of camera RGB, developed without any colour change; scale: of the model."""
    shot, read = noise
    light = np.empty(camera.shape[:2])
    for site, colour in enumerate((0, 1, 1, 2)):
        y, x = divmod(site, 2)
        light[y::2, x::2] = camera[y::2, x::2, colour] / balance[colour]
    if noisy:
        rng = np.random.default_rng(11)
        light = light + rng.normal(size=light.shape) * np.sqrt(shot * light + read)
    mosaic = np.clip(np.round(light * (WHITE - BLACK) + BLACK), 0, 65535).astype(np.uint16)
    how = Development(
        format=MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, WHITE),
        noise=MosaicNoise((shot * scale,) * 4, (read * scale,) * 4),
        white_balance=balance,
        matrix=np.eye(3),
        denoise=denoise,
    )
    return develop(mosaic, how)


def chroma(image: Image) -> npt.NDArray[np.floating]:
    """Red and blue minus green."""
    return image[..., [0, 2]] - image[..., 1:2]


def test_flat_grey_loses_its_colour_noise() -> None:
    """Colour noise falls below a third, luminance noise by at most half; no cast appears."""
    grey = np.full((256, 256, 3), 0.2)
    plain, clean = shoot(grey, 0.0), shoot(grey, 1.0)
    assert chroma(clean).std() < 0.33 * chroma(plain).std()
    luma = np.array([0.25, 0.5, 0.25], np.float32)
    assert 0.5 < (clean @ luma).std() / (plain @ luma).std() < 0.95
    np.testing.assert_allclose(clean.mean((0, 1)), 0.2, rtol=0.01)


@pytest.mark.parametrize("denoise", [1.0, 4.0])
@pytest.mark.parametrize("gain", [1.0, 4.0, 13.0, 64.0])
def test_noise_casts_no_colour_and_no_shade(gain: float, denoise: float) -> None:
    """Flat dark grey under unequal gains keeps its level in each colour, at ISO 100 to 6400."""
    balance = (2.5, 1.0, 1.4)
    noise = (1.25e-4 * gain, 1.4e-7 * gain**2)  # of an IMX477
    slack = 3e-6 * gain  # what is uncertain of the median
    for level in (0.005, 0.01, 0.02, 0.05):
        out = shoot(np.full((512, 512, 3), level), denoise, noise=noise, balance=balance)
        # What noise takes below black is cut off, which the median does not see.
        np.testing.assert_allclose(np.median(out, (0, 1)), level, rtol=0.03, atol=slack)
        if np.percentile(out.min(-1), 2) > 0.0:
            np.testing.assert_allclose(out.mean((0, 1)), level, rtol=0.01)


def test_black_is_lifted_by_no_more_than_what_is_cut_off() -> None:
    """The mean of noisy black is that of the noise left with its negative half at 0."""
    out = shoot(np.zeros((256, 256, 3)), 1.0, balance=(2.5, 1.0, 1.4))
    luminance = out @ np.array([0.2627, 0.6780, 0.0593], np.float32)
    sigma = np.sqrt(np.mean(luminance[luminance > 0.0] ** 2))
    # Half of a normal distribution has 0.8 of its standard deviation for a mean.
    np.testing.assert_allclose(luminance.mean(), 0.4 * sigma, rtol=0.05)


def test_strength_is_gradual() -> None:
    """More denoising leaves less colour noise."""
    grey = np.full((128, 128, 3), 0.1)
    left = [chroma(shoot(grey, denoise)).std() for denoise in (0.0, 0.25, 0.5, 1.0)]
    assert left == sorted(left, reverse=True)


def test_colour_edges_stay() -> None:
    """Across a hard edge between two colours of one luminance nothing is smeared."""
    camera = np.empty((96, 128, 3))
    camera[:, :64], camera[:, 64:] = [0.45, 0.2, 0.15], [0.12, 0.3, 0.32]
    plain, clean = shoot(camera, 0.0), shoot(camera, 1.0)
    truth = shoot(camera, 0.0, noisy=False)
    near = np.s_[16:-16, 56:72]
    before = np.sqrt(np.mean((chroma(plain) - chroma(truth))[near] ** 2))
    after = np.sqrt(np.mean((chroma(clean) - chroma(truth))[near] ** 2))
    assert after < 0.95 * before
    bias = chroma(clean).mean(0)[56:72] - chroma(truth).mean(0)[56:72]
    assert np.abs(bias).max() < 0.03  # of a step of 0.43


def test_small_colour_detail_stays() -> None:
    """Dots of colour four pixels wide keep nine tenths of their saturation."""
    camera = np.full((128, 128, 3), 0.2)
    for y in range(8, 120, 16):
        for x in range(8, 120, 16):
            camera[y : y + 4, x : x + 4] = [0.6, 0.1, 0.3]
    plain, clean = shoot(camera, 0.0), shoot(camera, 1.0)
    middles = np.s_[9:120:16, 9:120:16]
    kept = chroma(clean)[middles].mean((0, 1)) / chroma(plain)[middles].mean((0, 1))
    assert kept.min() > 0.9


def test_a_clean_picture_is_hardly_touched() -> None:
    """Where the model expects little noise, texture stays as it is."""
    rng = np.random.default_rng(8)
    camera = np.repeat(np.repeat(rng.uniform(0.1, 0.6, (24, 24, 3)), 5, 0), 5, 1)
    plain, clean = (shoot(camera, d, noisy=False, scale=0.01) for d in (0.0, 1.0))
    assert np.sqrt(np.mean((plain - clean) ** 2)) < 0.001
