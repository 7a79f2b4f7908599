"""Scenes for each mode, and how near its picture comes to their light.

Each is shot three times by the simulated sensor, seen from the same moment: one frame as metered, a
plain burst of eight equal frames that take as long together as the mode's, and the mode.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from app.merging import MergedNegative, merge_burst
from app.pictures.negative import Negative
from app.stages import Stages
from capture.frames import Burst, FrameMetadata, SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering, split_exposure
from capture.plans.bracket import plan_bracket, plan_hdr
from capture.plans.motion import Motion
from capture.plans.night import plan_night
from capture.plans.taking import take, watch
from capture.scenes import Layer, Scene, View, load_scene
from capture.scenes.paint import inside
from capture.simulated import SimulatedSource

Light = npt.NDArray[np.float32]
Plan = Callable[[Metering, SensorProfile, Motion], ExposurePlan]
LIGHTS, DARK = 0.99, 0.25  # the brightest hundredth, the darkest quarter of what is compared
_EDGE = 0.3  # EV from one like sample to the next, that is taken for detail


def night(metering: Metering, profile: SensorProfile, motion: Motion) -> ExposurePlan:
    """Mode night."""
    return plan_night(metering, profile, motion=motion)


def hdr(metering: Metering, profile: SensorProfile, motion: Motion) -> ExposurePlan:
    """Mode hdr."""
    return plan_hdr(metering, profile, motion=motion)


def bracket(metering: Metering, profile: SensorProfile, motion: Motion) -> ExposurePlan:
    """Mode bracket."""
    return plan_bracket(metering, profile, motion=motion)


def flickering() -> Scene:
    """The still life under a lamp whose light swings by 60 % at 100 Hz."""
    return replace(load_scene("still-life"), lux=20.0, temperature=3000.0, flicker=0.6)


def lamplit(name: str, at: tuple[float, float], light: float = 200.0, stops: float = 18.0) -> Scene:
    """Another scene by a bare bulb that lights it, so many stops from its glass to the darkest."""
    scene = load_scene(name)
    layer = scene.layers[0]

    def paint(view: View) -> npt.NDArray[np.floating]:
        away = np.hypot(view.x - at[0], view.y - at[1])
        canvas = layer.paint(view) * np.exp(-2.5 * away)[None]
        canvas = np.maximum(canvas, np.float32(light * 2.0**-stops))
        glass = inside(np.asarray(away - 0.03, np.float32), view.pixel)
        warm = np.array((1.0, 0.8, 0.5), np.float32)[:, None, None] * np.float32(light)
        return np.asarray(canvas + (warm - canvas) * glass, np.float32)

    return replace(
        scene, name=f"{name} by a bulb", layers=(Layer(paint, layer.dioptres), *scene.layers[1:])
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Errors of one picture in EV, mean of absolutes, and what it keeps of detail.

    Attributes:
        all: over what the mode's frames show unclipped and above the noise of one of them.
        lights: over the brightest hundredth of that.
        dark: over its darkest quarter.
        detail: contrast of edges in its brighter half, over the true one's; 1 is sharp.
    """

    all: float
    lights: float
    dark: float
    detail: float


@dataclass(frozen=True, slots=True, eq=False)
class Shot:
    """A burst merged, and its figures."""

    plan: ExposurePlan
    burst: Burst
    merged: MergedNegative
    figures: Figures


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """The three pictures of a scene.

    Attributes:
        single, plain, mode: one frame, the plain burst, the mode's.
        motion: that was measured.
        seen: share of the scene that is compared.
        light: the scene's, in the scale of the mode's reference.
    """

    single: Shot
    plain: Shot
    mode: Shot
    motion: Motion
    seen: float
    light: Light


def compare(
    scene: Scene, plan: Plan, *, shake: float, size: tuple[int, int], seed: int = 5
) -> Comparison:
    """Shoots a scene three times."""

    def started(of: Scene = scene) -> SimulatedSource:
        camera = SimulatedSource(of, size=size, shake=shake, seed=seed)
        camera.start()
        return camera

    camera = started()
    metering, motion = camera.metering(), watch(camera)
    mode = plan(metering, camera.profile, motion)
    wanted = metering.exposure_time * metering.analogue_gain
    lifted = mode.frames[0].exposure_time * mode.frames[0].analogue_gain * 2.0**mode.push
    brighter = float(np.log2(lifted / wanted))
    equal = plain(mode, wanted)
    plans = (
        ExposurePlan("single", (split_exposure(wanted, camera.profile),), brighter),
        replace(equal, push=equal.push + brighter),
        mode,
    )
    bursts = [take(started(), planned) for planned in plans]
    merged = [merge_burst(burst, Stages(), threads=2) for burst in bursts]
    steady = started(replace(scene, flicker=0.0))
    shots, seen = [], np.zeros(0, bool)
    for planned, burst, result in zip(plans, bursts, merged, strict=True):
        shot = burst.frames[result.reference].metadata
        light = truth(steady, shot)
        seen = visible(light, bursts[-1])
        found = levels(result.negative) / np.float32(shot.exposure or 1.0)
        shots.append(Shot(planned, burst, result, figures(found, light, seen)))
    shot = bursts[-1].frames[merged[-1].reference].metadata
    light = truth(steady, shot) * np.float32(shot.exposure or 1.0)
    return Comparison(shots[0], shots[1], shots[2], motion, float(seen.mean()), light)


def plain(mode: ExposurePlan, wanted: float) -> ExposurePlan:
    """Eight equal frames that take as long as the mode's, as metered at gain 16 at most."""
    shutter = sum(frame.exposure_time for frame in mode.frames) / 8.0
    exposure = min(wanted, shutter * 16.0)
    shutter = min(shutter, exposure)
    frame = FrameExposure(shutter, max(exposure / shutter, 1.0))
    push = float(np.log2(wanted / (frame.exposure_time * frame.analogue_gain)))
    return ExposurePlan("plain", (frame,) * 8, push)


def truth(camera: SimulatedSource, shot: FrameMetadata) -> Light:
    """Light a second at gain 1, as sharp as at the middle of an exposure."""
    time, short = shot.exposure_time or 1.0, 1e-5
    stamp = (shot.timestamp or 0) + round(0.5e9 * time)
    middle = replace(shot, timestamp=stamp, exposure_time=short, analogue_gain=1.0)
    return camera.light(middle) / np.float32(short)


def visible(light: Light, burst: Burst) -> npt.NDArray[np.bool_]:
    """What a burst's frames show unclipped and above the noise of one of them."""
    shots = {(f.metadata.exposure or 1.0, f.metadata.analogue_gain or 1.0) for f in burst.frames}
    clear = np.zeros(light.shape, bool)
    for exposure, gain in shots:
        noise, signal = burst.profile.noise(gain), light * np.float32(exposure)
        clear |= signal > np.sqrt(noise.shot[0] * signal + noise.read[0])
    return np.asarray((light * min(shots)[0] < 0.97) & clear)


def levels(negative: Negative) -> Light:
    """Normalised samples; what was rounded to nothing counts as half a level of the negative."""
    layout = negative.format
    white = layout.white - layout.black[0]
    value = (negative.mosaic - layout.black[0]) / white
    return np.asarray(np.maximum(value, 0.5 / white), np.float32)


def figures(found: Light, light: Light, seen: npt.NDArray[np.bool_]) -> Figures:
    """Of light found where the truth is known."""
    real = np.log2(np.maximum(light, 1e-9))
    measured = np.log2(found)
    off = np.abs(measured - real)
    dark, half, lights = np.quantile(light[seen], (DARK, 0.5, LIGHTS))
    step, kept = real[:, 2:] - real[:, :-2], measured[:, 2:] - measured[:, :-2]
    both = seen[:, 2:] & seen[:, :-2] & (np.minimum(light[:, 2:], light[:, :-2]) > half)
    edge = both & (np.abs(step) > _EDGE)
    return Figures(
        float(off[seen].mean()),
        float(off[seen & (light >= lights)].mean()),
        float(off[seen & (light <= dark)].mean()),
        float((step * kept)[edge].sum() / np.square(step[edge]).sum()),
    )
