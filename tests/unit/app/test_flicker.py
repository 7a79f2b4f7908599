"""Frames of a bracket under a flickering lamp have the light that they show, not what was told."""

from dataclasses import replace

import numpy as np
import pytest
from mode_scenes import levels, truth, visible

from app.flicker import block_means, shown_ratio
from app.merging import merge_burst
from app.stages import Stages
from capture.plan import ExposurePlan, FrameExposure
from capture.plans.taking import take
from capture.scenes import load_scene
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


@pytest.mark.parametrize(("shown", "found"), [(8.0, 8.0), (12.0, 12.0), (5.0, 5.0), (30.0, 8.0)])
def test_the_ratio_is_what_both_show(shown: float, found: float) -> None:
    """Told eight times; what no lamp does is another scene, and stays as told."""
    ratio = shown_ratio(frame(shown), block_means(frame(1.0), LAYOUT), LAYOUT, NOISE, 8.0)
    assert ratio == pytest.approx(found, rel=0.02)


def test_where_blocks_do_not_agree_nothing_is_found() -> None:
    """Half of the picture was lit by something else."""
    half = frame(8.0)
    half[:, 128:] = frame(14.0)[:, 128:]
    assert shown_ratio(half, block_means(frame(1.0), LAYOUT), LAYOUT, NOISE, 8.0) == 8.0


@pytest.mark.parametrize("shortest", [0.001, 0.0024, 0.004])
def test_a_bracket_under_a_flickering_lamp_has_its_mean_light(
    shortest: float,
) -> None:
    """However little of a pulse the shortest sees, no frame is lost and nothing is patched."""
    lamp = replace(load_scene("still-life"), lux=60.0, temperature=3000.0, flicker=0.9)

    def started(flicker: float) -> SimulatedSource:
        camera = SimulatedSource(replace(lamp, flicker=flicker), size=(768, 576), seed=5)
        camera.start()
        return camera

    shutters = (shortest, 0.01, 0.03, 0.03)
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 3.0) for t in shutters), 4.0)
    burst = take(started(0.9), plan)
    merged = merge_burst(burst, Stages(), threads=2)
    assert merged.left_out == ()
    shot = burst.frames[0].metadata
    light = truth(started(0.0), shot) * np.float32(shot.exposure or 1.0)
    off = np.log2(levels(merged.negative) / light)[visible(light / (shot.exposure or 1.0), burst)]
    assert abs(np.median(off) + merged.negative.push - plan.push) < 0.05
    assert np.abs(off - np.median(off)).mean() < 0.12


def test_a_lamp_at_the_widest_ratio_costs_no_picture(monkeypatch: pytest.MonkeyPatch) -> None:
    """What a frame shows may be more than the merge takes: then it goes by the most it takes."""
    camera = SimulatedSource("still-life", size=(256, 192), shake=0.0)
    camera.start()
    shutters = (0.0002, 0.004, 0.0478, 0.0478)
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 1.0) for t in shutters), 4.0)
    burst = take(camera, plan)
    monkeypatch.setattr("app.merging.shown_ratio", lambda *values: values[-1] * 1.25)
    assert merge_burst(burst, Stages(), threads=2).used >= 2


def test_each_frame_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The reference too, for all that are compared with it."""
    looked: list[int] = []

    def counted(mosaic: np.ndarray, layout: MosaicFormat) -> np.ndarray:
        looked.append(1)
        return block_means(mosaic, layout)

    monkeypatch.setattr("app.flicker.block_means", counted)
    monkeypatch.setattr("app.merging.block_means", counted)
    camera = SimulatedSource("still-life", size=(256, 192))
    camera.start()
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 1.0) for t in (0.001, 0.01, 0.03, 0.03)))
    merge_burst(take(camera, plan), Stages(), threads=2)
    assert len(looked) == 4
