from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from capture.frames import CfaPattern, FrameMetadata, Packing
from capture.plan import ExposurePlan, FrameExposure, plan_auto, plan_single
from capture.profiles import profile
from capture.replay import ReplayFrame, ReplaySource, burst_files, natural_key
from capture.source import CameraError, Controls

_PLAN = ExposurePlan("test", (FrameExposure(0.01, 1.0),) * 8)


def _decode(path: Path) -> ReplayFrame:
    """Reads the tests' own format: width, height, CFA and a number, as text."""
    width, height, cfa, value = path.read_text().split()
    sensor = replace(profile("imx477"), width=int(width), height=int(height), cfa=CfaPattern(cfa))
    mosaic = np.full((sensor.height, sensor.width), int(value), np.uint16)
    metadata = FrameMetadata(exposure_time=0.02, analogue_gain=2.0)
    return ReplayFrame(mosaic, sensor, metadata, (0.5, 1.0, 0.7))


def _folder(path: Path, **files: str) -> Path:
    for name, text in files.items():
        (path / f"{name}.dng").write_text(text)
    return path


def _started(path: Path) -> ReplaySource:
    source = ReplaySource(path, _decode)
    source.start()
    return source


def test_frames_come_in_natural_order(tmp_path: Path) -> None:
    """frame2 precedes frame10, and only .dng files count."""
    files = {f"frame{n}": f"64 48 RGGB {256 + n}" for n in (10, 2, 1)}
    _folder(tmp_path, **files)
    (tmp_path / "notes.txt").write_text("no frame")
    (tmp_path / ".hidden.dng").write_text("no frame")
    burst = _started(tmp_path).capture(_PLAN)
    assert [int(frame.data[0, 0]) for frame in burst.frames] == [257, 258, 266]
    assert burst.scene_neutral == (0.5, 1.0, 0.7)
    assert burst.frames[1].packing is Packing.U16


def test_a_single_file_is_a_burst_of_one(tmp_path: Path) -> None:
    """A file may be named itself."""
    _folder(tmp_path, one="64 48 RGGB 300")
    assert len(_started(tmp_path / "one.dng").capture(_PLAN).frames) == 1


@pytest.mark.parametrize("ev", [-1.0, 0.0, 1.5])
def test_the_brightness_asked_for_is_added_to_the_file_s_push(tmp_path: Path, ev: float) -> None:
    """By plan or by control it is added once; a plan's protection of highlights is not."""
    _folder(tmp_path, one="64 48 RGGB 4000")

    def decode(path: Path) -> ReplayFrame:
        return replace(_decode(path), push=0.7)

    source = ReplaySource(tmp_path, decode)
    source.start()
    for plan in (
        plan_auto(source.metering(), source.profile, 1, ev),
        plan_single(source.metering(), source.profile, ev),
    ):
        assert source.capture(plan).push == pytest.approx(0.7 + ev)
    source.set_controls(Controls(exposure_value=ev))
    plan = plan_auto(source.metering(), source.profile, 1)
    assert source.capture(plan).push == pytest.approx(0.7 + ev)


def test_a_plan_limits_the_frames(tmp_path: Path) -> None:
    """No more frames than the plan has; slices and negative indices work as in any sequence."""
    _folder(tmp_path, **{f"f{n}": f"64 48 RGGB {n}" for n in range(5)})
    burst = _started(tmp_path).capture(ExposurePlan("test", _PLAN.frames[:3]))
    assert len(burst.frames) == 3
    assert int(burst.frames[-1].data[0, 0]) == 2
    assert [int(f.data[0, 0]) for f in burst.frames[1:]] == [1, 2]
    with pytest.raises(IndexError):
        burst.frames[3]


def test_files_are_read_when_they_are_taken(tmp_path: Path) -> None:
    """A burst of many files does not fill the memory at once."""
    _folder(tmp_path, **{f"f{n}": f"64 48 RGGB {n}" for n in range(4)})
    read: list[str] = []

    def decode(path: Path) -> ReplayFrame:
        read.append(path.name)
        return _decode(path)

    source = ReplaySource(tmp_path, decode)
    source.start()
    frames = source.capture(_PLAN).frames
    assert read == ["f0.dng"]
    frames[2]
    assert read == ["f0.dng", "f2.dng"]


def test_frames_that_disagree_are_told(tmp_path: Path) -> None:
    """Another size or colour pattern is named with the file."""
    _folder(tmp_path, a="64 48 RGGB 1", b="32 48 RGGB 1", c="64 48 BGGR 1")
    frames = _started(tmp_path).capture(_PLAN).frames
    with pytest.raises(CameraError, match=r"b\.dng is 32x48, the burst 64x48"):
        frames[1]
    with pytest.raises(CameraError, match=r"c\.dng has the colour pattern BGGR"):
        frames[2]


def test_nothing_to_replay_is_told(tmp_path: Path) -> None:
    """A missing path and a folder without .dng files have one clear line each."""
    with pytest.raises(CameraError, match="does not exist"):
        ReplaySource(tmp_path / "none", _decode)
    with pytest.raises(CameraError, match=r"holds no \.dng file"):
        ReplaySource(tmp_path, _decode)


def test_a_file_that_cannot_be_decoded_is_named(tmp_path: Path) -> None:
    """What the reader raises becomes one line with the file's name."""
    _folder(tmp_path, bad="nonsense")
    with pytest.raises(CameraError, match=r"bad\.dng cannot be read") as caught:
        ReplaySource(tmp_path, _decode).start()
    assert "\n" not in str(caught.value)


def test_a_mosaic_of_another_shape_is_refused(tmp_path: Path) -> None:
    """A file whose samples are not the mosaic it states is no raw frame."""
    _folder(tmp_path, a="64 48 RGGB 1")

    def decode(path: Path) -> ReplayFrame:
        frame = _decode(path)
        return replace(frame, mosaic=np.zeros((48, 64, 3), np.uint16))

    with pytest.raises(CameraError, match="holds no mosaic"):
        ReplaySource(tmp_path, decode).start()


def test_the_preview_is_a_balanced_small_picture(tmp_path: Path) -> None:
    """A mosaic of the neutral's own colour is shown as grey."""

    def decode(path: Path) -> ReplayFrame:
        frame = _decode(path)
        mosaic = frame.mosaic
        for site, level in enumerate((0.5, 1.0, 1.0, 0.7)):
            mosaic[site // 2 :: 2, site % 2 :: 2] = 256 + round(1000 * level)
        return frame

    _folder(tmp_path, a="640 480 RGGB 1")
    source = ReplaySource(tmp_path, decode)
    source.start()
    pixels = source.preview().pixels
    assert pixels.shape == (240, 320, 4)
    assert np.ptp(pixels[0, 0, :3].astype(int)) <= 1
    assert 100 < pixels[0, 0, 0] < 140


def test_names_sort_by_their_numbers() -> None:
    """Digits compare as numbers, letters without regard to case."""
    names = ["b1", "A10", "a9", "a9b", "10", "9"]
    assert sorted(names, key=natural_key) == ["9", "10", "a9", "a9b", "A10", "b1"]


def test_files_are_found_whatever_their_case(tmp_path: Path) -> None:
    """Cameras write .DNG as well."""
    (tmp_path / "A.DNG").write_text("x")
    assert [path.name for path in burst_files(tmp_path)] == ["A.DNG"]
