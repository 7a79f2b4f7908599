"""The viewfinder against the picture that is saved: the same colours and the same framing."""

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from delta_e import delta_e_2000, p3_to_lab
from PIL import Image

from app.looks import PREVIEW_SIZE, installed_looks, look_named
from app.pictures.jpeg import encode_jpeg
from app.pictures.read_dng import read_dng
from app.pipeline import make_picture
from app.printing import print_negative
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource
from capture.source import Abilities
from styles import available, compile_style, load

WIDTH, HEIGHT = 1352, 1012  # of the sensor

Colours = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Shot:
    """A still life with a colour chart.

    Attributes:
        frame: of the live stream.
        dng: the shot's negative.
        workshop: where it is.
        patches: left, top, right, bottom of the chart's, sensor's pixels.
        margin: of the stream, that the picture leaves out.
    """

    frame: npt.NDArray[np.uint8]
    dng: Path
    workshop: Workshop
    patches: tuple[tuple[int, int, int, int], ...]
    margin: tuple[float, float]

    def means(self, picture: npt.NDArray[Any]) -> Colours:
        """The patches' middles in a picture of any size, (24, 3)."""
        height, width = picture.shape[:2]
        across = width / (WIDTH * (1.0 - 2.0 * self.margin[0]))
        down = height / (HEIGHT * (1.0 - 2.0 * self.margin[1]))
        means = []
        for left, top, right, bottom in self.patches:
            x, wide = (left - self.margin[0] * WIDTH) * across, (right - left) * across
            y, high = (top - self.margin[1] * HEIGHT) * down, (bottom - top) * down
            rows = np.s_[round(y + 0.25 * high) : round(y + 0.75 * high)]
            means.append(picture[rows, round(x + 0.25 * wide) : round(x + 0.75 * wide)])
        return np.array([part.reshape(-1, 3).mean(0) for part in means]) / 255.0


@pytest.fixture(scope="module")
def shot(tmp_path_factory: pytest.TempPathFactory) -> Shot:
    """Handheld, in the simulated sensor's automatic."""
    folder = tmp_path_factory.mktemp("shot")
    sensor = profile("imx477")
    size = (WIDTH, HEIGHT)
    camera = SimulatedSource("still-life", sensor, size=size, preview_size=(640, 480))
    camera.start()
    frame = [camera.preview().pixels for _ in range(3)][-1]
    burst = camera.capture(plan_auto(camera.metering(), camera.profile, frames=4))
    store = Store.library(folder)
    store.prepare()
    workshop = Workshop(store, looks=installed_looks(folder), hdr=False)
    look = look_named("Neutral", folder)
    saved = make_picture(burst, look, workshop, Stages(), taken=datetime(2026, 1, 1, tzinfo=UTC))
    boxes = tuple(camera.frame.rectangle(patch.box) for patch in camera.scene.patches)
    dng = next(path for path in saved.paths if path.suffix == ".DNG")
    return Shot(frame, dng, workshop, boxes, camera.abilities.margin)


def shown(stage: Any) -> npt.NDArray[np.uint8]:
    """The viewfinder's picture in the window."""
    stage.uncover()
    finder = stage.screen.ids.viewfinder
    x, y, width, height = (round(value) for value in finder.picture)
    window = stage.window.height
    return stage.picture()[window - y - height : window - y, x : x + width]


def lab_on_panel(colours: Colours, *, p3: bool) -> Colours:
    """Of Display P3 or sRGB values as a panel with sRGB's primaries shows them."""
    from app.ui.style_shader import P3_TO_SRGB, decode, encode

    light = decode(colours)
    srgb = np.clip(light @ P3_TO_SRGB.T, 0.0, 1.0) if p3 else light
    return p3_to_lab(encode(np.clip(srgb @ np.linalg.inv(P3_TO_SRGB).T, 0.0, 1.0)))


def as_read(jpeg: bytes) -> npt.NDArray[np.uint8]:
    """A JPEG's pixels, as its readers decode them."""
    return np.asarray(Image.open(BytesIO(jpeg)))


@pytest.mark.parametrize("name", available())
def test_the_chart_is_shown_as_it_is_saved(stage: Any, shot: Shot, name: str) -> None:
    """Mean CIEDE2000 of the window's 24 patches to the saved JPEG's at most 0.5, in every look.

    A JPEG is read in whole levels of Y, Cb and Cr: its own part is the distance to its picture.
    """
    negative, look = read_dng(shot.dng), look_named(name, Path("none"))
    picture, _ = print_negative(negative, look, shot.workshop, Stages())
    jpeg = as_read(encode_jpeg(picture, negative.info, shot.workshop.quality))
    wanted = lab_on_panel(shot.means(picture), p3=True)
    read = lab_on_panel(shot.means(jpeg), p3=True)
    difference = delta_e_2000(read, wanted)
    assert difference.mean() <= 0.3, f"{difference.mean():.3f}, at most {difference.max():.2f}"

    stage.camera.pixels = shot.frame
    stage.camera.abilities = Abilities(margin=shot.margin)
    stage.looks = {"Authentic": compile_style(load(name), PREVIEW_SIZE)}
    finder = stage.open(800, 480).ids.viewfinder
    stage.until(lambda: finder.tone is not None)
    stage.frames(3)
    window = lab_on_panel(shot.means(shown(stage)), p3=False)
    for saved, most in ((wanted, 0.4), (read, 0.5)):
        difference = delta_e_2000(window, saved)
        assert difference.mean() <= most, f"{difference.mean():.3f}, at most {difference.max():.2f}"


@pytest.mark.parametrize("panel", [(800, 480), (720, 1280), (480, 320)], ids=str)
def test_the_preview_is_framed_as_the_picture(stage: Any, panel: tuple[int, int]) -> None:
    """What pictures leave out at the edges is not shown; what they keep is, to the last pixel."""
    frame = np.full((480, 640, 4), 255, np.uint8)
    frame[..., 1:3] = 0  # red outside
    frame[4:-4, 4:-4, :3] = (0, 255, 0)
    frame[8:-8, 8:-8, :3] = (0, 0, 255)
    stage.camera.pixels = frame
    stage.camera.abilities = Abilities(margin=(3.9 / 640, 3.9 / 480))
    screen = stage.open(*panel)
    picture = screen.ids.viewfinder.picture
    assert abs(picture[2] / picture[3] - 632 / 472) < 0.01
    screen.shelf.ready = {}
    stage.until(lambda: screen.ids.viewfinder.compiled is None)
    seen = shown(stage).astype(int)
    middle = seen.shape[0] // 2
    assert (seen[2:-2, 2:-2, 0] < 40).all(), "the picture leaves it out"
    assert (seen[middle, [1, -2], 1] > 150).all(), "the picture keeps it"


def test_tone_mapping_goes_on_after_one_failure(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Memory that is short for a moment does not leave the preview as it was then for good."""
    from app.ui import live_tones

    find, calls = live_tones.tone_lines, []

    def once_short(*given: Any) -> Any:
        calls.append(given)
        if len(calls) == 1:
            raise MemoryError
        return find(*given)

    monkeypatch.setattr(live_tones, "tone_lines", once_short)
    stage.open()
    stage.until(lambda: len(calls) > 1)
