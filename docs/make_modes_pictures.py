"""Makes the figures and pictures of docs/modes.md.

    .venv/bin/python docs/make_modes_pictures.py EXR_FOLDER [SCENE...]

What is shot and measured stands in tests/mode_scenes.py. EXR_FOLDER holds CandleGlass.exr of
github.com/AcademySoftwareFoundation/openexr-images.
"""

import sys
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from mode_scenes import Comparison, Plan, compare, flickering, hdr, night

from app.developing import develop_negative, render_picture
from app.looks import look_named
from app.pictures.icc import display_p3
from app.pictures.negative import Negative
from app.stages import Stages
from capture.plans.describe import describe
from capture.scenes import Scene, load_scene
from native import MosaicNoise

OUT = Path(__file__).parent / "pictures" / "modes"
SIZE = (2028, 1520)
SIDE = 300  # pixels of a crop
LOOK = look_named("Authentic", Path("none"))
NAMES = ("all", "lights", "dark", "detail")


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


def cases(folder: Path) -> list[Case]:
    """What docs/modes.md shows."""
    street = load_scene("night-street")
    candle = folder / "CandleGlass.exr"
    found = [
        Case("night-hand", street, 1.0, night, (0.62, 0.52)),
        Case("night-tripod", street, 0.0, night, (0.62, 0.52)),
        Case("walker", load_scene("walker"), 1.0, night, (0.22, 0.62)),
        Case("walker-hdr", load_scene("walker"), 1.0, hdr, (0.22, 0.62)),
        Case("window", load_scene("window"), 1.0, hdr, (0.60, 0.42)),
        Case("flicker", flickering(), 1.0, night, (0.25, 0.40)),
    ]
    if candle.is_file():
        found.append(Case("candle", load_scene(str(candle)), 1.0, hdr, (0.40, 0.50)))
    return found


def shoot(case: Case) -> str:
    """Saves a case's crops; its row of the table."""
    got = compare(case.scene, case.plan, shake=case.shake, size=SIZE)
    shots = (got.single, got.plain, got.mode)
    mode = got.mode.plan
    pictures = []
    for shot in shots:  # all are drawn together alike
        negative = shot.merged.negative
        info = replace(negative.info, mode=mode.mode)
        pictures.append(rendered(replace(negative, info=info)))
    last = got.mode.merged
    layout = last.negative.format
    light = np.minimum(got.light, 1.0)
    clean = np.rint(light * (layout.white - layout.black[0]) + layout.black[0]).astype(np.uint16)
    noiseless = MosaicNoise((1e-9,) * 4, (1e-12,) * 4)
    pictures.append(rendered(replace(last.negative, mosaic=clean, noise=noiseless)))
    at = case.at
    if case.scene.movers:
        stamp = got.mode.burst.frames[last.reference].metadata.timestamp or 0
        x, y = case.scene.movers[0].place(stamp * 1e-9, 1.0)
        at = (0.5 + x * 0.75, 0.5 + y)
    strip(replace(case, at=at), pictures)
    if mode.mode == "hdr" and not case.scene.movers:
        whole(case, pictures)
    return row(case, got)


def row(case: Case, got: Comparison) -> str:
    """Of the table: error of the three, in the lights and in the dark, and detail kept."""
    steady = "tripod" if got.motion.tripod else f"{got.motion.shake * 4056:.0f} px/s"
    plan, left = got.mode.plan, got.mode.merged.left_out
    told = describe(plan) + (f", {len(left)} left out" if left else "")
    of = [shot.figures for shot in (got.single, got.plain, got.mode)]
    cells = [" / ".join(f"{getattr(f, name):.2f}" for f in of) for name in NAMES]
    return f"| {case.name} | {steady} | {told} | {' | '.join(cells)} | {got.seen:.0%} |"


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
