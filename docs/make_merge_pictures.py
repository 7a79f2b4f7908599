"""Makes the pictures of docs/merge.md: 100 % crops of single frame, merged burst and truth.

    .venv/bin/python docs/make_merge_pictures.py EXR_FOLDER

EXR_FOLDER holds CandleGlass.exr, Cannon.exr, Carrots.exr and Desk.exr of github.com/
AcademySoftwareFoundation/openexr-images; without it only the painted scenes are made.
All three are developed alike, each denoised by its own noise model, and rendered in one look.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from bursts import BLACK, WHITE, make_burst
from merge_gains import merge
from scenes import BALANCE

from app.developing import develop_negative, render_picture
from app.looks import look_named
from app.merging import merge_burst
from app.negatives import frame_negative, unpack_frame
from app.pictures.icc import display_p3
from app.pictures.negative import Negative, ShotInfo
from app.stages import Stages
from capture.colour import D50_XY, D65_XY, adaptation, rgb_to_xyz
from capture.frames import ColourCalibration
from capture.plan import ExposurePlan, FrameExposure, plan_auto
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from native import MosaicFormat, MosaicNoise

OUT = Path(__file__).parent / "pictures" / "merge"
SIDE = 256  # pixels of a crop
NEUTRAL = look_named("Neutral", Path("none"))
PUSH = 0.5  # EV, of the painted scenes
REC709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060))
CLEAN = MosaicNoise((1e-9,) * 4, (1e-9,) * 4)
Pixels = npt.NDArray[np.uint8]
Three = tuple[Negative, Negative, Negative]  # single, merged, truth


@dataclass(frozen=True, slots=True)
class Crop:
    """Where a crop's upper left corner lies, pixels of the developed picture."""

    name: str
    x: int
    y: int


# Scene, ISO, whether discs move, crops.
PAINTED = (
    ("text", 400, False, (Crop("print", 300, 200),)),
    ("text", 1600, False, (Crop("print", 300, 200),)),
    ("night", 400, False, (Crop("night", 360, 240),)),
    ("night", 1600, False, (Crop("night", 360, 240),)),
    ("landscape", 400, True, (Crop("moving", 140, 115),)),
    ("landscape", 1600, True, (Crop("moving", 140, 115),)),
)
EXR = {
    "CandleGlass": (Crop("candle", 225, 240), Crop("glass", 490, 190)),
    "Cannon": (Crop("cannon", 200, 40),),
    "Carrots": (Crop("carrots", 70, 100),),
    "Desk": (Crop("desk", 190, 200), Crop("book", 170, 440)),
}


def mosaic_of(truth: npt.NDArray[np.floating], layout: MosaicFormat) -> tuple:
    """A noise-free mosaic in 16 bits, and its scale."""
    scale = layout.scaled(int(65535 // layout.white))
    black = scale.black[0]
    return np.rint(truth * (scale.white - black) + black).astype(np.uint16), scale


def plain_colour() -> ColourCalibration:
    """Of the tests' sensor: Rec.709 but for its response to white."""
    forward = adaptation(D65_XY, D50_XY) @ rgb_to_xyz(REC709, D65_XY)
    return ColourCalibration(5003.0, np.diag(BALANCE) @ np.linalg.inv(forward), forward)


def painted(scene: str, iso: int, *, moving: bool) -> Three:
    """A painted scene, shot by the tests' plain sensor."""
    burst = make_burst(
        scene, width=768, height=512, iso=iso, moving=moving, texture="landscape", seed=3
    )
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    single = Negative(burst.frames[0], layout, noise, (plain_colour(),), BALANCE, push=PUSH)
    merged, _ = merge(burst)
    truth, scale = mosaic_of(burst.truth, layout)
    many = replace(single, info=ShotInfo(frames_merged=8))  # has no defects any more
    return (
        single,
        replace(many, mosaic=merged.mosaic, format=merged.format, noise=merged.noise),
        replace(many, mosaic=truth, format=scale, noise=CLEAN),
    )


def photographed(path: Path, iso: int) -> Three:
    """An EXR picture, shot by the simulated sensor in a hand.

    The light is as much dimmer as the gain is higher: the shutter stays the same.
    """
    scene, gain = load_scene(str(path)), iso / 100
    bright = SimulatedSource(scene)
    bright.start()
    plan = plan_auto(bright.metering(), bright.profile)
    frame = plan.frames[0]
    exposure = FrameExposure(frame.exposure_time * frame.analogue_gain, gain)
    source = SimulatedSource(replace(scene, lux=scene.lux / gain), shake=2.0)
    source.start()
    burst = source.capture(ExposurePlan("test", (exposure,) * 8, plan.push))
    merged = merge_burst(burst, Stages())
    raw = burst.frames[merged.reference]
    single = frame_negative(burst, raw.metadata, unpack_frame(raw))
    truth, scale = mosaic_of(source.truth(raw.metadata), single.format)
    clean = replace(merged.negative, mosaic=truth, format=scale, noise=CLEAN)
    return single, merged.negative, clean


def strip(crop: Crop, iso: int, pictures: list[Pixels]) -> None:
    """Saves the crops side by side, named, no pixel scaled."""
    gap, head = 6, 22
    page = Image.new("RGB", (3 * SIDE + 2 * gap, SIDE + head), (16, 16, 16))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    titles = (f"single frame, ISO {iso}", "merged", "truth")
    for index, (title, pixels) in enumerate(zip(titles, pictures, strict=True)):
        x = index * (SIDE + gap)
        part = pixels[crop.y : crop.y + SIDE, crop.x : crop.x + SIDE]
        page.paste(Image.fromarray(part), (x, head))
        draw.text((x + 4, 3), title, (220, 216, 205), font)
    name = OUT / f"{crop.name}-{iso}.jpg"
    page.save(name, quality=92, subsampling=0, optimize=True, icc_profile=display_p3())
    print(f"{name.name}: {name.stat().st_size / 1000:.0f} kB")


def jobs(folder: Path | None) -> Iterator[tuple[int, tuple[Crop, ...], Three]]:
    """ISO, crops, negatives."""
    for scene, iso, moving, crops in PAINTED:
        yield iso, crops, painted(scene, iso, moving=moving)
    for name, crops in EXR.items() if folder else ():
        for iso in (400, 1600):
            yield iso, crops, photographed(folder / f"{name}.exr", iso)


def main(folder: Path | None) -> None:
    """Makes them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    for iso, crops, negatives in jobs(folder):
        pictures = [
            render_picture(develop_negative(n, Stages()), NEUTRAL, n, Stages()) for n in negatives
        ]
        for crop in crops:
            strip(crop, iso, pictures)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
