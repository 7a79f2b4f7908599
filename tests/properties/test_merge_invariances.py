"""What must not change a merge. Bursts come from a few seeds: painting one takes long."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from bursts import BLACK, WHITE, TestBurst, make_burst
from hypothesis import example, given, settings
from hypothesis import strategies as st
from merge_gains import gains, merge
from scenes import MARGIN, OVERSAMPLING
from useless import MADE_OF_NOISE, USELESS, noisy

from native import FrameReport, Merged, Merger, MosaicFormat, MosaicNoise

LAYOUTS = [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1, 1, 1, 1)]
Mosaic = npt.NDArray[np.uint16]


def some_burst(scene: str, seed: int, iso: float, frames: int, *, moving: bool) -> TestBurst:
    """A small burst: large enough that four threads have work."""
    return make_burst(
        scene, width=176, height=272, seed=seed, iso=iso, frames=frames, moving=moving
    )


def merged_by(
    burst: TestBurst, frames: list[Mosaic], threads: int = 2
) -> tuple[Merged, list[FrameReport]]:
    """Merges frames that may be views, without shrinking."""
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    with Merger(frames[0], layout, noise, shrink=0.0, threads=threads) as merger:
        reports = [merger.add(frame) for frame in frames[1:]]
        return merger.finish(), reports


def rounding(burst: TestBurst, one: Merged, other: Merged) -> npt.NDArray[np.float64]:
    """Differences in what rounding explains: two steps of 16 bit, or 0.01 of a frame's noise."""
    sigma = np.sqrt(burst.shot * burst.truth + burst.read) * 16 * (WHITE - BLACK)
    change = np.abs(one.mosaic.astype(int) - other.mosaic)
    return np.asarray(change / np.maximum(0.01 * sigma, 2.0))


def reordered(burst: TestBurst, order: Sequence[int]) -> TestBurst:
    """The same burst, the frames after the reference in another order."""
    return replace(
        burst,
        frames=[burst.frames[i] for i in (0, *order)],
        exposures=[burst.exposures[i] for i in (0, *order)],
    )


bursts = st.builds(
    some_burst,
    scene=st.sampled_from(["landscape", "text", "night", "leaves"]),
    seed=st.integers(1, 2),
    iso=st.sampled_from([100.0, 400.0, 1600.0]),
    frames=st.just(4),
    moving=st.booleans(),
)


@settings(max_examples=30)
@given(
    colours=st.sampled_from(LAYOUTS),
    black=st.integers(0, 600),
    width=st.integers(32, 120),
    height=st.integers(32, 120),
    copies=st.integers(1, 6),
    coarse=st.integers(1, 5),
    seed=st.integers(0, 2**32 - 1),
)
def test_identical_frames_merge_to_themselves(
    colours: tuple[int, int, int, int],
    black: int,
    width: int,
    height: int,
    copies: int,
    coarse: int,
    seed: int,
) -> None:
    """Copies of anything from black to white change it by no more than half a level of 12 bits.

    That is what a sample's way through the demosaic's square-root domain, rows in 1/16384 of white,
    the transform and back make of it; two steps of the 16-bit result in most cases.
    """
    rng = np.random.default_rng(seed)
    cells = rng.integers(black, 4096, (height // coarse + 1, width // coarse + 1))
    frame = np.kron(cells, np.ones((coarse, coarse)))[:height, :width].astype(np.uint16)
    layout = MosaicFormat(colours, (float(black),) * 4, WHITE)
    with Merger(frame, layout, MosaicNoise((1e-3,) * 4, (1e-5,) * 4), shrink=0.0) as merger:
        reports = [merger.add(frame) for _ in range(copies)]
        merged = merger.finish()
    assert not any(report.rejected for report in reports)
    assert np.abs(merged.mosaic / 16 - frame).max() <= 8 / 16


@settings(max_examples=12)
@given(burst=bursts, pad=st.integers(1, 40), filling=st.integers(0, 65535))
def test_padded_rows_change_nothing(burst: TestBurst, pad: int, filling: int) -> None:
    """Frames that are windows of larger arrays merge to the same bits."""
    views = []
    for frame in burst.frames:
        height, width = frame.shape
        larger = np.full((height + 2, width + 2 * pad), filling, np.uint16)
        views.append(larger[1:-1, pad:-pad])
        views[-1][:] = frame
    plain, padded = merged_by(burst, burst.frames), merged_by(burst, views)
    np.testing.assert_array_equal(plain[0].mosaic, padded[0].mosaic)
    assert plain[0].noise == padded[0].noise
    assert [r.shift for r in plain[1]] == [r.shift for r in padded[1]]


@settings(max_examples=12)
@given(burst=bursts)
def test_threads_change_nothing(burst: TestBurst) -> None:
    """One to four threads give the same bits and figures."""
    first, told = merged_by(burst, burst.frames, 1)
    for threads in (2, 3, 4):
        merged, reports = merged_by(burst, burst.frames, threads)
        np.testing.assert_array_equal(first.mosaic, merged.mosaic)
        assert (first.noise, first.frames) == (merged.noise, merged.frames)
        assert [(r.shift, r.rotation, r.weight) for r in told] == [
            (r.shift, r.rotation, r.weight) for r in reports
        ]


def smooth_wall(height: int, width: int) -> npt.NDArray[np.float32]:
    """Light that rises across, nothing else: nowhere a place to align by."""
    rows, columns = ((n + 2 * MARGIN) * OVERSAMPLING for n in (height, width))
    rises = np.linspace(0.08, 0.68, columns, dtype=np.float32)[:, None]
    return np.broadcast_to(rises * np.float32([1.0, 0.95, 0.85]), (rows, columns, 3)).copy()


@pytest.mark.parametrize(
    ("scene", "iso", "moving", "exposures"),
    [
        ("landscape", 100.0, True, None),
        ("text", 400.0, True, None),
        ("night", 1600.0, True, None),
        ("night", 400.0, False, [1.0, 2.0, 0.5, 1.4, 4.0, 0.7]),
        ("leaves", 100.0, True, None),
        ("leaves", 400.0, False, None),
        ("weave", 400.0, True, None),
        ("beads", 400.0, True, None),
        ("wall", 1600.0, False, None),
        ("wall", 1600.0, True, None),
    ],
)
def test_order_of_frames_changes_nothing(
    scene: str, iso: float, moving: bool, exposures: list[float] | None
) -> None:
    """The reference fixed, order moves no sample by more than a hundredth of its noise.

    Or by two steps of 16 bit: sums, which are kept in half precision, round otherwise then. That
    holds whatever noise was told, for what one frame shows of it counts for that frame.
    """
    height, width = 272, 176
    burst = make_burst(
        scene,
        width=width,
        height=height,
        iso=iso,
        frames=6,
        moving=moving,
        exposures=exposures,
        plane=smooth_wall(height, width) if scene == "wall" else None,
    )
    for told in 0.5, 1.0, 2.0:
        straight = merge(burst, shrink=0.0, noise_error=told)[0]
        for order in (5, 4, 3, 2, 1), (2, 5, 1, 3, 4):
            other = merge(reordered(burst, order), shrink=0.0, noise_error=told)[0]
            assert (rounding(burst, straight, other) <= 1.0).all()
            assert other.noise.shot == pytest.approx(straight.noise.shot, rel=1e-3)


@settings(max_examples=30, derandomize=True)
@given(
    scene=st.sampled_from(["landscape", "text", "night", "leaves"]),
    iso=st.sampled_from([100.0, 400.0, 1600.0]),
    kind=st.sampled_from(sorted(USELESS)),
    place=st.integers(1, 4),
    seed=st.integers(0, 2**32 - 1),
)
@example(scene="text", iso=1600.0, kind="upside down", place=1, seed=11)
@example(scene="text", iso=1600.0, kind="finger", place=1, seed=10)
@example(scene="landscape", iso=1600.0, kind="camera swung", place=4, seed=40)
@example(scene="night", iso=400.0, kind="out of focus", place=2, seed=22)
@example(scene="night", iso=1600.0, kind="out of focus", place=2, seed=22)
@example(scene="leaves", iso=1600.0, kind="another scene", place=1, seed=11)
@example(scene="leaves", iso=1600.0, kind="black level off", place=1, seed=10)
@example(scene="leaves", iso=1600.0, kind="brighter", place=4, seed=40)
def test_a_useless_frame_never_hurts(
    scene: str, iso: float, kind: str, place: int, seed: int
) -> None:
    """Whatever is added to a burst, and when, costs a tenth of a decibel at most."""
    burst = some_burst(scene, 1, iso, 4, moving=False)
    clean = gains(burst, merge(burst)[0])
    rng = np.random.default_rng(seed)
    still = make_burst(
        scene, width=176, height=272, seed=1, iso=iso, frames=5, noise_free=True
    ).frames[4]
    frame = USELESS[kind](still, rng)
    if kind not in MADE_OF_NOISE:
        frame = noisy(frame, iso, rng)
    burst.frames.insert(place, frame)
    burst.exposures.insert(place, 1.0)
    spoilt = gains(burst, merge(burst)[0])
    assert spoilt.linear > clean.linear - 0.1
    assert spoilt.root > clean.root - 0.1
