"""Makes the pictures of docs/looks.md: 100 % crops of LibRaw's rendering and ours of the same DNG.

    .venv/bin/python docs/make_looks_pictures.py

LibRaw converts as rawpy does by default, but with the camera's white balance instead of daylight's.
"""

import tempfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import rawpy
from make_pictures import baryta, shot
from PIL import Image, ImageCms, ImageDraw, ImageFont

from app.pictures.icc import display_p3, srgb

HERE = Path(__file__).parent
OUT = HERE / "pictures" / "looks"
DATA = HERE.parent / "tests" / "data"
SIDE = 288  # pixels of a crop
MOST = 150_000  # bytes of a picture
LOOKS = ("Neutral", "Authentic")
Pixels = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Crop:
    """A crop's name and its centre, shares of the picture's width and height."""

    name: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Scene:
    """What to shoot, or a raw file; EV that ours is developed with; crops."""

    source: str | Path
    crops: tuple[Crop, ...]
    ev: float = 0.0


SCENES = (
    Scene(
        "still-life",
        (Crop("fruit", 0.70, 0.41), Crop("chart", 0.36, 0.30), Crop("cloth", 0.77, 0.79)),
    ),
    Scene("portrait", (Crop("skin", 0.465, 0.37), Crop("knit", 0.46, 0.80))),
    Scene("night-street", (Crop("lamp", 0.745, 0.33), Crop("neon", 0.82, 0.50))),
    Scene(
        "print",
        (Crop("type", 0.20, 0.51), Crop("star", 0.77, 0.31), Crop("gratings", 0.53, 0.77)),
    ),
    Scene(DATA / "carrots.exr", (Crop("carrots", 0.60, 0.5),)),
    Scene(DATA / "camera-raw.dng", (Crop("camera-raw", 0.5, 0.5),), ev=2.3),
)


def by_libraw(negative: Path, shape: tuple[int, int]) -> Pixels:
    """LibRaw's picture, its margins cut as ours are, in Display P3."""
    with rawpy.imread(str(negative)) as raw:
        pixels = raw.postprocess(use_camera_wb=True)
    top, left = ((have - want) // 2 for have, want in zip(pixels.shape, shape, strict=False))
    inside = np.ascontiguousarray(pixels[top : top + shape[0], left : left + shape[1]])
    profiles = (ImageCms.ImageCmsProfile(BytesIO(data)) for data in (srgb(), display_p3()))
    image = Image.fromarray(inside)
    ImageCms.profileToProfile(image, *profiles, inPlace=True)
    return np.asarray(image)


def by_us(negative: Path, look: str, ev: float, folder: Path) -> Pixels:
    """Our picture, in Display P3."""
    path = folder / "picture.tif"
    baryta("develop", negative, "-o", path, "--style", look, "--ev", str(ev))
    with Image.open(path) as picture:
        return np.asarray(picture)


def cut(pixels: Pixels, crop: Crop) -> Pixels:
    """The crop, moved inside where it would reach beyond an edge."""
    height, width = pixels.shape[:2]
    rows, columns = min(SIDE, height), min(SIDE, width)
    top = max(0, min(round(crop.y * height) - rows // 2, height - rows))
    left = max(0, min(round(crop.x * width) - columns // 2, width - columns))
    return pixels[top : top + rows, left : left + columns]


def strip(crop: Crop, pictures: dict[str, Pixels]) -> None:
    """Saves the crops side by side, named, no pixel scaled."""
    parts = {title: cut(pixels, crop) for title, pixels in pictures.items()}
    rows, columns = next(iter(parts.values())).shape[:2]
    gap, head = 6, 22
    page = Image.new("RGB", (len(parts) * (columns + gap) - gap, rows + head), (16, 16, 16))
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(14)
    for index, (title, part) in enumerate(parts.items()):
        x = index * (columns + gap)
        page.paste(Image.fromarray(part), (x, head))
        draw.text((x + 4, 3), title, (220, 216, 205), font)
    name = OUT / f"{crop.name}.jpg"
    for quality in (92, 85, 75):
        page.save(name, quality=quality, subsampling=0, optimize=True, icc_profile=display_p3())
        if name.stat().st_size < MOST:
            break
    print(f"{name.name}: {name.stat().st_size / 1000:.0f} kB")


def negative_of(scene: Scene, folder: Path) -> Path:
    """The scene's DNG: the file itself, or a burst of the simulated sensor, merged."""
    if Path(scene.source).suffix == ".dng":
        return Path(scene.source)
    return shot(folder, scene.source, LOOKS[0]).with_suffix(".DNG")


def main() -> None:
    """Makes them all."""
    OUT.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for scene in SCENES:
            negative = negative_of(scene, folder)
            ours = {look: by_us(negative, look, scene.ev, folder) for look in LOOKS}
            shape = ours[LOOKS[0]].shape[:2]
            pictures = {"LibRaw": by_libraw(negative, shape)} | ours
            for crop in scene.crops:
                strip(crop, pictures)


if __name__ == "__main__":
    main()
