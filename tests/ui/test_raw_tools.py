"""Histogram and zebra tell of the raw, peaking is the C core's."""

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import numpy.typing as npt

import native
from app.preferences import Preferences
from app.raw_statistics import BINS, STOPS
from app.status import SessionStatus
from capture.frames import FrameMetadata, Packing, PreviewFrame, RawFrame, RawSample
from capture.plan import Metering

WHOLE = (0.0, 0.0, 1.0, 1.0)


def raw(
    light: float,
    clipped: tuple[str, tuple[slice, slice]] | None = None,
    seen: Any = WHOLE,
    exposure: float | None = None,
) -> RawSample:
    """A frame of one brightness, and one of its colours clipped in a part of it."""
    from tests.ui.conftest import PROFILE

    mosaic = np.full((240, 320), round(256 + light * (4095 - 256)), "<u2")
    if clipped is not None:
        colour, part = clipped
        for site, letter in enumerate(PROFILE.cfa):
            if letter == colour:
                view = mosaic[site // 2 :: 2, site % 2 :: 2]
                view[part] = 4095
    told = FrameMetadata(exposure_time=exposure, analogue_gain=None if exposure is None else 1.0)
    return RawSample(RawFrame(mosaic, Packing.U16, 320, 240, told), PROFILE, seen)


def shown(stage: Any) -> npt.NDArray[np.int64]:
    """The viewfinder's picture as the window shows it."""
    stage.uncover()
    x, y, width, height = (round(value) for value in stage.screen.ids.viewfinder.picture)
    whole = stage.picture().astype(int)
    return whole[whole.shape[0] - y - height : whole.shape[0] - y, x : x + width]


def captions(stage: Any) -> set[str]:
    """All words over the picture."""
    return {child.text for child in stage.screen.ids.viewfinder.children if hasattr(child, "text")}


def test_the_histogram_is_the_raws_in_stops(stage: Any) -> None:
    """Two stops below clipping is where it shows it, however the preview looks; it says so."""
    stage.camera.raw = raw(0.2505)
    stage.preferences = Preferences(welcomed=True, histogram=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.shares is not None and finder.stops > 0)
    assert finder.shares.argmax(axis=1).tolist() == [int((BINS - 1) * (1 - 2 / STOPS))] * 3
    stage.frames(2)
    assert "raw, in stops" in captions(stage)


def test_both_tell_of_the_picture_to_come(stage: Any) -> None:
    """The stream has a quarter of the plan's exposure: two stops up, and what clips there."""
    stage.camera.raw = raw(0.1, exposure=0.0025)
    stage.preferences = Preferences(welcomed=True, histogram=True, zebra=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.shares is not None and finder.clip is not None)
    stage.until(lambda: stage.session.status.planned is not None)
    stop = (BINS - 1) / STOPS
    wanted = int((BINS - 1) - stop * np.log2(1.0 / 0.4))
    stage.until(lambda: abs(int(finder.shares[1].argmax()) - wanted) <= 1)
    assert not stripes(stage)
    stage.camera.raw = raw(0.3, exposure=0.0025)
    stage.until(lambda: finder.shares[1, -1] == 1.0)
    stage.frames(2)
    assert stripes(stage)


def test_what_was_told_stays_until_the_new_mode_has_its_plan(stage: Any) -> None:
    """Between a wish and its plan the bare stream, which may clip all, is told of by neither."""
    stage.preferences = Preferences(welcomed=True, histogram=True, zebra=True)
    stage.open()
    from app.ui.live_statistics import LANE, LiveStatistics

    looks: list[str] = []
    bridge = SimpleNamespace(
        status=SessionStatus(planned=None, lack=""),
        background=lambda *_, lane, **__: looks.append(lane),
    )
    live = LiveStatistics(bridge, stage.choices, stage.screen.ids.viewfinder)  # type: ignore[arg-type]
    frame = PreviewFrame(stage.camera.pixels, FrameMetadata(), raw(1.0))
    live.see(frame)
    assert not looks
    bridge.status = replace(bridge.status, lack="the light is too bright for 4 s")
    live.see(frame)
    assert looks == [LANE], "where there is no plan to come the stream is told of"


def test_lights_that_darker_frames_may_clip_are_striped(stage: Any) -> None:
    """A plan two stops darker than the stream; then one that is known to hold its lights."""
    stage.camera.raw = raw(1.0, exposure=0.04)
    stage.preferences = Preferences(welcomed=True, histogram=True, zebra=True)
    stage.camera.metering = lambda: Metering(0.01, 1.0, 8.0)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: stage.session.status.planned is not None)
    stage.until(lambda: finder.shares is not None and finder.clip is not None)
    assert finder.shares[:, -1].tolist() == [1.0] * 3
    stage.frames(2)
    assert stripes(stage)
    stage.camera.metering = lambda: Metering(0.01, 1.0, 0.8)
    stage.until(lambda: finder.shares[1, -1] == 0.0)
    stage.frames(2)
    assert not stripes(stage)


def stripes(stage: Any) -> bool:
    """Whether the picture is striped as what clips."""
    stage.camera.pixels[..., :3] = 90
    stage.frames(4)
    seen = shown(stage)
    seen = seen[seen.shape[0] // 2 : -4, 4:-4]  # below the histogram
    return bool(np.ptp(seen[..., 1], axis=1).max() > 100)


def test_a_camera_without_raw_is_told_of(stage: Any) -> None:
    """The preview is counted, and named, also when the camera changes to one without raw."""
    stage.camera.raw = raw(0.2)
    stage.preferences = Preferences(welcomed=True, histogram=True, zebra=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.stops > 0 and finder.clip is not None)
    stage.camera.raw = None
    stage.until(lambda: finder.shares is not None and finder.stops == 0)
    assert finder.clip is None
    stage.frames(2)
    assert "of the preview" in captions(stage)


def test_zebra_marks_what_the_raw_clips_where_it_is(stage: Any) -> None:
    """Red clips in the raw's top left quarter, of which the preview shows a part; its white not."""
    stage.camera.pixels = np.full((240, 320, 4), 255, np.uint8)
    stage.camera.pixels[:, :, :3] = 90
    stage.camera.pixels[200:, 280:, :3] = 255  # white in the preview, not clipped in the raw
    part = ("R", (slice(0, 60), slice(0, 80)))
    stage.camera.raw = raw(0.3, part, (0.25, 0.25, 1.0, 1.0))
    stage.preferences = Preferences(welcomed=True, zebra=True)
    finder = stage.open().ids.viewfinder
    stage.until(lambda: finder.clip is not None)
    picture = shown(stage)
    height, width = picture.shape[:2]
    red = (picture[..., 0] > 200) & (picture[..., 1] < 40)
    inside = np.zeros_like(red)
    inside[: round(height / 3), : round(width / 3)] = True
    assert red[inside].mean() > 0.2
    edge = 6  # pixels, of a map of cells
    near = np.zeros_like(red)
    near[: round(height / 3) + edge, : round(width / 3) + edge] = True
    assert not red[~near].any()
    assert (picture[-20:, -20:] > 200).all(), "what is white in the preview alone is left alone"


def test_peaking_is_that_of_the_c_core(stage: Any) -> None:
    """Pixel by pixel on a frame shown one to one: edges of all contrasts, ramps, noise."""
    rng = np.random.default_rng(3)
    finder = stage.open(800, 480).ids.viewfinder
    width, height = (round(value) for value in finder.picture[2:])
    stage.close()
    frame = np.full((height, width, 4), 255, np.uint8)
    frame[..., :3] = (
        rng.integers(0, 256, (-(-height // 24), -(-width // 24), 3))
        .repeat(24, axis=0)
        .repeat(24, axis=1)[:height, :width]
    )
    frame[: height // 2, :, :3] = np.clip(
        frame[: height // 2, :, :3] + rng.normal(0.0, 14.0, (height // 2, width, 3)), 0, 255
    )
    frame[height // 3 : height // 2, :, :3] = np.linspace(0, 255, width)[:, np.newaxis]
    stage.camera.pixels = frame
    stage.preferences = Preferences(welcomed=True, peaking="cyan")
    finder = stage.open(800, 480).ids.viewfinder
    assert tuple(round(value) for value in finder.picture[2:]) == (width, height)
    stage.until(
        lambda: finder.texture is not None and tuple(finder.texture.size) == (width, height)
    )
    stage.frames(3)
    wanted = native.peaking(frame) > 0
    cyan = np.abs(shown(stage) - np.array((26, 242, 255))).max(axis=-1) <= 1
    core = np.s_[2:-2, 2:-2]
    assert 0.02 < wanted[core].mean() < 0.5
    assert (cyan != wanted)[core].mean() < 1e-4
