"""A look with a frame, from file to file."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from app.main import main
from app.pictures.read_dng import read_dng

DATA = Path(__file__).parents[2] / "data"
LOOK = 'version = 1\nname = "Framed"\n[frame]\nwidth = 0.05\n'


@pytest.fixture(autouse=True)
def _look(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A framed look in a configuration of its own."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    folder = tmp_path / "baryta" / "styles"
    folder.mkdir(parents=True)
    (folder / "framed.toml").write_text(LOOK)


def test_only_the_jpeg_is_framed(tmp_path: Path) -> None:
    """A shot's JPEG has the frame; the DNG's preview and a TIFF have none."""
    out = tmp_path / "out"
    shot = ["shoot", "--source", f"simulated:{DATA / 'carrots.exr'}", "--frames", "1"]
    assert main([*shot, "--style", "framed", "--out", str(out)]) == 0
    negative = next(out.rglob("*.DNG"))
    bare = read_dng(negative)
    height, width = (side - 2 * bare.crop for side in bare.mosaic.shape)
    side = round(0.05 * np.hypot(width, height))
    with Image.open(negative.with_suffix(".JPG")) as picture:
        assert picture.size == (width + 2 * side, height + 2 * side)
        assert np.asarray(picture)[: side - 8].min() > 250
    for suffix, more in (("tif", 0), ("jpg", 2 * side)):
        output = tmp_path / f"again.{suffix}"
        assert main(["develop", str(negative), "-o", str(output)]) == 0
        with Image.open(output) as picture:
            assert picture.size == (width + more, height + more)
