import numpy as np
import pytest

from styles.oklab import REC2020_TO_LMS, Polar, from_oklab, to_oklab
from styles.spaces import (
    ADOBE_RGB_TO_REC2020,
    REC2020_LUMINANCE,
    REC2020_TO_P3,
    REC2020_TO_SRGB,
    Array,
    srgb_decode,
    srgb_encode,
)

D65 = (0.3127, 0.3290)
REC2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046))
P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060))
ADOBE_RGB = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060))
SRGB = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
# Ottosson's matrix from XYZ.
XYZ_TO_LMS = np.array(
    [
        (0.8189330101, 0.3618667424, -0.1288597137),
        (0.0329845436, 0.9293118715, 0.0361456387),
        (0.0482003018, 0.2643662691, 0.6338517070),
    ]
)


def to_xyz(primaries: tuple[tuple[float, float], ...]) -> Array:
    """The matrix of primaries with white D65 (SMPTE RP 177)."""
    columns = np.array([(x / y, 1.0, (1.0 - x - y) / y) for x, y in (*primaries, D65)]).T
    return columns[:, :3] * np.linalg.solve(columns[:, :3], columns[:, 3])


def test_matrices_follow_from_the_primaries() -> None:
    """The literal matrices are those that the standards' primaries give."""
    rec2020 = to_xyz(REC2020)
    assert np.linalg.solve(to_xyz(P3), rec2020) == pytest.approx(REC2020_TO_P3, abs=1e-12)
    assert np.linalg.solve(to_xyz(SRGB), rec2020) == pytest.approx(REC2020_TO_SRGB, abs=1e-12)
    adobe_rgb = np.linalg.solve(rec2020, to_xyz(ADOBE_RGB))
    assert adobe_rgb == pytest.approx(ADOBE_RGB_TO_REC2020, abs=1e-12)
    assert rec2020[1] == pytest.approx(REC2020_LUMINANCE, abs=1e-12)


def test_oklab_matrix_is_the_published_one() -> None:
    """Scaling its rows for an exact white moves Ottosson's matrix by less than 0.05 %."""
    published = XYZ_TO_LMS @ to_xyz(REC2020)
    assert pytest.approx(published, rel=5e-4) == REC2020_TO_LMS


def test_oklab_of_known_colours() -> None:
    """White, sRGB red and sRGB blue are where the literature has them in Oklab."""
    srgb = np.array([[1.0, 1.0, 1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    lab = to_oklab(srgb @ np.linalg.inv(REC2020_TO_SRGB).T)
    known = [[1.0, 0.0, 0.0], [0.62796, 0.22486, 0.12585], [0.45201, -0.03246, -0.31153]]
    assert lab == pytest.approx(np.array(known), abs=3e-4)


def test_round_trips() -> None:
    """Oklab, its polar form and the transfer function come back to where they began."""
    rgb = np.random.default_rng(1).random((500, 3))
    assert from_oklab(Polar.of(to_oklab(rgb)).lab()) == pytest.approx(rgb, abs=1e-12)
    assert srgb_decode(srgb_encode(rgb)) == pytest.approx(rgb, abs=1e-12)


def test_transfer_function_has_no_step() -> None:
    """Both parts of the sRGB curve meet, at the standard's point, within its own rounding."""
    x = np.array([0.0031308 - 1e-9, 0.0031308 + 1e-9])
    assert np.ptp(srgb_encode(x)) < 1e-7
    assert srgb_encode(np.array([0.0, 0.18, 1.0, 7.0, -1.0])) == pytest.approx(
        [0.0, 0.4613561, 1.0, 1.0, 0.0], abs=1e-6
    )
