"""Frames of a bracket under a flickering lamp have the light that they show, not what was told."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from mode_scenes import levels, truth, visible

from app.flicker import block_means, shown_ratio
from app.merging import merge_burst
from app.modes import Wish, plan_wish
from app.stages import Stages
from capture.plan import ExposurePlan, FrameExposure
from capture.plans.taking import take, watch
from capture.scenes import Scene, load_scene
from capture.simulated import SimulatedSource
from native import MosaicFormat, MosaicNoise

LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = MosaicNoise((1e-4,) * 4, (1e-6,) * 4)


def frame(times: float) -> np.ndarray:
    """A ramp so many times as bright, noise with it."""
    light = np.linspace(0.002, 0.05, 256)[None, :] * np.ones((192, 1)) * times
    noise = np.random.default_rng(round(times * 10)).normal(0.0, 1.0, light.shape)
    value = light + noise * np.sqrt(1e-4 * light + 1e-6)
    return np.clip(np.rint(value * 3839.0 + 256.0), 0, 4095).astype(np.uint16)


@pytest.mark.parametrize(
    ("shown", "found"),
    [(8.0, 8.0), (12.0, 12.0), (5.0, 5.0), (30.0, 30.0), (1.2, 1.2), (0.3, 8.0)],
)
def test_the_ratio_is_what_both_show(shown: float, found: float) -> None:
    """Told eight times; what no lamp does is another scene, and stays as told."""
    ratio = shown_ratio(frame(shown), block_means(frame(1.0), LAYOUT), LAYOUT, NOISE, 8.0)
    assert ratio == pytest.approx(found, rel=0.02)


def test_where_blocks_do_not_agree_nothing_is_found() -> None:
    """Half of the picture was lit by something else."""
    half = frame(8.0)
    half[:, 128:] = frame(14.0)[:, 128:]
    assert shown_ratio(half, block_means(frame(1.0), LAYOUT), LAYOUT, NOISE, 8.0) == 8.0


def test_a_few_blocks_tell_if_they_are_at_one() -> None:
    """Where most of the picture clips in one frame, or shows nothing in the other."""
    bright = frame(12.0)
    bright[:128] = 4095
    told = block_means(frame(1.0), LAYOUT)
    told[5, :2] = np.nan
    assert shown_ratio(bright, told, LAYOUT, NOISE, 8.0) == pytest.approx(12.0, rel=0.02)
    bright[160:, 192:] = frame(14.0)[160:, 192:]
    assert shown_ratio(bright, told, LAYOUT, NOISE, 8.0) == 8.0


def test_a_sign_that_blinks_is_no_lamp_of_the_whole_picture() -> None:
    """In a dark frame a few neighbouring blocks are all that is seen, and tell of themselves."""

    def sign(times: float) -> np.ndarray:
        return np.pad(frame(times)[:64, 128:], ((64, 256), (128, 256)), constant_values=256)

    reference = block_means(sign(1.0), LAYOUT)
    assert shown_ratio(sign(12.0), reference, LAYOUT, NOISE, 8.0) == 8.0


def shot(lamp: Scene, plan: Callable[[SimulatedSource], ExposurePlan]) -> tuple[float, float]:
    """Of a picture under a lamp that swings by 90 %: EV off the steady lamp, and mean error."""

    def started(flicker: float) -> SimulatedSource:
        camera = SimulatedSource(replace(lamp, flicker=flicker), size=(768, 576), seed=5)
        camera.start()
        return camera

    planned = plan(started(0.9))
    burst = take(started(0.9), planned)
    merged = merge_burst(burst, Stages(), threads=2)
    assert merged.left_out == ()
    metadata = burst.frames[merged.reference].metadata
    exposure = metadata.exposure or 1.0
    light = truth(started(0.0), metadata)
    off = np.log2(np.maximum(levels(merged.negative), 1e-9) / (light * np.float32(exposure)))
    off = off[visible(light, burst)]
    middle = float(np.median(off))
    return middle + merged.negative.push - planned.push, float(np.abs(off - middle).mean())


STILL_LIFE = replace(load_scene("still-life"), lux=60.0, temperature=3000.0)


@pytest.mark.parametrize("shortest", [0.001, 0.0024, 0.004])
def test_a_bracket_under_a_flickering_lamp_has_its_mean_light(shortest: float) -> None:
    """However little of a pulse the shortest sees, no frame is lost and nothing is patched."""
    frames = tuple(FrameExposure(t, 3.0) for t in (shortest, 0.01, 0.03, 0.03))
    off, spread = shot(STILL_LIFE, lambda _: ExposurePlan("bracket", frames, 4.0))
    assert abs(off) < 0.05
    assert spread < 0.12


@pytest.mark.parametrize("mode", ["hdr", "bracket"])
def test_a_frame_in_the_trough_between_two_pulses_is_no_other_scene(mode: str) -> None:
    """In the window's scene one is 8 times darker than told; the bracket has it in 0.1 EV."""
    lamp = replace(load_scene("window"), temperature=3000.0)

    def plan(camera: SimulatedSource) -> ExposurePlan:
        motion = watch(camera)
        return plan_wish(camera.metering(), camera.profile, Wish(mode), motion)

    off, spread = shot(lamp, plan)
    assert abs(off) < 0.08
    assert spread < 0.12  # 0.25 in the bracket without the trough's frame


def test_two_exposures_have_the_lamps_mean_light_too() -> None:
    """The shortest frame and the longest, a stop and a third apart, are merged in one step."""
    frames = tuple(FrameExposure(t, 3.0) for t in (0.004, 0.01, 0.01, 0.01))
    off, _ = shot(STILL_LIFE, lambda _: ExposurePlan("hdr", frames, 4.0))
    assert abs(off) < 0.05


def test_a_lamp_at_the_widest_ratio_costs_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a frame shows may be more than the merge takes: then it goes by the most it takes."""
    camera = SimulatedSource("still-life", size=(256, 192), shake=0.0)
    camera.start()
    shutters = (0.0002, 0.004, 0.0478, 0.0478)
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 1.0) for t in shutters), 4.0)
    burst = take(camera, plan)
    monkeypatch.setattr("app.flicker.shown_ratio", lambda *values: values[4] * 1.25)
    assert merge_burst(burst, Stages(), threads=2).used >= 2


def test_each_frame_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """And what has been merged so far, once for all that are compared with it."""
    looked: list[int] = []

    def counted(mosaic: np.ndarray, layout: MosaicFormat) -> np.ndarray:
        looked.append(1)
        return block_means(mosaic, layout)

    monkeypatch.setattr("app.flicker.block_means", counted)
    camera = SimulatedSource("still-life", size=(256, 192))
    camera.start()
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 1.0) for t in (0.001, 0.01, 0.03, 0.03)))
    merge_burst(take(camera, plan), Stages(), threads=2)
    assert len(looked) == 3 + 2  # frames; the reference, and its merge with the first
