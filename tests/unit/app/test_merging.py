"""From a burst to one negative, where the camera tells little."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from bursts import BLACK, WHITE, make_burst, painted, psnr

from app.merging import merge_burst, merge_files
from app.negatives import burst_negatives
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.stages import Stages
from capture.frames import Burst, CfaPattern, FrameMetadata, Packing, RawFrame, SensorProfile
from capture.profiles import profile
from native import Merger


def _burst(sensor: SensorProfile, mosaic: np.ndarray) -> Burst:
    """One frame of a camera that says nothing of white balance."""
    height, width = mosaic.shape
    frame = RawFrame(mosaic, Packing.U16, width, height, FrameMetadata(exposure_time=0.01))
    return Burst((frame,), replace(sensor, width=width, height=height))


def _mosaic(sensor: SensorProfile, grey: tuple[float, float, float]) -> np.ndarray:
    mosaic = np.empty((64, 96), np.uint16)
    for site, colour in enumerate(sensor.cfa.colours):
        black = sensor.black_level[site]
        mosaic[site // 2 :: 2, site % 2 :: 2] = black + 0.4 * grey[colour] * (4095 - black)
    return mosaic


@pytest.mark.parametrize("light", [0, -1])
def test_an_unknown_white_balance_is_guessed(light: int) -> None:
    """A grey scene in a warm or cool light comes out grey; clipped parts do not count."""
    sensor = replace(profile("imx477"), cfa=CfaPattern.BGGR)
    _, red, blue = sensor.neutral_curve[light]
    mosaic = _mosaic(sensor, (red, 1.0, blue))
    mosaic[:, 48:] = 4095
    negative = merge_burst(_burst(sensor, mosaic), Stages()).negative
    assert negative.neutral == pytest.approx((red, 1.0, blue), rel=0.02)


def test_a_black_or_white_frame_has_a_white_balance_too() -> None:
    """With nothing to guess from the guess is a light that exists."""
    sensor = profile("imx477")
    reds = [row[1] for row in sensor.neutral_curve]
    for level in (0, 4095):
        mosaic = np.full((64, 96), level, np.uint16)
        red, green, blue = merge_burst(_burst(sensor, mosaic), Stages()).negative.neutral
        assert min(reds) <= red <= max(reds)
        assert green == 1.0
        assert blue > 0.0


def test_a_sensor_without_colours_is_merged() -> None:
    """A monochrome sensor has no calibration and needs no white balance."""
    sensor = replace(profile("imx477"), cfa=CfaPattern.MONO, calibrations=(), neutral_curve=())
    mosaic = np.full((64, 96), 1000, np.uint16)
    assert merge_burst(_burst(sensor, mosaic), Stages()).negative.neutral == (1.0, 1.0, 1.0)


def _shaken(
    smears: list[float], exposure_times: list[float] | None = None, scene: str = "text"
) -> Burst:
    """A handheld burst whose frames are smeared along a row by so many pixels."""
    frames = []
    for index, smear in enumerate(smears):
        plane = painted(scene, 192, 256, 1)
        taps = max(1, round(4 * smear))
        plane = sum(np.roll(plane, i - taps // 2, 1) for i in range(taps)) / taps
        shot = make_burst(scene, frames=len(smears), width=256, height=192, plane=plane)
        time = exposure_times[index] if exposure_times else 0.01
        metadata = FrameMetadata(exposure_time=time, analogue_gain=4.0, timestamp=index)
        frames.append(RawFrame(shot.frames[index], Packing.U16, 256, 192, metadata))
    sensor = replace(
        profile("imx477"),
        cfa=CfaPattern.RGGB,
        width=256,
        height=192,
        black_level=(BLACK,) * 4,
        white_level=int(WHITE),
        shot_noise=3.24e-4,
        read_noise=4.3e-6,
        shading=(),
    )
    return Burst(tuple(frames), sensor)


def test_a_clearly_sharper_neighbour_becomes_the_reference() -> None:
    """A press that shook the camera does not blur the picture."""
    assert merge_burst(_shaken([4.0, 0.0, 2.0]), Stages()).reference == 1
    assert merge_burst(_shaken([0.0, 0.0, 0.0]), Stages()).reference == 0
    assert merge_burst(_shaken([4.0, 3.9, 4.0, 0.0]), Stages()).reference == 0  # too late
    bracket = _shaken([4.0, 0.0, 0.0], [0.01, 0.02, 0.005])
    assert merge_burst(bracket, Stages()).reference == 0


def test_every_frame_is_taken_once() -> None:
    """Frames that are read from files are not read again after they competed."""
    burst = _shaken([4.0, 0.0, 0.0, 0.0])
    taken = []

    class Lazy(tuple[RawFrame, ...]):
        __slots__ = ()

        def __getitem__(self, index: int) -> RawFrame:  # type: ignore[override]
            taken.append(index)
            return super().__getitem__(index)

    merged = merge_burst(replace(burst, frames=Lazy(burst.frames)), Stages())
    assert sorted(taken) == [0, 1, 2, 3]
    assert merged.reference == 1
    assert len(merged.exposures) == 4
    assert merged.used == 3  # the one that was shaken most adds nothing


def test_a_frame_too_long_to_be_merged_is_not_taken_from_those_that_were() -> None:
    """Beyond 256 times the reference it is not even read: left out, and the others used."""
    times = [0.001, 0.004, 0.016, 0.3]
    merged = merge_burst(replace(_shaken([0.0] * 4, times), mode="bracket"), Stages())
    assert merged.left_out == (3,)
    assert merged.used == merged.negative.info.frames_merged == 3


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """A burst as DNG files, its first frame blurred."""
    paths = [tmp_path / f"{index}.dng" for index in range(3)]
    for path, negative in zip(paths, burst_negatives(_shaken([4.0, 0.0, 0.0])), strict=True):
        path.write_bytes(encode_dng(negative))
    return paths


def test_files_are_merged_around_the_sharpest_or_the_chosen_one(files: list[Path]) -> None:
    """The reference is found among the first three, unless a person says which it is."""
    assert merge_files(files, Stages()).reference in (1, 2)
    assert merge_files(files, Stages(), reference=0).reference == 0
    assert merge_files(files[:1], Stages()).reference == 0


def test_a_merged_negative_counts_as_the_frames_it_is_made_of(files: list[Path]) -> None:
    """Merged alone it is still of as many; with others, the sum of those that were used."""
    before = read_dng(files[1])
    files[1].write_bytes(encode_dng(replace(before, info=replace(before.info, frames_merged=8))))
    alone = merge_files(files[1:2], Stages())
    assert (alone.used, alone.negative.info.frames_merged) == (1, 8)
    both = merge_files(files[1:], Stages())
    assert (both.used, both.negative.info.frames_merged) == (2, 9)


@pytest.mark.parametrize("reference", [0, 1])
def test_gains_however_far_apart_are_merged(tmp_path: Path, reference: int) -> None:
    """A negative made of 32 frames at gain 1 and a frame at gain 16: 512 by their noise."""
    sensor = profile("imx477")
    calm = _burst(sensor, _mosaic(sensor, (0.5, 1.0, 0.5)))
    negative = next(burst_negatives(calm))
    paths = [tmp_path / "calm.dng", tmp_path / "loud.dng"]
    for path, noisier in zip(paths, (1.0, 512.0), strict=True):
        noise = negative.noise
        told = replace(noise, shot=tuple(noisier * shot for shot in noise.shot))
        path.write_bytes(encode_dng(replace(negative, noise=told)))
    assert merge_files(paths, Stages(), reference=reference).used >= 1


def test_a_fast_merge_takes_the_frames_next_to_the_reference(files: list[Path]) -> None:
    """A long burst is looked at as quickly as a short one, and tells which frames it took."""
    burst = _shaken([4.0, 4.0, 0.0, *[4.0] * 6], [0.01, 0.01] + [0.01 + 1e-6 * i for i in range(7)])
    merged = merge_burst(burst, Stages(), fast=True)
    times = [time for time, _ in merged.exposures]
    assert merged.reference == 2
    assert times == [frame.metadata.exposure_time for frame in burst.frames[:5]]
    from_files = merge_files([*files, *files, *files], Stages(), fast=True)
    assert from_files.used == len(from_files.exposures) == 5


def _likeness(truth: Negative, picture: Negative) -> float:
    """PSNR of a picture's mosaic, decibel."""

    def light(negative: Negative) -> np.ndarray:
        black = negative.format.black[0]
        return np.asarray((negative.mosaic - black) / (negative.format.white - black))

    return psnr(light(picture), light(truth))


def test_a_fast_merge_is_the_same_picture_at_half_size(files: list[Path]) -> None:
    """Half the width and height, cleaner than one frame, everything else as it was."""
    burst = _shaken([0.0] * 8, scene="landscape")
    whole, half = (merge_burst(burst, Stages(), fast=fast).negative for fast in (False, True))
    alone = merge_burst(replace(burst, frames=burst.frames[:1]), Stages(), fast=True).negative
    truth = merge_burst(_clean(burst), Stages(), fast=True).negative
    assert whole.mosaic.shape == (192, 256)
    assert half.mosaic.shape == (96, 128)
    assert half.crop == whole.crop / 2
    assert half.info == replace(whole.info, frames_merged=5, exposures=whole.info.exposures[:5])
    assert half.neutral == whole.neutral
    assert _likeness(truth, half) > _likeness(truth, alone) + 2.0
    from_files = merge_files(files, Stages(), fast=True)
    assert from_files.negative.mosaic.shape == (96, 128)
    assert from_files.used == 3


def _clean(burst: Burst) -> Burst:
    """The burst's first frame as it would be without noise."""
    options = {"width": 256, "height": 192, "noise_free": True}
    plane = painted("landscape", 192, 256, 1)
    frame = make_burst("landscape", frames=1, plane=plane, **options).frames[0]  # type: ignore[arg-type]
    return replace(burst, frames=(replace(burst.frames[0], data=frame),))


@pytest.mark.parametrize("shake", [0.0, 8.0])
def test_hot_pixels_are_gone_whether_the_hand_moved_or_not(shake: float) -> None:
    """Merging finds them by motion, or else by their looks, as in a single frame."""
    sensor = _shaken([0.0]).profile
    shot = make_burst("flat", width=256, height=192, shake=shake, turn=0.0)
    # In the midst of the patches, at every site of the mosaic.
    rows, columns = (axis.ravel() for axis in np.mgrid[56:150:64, 56:200:64])
    rows, columns = (np.concatenate([axis + 5 * i for i in range(4)]) for axis in (rows, columns))
    metadata = FrameMetadata(exposure_time=0.01, analogue_gain=4.0)

    def negative(level: int | None) -> Negative:
        frames = [frame.copy() for frame in shot.frames]
        for frame in frames if level else []:
            frame[rows, columns] = level
        taken = (RawFrame(frame, Packing.U16, 256, 192, metadata) for frame in frames)
        return merge_burst(Burst(tuple(taken), sensor), Stages()).negative

    clean, hot = negative(None).mosaic.astype(float), negative(3000).mosaic
    assert np.abs(hot - clean)[rows, columns].max() < 0.1 * 65535


def test_a_merge_can_be_cancelled_while_it_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    """The listener is asked within the begin too, before a frame is added."""
    calls: list[str] = []

    def listen(stage: str, _fraction: float) -> None:
        calls.append(stage)
        if calls.count("merge") == 4:
            raise InterruptedError

    monkeypatch.setattr(Merger, "add", lambda *_, **__: pytest.fail("a frame was added"))
    with pytest.raises(InterruptedError):
        merge_burst(_shaken([0.0, 0.0, 0.0]), Stages(listen))
