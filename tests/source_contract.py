"""What every camera promises: tests for whatever `source` a test module provides."""

import numpy as np
import pytest

from capture.frames import FrameMetadata, Packing
from capture.plan import ExposurePlan, FrameExposure
from capture.source import CameraError, CameraSource, Controls

_PLAN = ExposurePlan("test", (FrameExposure(0.01, 2.0),) * 3, 1.5)


def test_a_burst_is_the_plan_s(source: CameraSource) -> None:
    """Frames are whole, of the profile's size, of one packing, in time order, with metadata."""
    source.start()
    burst = source.capture(_PLAN)
    assert len(burst.frames) == len(_PLAN.frames)
    assert 0 <= burst.reference < len(burst.frames)
    profile = burst.profile
    stamps = []
    for frame in burst.frames:
        assert (frame.width, frame.height) == (profile.width, profile.height)
        if frame.packing is Packing.U16:
            assert frame.data.dtype == np.uint16
            assert frame.data.shape == (frame.height, frame.width)
            samples = frame.data >> frame.shift
            assert samples.max() <= profile.white_level
            assert samples.mean() > 0.8 * min(profile.black_level)
        else:
            assert frame.data.dtype == np.uint8
            assert frame.data.shape[0] == frame.height
            assert frame.data.shape[1] >= frame.packing.row_bytes(frame.width)
        assert isinstance(frame.metadata, FrameMetadata)
        assert frame.metadata.exposure is not None
        stamps.append(frame.metadata.timestamp or 0)
    assert stamps == sorted(set(stamps))


def test_the_neutral_is_a_colour(source: CameraSource) -> None:
    """Where a camera measures white, it is three positive numbers with green 1."""
    source.start()
    neutral = source.capture(_PLAN).scene_neutral
    assert neutral is not None
    assert neutral[1] == 1.0
    assert min(neutral) > 0.0


def test_the_preview_is_a_picture(source: CameraSource) -> None:
    """Preview frames are R G B X bytes of a fixed size, in the sensor's aspect."""
    source.start()
    first, second = source.preview().pixels, source.preview().pixels
    assert first.dtype == np.uint8
    assert first.shape == second.shape
    height, width, channels = first.shape
    assert channels == 4
    assert width / height == pytest.approx(source.profile.width / source.profile.height, rel=0.02)


def test_the_meter_gives_numbers_a_plan_can_use(source: CameraSource) -> None:
    """Time, gain and highlights are positive and finite."""
    source.start()
    metering = source.metering()
    assert 0.0 < metering.exposure_time < 10.0
    assert 1.0 <= metering.analogue_gain < 100.0
    assert 0.0 <= metering.highlight < 1e6


def test_controls_are_accepted(source: CameraSource) -> None:
    """Every control may be set and returned to the automatics."""
    source.start()
    source.set_controls(Controls(0.01, 2.0, 0.5, 20.0, 1.0, (2.0, 1.5)))
    source.preview()
    source.set_controls(Controls())
    source.preview()


def test_every_wish_is_heard(source: CameraSource) -> None:
    """Touch focus and metering, locks, mains and a lens set by hand do no harm."""
    source.start()
    source.preview()
    source.set_controls(Controls(focus_at=(0.2, 0.8), meter_at=(0.7, 0.3), mains=50))
    source.preview()
    source.set_controls(Controls(exposure_locked=True, colour_locked=True, focus_held=True))
    source.preview()
    assert source.focus(5.0) in {True, False}
    source.set_controls(Controls(lens_position=2.0))
    assert source.preview().pixels.size


def test_abilities_are_told(source: CameraSource) -> None:
    """The farthest focus comes first, and the raw format is named where there is one."""
    source.start()
    able = source.abilities
    if able.lens_positions is not None:
        assert 0.0 <= able.lens_positions[0] < able.lens_positions[1]
    assert able.raw_format == source.capture(_PLAN).raw_format


def test_the_press_is_within_the_burst(source: CameraSource) -> None:
    """A burst of the stream's own exposure is whole, in order, and holds the frame of the press."""
    source.start()
    shown = [source.preview() for _ in range(6)]
    metering = source.metering()
    exposure = FrameExposure(metering.exposure_time, metering.analogue_gain)
    seen: list[object] = []
    plan = ExposurePlan("test", (exposure,) * 3)
    burst = source.capture(plan, since_press=0.05, seen=seen.append)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert stamps == sorted(set(stamps))
    assert 0 <= burst.reference < 3
    if seen:  # a camera with a stream: the press is not far from its frames
        assert stamps[burst.reference] - (shown[-1].metadata.timestamp or 0) < 1_000_000_000
    assert source.preview().pixels.size


def test_what_is_expected_changes_no_plan(source: CameraSource) -> None:
    """A stream exposed for a darker plan is metered as before, and any plan is taken as before."""
    source.start()
    for _ in range(3):
        source.preview()
    before = source.metering()
    darker = FrameExposure(before.exposure_time / 2.0, before.analogue_gain)
    source.expect(ExposurePlan("test", (darker,) * 3))
    for _ in range(12):
        source.preview()
    after = source.metering()
    wanted, now = (seen.exposure_time * seen.analogue_gain for seen in (before, after))
    assert now == pytest.approx(wanted, rel=0.2)
    assert len(source.capture(_PLAN).frames) == 3
    source.expect(None)
    assert source.preview().pixels.size


def test_progress_runs_from_nothing_to_all(source: CameraSource) -> None:
    """Progress starts at 0, never falls, and reaches 1 when the last frame is taken."""
    source.start()
    seen: list[float] = []
    burst = source.capture(_PLAN, seen.append)
    for frame in burst.frames:
        assert frame.data.size
    assert seen[0] == 0.0
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)


def test_what_progress_raises_passes_on(source: CameraSource) -> None:
    """A cancelled burst raises what its progress raised, and the camera can go on."""
    source.start()

    def cancel(_fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source.capture(_PLAN, cancel)
    assert len(source.capture(_PLAN).frames) == 3


def test_nothing_works_before_the_start(source: CameraSource) -> None:
    """Each method of a stopped camera raises CameraError."""
    for call in (
        source.preview,
        source.metering,
        lambda: source.capture(_PLAN),
        lambda: source.set_controls(Controls()),
        source.focus,
        lambda: source.expect(None),
    ):
        with pytest.raises(CameraError, match="start"):
            call()


def test_starting_twice_is_an_error_and_stopping_twice_is_not(source: CameraSource) -> None:
    """A camera may be stopped at any time and started again."""
    source.stop()
    source.start()
    with pytest.raises(CameraError, match="already"):
        source.start()
    source.stop()
    source.stop()
    source.start()
    assert source.preview().pixels.size


def test_a_plan_without_frames_is_refused(source: CameraSource) -> None:
    """Nothing to take is an error in one line."""
    source.start()
    with pytest.raises(CameraError, match="without frames"):
        source.capture(ExposurePlan("test", ()))
