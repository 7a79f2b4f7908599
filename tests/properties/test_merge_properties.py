import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from native import Merger, MosaicFormat, MosaicNoise

LAYOUTS = [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1, 1, 1, 1)]


@st.composite
def layouts(draw: st.DrawFn) -> MosaicFormat:
    """A mosaic format of 10 to 16 bits with an own black level at each site."""
    white = float(2 ** draw(st.integers(10, 16)) - 1)
    blacks = [draw(st.integers(0, int(white) // 8)) for _ in range(4)]
    b0, b1, b2, b3 = (float(b) for b in blacks)
    return MosaicFormat(draw(st.sampled_from(LAYOUTS)), (b0, b1, b2, b3), white)


@settings(max_examples=25)
@given(
    layout=layouts(),
    width=st.integers(32, 90),
    height=st.integers(32, 90),
    exposure=st.sampled_from([0.25, 1.0, 1.0, 3.0]),
    seed=st.integers(0, 2**32 - 1),
    threads=st.integers(1, 3),
)
def test_any_frames_merge_within_range(
    layout: MosaicFormat, width: int, height: int, exposure: float, seed: int, threads: int
) -> None:
    """Frames of pure chance neither crash nor give figures out of range, on any thread count."""
    rng = np.random.default_rng(seed)
    frames = rng.integers(0, int(layout.white) + 1, (3, height, width)).astype(np.uint16)
    noise = MosaicNoise((1e-3,) * 4, (1e-5,) * 4)
    results = []
    for count in (threads, 1):
        with Merger(frames[0], layout, noise, threads=count) as merger:
            reports = [merger.add(frame, exposure=exposure) for frame in frames[1:]]
            results.append(merger.finish())
        assert all(0.0 <= report.weight <= 1.0 for report in reports)
        assert all(np.isfinite([*report.shift, report.rotation]).all() for report in reports)
    np.testing.assert_array_equal(results[0].mosaic, results[1].mosaic)
    assert results[0].frames >= 1.0
    assert all(
        np.isfinite(v) and v >= 0.0 for v in (*results[0].noise.shot, *results[0].noise.read)
    )


@settings(max_examples=25)
@given(
    layout=layouts(),
    width=st.integers(32, 70),
    height=st.integers(32, 70),
    seed=st.integers(0, 2**32 - 1),
)
def test_reference_alone_is_scaled_exactly(
    layout: MosaicFormat, width: int, height: int, seed: int
) -> None:
    """One frame without shrinking is the frame times the output scale, clipped samples included."""
    rng = np.random.default_rng(seed)
    frame = rng.integers(0, int(layout.white) + 1, (height, width)).astype(np.uint16)
    with Merger(frame, layout, MosaicNoise((1e-3,) * 4, (1e-5,) * 4), shrink=0.0) as merger:
        merged = merger.finish()
    scale = int(65535 // layout.white)
    np.testing.assert_array_equal(merged.mosaic, frame * scale)


@settings(max_examples=15)
@given(level=st.integers(300, 3900), seed=st.integers(0, 2**32 - 1), frames=st.integers(2, 5))
def test_a_flat_scene_keeps_its_level(level: int, seed: int, frames: int) -> None:
    """Merging grey neither brightens nor darkens it by more than a tenth of a level."""
    rng = np.random.default_rng(seed)
    burst = rng.normal(level, 8, (frames, 64, 64)).round().clip(0, 4095).astype(np.uint16)
    layout = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
    variance = (8 / 3839) ** 2
    with Merger(burst[0], layout, MosaicNoise((0.0,) * 4, (variance,) * 4)) as merger:
        for frame in burst[1:]:
            merger.add(frame)
        merged = merger.finish()
    assert abs(merged.mosaic.mean() / 16 - burst.mean()) < 0.3
