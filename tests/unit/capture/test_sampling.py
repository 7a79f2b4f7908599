from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from capture.simulation.sampling import Pose, sample_site, weights
from capture.simulation.shake import HandShake

_SIZE, _MARGIN = 96, 12
_CENTRE = ((_SIZE - 1) / 2, (_SIZE - 1) / 2)


def _plane(function: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> np.ndarray:
    axis = np.arange(-_MARGIN, _SIZE + _MARGIN)
    return function(axis[None, :], axis[:, None]).astype(np.float32)


@given(st.floats(0.0, 0.999), st.floats(0.0, 9.0))
def test_weights_average(fraction: float, blur: float) -> None:
    """Weights are positive, sum to 1 and are centred on the position."""
    first, w = weights(np.array([fraction]), blur)
    assert w.min() >= 0.0
    assert w.sum() == pytest.approx(1.0, abs=1e-6)
    assert (np.arange(len(w)) + first) @ w[:, 0] == pytest.approx(fraction, abs=1e-5)


def test_motion_widens_the_weights_as_a_box_does() -> None:
    """The variance of a moving sample is the spline's plus the box's."""
    for blur in (0.5, 2.0, 7.0):
        first, w = weights(np.array([0.3]), blur)
        offset = np.arange(len(w)) + first - 0.3
        assert offset**2 @ w[:, 0] == pytest.approx(1 / 3 + blur**2 / 12, rel=1e-4)


@given(st.floats(-4, 4), st.floats(-4, 4), st.floats(-0.02, 0.02))
def test_a_pose_moves_the_scene_as_documented(dx: float, dy: float, turn: float) -> None:
    """On a plane that rises evenly, samples are the plane at the pose's own coordinates."""
    plane = _plane(lambda x, y: 100.0 + x + 3.0 * y)
    rows, columns = range(1, _SIZE, 2), range(0, _SIZE, 2)
    got = sample_site(plane, _MARGIN, Pose(dx, dy, turn), _CENTRE, rows, columns)
    x, y = np.array(columns)[None, :], np.array(rows)[:, None]
    sx = x + dx - turn * (y - _CENTRE[1])
    sy = y + dy + turn * (x - _CENTRE[0])
    np.testing.assert_allclose(got, 100.0 + sx + 3.0 * sy, atol=0.07)


def test_a_shift_of_whole_pixels_is_a_shift() -> None:
    """Sampling one pixel aside is the neighbouring sample."""
    plane = np.random.default_rng(1).random((120, 120), np.float32)
    rows, columns = range(90), range(90)
    still = sample_site(plane, 12, Pose(), _CENTRE, rows, columns)
    moved = sample_site(plane, 12, Pose(1.0, -2.0), _CENTRE, rows, columns)
    np.testing.assert_allclose(moved[2:, :-1], still[:-2, 1:], atol=1e-6)


def test_beyond_the_plane_the_edge_repeats() -> None:
    """A view that leaves the plane sees its edge, no wrapping and no failure."""
    plane = _plane(lambda x, y: np.broadcast_to(x + 0 * y, np.broadcast(x, y).shape))
    got = sample_site(plane, _MARGIN, Pose(60.0, 60.0), _CENTRE, range(_SIZE), range(_SIZE))
    assert got.max() == pytest.approx(_SIZE + _MARGIN - 1)
    assert (got[:, -30:] == got[:, -1:]).all()


def test_the_spline_keeps_what_the_mosaic_aliases() -> None:
    """At half of Nyquist contrast is two thirds, at Nyquist a sixth: frames differ by aliasing."""
    for period, expected in ((4, 0.66), (2, 1 / 3)):
        plane = _plane(lambda x, y, p=period: np.cos(2 * np.pi * x / p) + 0 * y)
        got = sample_site(plane, _MARGIN, Pose(), _CENTRE, range(8, 80), range(8, 80))
        assert np.abs(got).max() == pytest.approx(expected, abs=0.02)


def test_the_hand_moves_as_far_as_it_says() -> None:
    """Over eight frames at full width the hand travels some pixels and a tenth of a degree."""
    travel, turn = [], []
    for seed in range(40):
        poses = [HandShake(seed, 4056).pose(frame / 30) for frame in range(8)]
        travel.append(max(np.hypot(p.dx - poses[0].dx, p.dy - poses[0].dy) for p in poses))
        turn.append(np.rad2deg(max(abs(p.turn - poses[0].turn) for p in poses)))
    assert 3.0 < np.median(travel) < 9.0
    assert 0.05 < np.median(turn) < 0.16


def test_the_hand_is_smooth_bounded_and_its_own() -> None:
    """Paths have no jumps, stay within their reach, scale with width and differ by seed."""
    hand = HandShake(3, 1024)
    path = [hand.pose(t / 100) for t in range(1000)]
    steps = np.abs(np.diff([(p.dx, p.dy) for p in path], axis=0))
    assert steps.max() < 0.3
    assert max(abs(p.dx) for p in path) <= hand.reach
    wide = HandShake(3, 2048).pose(1.0)
    assert wide.dx == pytest.approx(2 * hand.pose(1.0).dx)
    assert HandShake(4, 1024).pose(1.0) != hand.pose(1.0)
    assert HandShake(3, 1024, 0.0).pose(1.0, 0.5) == Pose()
