from dataclasses import replace

import numpy as np
import pytest
from bursts import BLACK, WHITE, TestBurst, make_burst
from merge_gains import gains, merge, normalised, single
from scenes import painted

from native import Merger, MosaicFormat, MosaicNoise, NativeError

BRACKETS = {
    "one stop": [1.0, 0.5, 2.0] * 2,
    "two stops": [1.0, 0.25, 4.0] * 2,
    "three stops": [1.0, 0.125, 8.0] * 2,
    "shorter": [1.0] + [0.25] * 5,
    "longer": [1.0] + [4.0] * 5,
}


@pytest.mark.parametrize("exposures", BRACKETS.values(), ids=BRACKETS.keys())
@pytest.mark.parametrize("iso", [100, 400])
@pytest.mark.parametrize("scene", ["landscape", "text", "night"])
def test_no_bracket_harms(scene: str, iso: int, exposures: list[float]) -> None:
    """Frames that clip more, or show more noise, than the reference cost nothing in any tile."""
    burst = make_burst(scene, iso=iso, frames=len(exposures), exposures=exposures)
    result = gains(burst, merge(burst)[0])
    assert result.linear > 0.0
    assert min(result.worst, result.root_worst) > 0.0


@pytest.mark.parametrize(
    ("bracket", "least"), [("one stop", 6.5), ("two stops", 8.0), ("longer", 8.5)]
)
def test_longer_exposures_clear_the_shadows(bracket: str, least: float) -> None:
    """In a dark scene longer frames count for more than their number."""
    dim = painted("landscape", 384, 512, 1) * np.float32(0.1)
    exposures = BRACKETS[bracket]
    burst = make_burst("landscape", frames=len(exposures), exposures=exposures, plane=dim)
    merged, reports = merge(burst, shrink=0.0)
    assert not any(report.rejected for report in reports)
    assert gains(burst, merged).linear > least


@pytest.mark.parametrize("bracket", ["two stops", "shorter", "longer"])
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_a_clipped_channel_of_a_longer_frame_gives_no_cast(scene: str, bracket: str) -> None:
    """Where longer frames clip in green alone, the merge keeps the reference's colours."""
    exposures = BRACKETS[bracket]
    burst = make_burst(scene, iso=400, frames=len(exposures), exposures=exposures)
    error = normalised(merge(burst)[0]) - burst.truth
    alone = single(burst) - burst.truth
    lights = np.zeros(burst.truth.shape, bool)
    for dy in (0, 1):
        for dx in (0, 1):  # a cell counts if its green clips at 4 times the exposure
            lights[dy::2, dx::2] = burst.truth[0::2, 1::2] > 0.25
    lights &= burst.truth < 0.9
    assert lights.sum() > 1000
    for dy, dx in ((0, 0), (0, 1), (1, 0), (1, 1)):
        site = lights[dy::2, dx::2]
        bias = error[dy::2, dx::2][site].mean() - alone[dy::2, dx::2][site].mean()
        assert abs(bias) < 0.005


def test_63_longer_frames_are_not_too_many() -> None:
    """A burst of 64 frames may be of longer exposures than its reference, and gains by them."""
    dim = painted("landscape", 64, 96, 1) * np.float32(0.05)
    burst = make_burst(
        "landscape",
        frames=64,
        exposures=[1.0] + [8.0] * 63,
        plane=dim,
        width=96,
        height=64,
        shake=2.0,
    )
    merged, reports = merge(burst, shrink=0.0)
    assert not any(report.rejected for report in reports)
    assert gains(burst, merged).linear > 13.0


STEPS = {"two": [1.0, 4.0, 0.25, 1.0, 4.0, 0.25, 1.0, 1.0], "three": [1.0, 8.0, 0.125] * 2}


def only(burst: TestBurst, least: float, most: float) -> TestBurst:
    """Its frames of such exposures."""
    keep = [i for i, exposure in enumerate(burst.exposures) if least <= exposure <= most]
    return replace(
        burst,
        frames=[burst.frames[i] for i in keep],
        exposures=[burst.exposures[i] for i in keep],
    )


def error(burst: TestBurst, where: np.ndarray) -> float:
    """Of the merge, mean square."""
    return float(np.mean((normalised(merge(burst)[0]) - burst.truth)[where] ** 2))


@pytest.mark.parametrize("iso", [400, 1600])
@pytest.mark.parametrize("stops", STEPS)
@pytest.mark.parametrize("scene", ["landscape", "text", "night"])
def test_frames_of_told_exposures_are_merged(scene: str, stops: str, iso: int) -> None:
    """Whatever a frame clips, or its noise, it is known as the same scene and harms no tile."""
    burst = make_burst(scene, iso=iso, seed=41, frames=len(STEPS[stops]), exposures=STEPS[stops])
    merged, reports = merge(burst)
    assert not any(report.rejected for report in reports)
    result = gains(burst, merged)
    assert min(result.worst, result.root_worst) > 1.0


@pytest.mark.parametrize("stops", STEPS)
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_long_frames_help_shadows_and_short_ones_lights(scene: str, stops: str) -> None:
    """Each frame of a bracket makes better what it shows, and the rest hardly worse."""
    burst = make_burst(scene, iso=400, seed=41, frames=len(STEPS[stops]), exposures=STEPS[stops])
    dark = burst.truth < 0.4 / max(burst.exposures)
    without_long, without_short = only(burst, 0.0, 1.0), only(burst, 1.0, 16.0)
    assert error(burst, dark) < 0.95 * error(without_long, dark)
    assert error(burst, ~dark) < 1.08 * error(without_long, ~dark)
    assert error(burst, burst.truth < 2.0) < error(without_short, burst.truth < 2.0)


@pytest.mark.parametrize("exposure", [4.0, 0.25])
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_frames_told_wrongly_are_made_up_for_or_left_out(scene: str, exposure: float) -> None:
    """A bracket's frame half a stop off gains as one told right; two stops off it is rejected."""
    told = [1.0, exposure, 1.0, 1.0]
    burst = make_burst(scene, iso=400, seed=43, frames=4, exposures=told)
    right = gains(burst, merge(burst)[0]).linear
    near, far = replace(burst, exposures=[*told]), replace(burst, exposures=[*told])
    near.exposures[1] *= 1.4
    far.exposures[1] *= 0.25
    merged, reports = merge(near)
    assert not reports[0].rejected
    assert gains(near, merged).linear > right - 0.05
    assert merge(far)[1][0].rejected


@pytest.mark.parametrize("exposure", [4.0, 0.25])
@pytest.mark.parametrize("scene", ["landscape", "night"])
def test_a_bracket_takes_no_foreign_frame(scene: str, exposure: float) -> None:
    """Another scene, a white frame and a half covered one are rejected at any told exposure."""
    burst = make_burst(scene, iso=400, seed=44, frames=4, exposures=[1.0, exposure, 1.0, 1.0])
    other = make_burst("leaves", iso=400, seed=78, frames=2, exposures=[1.0, exposure]).frames[1]
    covered = burst.frames[1].copy()
    covered[:, : covered.shape[1] // 2] = 262
    for foreign in (other, np.full_like(other, int(WHITE)), covered):
        burst.frames[1] = foreign
        assert merge(burst)[1][0].rejected


@pytest.mark.parametrize("error", [0.5, 2.0])
@pytest.mark.parametrize("scene", ["landscape", "text"])
@pytest.mark.parametrize("bracket", ["shorter", "longer"])
def test_a_bracket_corrects_the_noise_model(bracket: str, scene: str, error: float) -> None:
    """A model wrong by two costs a bracket no more than half a decibel either."""
    exposures = BRACKETS[bracket]
    burst = make_burst(
        scene, width=320, height=256, iso=400, frames=len(exposures), exposures=exposures
    )
    right, wrong = (gains(burst, merge(burst, noise_error=told)[0]) for told in (1.0, error))
    assert wrong.linear > right.linear - 0.5
    assert wrong.root > right.root - 0.5


@pytest.mark.parametrize("error", [0.5, 1.0])
def test_flicker_does_not_keep_the_noise_model_from_being_corrected(error: float) -> None:
    """Light that comes and goes by 5 % unannounced costs little, with half the noise told too."""
    flicker = [1.0, 1.04, 0.97, 1.05, 0.96, 1.02, 0.95, 1.03]
    burst = make_burst("landscape", width=320, height=256, exposures=flicker)
    still = make_burst("landscape", width=320, height=256)
    told = replace(burst, exposures=[1.0] * 8)
    result, least = gains(told, merge(told, noise_error=error)[0]), gains(still, merge(still)[0])
    assert result.linear > least.linear - 1.0
    assert result.root > least.root - 1.0


@pytest.mark.parametrize("exposure", [0.7, 1.5])
def test_a_swung_frame_of_another_exposure_is_left_out(exposure: float) -> None:
    """Blur that hides below the noise is told from detail at other exposures too."""
    plane = painted("landscape", 384, 512, 1)
    smeared = np.mean([np.roll(plane, 8 * k, 1) for k in range(-16, 16)], 0, dtype=np.float32)
    exposures = [1.0, exposure]
    sharp = make_burst("landscape", iso=1600, frames=2, exposures=exposures, plane=plane)
    swung = make_burst("landscape", iso=1600, frames=2, exposures=exposures, plane=smeared)
    mixed = replace(sharp, frames=[sharp.frames[0], swung.frames[1]])
    assert merge(mixed)[1][0].rejected
    assert not merge(sharp)[1][0].rejected


def test_a_merge_as_reference_takes_frames_by_their_own_noise() -> None:
    """Told how much noisier a single frame is than what it joins, it weighs as it should.

    Not told, it still gains: it is not taken for as clean as the reference.
    """
    dim = painted("landscape", 384, 512, 1) * np.float32(0.1)
    exposures = [1.0] * 6 + [2.0] * 3
    burst = make_burst("landscape", iso=400, frames=9, exposures=exposures, plane=dim)
    first = replace(burst, frames=burst.frames[:6], exposures=exposures[:6])
    before = merge(first, shrink=0.0)[0]
    single_noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    scale = round(before.format.white / WHITE)
    noisier = burst.shot / before.noise.shot[0]
    assert noisier > 3.0

    def after(frame_noise: float) -> float:
        with Merger(
            before.mosaic, before.format, before.noise, shrink=0.0, frame_noise=frame_noise
        ) as merger:
            for frame, exposure in zip(burst.frames[6:], exposures[6:], strict=True):
                merger.add(frame * np.uint16(scale), exposure=exposure)
            merged = merger.finish()
        return float(np.square(normalised(merged) - burst.truth).mean())

    assert after(noisier) < after(1.0)
    assert after(1.0) < float(np.square(normalised(before) - burst.truth).mean())
    assert MosaicFormat(burst.colours, (BLACK,) * 4, WHITE).scaled(scale) == before.format
    with pytest.raises(NativeError, match="frame_noise"):
        Merger(burst.frames[0], before.format, single_noise, frame_noise=65.0)


def test_frames_of_a_higher_gain_weigh_by_the_light_that_they_collected() -> None:
    """Brighter by gain alone they are as noisy as the reference: equal shares, and noise told."""
    layout = MosaicFormat((0, 1, 1, 2), (BLACK,) * 4, WHITE)
    noise = MosaicNoise((1e-4,) * 4, (1e-6,) * 4)
    light = painted("landscape", 240, 320, 1)[..., 1] * 0.03 + 0.002

    def frame(gain: float, seed: int) -> np.ndarray:
        sigma = gain * np.sqrt(1e-4 * light + 1e-6)
        value = light * gain + np.random.default_rng(seed).normal(0.0, 1.0, light.shape) * sigma
        return np.clip(np.rint(value * (WHITE - BLACK) + BLACK), 0, WHITE).astype(np.uint16)

    def merged(gain: float) -> tuple[float, float, float]:
        """Weight of the frames, error of the result, and error that its noise tells."""
        with Merger(frame(1.0, 0), layout, noise, shrink=0.0) as merger:
            reports = [merger.add(frame(16.0, n), exposure=16.0, gain=gain) for n in range(1, 4)]
            found = merger.finish()
        off = float(np.sqrt(np.square(normalised(found) - light).mean()))
        told = found.noise.shot[0] * float(light.mean()) + found.noise.read[0]
        assert not any(report.rejected for report in reports)
        return found.frames, off, told**0.5

    frames, off, told = merged(16.0)
    assert 3.0 < frames <= 4.1
    assert told == pytest.approx(off, rel=0.15)
    untold_frames, untold_off, untold = merged(1.0)
    assert untold_frames > 10.0
    assert untold < 0.8 * untold_off
    assert off < untold_off
    with (
        Merger(frame(1.0, 0), layout, noise) as merger,
        pytest.raises(NativeError, match="the gain 300 is not within"),
    ):
        merger.add(frame(16.0, 1), exposure=16.0, gain=300.0)
