"""Negatives of a synthetic chart, exposed through plausible IMX477 matrices."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone

import numpy as np
import numpy.typing as npt
import pytest

from app.pictures.negative import Negative, ShotInfo
from capture.frames import ColourCalibration
from native import MosaicFormat, MosaicNoise

WARM = ColourCalibration(
    2856.0,
    np.array([[0.7092, -0.3224, 0.1419], [-0.2130, 0.9778, 0.7203], [0.0098, 0.0892, 0.8434]]),
    np.array([[0.6867, 0.3752, -0.0977], [0.1245, 1.2936, -0.4180], [-0.0492, -0.4105, 1.2844]]),
)
COOL = ColourCalibration(
    6504.0,
    np.array([[0.4381, -0.0939, -0.0124], [-0.1814, 0.8998, 0.2504], [0.0947, 0.0431, 0.5367]]),
    np.array([[0.7892, 0.3005, -0.1254], [0.2129, 1.2003, -0.4132], [-0.1140, -0.0905, 1.0292]]),
)
DAYLIGHT = (0.309, 1.0, 0.7176)
BLACK = (4096.0, 4100.0, 4092.5, 4096.0)
WHITE = 65520.0

# Reflectances in linear sRGB: white, grey, black, red, green, blue, yellow, skin.
PATCHES = np.array(
    [
        [[0.90, 0.90, 0.90], [0.18, 0.18, 0.18], [0.03, 0.03, 0.03], [0.45, 0.05, 0.05]],
        [[0.08, 0.30, 0.07], [0.04, 0.06, 0.30], [0.80, 0.57, 0.03], [0.54, 0.30, 0.21]],
    ]
)
_TO_D50 = np.array([[0.4361, 0.3851, 0.1431], [0.2225, 0.7169, 0.0606], [0.0139, 0.0971, 0.7141]])

MakeNegative = Callable[..., Negative]


def chart(height: int, width: int) -> npt.NDArray[np.float64]:
    """(height, width, 3) linear sRGB: two rows of four patches."""
    rows = np.arange(height) * 2 // height
    columns = np.arange(width) * 4 // width
    return PATCHES[np.ix_(rows, columns)]


def exposed(scene: npt.NDArray[np.float64], colours: tuple[int, ...]) -> npt.NDArray[np.uint16]:
    """The scene's mosaic in daylight, with a little noise."""
    balanced = scene @ _TO_D50.T @ np.linalg.inv(COOL.forward_matrix).T
    camera = balanced * np.array(DAYLIGHT)
    if colours == (1, 1, 1, 1):
        camera = np.repeat((scene @ [0.2225, 0.7169, 0.0606])[..., None], 3, axis=2)
    mosaic = np.empty(scene.shape[:2])
    for site, colour in enumerate(colours):
        cell = (slice(site // 2, None, 2), slice(site % 2, None, 2))
        mosaic[cell] = BLACK[site] + camera[(*cell, colour)] * (WHITE - BLACK[site])
    noise = np.random.default_rng(7).normal(0, 60, mosaic.shape)
    return np.clip(np.round(mosaic + noise), 0, WHITE).astype(np.uint16)


def make(width: int = 96, height: int = 64, *, colours: tuple[int, ...] = (0, 1, 1, 2)) -> Negative:
    """A negative with every field set."""
    y, x = np.mgrid[-1:1:6j, -1:1:8j]
    falloff = 1 + 0.4 * (x * x + y * y)
    sites = np.array([1.0, 0.98, 0.97, 0.95])[:, None, None]
    mono = colours == (1, 1, 1, 1)
    return Negative(
        mosaic=exposed(chart(height, width), colours),
        format=MosaicFormat(colours, BLACK, WHITE),  # type: ignore[arg-type]
        noise=MosaicNoise((1e-4, 1.1e-4, 1.2e-4, 9e-5), (1e-6, 2e-6, 3e-6, 4.5e-6)),
        calibrations=() if mono else (WARM, COOL),
        neutral=(1.0, 1.0, 1.0) if mono else DAYLIGHT,
        shading=np.maximum(falloff * sites, 1).astype(np.float32),
        push=0.5,
        crop=8,
        info=ShotInfo(
            model="Raspberry Pi HQ Camera",
            taken=datetime(2026, 5, 4, 3, 2, 1, 123456, timezone(timedelta(hours=-3, minutes=-30))),
            time_source="network",
            exposure_time=1 / 125,
            iso=137.5,
            f_number=2.8,
            focal_length=6.0,
            focal_length_35mm=33.2,
            lens='6 mm "wide" <C>',
            frames_merged=8,
            style="Authentic",
            mode="hdr",
            plan='hdr: 8 frames of 1/1000 to 1/15 s, "gain" 1 & <2>',
            exposures=((0.001, 1.0), *((1 / 15, 1.375),) * 7),
            software="Baryta 0.1.0",
        ),
    )


@pytest.fixture(name="make_negative", scope="session")
def _make_negative() -> MakeNegative:
    """The factory: make_negative(width, height, colours=..., any field=...)."""

    def factory(width: int = 96, height: int = 64, **changes: object) -> Negative:
        colours = changes.pop("colours", (0, 1, 1, 2))
        negative = make(width, height, colours=colours)  # type: ignore[arg-type]
        return replace(negative, **changes)  # type: ignore[arg-type]

    return factory


@pytest.fixture(name="preview", scope="session")
def _preview() -> npt.NDArray[np.uint8]:
    """The chart as a small picture (Display P3 in name; the primaries do not matter here)."""
    encoded = np.clip(chart(48, 80), 0, 1) ** (1 / 2.2)
    return np.round(encoded * 255).astype(np.uint8)
