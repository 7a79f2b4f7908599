"""Makes the figures and pictures of docs/modes.md.

    .venv/bin/python docs/make_modes_pictures.py EXR_FOLDER [SCENE...]

Each scene is shot by the simulated sensor in its mode, in one well-exposed frame, and in a plain
burst of eight frames that take as long together. Figures: the mean error in EV against the
unblurred, unclipped light at the middle of the reference's exposure, over what the mode's frames
show unclipped and above their noise. EXR_FOLDER holds CandleGlass.exr of github.com/
AcademySoftwareFoundation/openexr-images.
"""

import sys
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

from app.developing import develop_negative, render_picture
from app.looks import look_named
from app.merging import merge_burst
from app.pictures.icc import display_p3
from app.pictures.negative import Negative
from app.stages import Stages
from capture.frames import Burst, FrameMetadata, SensorProfile
from capture.plan import ExposurePlan, FrameExposure, Metering, split_exposure
from capture.plans.bracket import plan_hdr
from capture.plans.describe import describe, plan_seconds
from capture.plans.motion import Motion
from capture.plans.night import plan_night
from capture.plans.taking import take, watch
from capture.scenes import Scene, load_scene
from capture.simulated import SimulatedSource
from native import MosaicNoise

OUT = Path(__file__).parent / "pictures" / "modes"
SIZE = (2028, 1520)
SIDE = 300  # pixels of a crop
LOOK = look_named("Authentic", Path("none"))
Light = npt.NDArray[np.float32]
Plan = Callable[[Metering, SensorProfile, Motion], ExposurePlan]


@dataclass(frozen=True, slots=True)
class Case:
    """A scene and its mode.

    Attributes:
        name: of the crop.
        scene: what is shot.
        shake: of the hand; 0 a tripod.
        plan: of the mode.
        at: where the crop's middle lies, shares of width and height.
    """

    name: str
    scene: Scene
    shake: float
    plan: Plan
    at: tuple[float, float]


def night(metering: Metering, profile: SensorProfile, motion: Motion) -> ExposurePlan:
    """Mode night."""
    return plan_night(metering, profile, motion=motion)


def hdr(metering: Metering, profile: SensorProfile, motion: Motion) -> ExposurePlan:
    """Mode hdr."""
    return plan_hdr(metering, profile, motion=motion)


def cases(folder: Path) -> list[Case]:
    """What docs/modes.md shows."""
    street = load_scene("night-street")
    candle = folder / "CandleGlass.exr"
    flicker = replace(load_scene("still-life"), lux=20.0, temperature=3000.0, flicker=0.6)
    found = [
        Case("night-hand", street, 1.0, night, (0.62, 0.52)),
        Case("night-tripod", street, 0.0, night, (0.62, 0.52)),
        Case("walker", load_scene("walker"), 1.0, night, (0.22, 0.62)),
        Case("window", load_scene("window"), 1.0, hdr, (0.60, 0.42)),
        Case("flicker", flicker, 1.0, night, (0.25, 0.40)),
    ]
    if candle.is_file():
        found.append(Case("candle", load_scene(str(candle)), 1.0, hdr, (0.40, 0.50)))
    return found


def plain(mode: ExposurePlan, wanted: float) -> ExposurePlan:
    """Eight equal frames that take as long as the mode's."""
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


def error(
    camera: SimulatedSource, burst: Burst, negative: Negative, reference: int, mode: Burst
) -> tuple[float, float]:
    """Mean error in EV, and the share of the scene it is taken over."""
    shot = burst.frames[reference].metadata
    light = truth(camera, shot)
    exposures = [frame.metadata.exposure or 1.0 for frame in mode.frames]
    gain = mode.frames[0].metadata.analogue_gain or 1.0
    noise = mode.profile.noise(gain)
    signal = light * max(exposures)
    seen = (light * min(exposures) < 0.97) & (
        signal > np.sqrt(noise.shot[0] * signal + noise.read[0])
    )
    layout = negative.format
    value = (negative.mosaic - layout.black[0]) / (layout.white - layout.black[0])
    found = value / (shot.exposure or 1.0)
    least = 1e-7 / (shot.exposure or 1.0)
    off = np.abs(np.log2(np.maximum(found, least) / np.maximum(light, 1e-9)))
    return float(off[seen].mean()), float(seen.mean())


def shoot(case: Case) -> str:
    """Saves a case's crops; its row of the table."""
    camera = started(case, case.scene)
    metering = camera.metering()
    motion = watch(camera)
    plan = case.plan(metering, camera.profile, motion)
    wanted = metering.exposure_time * metering.analogue_gain
    lifted = plan.frames[0].exposure_time * plan.frames[0].analogue_gain * 2.0**plan.push
    single = split_exposure(wanted, camera.profile)
    plans = (
        ExposurePlan("single", (single,), float(np.log2(lifted / wanted))),
        plain(plan, wanted),
        plan,
    )
    brighter = plans[1].push + float(np.log2(lifted / wanted))
    plans = (plans[0], replace(plans[1], push=brighter), plan)
    cameras = [started(case, case.scene) for _ in plans]  # all see the same, at the same time
    bursts = [take(each, planned) for each, planned in zip(cameras, plans, strict=True)]
    steady_light = started(case, replace(case.scene, flicker=0.0))
    merged = [merge_burst(burst, Stages(), threads=2) for burst in bursts]
    figures = []
    pictures = []
    for burst, result in zip(bursts, merged, strict=True):
        figures.append(error(steady_light, burst, result.negative, result.reference, bursts[-1]))
        # All are drawn together alike.
        info = replace(result.negative.info, mode=plan.mode)
        pictures.append(rendered(replace(result.negative, info=info)))
    last = merged[-1]
    shot = bursts[-1].frames[last.reference].metadata
    layout = last.negative.format
    light = np.minimum(truth(steady_light, shot) * (shot.exposure or 1.0), 1.0)
    clean = np.rint(light * (layout.white - layout.black[0]) + layout.black[0]).astype(np.uint16)
    noiseless = MosaicNoise((1e-9,) * 4, (1e-12,) * 4)
    pictures.append(rendered(replace(last.negative, mosaic=clean, noise=noiseless)))
    at = case.at
    if case.scene.movers:
        x, y = case.scene.movers[0].place((shot.timestamp or 0) * 1e-9, 1.0)
        at = (0.5 + x * 0.75, 0.5 + y)
    strip(replace(case, at=at), pictures)
    if plan.mode == "hdr":
        whole(case, pictures)
    steady = "tripod" if motion.tripod else f"{motion.shake * 4056:.0f} px/s"
    errors = " | ".join(f"{figure:.2f}" for figure, _ in figures)
    left = "" if not last.left_out else f", {len(last.left_out)} left out"
    return (
        f"| {case.name} | {steady} | {describe(plan)}{left} | {plan_seconds(plan):.1f} s "
        f"| {errors} | {figures[-1][1]:.0%} |"
    )


def started(case: Case, scene: Scene) -> SimulatedSource:
    """The case's camera, at its first frame."""
    camera = SimulatedSource(scene, size=SIZE, shake=case.shake, seed=5)
    camera.start()
    return camera


def rendered(negative: Negative) -> npt.NDArray[np.uint8]:
    """In the look."""
    return render_picture(develop_negative(negative, Stages()), LOOK, negative, Stages())


def strip(case: Case, pictures: list[npt.NDArray[np.uint8]]) -> None:
    """Saves the crops side by side, named, no pixel scaled."""
    gap, head = 6, 22
    page = Image.new("RGB", (4 * SIDE + 3 * gap, SIDE + head), (16, 16, 16))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    titles = ("one frame", "plain burst of 8", "the mode", "truth")
    for index, (title, pixels) in enumerate(zip(titles, pictures, strict=True)):
        height, width = pixels.shape[:2]
        x = min(max(round(case.at[0] * width) - SIDE // 2, 0), width - SIDE)
        y = min(max(round(case.at[1] * height) - SIDE // 2, 0), height - SIDE)
        left = index * (SIDE + gap)
        page.paste(Image.fromarray(pixels[y : y + SIDE, x : x + SIDE]), (left, head))
        draw.text((left + 4, 3), title, (220, 216, 205), font)
    OUT.mkdir(parents=True, exist_ok=True)
    name = OUT / f"{case.name}.jpg"
    page.save(name, quality=90, subsampling=0, optimize=True, icc_profile=display_p3())


def whole(case: Case, pictures: list[npt.NDArray[np.uint8]]) -> None:
    """Saves the whole picture, small: one frame and the mode."""
    width, head = 600, 22
    small = [Image.fromarray(pixels) for pixels in (pictures[0], pictures[2])]
    height = round(small[0].height * width / small[0].width)
    page = Image.new("RGB", (2 * width + 6, height + head), (16, 16, 16))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for index, title in enumerate(("one frame", "the mode")):
        page.paste(small[index].resize((width, height)), (index * (width + 6), head))
        draw.text((index * (width + 6) + 4, 3), title, (220, 216, 205), font)
    name = OUT / f"{case.name}-whole.jpg"
    page.save(name, quality=90, subsampling=0, optimize=True, icc_profile=display_p3())


def main() -> None:
    """All of it, or the scenes named."""
    folder, only = Path(sys.argv[1]), sys.argv[2:]
    for case in cases(folder):
        if not only or case.name in only:
            print(shoot(case), flush=True)


if __name__ == "__main__":
    main()
