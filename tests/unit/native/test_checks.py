"""Refusals name what is wrong."""

from dataclasses import replace
from math import inf, nan

import numpy as np
import pytest

from native import (
    Development,
    Merger,
    MosaicFormat,
    MosaicNoise,
    NativeError,
    calibrate,
    correct_defects,
    demosaic,
    develop,
)

SCALE = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = MosaicNoise((1e-4,) * 4, (1e-6,) * 4)
HOW = Development(SCALE, NOISE, (2.0, 1.0, 1.5), np.eye(3))
FRAME = np.full((32, 48), 500, np.uint16)

FORMATS = [
    (replace(SCALE, white=0.0), "white level"),
    (replace(SCALE, white=nan), "white level"),
    (replace(SCALE, white=65536.0), "white level"),
    (replace(SCALE, black=(256.0, 256.0, 4095.0, 256.0)), "black level"),
    (replace(SCALE, black=(256.0, -1.0, 256.0, 256.0)), "black level"),
    (replace(SCALE, black=(nan, 256.0, 256.0, 256.0)), "black level"),
    (replace(SCALE, colours=(0, 0, 1, 2)), "colours"),
    (replace(SCALE, colours=(2, 2, 2, 2)), "colours"),
]
NOISES = [
    (replace(NOISE, shot=(1e-4, -1e-9, 1e-4, 1e-4)), "shot noise"),
    (replace(NOISE, shot=(nan,) * 4), "shot noise"),
    (replace(NOISE, read=(0.0, 0.0, 0.0, 2.0)), "read noise.*not 2"),
    (replace(NOISE, read=(inf,) * 4), "read noise"),
]


@pytest.mark.parametrize(("scale", "named"), FORMATS)
def test_formats_out_of_range_are_named(scale: MosaicFormat, named: str) -> None:
    """Black, white and colours are told apart, wherever a mosaic goes in."""
    how = replace(HOW, format=scale)
    with pytest.raises(NativeError, match=named):
        Merger(FRAME, scale, NOISE)
    with pytest.raises(NativeError, match=named):
        develop(FRAME, how)
    with pytest.raises(NativeError, match=named):
        calibrate(FRAME, how)
    with pytest.raises(NativeError, match=named):
        correct_defects(FRAME.copy(), scale, NOISE)


@pytest.mark.parametrize(("noise", "named"), NOISES)
def test_noise_out_of_range_is_named(noise: MosaicNoise, named: str) -> None:
    """Shot and read noise have the same limits everywhere."""
    with pytest.raises(NativeError, match=named):
        Merger(FRAME, SCALE, noise)
    with pytest.raises(NativeError, match=named):
        develop(FRAME, replace(HOW, noise=noise))
    with pytest.raises(NativeError, match=named):
        correct_defects(FRAME.copy(), SCALE, noise)


@pytest.mark.parametrize("isolation", [0.4, 17.0, float("nan")])
def test_isolation_out_of_range_is_named(isolation: float) -> None:
    """How far a defect stands out has limits."""
    with pytest.raises(NativeError, match=r"isolation must be from 0\.5 to 16"):
        correct_defects(FRAME.copy(), SCALE, NOISE, isolation=isolation)


@pytest.mark.parametrize("shape", [(24, 64), (64, 31), (8, 8)])
def test_frames_too_small_to_merge(shape: tuple[int, int]) -> None:
    """The message gives width, height and what is needed."""
    said = f"frames of {shape[1]}x{shape[0]} pixels cannot be merged; at least 32x32 are needed"
    with pytest.raises(NativeError, match=said):
        Merger(np.full(shape, 500, np.uint16), SCALE, NOISE)


@pytest.mark.parametrize("shape", [(15, 64), (64, 15)])
def test_mosaics_too_small_to_develop(shape: tuple[int, int]) -> None:
    """The same for development, its defects and its demosaic."""
    small = np.full(shape, 500, np.uint16)
    said = f"frames of {shape[1]}x{shape[0]} pixels cannot be {{}}; at least 16x16 are needed"
    with pytest.raises(NativeError, match=said.format("developed")):
        develop(small, HOW)
    with pytest.raises(NativeError, match=said.format("corrected")):
        correct_defects(small, SCALE, NOISE)
    with pytest.raises(NativeError, match=said.format("demosaiced")):
        demosaic(small.astype(np.float32), SCALE.colours)


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"robustness": 3.0}, "robustness"),
        ({"shrink": nan}, "shrink"),
        ({"threads": 300}, "threads"),
        ({"threads": -1}, "threads"),
        ({"threads": 0}, "threads"),
    ],
)
def test_merge_parameters_are_named(changes: dict[str, float], named: str) -> None:
    """Robustness, shrink and threads, each by its name."""
    with pytest.raises(NativeError, match=f"{named} must be"):
        Merger(FRAME, SCALE, NOISE, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"white_balance": (0.5, 1.0, 1.0)}, "white balance"),
        ({"white_balance": (1.0, nan, 1.0)}, "white balance"),
        ({"matrix": np.full((3, 3), inf)}, "colour matrix"),
        ({"exposure": 0.0}, "exposure"),
        ({"exposure": nan}, "exposure"),
        ({"denoise": 5.0}, "denoise"),
        ({"shading": np.full((4, 2, 2), 0.5, np.float32)}, "shading"),
    ],
)
def test_development_parameters_are_named(changes: dict[str, object], named: str) -> None:
    """White balance, matrix, exposure, denoise and shading, each by its name."""
    with pytest.raises(NativeError, match=named):
        develop(FRAME, replace(HOW, **changes))  # type: ignore[arg-type]


def test_what_is_at_the_limits_passes() -> None:
    """Nothing is refused that the core accepts."""
    edge = replace(HOW, white_balance=(64.0, 1.0, 1.0), denoise=4.0, exposure=65536.0)
    silent = MosaicNoise((0.0,) * 4, (1.0,) * 4)
    assert np.isfinite(develop(FRAME[:16, :16], replace(edge, noise=silent))).all()
    with Merger(FRAME, SCALE, silent, robustness=2.0, shrink=0.0, threads=4) as merger:
        assert merger.finish().frames == 1.0
