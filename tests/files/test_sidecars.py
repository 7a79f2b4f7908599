"""The look of a shot in other programs, by the sidecars beside its DNG."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import imagecodecs
import numpy as np
import numpy.typing as npt
import pytest
from chart_shot import ChartShot, assert_alike
from delta_e import delta_e_2000, p3_to_lab
from rawtherapee import in_rec2020

from app.pictures.dng import encode_dng
from app.pictures.sidecars import encode_sidecars
from native import apply_table
from styles import compile_style, load
from styles.spaces import REC2020_TO_P3, srgb_decode, srgb_encode

Run = Callable[..., str]
Array = npt.NDArray[np.float64]


@pytest.fixture(
    scope="module", params=[("Authentic", 0.0), ("Sepia", 0.8)], ids=["plain", "pushed"]
)
def shown(
    request: pytest.FixtureRequest, shot: ChartShot, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Array]:
    """A DNG with its sidecars, and the patches' CIELAB as Baryta's own look shows them."""
    name, push = request.param
    folder = tmp_path_factory.mktemp(name)
    info = replace(shot.negative.info, style=name)
    negative = replace(shot.negative, push=push, info=info)
    dng = folder / "shot.dng"
    dng.write_bytes(encode_dng(negative))
    for other, content in encode_sidecars(dng.name, dng.stem, negative, load(name)).items():
        (folder / other).write_bytes(content)
    light = np.array(shot.developed(dng).reshape(4, 6, 3), np.float32)
    pictured = apply_table(light, compile_style(load(name))).reshape(-1, 3)
    return dng, p3_to_lab(pictured.astype(np.float64))


def error(shot: ChartShot, light: Array, truth: Array) -> Array:
    """DE00 of each patch of a picture in linear Rec.2020."""
    seen = srgb_encode(np.clip(shot.means(light) @ REC2020_TO_P3.T, 0.0, 1.0))
    return delta_e_2000(p3_to_lab(seen), truth)


def samples(path: Path) -> Array:
    """A 16-bit TIFF in [0, 1]."""
    return np.asarray(imagecodecs.tiff_decode(path.read_bytes()) / 65535.0)


def test_rawtherapee_shows_the_look(
    shown: tuple[Path, Array], shot: ChartShot, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the .pp3 beside the file, with the folder of tables set to the picture's."""
    dng, truth = shown
    (dng.parent / "cluts").symlink_to(dng.parent, target_is_directory=True)
    monkeypatch.chdir(dng.parent)  # without a setting the tables are looked for in ./cluts
    out = dng.with_name("rawtherapee.tif")
    wide = in_rec2020(dng.parent)
    run("rawtherapee-cli", "-o", out, "-s", *wide, "-Y", "-t", "-b16", "-c", dng)
    assert_alike(error(shot, srgb_decode(samples(out)), truth))


@pytest.mark.parametrize("workflow", ["scene-referred (filmic)", "display-referred", "none"])
def test_darktable_shows_the_look(
    shown: tuple[Path, Array], shot: ChartShot, run: Run, workflow: str
) -> None:
    """By the .xmp beside the file, whatever a person has set darktable to add by itself."""
    dng, truth = shown
    out = dng.with_name(f"{workflow[:4]}.tif")
    settings = (
        f"plugins/darkroom/workflow={workflow}",
        f"plugins/darkroom/lut3d/def_path={dng.parent}",
        "plugins/imageio/format/tiff/bpp=16",
    )
    conf = [part for setting in settings for part in ("--conf", setting)]
    core = ["--core", "--configdir", dng.parent / workflow[:4], "--disable-opencl", *conf]
    run("darktable-cli", dng, out, "--icc-type", "LIN_REC2020", *core)
    assert_alike(error(shot, samples(out), truth))
