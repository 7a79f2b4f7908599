from dataclasses import replace

import numpy as np
import pytest
from rehearsal import HDR_PLUS_NOISE, rehearse
from still_clock import StillClock

from capture.colour import development_colour
from capture.frames import Packing
from capture.plan import ExposurePlan, FrameExposure, plan_auto
from capture.profiles import profile, profiles
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from capture.simulation.sensor import SENSITIVITY, transmission
from capture.source import CameraError, Controls

_SIZE = (160, 120)


def _source(scene: str = "still-life", **options: object) -> SimulatedSource:
    source = SimulatedSource(
        scene,
        **{"size": _SIZE, "preview_size": (160, 120), "clock": StillClock(), **options},  # type: ignore[arg-type]
    )
    source.start()
    return source


def _plan(*frames: tuple[float, float]) -> ExposurePlan:
    return ExposurePlan("test", tuple(FrameExposure(t, g) for t, g in frames))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_same_seed_same_bytes(threads: int) -> None:
    """Bytes depend on the seed alone, not on the threads nor on the run."""
    plan = _plan((0.01, 2.0), (0.01, 2.0))
    first = _source("moving", seed=7, threads=1).capture(plan)
    again = _source("moving", seed=7, threads=threads).capture(plan)
    other = _source("moving", seed=8, threads=threads).capture(plan)
    for a, b, c in zip(first.frames, again.frames, other.frames, strict=True):
        assert a.data.tobytes() == b.data.tobytes()
        assert a.metadata == b.metadata
        assert a.data.tobytes() != c.data.tobytes()
    assert first.frames[0].data.tobytes() != first.frames[1].data.tobytes()


@pytest.mark.parametrize("name", profiles())
def test_frames_are_the_truth_with_the_profile_s_noise(name: str) -> None:
    """Samples differ from the truth by noise of the profile's model and nothing else."""
    sensor = profile(name)
    source = _source(profile=sensor, packing=Packing.U16)
    burst = source.capture(_plan((0.012, 4.0)))
    frame, sensor = burst.frames[0], burst.profile
    truth = source.truth(frame.metadata)
    black = sensor.black_level[0]
    x = (frame.data.astype(np.float64) - black) / (sensor.white_level - black)
    gain = frame.metadata.analogue_gain or 0.0
    noise = sensor.noise(gain)
    step = 1.0 / (sensor.white_level - black)
    z = (x - truth) / np.sqrt(noise.shot[0] * truth + noise.read[0] + step**2 / 12)
    inner = (truth > 0.01) & (truth < 0.9) & (np.abs(z) < 8)  # not the clipped, not the hot
    assert inner.mean() > 0.3
    assert z[inner].mean() == pytest.approx(0.0, abs=0.04)
    assert z[inner].std() == pytest.approx(1.0, abs=0.04)


def test_the_chart_comes_back_in_its_colours() -> None:
    """Shading and white balance undone, development's matrix gives each patch's own colour."""
    source = _source(size=(640, 480), shake=0.0)
    burst = source.capture(_plan((0.02, 1.0)))
    truth = source.truth(burst.frames[0].metadata)
    truth /= transmission(burst.profile, source.scene.temperature)
    assert burst.scene_neutral is not None
    _, matrix = development_colour(burst.profile.calibrations, burst.scene_neutral)
    scale = 0.02 * source.scene.lux * SENSITIVITY
    for patch in source.scene.patches:
        left, top, right, bottom = (v // 2 * 2 for v in source.frame.rectangle(patch.box))
        cells = truth[top:bottom, left:right]
        green = (cells[0::2, 1::2].mean() + cells[1::2, 0::2].mean()) / 2
        camera = np.array([cells[0::2, 0::2].mean(), green, cells[1::2, 1::2].mean()])
        got = matrix @ (camera / burst.scene_neutral) / scale
        np.testing.assert_allclose(got, patch.colour, atol=0.004)


def test_packed_and_plain_frames_hold_the_same_samples() -> None:
    """The packing changes the layout and nothing else."""
    plan = _plan((0.01, 1.0))
    plain = _source(packing=Packing.U16).capture(plan).frames[0].data
    packed = _source().capture(plan).frames[0].data[:, : _SIZE[0] // 2 * 3].astype(np.uint16)
    samples = np.empty_like(plain)
    samples[:, 0::2] = packed[:, 0::3] << 4 | packed[:, 2::3] & 15
    samples[:, 1::2] = packed[:, 1::3] << 4 | packed[:, 2::3] >> 4
    np.testing.assert_array_equal(samples, plain)


def test_ten_bit_sensors_pack_ten_bits() -> None:
    """Each sensor sends its own depth, packed as its bus does."""
    burst = _source(profile=profile("imx708")).capture(_plan((0.01, 1.0)))
    assert burst.frames[0].packing is Packing.CSI2P10
    assert burst.profile.white_level == 1023


@pytest.mark.parametrize("name", ["imx219", "imx477", "imx296"])
def test_controls_take_effect_after_the_sensor_s_delay(name: str) -> None:
    """Exposure, gain and frame length change in the frames the sensor's delays say."""
    sensor = profile(name)
    source = _source(profile=sensor)
    before = source.preview().metadata.libcamera
    source.set_controls(Controls(exposure_time=0.05, analogue_gain=5.0, frame_rate=10.0))
    after = [source.preview().metadata.libcamera for _ in range(6)]
    seen = (
        [frame["ExposureTime"] != before["ExposureTime"] for frame in after],
        [frame["AnalogueGain"] != before["AnalogueGain"] for frame in after],
        [frame["FrameDuration"] > 90_000 for frame in after],
    )
    for delay, changed in zip(sensor.control_delay, seen, strict=True):
        assert changed == [False] * delay + [True] * (6 - delay)
    assert after[-1]["ExposureTime"] == 50_000
    assert after[-1]["AnalogueGain"] == pytest.approx(5.0, rel=0.02)  # of whole codes


def test_a_burst_has_each_frame_s_own_exposure() -> None:
    """A bracket arrives as asked, consecutive, and the metadata tells."""
    source = _source()
    wanted = ((0.004, 1.0), (0.016, 1.0), (0.016, 4.0))
    burst = source.capture(_plan(*wanted))
    for frame, (time, gain) in zip(burst.frames, wanted, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(time, abs=1e-6)
        assert frame.metadata.analogue_gain == pytest.approx(gain, rel=0.01)
    levels = [source.truth(frame.metadata).mean() for frame in burst.frames]
    assert levels[1] / levels[0] == pytest.approx(4.0, rel=0.15)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    steps = np.diff(stamps)
    assert (steps > 30e6).all()
    assert (steps < 40e6).all()


def test_metadata_speaks_libcamera() -> None:
    """Names and units are libcamera's."""
    values = _source().capture(_plan((0.01, 2.0))).frames[0].metadata.libcamera
    assert values["ExposureTime"] == 10_000
    assert isinstance(values["SensorTimestamp"], int)
    assert values["SensorBlackLevels"] == (4096,) * 4
    assert values["FrameDuration"] >= values["ExposureTime"]
    red, blue = values["ColourGains"]
    assert red > 1.0
    assert blue > 1.0
    expected = {"AeState", "AfState", "ColourTemperature", "Lux", "LensPosition", "DigitalGain"}
    assert expected <= set(values)


def test_automatic_exposure_knows_no_compensation() -> None:
    """One EV more is wanted twice as bright, of the same exposure: what clips hides nothing."""
    source = _source()
    base = source.metering()
    source.set_controls(Controls(exposure_value=1.0))
    for _ in range(6):
        frame = source.preview()
    assert frame.metadata.libcamera["AeState"] == 2
    found = source.metering()
    assert (found.digital_gain, found.ev) == (2.0, 1.0)
    assert found.exposure_time == pytest.approx(base.exposure_time)
    assert found.analogue_gain == pytest.approx(base.analogue_gain)
    assert found.highlight == pytest.approx(base.highlight)


def test_a_printed_page_is_not_grey() -> None:
    """What has nothing brighter than paper in it is metered so that paper is half of clipping."""
    assert _source("print").metering().highlight == pytest.approx(0.5, abs=0.03)
    assert _source("night-street").metering().highlight > 1.0  # lamps: the mean decides


def test_a_plan_from_the_meter_holds_the_highlights() -> None:
    """At night the planned burst clips far less than the meter's own exposure would."""
    source = _source("night-street")
    metering = source.metering()
    assert metering.highlight > 1.0
    plan = plan_auto(metering, source.profile, 1)
    assert plan.push > 0.5
    planned = source.truth(source.capture(plan).frames[0].metadata)
    metered = source.truth(
        source.capture(_plan((metering.exposure_time, metering.analogue_gain))).frames[0].metadata
    )
    assert (planned >= 1.0).mean() < 0.6 * (metered >= 1.0).mean()


def test_frames_sample_the_scene_at_their_own_places() -> None:
    """Hand shake moves frames by fractions of a pixel; on a tripod they see the same."""
    plan = _plan((0.01, 1.0), (0.01, 1.0))
    moved = _source("dead-leaves", shake=4056 / 160)
    frames = moved.capture(plan).frames
    poses = [moved.pose(frame.metadata) for frame in frames]
    assert max(abs(a - b) for a, b in zip(*poses, strict=True)) > 0.1
    assert np.abs(moved.truth(frames[0].metadata) - moved.truth(frames[1].metadata)).mean() > 0.005
    still = _source("dead-leaves", shake=0.0)
    frames = still.capture(plan).frames
    np.testing.assert_array_equal(*(still.truth(frame.metadata) for frame in frames))


def test_moving_things_move() -> None:
    """On a tripod only what moves differs between frames."""
    source = _source("moving", shake=0.0)
    frames = source.capture(_plan((0.01, 1.0), (0.01, 1.0))).frames
    change = np.abs(source.truth(frames[0].metadata) - source.truth(frames[1].metadata))
    assert 0.005 < (change > 0.01).mean() < 0.3


def test_the_preview_keeps_the_frame_rate_and_no_more() -> None:
    """Frames are due a thirtieth of a second apart, on the injected clock."""
    clock = StillClock()
    source = _source(clock=clock)
    stamps = [source.preview().metadata.timestamp or 0 for _ in range(10)]
    assert clock.now == pytest.approx(9 / 30, abs=1 / 30)
    np.testing.assert_allclose(np.diff(stamps), 1e9 / 30, rtol=1e-3)


def test_the_preview_shows_what_the_picture_shows() -> None:
    """The stream has the sensor's aspect, and its patches are in place and order of brightness."""
    source = _source(size=(640, 480), preview_size=(640, 480), shake=0.0)
    pixels = source.preview().pixels
    assert pixels.shape == (480, 640, 4)
    greys = []
    for patch in source.scene.patches[18:]:
        left, top, right, bottom = source.frame.rectangle(patch.box)
        greys.append(pixels[top:bottom, left:right, 1].mean())
    assert greys == sorted(greys, reverse=True)
    assert greys[0] > 150
    assert greys[-1] < 60


def test_a_darker_burst_is_not_seen_in_the_preview() -> None:
    """Frames of a plan two stops below the stream's, and those after it, are shown as before."""
    source = _source()
    before = [source.preview().pixels[..., :3].mean() for _ in range(4)][-1]
    metering = source.metering()
    exposure = FrameExposure(metering.exposure_time / 4.0, metering.analogue_gain)
    seen: list[float] = []
    for _ in range(2):  # the second while the stream still has the first one's exposure
        source.capture(
            ExposurePlan("dark", (exposure,) * 3, push=2.0),
            seen=lambda frame: seen.append(float(frame.pixels[..., :3].mean())),
        )
    seen += [float(source.preview().pixels[..., :3].mean()) for _ in range(6)]
    assert len(seen) == 12
    assert np.allclose(seen, before, rtol=0.03), [round(level / before, 2) for level in seen]


def test_progress_ends_at_one_and_may_cancel() -> None:
    """Progress rises to 1; what it raises ends the burst, and the next burst still works."""
    source = _source()
    seen: list[float] = []
    source.capture(_plan((0.01, 1.0), (0.01, 1.0)), seen.append)
    assert seen == sorted(seen)
    assert seen[-1] == pytest.approx(1.0)

    def cancel(fraction: float) -> None:
        if fraction > 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        source.capture(_plan((0.01, 1.0), (0.01, 1.0)), cancel)
    assert len(source.capture(_plan((0.01, 1.0))).frames) == 1


@pytest.mark.parametrize("size", [(30, 20), (161, 120), (160, 121)])
def test_impossible_sizes_are_refused(size: tuple[int, int]) -> None:
    """Sides that hold no whole Bayer cells are told in one line."""
    with pytest.raises(CameraError, match="cannot read out"):
        SimulatedSource(size=size)


@pytest.mark.parametrize(
    "controls",
    [Controls(exposure_time=-1.0), Controls(analogue_gain=0.0), Controls(lens_position=-2.0)],
)
def test_senseless_controls_are_refused(controls: Controls) -> None:
    """A negative time or focus is an error, not a picture."""
    with pytest.raises(CameraError):
        _source().set_controls(controls)


def test_a_rehearsal_has_truth_and_the_noise_asked_for() -> None:
    """The helper's burst is metered, at its ISO, with its noise, and comes with the truth."""
    rehearsal = rehearse("print", size=_SIZE, frames=2, iso=1600, noise=HDR_PLUS_NOISE)
    frame = rehearsal.burst.frames[0]
    assert frame.metadata.analogue_gain == pytest.approx(16.0, rel=0.01)
    assert rehearsal.truth.shape == (120, 160)
    sensor = rehearsal.burst.profile
    x = (frame.data - sensor.black_level[0]) / (sensor.white_level - sensor.black_level[0])
    model = sensor.noise(16.0)
    flat = (rehearsal.truth > 0.05) & (rehearsal.truth < 0.5)
    z = (x - rehearsal.truth)[flat] / np.sqrt(model.shot[0] * rehearsal.truth[flat] + model.read[0])
    assert z.std() == pytest.approx(1.0, abs=0.05)


def test_a_scene_may_be_given_as_such() -> None:
    """Tests may shoot scenes of their own."""
    scene = replace(load_scene("print"), lux=50.0)
    dim = SimulatedSource(scene, size=_SIZE)
    dim.start()
    bright = _source("print")
    product = [m.exposure_time * m.analogue_gain for m in (dim.metering(), bright.metering())]
    assert product[0] > 4 * product[1]


@pytest.mark.parametrize("size", [(4056, 3040), (640, 480)])
def test_a_smaller_read_out_is_as_wide_as_the_sensor(size: tuple[int, int]) -> None:
    """The scene fills the frame at any size, so a lens has one equivalent at all of them."""
    sensor = SimulatedSource("print", size=size).profile
    assert sensor.width * sensor.pixel_pitch == pytest.approx(4056 * 0.00155)
