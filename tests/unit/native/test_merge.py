import re
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from bursts import BLACK, READ, SHOT, WHITE, TestBurst, make_burst, psnr
from merge_gains import gains, merge, normalised, single
from scenes import painted

from native import Merger, MosaicFormat, MosaicNoise, NativeError

BAYER = (0, 1, 1, 2)
SIZE = {"width": 256, "height": 192}


def merger(frame: npt.NDArray[np.uint16], **changes: float) -> Merger:
    """A merger with the test bursts' scale and ISO 100 noise."""
    layout = MosaicFormat(BAYER, (BLACK,) * 4, WHITE)
    return Merger(frame, layout, MosaicNoise((SHOT,) * 4, (READ,) * 4), **changes)  # type: ignore[arg-type]


def test_reference_alone_comes_back_scaled() -> None:
    """Without a second frame and without shrinking, the result is the reference times 16."""
    frame = make_burst("landscape", frames=1, **SIZE).frames[0]
    with merger(frame, shrink=0.0) as one:
        merged = one.finish()
    np.testing.assert_array_equal(merged.mosaic, frame * 16)
    assert merged.frames == 1.0


def test_identical_clean_frames_merge_to_themselves() -> None:
    """Copies of a noise-free frame change it by no more than two steps of the 16-bit result."""
    frame = make_burst("landscape", frames=1, noise_free=True, **SIZE).frames[0]
    with merger(frame, shrink=0.0) as copies:
        reports = [copies.add(frame.copy()) for _ in range(3)]
        merged = copies.finish()
    error = merged.mosaic.astype(float) / 16 - frame
    assert np.abs(error).max() <= 2 / 16  # demosaiced rows are in 1/16384 of white
    assert all(abs(r.shift[0]) + abs(r.shift[1]) < 0.01 and r.weight > 0.999 for r in reports)


@pytest.mark.parametrize("scene", ["landscape", "text", "night", "leaves"])
def test_motion_is_found_to_a_twentieth_of_a_pixel(scene: str) -> None:
    """Shift and rotation agree with what the hand did."""
    burst = make_burst(scene, frames=4, iso=400)
    _, reports = merge(burst)
    for report, (x, y, angle) in zip(reports, burst.motions[1:], strict=True):
        assert report.shift == pytest.approx((x, y), abs=0.05)
        assert report.rotation == pytest.approx(angle, abs=0.01)


def test_large_motion_is_found() -> None:
    """A shift of 40 pixels with a degree of rotation still aligns."""
    burst = make_burst("landscape", frames=3, shake=40.0, turn=1.0)
    merged, reports = merge(burst)
    x, y, angle = burst.motions[2]
    assert reports[1].shift == pytest.approx((x, y), abs=0.1)
    assert reports[1].rotation == pytest.approx(angle, abs=0.02)
    assert gains(burst, merged).linear > 1.5


@pytest.mark.parametrize(
    "colours", [(0, 1, 1, 2), (2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1), (1,) * 4]
)
def test_every_cfa_order_and_mono_gain_alike(colours: tuple[int, int, int, int]) -> None:
    """The order of the colours does not decide the quality."""
    burst = make_burst("landscape", frames=4, colours=colours, **SIZE)
    merged, _ = merge(burst)
    assert gains(burst, merged).linear > 3.5


@pytest.mark.parametrize("size", [(101, 75), (64, 33), (33, 64), (32, 32), (99, 80)])
def test_odd_sizes_merge_to_the_edge(size: tuple[int, int]) -> None:
    """No row or column is left out or harmed, whatever the size."""
    burst = make_burst("landscape", width=size[0], height=size[1], frames=4, shake=2.0, turn=0.0)
    merged, _ = merge(burst)
    inside = np.ones_like(burst.truth, bool)
    inside[4:-4, 4:-4] = False
    error, alone = normalised(merged) - burst.truth, single(burst) - burst.truth
    assert np.mean(error[inside] ** 2) < np.mean(alone[inside] ** 2)
    assert np.mean(error[-1] ** 2) < 1.05 * np.mean(alone[-1] ** 2)
    assert np.mean(error[:, -1] ** 2) < 1.05 * np.mean(alone[:, -1] ** 2)


@pytest.mark.parametrize("bits", [10, 14, 16])
def test_bit_depths(bits: int) -> None:
    """Samples of 10 to 16 bits merge on their own scale."""
    burst = make_burst("landscape", frames=4, **SIZE)
    factor = (2**bits - 1) / 4095
    frames = [np.rint(frame * factor).astype(np.uint16) for frame in burst.frames]
    layout = MosaicFormat(BAYER, (BLACK * factor,) * 4, float(2**bits - 1))
    with Merger(
        frames[0], layout, MosaicNoise((burst.shot,) * 4, (burst.read,) * 4), threads=2
    ) as handle:
        for frame in frames[1:]:
            handle.add(frame)
        merged = handle.finish()
    result = normalised(merged)
    assert psnr(result, burst.truth) > psnr(single(burst), burst.truth) + 3.5


def test_threads_give_the_same_bits() -> None:
    """One, two and three threads agree in every bit and figure."""
    burst = make_burst("landscape", frames=3, moving=True, width=300, height=310)
    results = [merge(burst, threads=n) for n in (1, 2, 3)]
    for (a, first), (b, second) in pairwise(results):
        np.testing.assert_array_equal(a.mosaic, b.mosaic)
        assert a.noise == b.noise
        assert a.frames == b.frames
        assert [r.shift for r in first] == [r.shift for r in second]


def test_finish_can_be_repeated_and_followed() -> None:
    """A merge may be looked at midway and continued."""
    burst = make_burst("landscape", frames=3, **SIZE)
    straight, _ = merge(burst)
    layout = MosaicFormat(BAYER, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    with Merger(burst.frames[0], layout, noise) as handle:
        handle.add(burst.frames[1])
        midway = handle.finish()
        np.testing.assert_array_equal(midway.mosaic, handle.finish().mosaic)
        handle.add(burst.frames[2])
        np.testing.assert_array_equal(handle.finish().mosaic, straight.mosaic)


@pytest.mark.parametrize("level", [0.05, 0.4])
@pytest.mark.parametrize("shrink", [0.0, 1.0])
def test_noise_model_predicts_what_is_left(level: float, shrink: float) -> None:
    """On a flat patch the reported variance is within 15 per cent of the measured one."""
    rng = np.random.default_rng(7)
    shot, read = 4 * SHOT, 16 * READ
    truth = np.full((384, 384), level)
    spread = np.sqrt(shot * level + read)
    frames = [
        np.rint(
            (truth + spread * rng.standard_normal(truth.shape)) * (WHITE - BLACK) + BLACK
        ).astype(np.uint16)
        for _ in range(8)
    ]
    still = [(0.0, 0.0, 0.0)] * 8
    merged, _ = merge(TestBurst(frames, truth, shot, read, BAYER, still, [1.0] * 8), shrink=shrink)
    measured = float(np.var(normalised(merged)[16:-16, 16:-16]))
    predicted = merged.noise.shot[0] * level + merged.noise.read[0]
    assert predicted == pytest.approx(measured, rel=0.15)


@pytest.mark.parametrize(
    ("scene", "iso"), [("landscape", 100), ("landscape", 1600), ("text", 400), ("leaves", 400)]
)
def test_noise_model_tells_what_texture_keeps(scene: str, iso: float) -> None:
    """In texture the reported noise is within a factor of three of the median block's error."""
    burst = make_burst(scene, iso=iso)
    merged, _ = merge(burst)
    error = (normalised(merged) - burst.truth) ** 2
    alone = burst.shot * burst.truth + burst.read
    blocks = [a.reshape(24, 16, 32, 16).mean((1, 3)) for a in (error, alone)]
    factor = merged.noise.shot[0] / burst.shot
    assert merged.noise.read[3] / burst.read == pytest.approx(factor, rel=1e-4)
    assert 1 / 3 < factor / np.median(blocks[0] / blocks[1]) < 3
    assert factor < 0.9


@pytest.mark.parametrize("light", [0.3, 3.0], ids=["grey", "clipped"])
@pytest.mark.parametrize("side", [64, 128, 256])
def test_noise_model_does_not_jump_for_a_flat_patch(side: int, light: float) -> None:
    """A wall or a blown-out window in a textured picture changes the reported noise little."""
    scene = painted("landscape", 384, 512, 1)
    patched = scene.copy()
    patched[400 : 400 + 4 * side, 400 : 400 + 4 * side] = light
    factors = [merge(make_burst("landscape", plane=p))[0].noise.shot[0] for p in (scene, patched)]
    assert 0.5 < factors[1] / factors[0] < 2.0


def test_noise_model_of_nothing_but_clipped_light() -> None:
    """A picture that is white throughout still has a noise model, no larger than the frame's."""
    frame = np.full((64, 64), int(WHITE), np.uint16)
    with merger(frame) as handle:
        handle.add(frame)
        noise = handle.finish().noise
    assert 0.0 < noise.shot[0] < SHOT


@pytest.mark.parametrize("scene", ["landscape", "text", "night"])
@pytest.mark.parametrize("error", [0.5, 2.0])
def test_noise_wrong_by_two_costs_little(scene: str, error: float) -> None:
    """A noise model wrong by a factor of two costs less than half a decibel, and no tile falls."""
    burst = make_burst(scene, iso=400)
    right, _ = merge(burst)
    wrong, _ = merge(burst, noise_error=error)
    assert gains(burst, wrong).linear > gains(burst, right).linear - 0.5
    assert gains(burst, wrong).worst > 0.0


@pytest.mark.parametrize(
    ("scene", "iso", "seed"),
    [
        ("landscape", 100, 53),
        ("landscape", 6400, 53),
        ("text", 100, 53),
        ("text", 100, 54),
        ("text", 1600, 54),
        ("night", 1600, 53),
        ("leaves", 400, 53),
    ],
)
@pytest.mark.parametrize("error", [0.5, 2.0])
def test_any_scene_tells_its_noise(scene: str, iso: int, seed: int, error: float) -> None:
    """Without a flat patch, in a cut-off dark or in detail, half a decibel is the most it costs."""
    burst = make_burst(scene, iso=iso, seed=seed)
    right, wrong = gains(burst, merge(burst)[0]), gains(burst, merge(burst, noise_error=error)[0])
    assert wrong.linear > right.linear - 0.5
    assert wrong.root > right.root - 0.5


def test_no_read_noise_at_all_is_corrected() -> None:
    """A model without read noise costs a dark scene less than half a decibel."""
    burst = make_burst("night", iso=400, seed=52)
    right = gains(burst, merge(burst)[0])
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    with Merger(burst.frames[0], layout, MosaicNoise((burst.shot,) * 4, (0.0,) * 4)) as handle:
        for frame in burst.frames[1:]:
            handle.add(frame)
        found = gains(burst, handle.finish())
    assert found.linear > right.linear - 0.5
    assert found.root > right.root - 0.5


@pytest.mark.parametrize("iso", [400, 1600])
def test_half_the_noise_leaves_no_frame_out(iso: int) -> None:
    """Frames that are judged by the corrected noise look no less sharp than the reference."""
    _, reports = merge(make_burst("night", iso=iso), noise_error=0.5)
    assert not any(report.rejected for report in reports)


def test_foreign_frame_is_rejected_without_harm() -> None:
    """A frame of another scene is reported as rejected and changes nothing."""
    burst = make_burst("landscape", frames=3)
    foreign = make_burst("text", frames=1, seed=9).frames[0]
    clean, _ = merge(burst)
    burst.frames.insert(1, foreign)
    burst.exposures.insert(1, 1.0)
    mixed, reports = merge(burst)
    assert [r.rejected for r in reports] == [True, False, False]
    assert reports[0].weight == 0.0
    np.testing.assert_array_equal(mixed.mosaic, clean.mosaic)


@pytest.mark.parametrize("ratio", [0.5, 2.0, 4.0])
def test_other_exposures_merge_and_leave_highlights_alone(ratio: float) -> None:
    """Frames of another exposure gain on the whole and do not pull clipped lights down."""
    exposures = [1.0, ratio, ratio, ratio]
    burst = make_burst("night", frames=4, exposures=exposures)
    merged, reports = merge(burst)
    result = normalised(merged)
    assert not any(r.rejected for r in reports)
    assert gains(burst, merged).linear > 2.0
    clipped = (burst.truth >= 1.0) & (single(burst) >= 1.0)
    assert clipped.sum() > 50
    assert result[clipped].mean() > 0.995


def test_brighter_frames_count_for_more() -> None:
    """Three frames of twice the exposure beat three of the same exposure."""
    dim = painted("landscape", 384, 512, 1) * np.float32(0.3)
    equal = make_burst("landscape", frames=4, iso=400, exposures=[1.0] * 4, plane=dim)
    longer = make_burst("landscape", frames=4, iso=400, exposures=[1.0, 2.0, 2.0, 2.0], plane=dim)
    gain = [gains(b, merge(b, shrink=0.0)[0]).linear for b in (equal, longer)]
    assert gain[1] > gain[0] + 1.0


def test_hot_pixels_vanish() -> None:
    """Defects that stay while the scene moves are gone, and their surroundings unharmed."""
    burst = make_burst("night", seed=4)
    rng = np.random.default_rng(11)
    ys, xs = rng.integers(8, 376, 60), rng.integers(8, 504, 60)
    dark = burst.truth[ys, xs] < 0.2
    ys, xs = ys[dark], xs[dark]
    clean, _ = merge(burst)
    for frame in burst.frames:
        frame[ys, xs] = np.minimum(frame[ys, xs] + 1500, 4095)
    merged, _ = merge(burst)
    left = normalised(merged)[ys, xs] - burst.truth[ys, xs]
    assert len(ys) > 40
    assert np.mean(left > 0.05) < 0.05
    assert psnr(normalised(merged), burst.truth) > psnr(normalised(clean), burst.truth) - 3.0
    assert psnr(normalised(merged), burst.truth) > psnr(single(burst), burst.truth) + 5.0


def test_a_hand_is_told_from_many_hot_pixels_in_the_dark() -> None:
    """No tile of smooth dark ground is aligned to what stands at the same place in all frames."""
    height, width = 576, 768
    y, x = np.mgrid[0 : 4 * (height + 64), 0 : 4 * (width + 64)].astype(np.float32)
    soft = 0.02 + 0.012 * np.sin(x / 160) * np.cos(y / 130)
    burst = make_burst(
        "landscape",
        height=height,
        width=width,
        shake=8.0,
        iso=100,
        plane=np.repeat(soft[..., None], 3, -1),
    )
    rng = np.random.default_rng(9)
    places = rng.integers(4, height - 4, 300), rng.integers(4, width - 4, 300)
    lift = rng.uniform(0.1, 1.0, 300) * (WHITE - BLACK)
    for frame in burst.frames:
        frame[places] = np.minimum(frame[places] + lift, WHITE)
    merged, _ = merge(burst)
    left = (normalised(merged) - burst.truth)[places]
    assert np.count_nonzero(left > 0.05) <= 12


def with_defects(amplitude: float, exposure: float = 1.0) -> TestBurst:
    """A soft scene in 8 moving frames with 140 hot pixels of so many sigma, at DEFECTS."""
    height, width = 192, 256
    y, x = np.mgrid[0 : 4 * (height + 64), 0 : 4 * (width + 64)].astype(np.float32)
    soft = 0.2 + 0.06 * np.sin(x / 90) * np.cos(y / 70) + 0.03 * np.sin((x + y) / 40)
    burst = make_burst(
        "landscape",
        height=height,
        width=width,
        shake=20.0,
        exposures=[1.0] + [exposure] * 7,
        plane=np.repeat(soft[..., None], 3, -1),
    )
    sigma = np.sqrt(burst.shot * burst.truth[DEFECTS] + burst.read)
    lift = amplitude * sigma * (WHITE - BLACK)
    for frame, ratio in zip(burst.frames, burst.exposures, strict=True):
        frame[DEFECTS] = np.minimum(np.rint(frame[DEFECTS] + ratio * lift), WHITE)
    return burst


# 140 places, no two of them near each other, every site alike.
DEFECTS = tuple(
    (grid * 16 + 5 + np.random.default_rng(3 + i).integers(0, 7, grid.shape)).ravel()
    for i, grid in enumerate(np.mgrid[0:10, 0:14])
)


def dents(burst: TestBurst) -> npt.NDArray[np.float64]:
    """The errors at DEFECTS after merging, in sigma of the single frame."""
    sigma = np.sqrt(burst.shot * burst.truth + burst.read)
    merged, _ = merge(burst, shrink=0.0)
    return ((normalised(merged) - burst.truth) / sigma)[DEFECTS]


def test_hot_pixels_between_noisier_samples_vanish() -> None:
    """Defects of blue on yellow go, though their neighbours' noise may look like spread light."""
    height, width = 192, 256
    y, x = np.mgrid[0 : 4 * (height + 64), 0 : 4 * (width + 64)].astype(np.float32)
    soft = 1.0 + 0.5 * np.sin(x / 90) * np.cos(y / 70)
    plane = soft[..., None] * np.array((0.35, 0.33, 0.03), np.float32)
    burst = make_burst(
        "landscape", height=height, width=width, shake=20.0, iso=1600, frames=10, plane=plane
    )
    places = tuple(axis | 1 for axis in DEFECTS)  # blue sites
    sigma = np.sqrt(burst.shot * burst.truth + burst.read)
    lift = 25 * sigma[places] * (WHITE - BLACK)
    for frame in burst.frames:
        frame[places] = np.rint(frame[places] + lift)
    merged, _ = merge(burst)
    errors = ((normalised(merged) - burst.truth) / sigma)[places]
    assert np.count_nonzero(errors > 3.0) <= 1


@pytest.mark.parametrize("amplitude", [10, 12, 14, 20, 100])
def test_late_convictions_leave_no_dents(amplitude: float) -> None:
    """A defect found after frames were added is replaced in what they have added as well."""
    errors = dents(with_defects(amplitude))
    found = errors[errors < 3.0]  # weak ones may pass for texture
    assert len(found) > (130 if amplitude >= 20 else 60)
    # Of 138 samples anywhere else 0.3 are as low: what is left of the noise has 0.35 sigma.
    assert np.count_nonzero(found < -1.0) <= 1
    if amplitude >= 20:
        assert abs(found.mean()) < 0.25


@pytest.mark.parametrize("exposure", [0.5, 1.5])
def test_clipped_defects_vanish_from_frames_of_another_exposure(exposure: float) -> None:
    """Where the reference's defect clips nothing was added to it, and nothing is taken back."""
    errors = dents(with_defects(100, exposure))
    assert np.count_nonzero(np.abs(errors) > 1.5) <= 4


def test_defects_in_frames_that_stay_do_not_return() -> None:
    """Frames that have not moved show the defect where the reference had it: it stays away."""
    burst = with_defects(20)
    rng = np.random.default_rng(5)
    sigma = np.sqrt(burst.shot * burst.truth + burst.read)
    still = []
    for _ in range(4):
        noisy = burst.truth + sigma * rng.standard_normal(sigma.shape)
        noisy[DEFECTS] += 20 * sigma[DEFECTS]
        still.append(np.rint(noisy * (WHITE - BLACK) + BLACK).astype(np.uint16))
    frames = burst.frames
    frames[:] = [frames[0], *still[:2], *frames[1:6], *still[2:]]
    burst.exposures[:] = [1.0] * len(frames)
    errors = dents(burst)
    found = errors[errors < 3.0]
    assert len(found) > 130
    assert abs(found.mean()) < 0.3
    assert found.min() > -2.5  # nor do dents: 0.6 is the noise that is left


def test_weight_is_one_where_frames_agree() -> None:
    """Frames that differ by noise alone count nearly in full, a moving scene for less."""
    still = make_burst("landscape", frames=3, iso=400)
    moving = make_burst("landscape", frames=3, iso=400, moving=True)
    weights = [merge(b)[1][1].weight for b in (still, moving)]
    assert 0.95 < weights[0] <= 1.0
    assert weights[1] < weights[0] - 0.01


def test_robustness_sets_how_early_frames_are_rejected() -> None:
    """Zero averages everything, two rejects more than one."""
    burst = make_burst("landscape", frames=3, moving=True)
    weights = [merge(burst, robustness=r)[1][1].weight for r in (0.0, 1.0, 2.0)]
    assert weights[0] == pytest.approx(1.0, abs=1e-4)
    assert weights[0] > weights[1] > weights[2]


def test_progress_rises_and_can_cancel() -> None:
    """Progress runs from 0 to 1; what it raises ends the merge and comes out."""
    burst = make_burst("landscape", frames=2, **SIZE)
    seen: list[float] = []
    with merger(burst.frames[0]) as handle:
        handle.add(burst.frames[1], progress=seen.append)
        handle.finish(progress=seen.append)
    first = seen[: seen.index(1.0) + 1]
    assert first == sorted(first)
    assert first[0] == 0.0
    assert seen[-1] == 1.0

    def stop(fraction: float) -> None:
        if fraction > 0.2:
            raise KeyboardInterrupt

    with merger(burst.frames[0]) as handle:
        with pytest.raises(KeyboardInterrupt):
            handle.add(burst.frames[1], progress=stop)
        with pytest.raises(NativeError, match="cancelled"):
            handle.add(burst.frames[1])


def test_no_step_of_a_merge_is_long_and_each_can_cancel() -> None:
    """No two fractions are further apart than a tenth; a merge can end at any, and stays ended."""
    burst = make_burst("landscape", frames=2, **SIZE)
    seen: list[float] = []
    with merger(burst.frames[0], threads=2) as handle:
        handle.add(burst.frames[1], progress=seen.append)
    assert max(b - a for a, b in pairwise([0.0, *seen])) <= 0.1

    for last in range(len(seen)):
        told: list[float] = []

        def stop(fraction: float, told: list[float] = told, last: int = last) -> None:
            told.append(fraction)
            if len(told) > last:
                raise KeyboardInterrupt

        with merger(burst.frames[0], threads=2) as handle:
            with pytest.raises(KeyboardInterrupt):
                handle.add(burst.frames[1], progress=stop)
            assert told == seen[: last + 1]
            with pytest.raises(NativeError, match="cancelled"):
                handle.add(burst.frames[1])


@pytest.mark.parametrize("size", [(31, 64), (64, 31), (8, 8)])
def test_frames_too_small_are_refused(size: tuple[int, int]) -> None:
    """Below 32 pixels a side there is nothing to align."""
    with pytest.raises(NativeError):
        merger(np.zeros(size, np.uint16))


def test_other_sizes_and_exposures_are_refused() -> None:
    """A frame of another size or an absurd exposure ratio is an error that says so."""
    frame = np.full((64, 64), 500, np.uint16)
    with merger(frame) as handle:
        with pytest.raises(NativeError, match="size"):
            handle.add(np.zeros((64, 66), np.uint16))
        for exposure, told in ((0.0, "0"), (-1.0, "-1"), (float("nan"), "nan"), (1e6, "1e+06")):
            with pytest.raises(NativeError, match=f"exposure ratio {re.escape(told)} "):
                handle.add(frame, exposure=exposure)
    with pytest.raises(NativeError, match="closed"):
        handle.add(frame)
