"""The real camera's adapter before a stand-in for picamera2."""

import sys
import threading

import numpy as np
import pytest
from pi_camera import FakeCamera, FakeRequest, module

from app.negatives import unpack_frame
from capture.frames import CfaPattern, Packing, PreviewFrame
from capture.pi.library import list_cameras
from capture.pi.metering import visible
from capture.pi.source import PiSource
from capture.plan import ExposurePlan, FrameExposure
from capture.plans.taking import take, take_until
from capture.source import CameraError, Controls, CutShortError


@pytest.fixture
def camera(monkeypatch: pytest.MonkeyPatch) -> type[FakeCamera]:
    """A class of stand-in cameras of this test's own, where picamera2 would be."""

    class Camera(FakeCamera):
        pass

    monkeypatch.setitem(sys.modules, "picamera2", module(Camera))
    return Camera


def _started(depth: int = 0) -> PiSource:
    """A running camera whose sensor's clock stands just after the newest frame."""
    source = PiSource(
        unpack_frame, ring_depth=lambda _size: depth, stamp_clocks=(lambda: inner.now + 1,)
    )
    source.start()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    return source


def _plan(*frames: tuple[float, float]) -> ExposurePlan:
    return ExposurePlan("", tuple(FrameExposure(t, g) for t, g in frames))


@pytest.mark.parametrize(
    ("granted", "shift", "packing", "cfa"),
    [
        ("SBGGR16", 4, Packing.U16, CfaPattern.BGGR),
        ("SBGGR12", 0, Packing.U16, CfaPattern.BGGR),
        ("SRGGB12_CSI2P", 0, Packing.CSI2P12, CfaPattern.RGGB),
        ("GBRG_PISP_COMP1", 4, Packing.PISP_COMP1, CfaPattern.GBRG),
        ("MONO_PISP_COMP1", 4, Packing.PISP_COMP1, CfaPattern.MONO),
    ],
)
def test_the_granted_format_is_obeyed(
    camera: type[FakeCamera], granted: str, shift: int, packing: Packing, cfa: CfaPattern
) -> None:
    """Order, packing, stride and justification are those granted, not those asked for."""
    camera.granted = granted
    source = _started()
    assert source.profile.cfa is cfa
    assert (source.profile.width, source.profile.height) == (96, 64)
    frame = source.capture(_plan((0.01, 1.0))).frames[0]
    assert (frame.shift, frame.packing) == (shift, packing)
    levels = unpack_frame(frame)
    assert levels.shape == (64, 96)
    assert 200 < levels.min() < levels.max() <= 4095


def test_every_packing_holds_the_same_picture(camera: type[FakeCamera]) -> None:
    """Unpacked, packed and compressed raw of one moment agree, the last within its steps."""
    pictures = []
    for granted in ("SRGGB16", "SRGGB12", "SRGGB12_CSI2P", "RGGB_PISP_COMP1"):
        camera.granted = granted
        pictures.append(unpack_frame(_started().capture(_plan((0.01, 1.0))).frames[0]).astype(int))
    np.testing.assert_array_equal(pictures[0], pictures[1])
    np.testing.assert_array_equal(pictures[0], pictures[2])
    assert 0 < np.abs(pictures[0] - pictures[3]).max() <= 16


def test_lossy_raw_is_told(camera: type[FakeCamera]) -> None:
    """PISP_COMP1 is taken, and called lossy by the camera and by each burst."""
    camera.granted = "RGGB_PISP_COMP1"
    source = _started()
    assert source.abilities.raw_format == "RGGB_PISP_COMP1, lossy"
    assert source.capture(_plan((0.01, 1.0))).raw_format == "RGGB_PISP_COMP1, lossy"
    camera.granted = "SRGGB16"
    assert _started().abilities.raw_format == "SRGGB16"


@pytest.mark.parametrize(
    ("granted", "told"),
    [
        (None, "gives no raw"),
        ("SRGGB8", "cannot unpack"),
        ("RGGB_PISP_COMP2", "cannot unpack"),
        ("YUV420", "no raw format"),
    ],
)
def test_raw_that_cannot_be_read_is_refused(
    camera: type[FakeCamera], monkeypatch: pytest.MonkeyPatch, granted: str | None, told: str
) -> None:
    """The error names what was granted, and the camera is closed again."""
    opened: list[FakeCamera] = []

    class Odd(camera):  # type: ignore[misc, valid-type]
        def __init__(self, number: int) -> None:
            super().__init__(number)
            opened.append(self)

        def configure(self, configuration: dict[str, object]) -> None:
            raw = None if granted is None else {"format": granted, "size": (96, 64), "stride": 192}
            self.configuration = configuration | {"raw": raw}

    monkeypatch.setitem(sys.modules, "picamera2", module(Odd))
    with pytest.raises(CameraError, match=told):
        PiSource(unpack_frame).start()
    assert opened[0].closed


def test_a_shallower_mode_has_its_own_scale(camera: type[FakeCamera]) -> None:
    """A sensor of twelve bits that reads out ten has ten-bit black and white."""
    camera.granted = "SRGGB10"
    sensor = _started().profile
    assert (sensor.bit_depth, sensor.white_level) == (10, 1023)
    assert sensor.black_level[0] == pytest.approx(64.0, abs=1.0)


def test_a_mode_covers_what_it_reads(camera: type[FakeCamera]) -> None:
    """A binned mode is as wide as the sensor is, a cropped one as its crop."""
    width = 4056 * 0.00155  # millimetres
    sensor = _started().profile
    assert sensor.width * sensor.pixel_pitch == pytest.approx(width)
    camera.area = (1014, 760, 2028, 1520)
    sensor = _started().profile
    assert sensor.width * sensor.pixel_pitch == pytest.approx(width / 2)


def test_an_unknown_sensor_says_so(camera: type[FakeCamera]) -> None:
    """It gets a profile of its own size and order that admits to knowing nothing."""
    camera.model = "imx999"
    source = _started()
    assert not source.abilities.sensor_known
    assert "Unknown" in source.profile.model
    assert (source.profile.width, source.profile.height) == (96, 64)
    assert unpack_frame(source.capture(_plan((0.01, 1.0))).frames[0]).mean() > 200


def test_a_bracket_is_matched_by_metadata(camera: type[FakeCamera]) -> None:
    """Each planned exposure is found among the frames that come, whatever the latency."""
    del camera
    wanted = ((0.002, 1.0), (0.008, 2.0), (0.032, 4.0), (0.002, 1.0))
    plan = ExposurePlan("", tuple(FrameExposure(t, g) for t, g in wanted), 0.7)
    burst = _started().capture(plan)
    assert burst.push == 0.7
    for frame, (time, gain) in zip(burst.frames, wanted, strict=True):
        assert frame.metadata.exposure_time == pytest.approx(time, rel=0.03)
        assert frame.metadata.analogue_gain == pytest.approx(gain, rel=0.03)
    assert len({frame.metadata.timestamp for frame in burst.frames}) == 4


def test_a_bracket_lies_on_consecutive_frames(camera: type[FakeCamera]) -> None:
    """One setting rides on each request: no frame is lost between them."""
    del camera
    frames = _started().capture(_plan((0.002, 1.0), (0.008, 2.0), (0.032, 4.0))).frames
    stamps = [frame.metadata.timestamp or 0 for frame in frames]
    assert np.diff(stamps) == pytest.approx(1e8, rel=0.1)  # three of the simulated sensor's


@pytest.mark.parametrize(
    "exposures",
    [
        ((0.002, 1.0), (0.008, 1.0), (0.032, 1.0)),
        ((0.002, 1.0), (0.008, 1.0), (0.002, 1.0)),
        ((0.008, 1.0), (0.032, 1.0)),
        ((0.008, 1.0), (0.008, 1.0), (0.032, 1.0)),
    ],
)
def test_a_plan_that_has_the_stream_s_exposure_is_taken_in_order(
    camera: type[FakeCamera], exposures: tuple[tuple[float, float], ...]
) -> None:
    """Frames follow each other as planned; the reference is of the first exposure, as the push."""
    del camera
    source = _started(depth=8)
    for _ in range(8):
        source.preview()
    burst = source.capture(_plan(*exposures), since_press=0.0)
    told = [frame.metadata for frame in burst.frames]
    assert [m.exposure_time for m in told] == pytest.approx([t for t, _ in exposures], rel=0.03)
    assert np.diff([m.timestamp or 0 for m in told]) == pytest.approx(1e8, rel=0.1)
    assert told[burst.reference].exposure_time == pytest.approx(exposures[0][0], rel=0.03)


def test_a_lost_frame_of_a_bracket_is_asked_for_with_those_after_it(
    camera: type[FakeCamera],
) -> None:
    """Frames stay in the plan's order, which is that of time."""
    exposures = ((0.002, 1.0), (0.012, 1.0), (0.032, 1.0), (0.012, 1.0))
    lost = []

    class Losing(camera):  # type: ignore[misc, valid-type]
        def capture_request(self, wait: float) -> FakeRequest:
            request = super().capture_request(wait)
            if request.get_metadata()["ExposureTime"] == 12_000 and not lost:
                lost.append(request)
                request.release()
                return super().capture_request(wait)
            return request

    sys.modules["picamera2"].Picamera2 = Losing  # type: ignore[attr-defined]
    told = [frame.metadata for frame in _started().capture(_plan(*exposures)).frames]
    assert lost
    assert [m.exposure_time for m in told] == pytest.approx([t for t, _ in exposures], rel=0.03)
    stamps = [m.timestamp or 0 for m in told]
    assert stamps == sorted(set(stamps))


def test_a_camera_is_seen_after_two_frames_and_closed_at_once(
    camera: type[FakeCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A switch waits for one frame that shows the camera streams, and stops it by closing it."""
    calls: list[str] = []
    for name in ("configure", "start", "capture_request", "stop", "close"):

        def noted(self: FakeCamera, *given: object, _name: str = name, **named: object) -> object:
            calls.append(_name)
            return getattr(FakeCamera, _name)(self, *given, **named)

        monkeypatch.setattr(camera, name, noted)
    source = _started()
    source.preview()
    source.stop()
    assert calls == ["configure", "start", "capture_request", "capture_request", "close", "stop"]


def test_buffers_are_given_back(camera: type[FakeCamera]) -> None:
    """No request is held after any call, and none is read later: a camera without any stalls."""
    del camera
    source = _started(4)
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    for _ in range(6):
        source.preview()
    source.metering()
    burst = source.capture(_plan(*[(0.008, 1.0)] * 8), since_press=0.0)
    assert inner.out == 0
    assert len(inner.queue) == 4
    assert all((unpack_frame(frame) > 200).all() for frame in burst.frames)


def test_after_a_burst_the_automatics_are_back(camera: type[FakeCamera]) -> None:
    """The burst's exposures do not stay on the preview."""
    del camera
    source = _started()
    source.capture(_plan((0.03, 4.0)))
    exposures = [source.preview().metadata.exposure_time for _ in range(8)]
    assert exposures[-1] == pytest.approx(0.008)


def test_a_camera_that_ignores_exposures_is_told(camera: type[FakeCamera]) -> None:
    """Frames that never come as asked end in an error that names them, not in wrong frames."""
    source = _started()
    camera.ignores_controls = True
    with pytest.raises(CameraError, match=r"did not take the exposures.*0\.05 s at gain 2"):
        source.capture(_plan((0.05, 2.0), (0.05, 2.0)))


def test_frames_without_exposure_are_told(camera: type[FakeCamera]) -> None:
    """Metadata may be missing; a plan cannot be followed then, and the reason is given."""
    source = _started(4)
    camera.tells_exposure = False
    assert source.preview().metadata.exposure_time is None
    with pytest.raises(CameraError, match="do not tell their exposure"):
        source.capture(_plan((0.008, 1.0)), since_press=0.0)


def test_a_stalled_camera_is_told(camera: type[FakeCamera]) -> None:
    """No frames within the time: one line that names the cable, and the queue is cleared."""
    source = _started()
    camera.stalled = True
    with pytest.raises(CameraError, match="cable"):
        source.preview()
    assert source._camera.flushed  # noqa: SLF001  (the stand-in's books)


def test_cancelling_ends_the_burst_and_leaves_a_working_camera(
    camera: type[FakeCamera],
) -> None:
    """What progress raises passes on; the next burst works."""
    del camera
    source = _started()

    def cancel(fraction: float) -> None:
        if fraction > 0.3:
            raise KeyboardInterrupt

    plan = _plan(*[(0.01, 1.0)] * 3)
    with pytest.raises(KeyboardInterrupt):
        source.capture(plan, cancel)
    assert len(source.capture(plan).frames) == 3


def test_no_camera_is_told(camera: type[FakeCamera]) -> None:
    """Without a camera the cable is named; a busy one says so, one of another number counts."""
    with pytest.raises(CameraError, match="no camera 1 was found; there are 1"):
        PiSource(unpack_frame, 1).start()
    camera.cameras = ()
    with pytest.raises(CameraError, match="cable"):
        PiSource(unpack_frame).start()
    assert list_cameras() == ()
    camera.cameras = FakeCamera.cameras
    camera.open_error = RuntimeError("Device or resource busy")
    with pytest.raises(CameraError, match="another program"):
        PiSource(unpack_frame).start()


def test_memory_that_runs_out_has_a_remedy_of_its_own(camera: type[FakeCamera]) -> None:
    """When buffers cannot be had, no cable is to blame."""
    camera.start_error = RuntimeError("Failed to allocate buffers: Cannot allocate memory")
    with pytest.raises(CameraError, match="close other programs"):
        PiSource(unpack_frame).start()


def test_missing_picamera2_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without picamera2 the error is the apt line."""
    monkeypatch.setitem(sys.modules, "picamera2", None)
    with pytest.raises(CameraError, match="apt install python3-picamera2"):
        PiSource(unpack_frame).start()


@pytest.mark.parametrize("granted", ["SRGGB16", "SRGGB12_CSI2P", "RGGB_PISP_COMP1"])
def test_metering_reads_the_raw(camera: type[FakeCamera], granted: str) -> None:
    """Highlights come from the raw frame of the automatic exposure, however it is packed."""
    camera.granted = granted
    metering = _started().metering()
    assert metering.exposure_time == pytest.approx(0.008)
    assert 0.05 < metering.highlight < 1.1
    assert metering.highlight_seen
    assert metering.histogram is not None
    assert metering.histogram.level(0.999) == pytest.approx(metering.highlight, rel=0.1)


def test_the_first_metering_waits_for_the_automatics(camera: type[FakeCamera]) -> None:
    """Right after the start the exposure may still be searching; later nobody waits."""
    camera.settling = 6
    now = [0.0]
    source = PiSource(unpack_frame, clock=lambda: now[0])
    source.start()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    source.metering()
    assert inner.settling == 0
    inner.settling = 6
    source.metering()
    assert inner.settling == 5


def test_metering_needs_no_new_frame_where_there_is_a_ring(camera: type[FakeCamera]) -> None:
    """A camera that is lost at the press can still be metered, though it had only just begun."""
    camera.settling = 10
    source = _started(4)
    source.preview()
    camera.stalled = True
    assert source.metering().exposure_time == pytest.approx(0.008)


@pytest.mark.parametrize("site", range(4))
def test_metering_sees_every_colour_clip(camera: type[FakeCamera], site: int) -> None:
    """A scene that clips in one colour alone, whichever, is metered as clipping."""
    camera.clipped = site
    metering = _started().metering()
    assert metering.highlight > 2.0
    assert not metering.highlight_seen


def test_the_press_takes_frames_from_before_it(camera: type[FakeCamera]) -> None:
    """Half of a burst as the stream is exposed was there before the press, in order, whole."""
    del camera
    source = _started(6)
    before = [source.preview().metadata.timestamp or 0 for _ in range(9)]
    seen: list[object] = []
    burst = source.capture(_plan(*[(0.008, 1.0)] * 8), since_press=0.0, seen=seen.append)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert stamps == sorted(set(stamps))
    assert stamps[:4] == before[-4:]
    assert len(seen) == 4
    assert burst.reference in (3, 4)
    frames = [unpack_frame(frame) for frame in burst.frames]
    assert len({frame.tobytes() for frame in frames}) == 8


@pytest.mark.parametrize("ours", [0, 1])
def test_the_press_is_found_after_a_suspension(camera: type[FakeCamera], ours: int) -> None:
    """Frames may be stamped by the clock that stood still meanwhile, or by the one that went on."""
    del camera
    slept = 3_600_000_000_000 * (1 - 2 * ours)  # the frames' clock is behind, or ahead
    clocks = [lambda: inner.now + 1, lambda: inner.now + slept]
    source = PiSource(unpack_frame, ring_depth=lambda _size: 6, stamp_clocks=clocks)
    source.start()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    before = [source.preview().metadata.timestamp or 0 for _ in range(9)]
    burst = source.capture(_plan(*[(0.008, 1.0)] * 8), since_press=0.0)
    assert [frame.metadata.timestamp for frame in burst.frames][:4] == before[-4:]


def test_a_burst_of_another_exposure_takes_none_from_before(camera: type[FakeCamera]) -> None:
    """Frames of the stream do not stand for a plan of other exposures."""
    del camera
    source = _started(6)
    before = {source.preview().metadata.timestamp for _ in range(6)}
    burst = source.capture(_plan(*[(0.004, 1.0)] * 3), since_press=0.0)
    assert not before & {frame.metadata.timestamp for frame in burst.frames}


def test_a_burst_that_is_cut_short_is_saved_as_far_as_it_came(camera: type[FakeCamera]) -> None:
    """Frames that were taken before the camera was lost come with the error."""
    source = _started(6)
    for _ in range(6):
        source.preview()

    def unplug(_frame: object) -> None:
        camera.stalled = True

    with pytest.raises(CutShortError, match="no frames") as cut:
        source.capture(_plan(*[(0.008, 1.0)] * 8), since_press=0.0, seen=unplug)
    burst = cut.value.burst
    assert len(burst.frames) == 5  # four of the ring, one that came
    assert burst.reference in (3, 4)
    assert all((unpack_frame(frame) > 200).all() for frame in burst.frames)


def test_a_burst_that_never_began_is_saved_from_the_stream(camera: type[FakeCamera]) -> None:
    """The frames before the press stand for the plan's, brightened to what was planned."""
    source = _started(6)
    for _ in range(6):
        source.preview()
    camera.stalled = True
    with pytest.raises(CutShortError) as cut:
        source.capture(_plan(*[(0.002, 1.0)] * 8), since_press=0.0)
    burst = cut.value.burst
    assert len(burst.frames) == 6
    assert burst.push == pytest.approx(-2.0, abs=0.05)


def test_a_press_before_the_loss_is_a_picture_of_the_ring(camera: type[FakeCamera]) -> None:
    """Once the stream has failed a burst is what the ring holds, at once, and told as such."""
    source = _started(6)
    last = [source.preview() for _ in range(9)][-1]
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    camera.stalled = True
    with pytest.raises(CameraError, match="no frames"):
        source.preview()
    metering = source.metering()
    assert metering.exposure_time == pytest.approx(0.008)
    asked = len(inner.waits)
    with pytest.raises(CutShortError, match="no frames") as cut:
        take(source, _plan(*[(0.004, 1.0)] * 8), since_press=0.1)
    assert len(inner.waits) == asked  # nobody waits for a camera that is gone
    burst = cut.value.burst
    assert [frame.metadata.timestamp for frame in burst.frames][-1] == last.metadata.timestamp
    assert len(burst.frames) == 6
    assert burst.push == pytest.approx(-1.0, abs=0.05)
    assert burst.plan.endswith("the camera failed, 6 frames were saved")
    camera.stalled = False
    source.stop()
    source.start()
    assert len(source.capture(_plan((0.008, 1.0))).frames) == 1


@pytest.mark.parametrize(("shutter", "frames"), [(0.008, 5), (0.002, 6)])
def test_what_a_camera_that_hangs_has_of_a_burst_can_be_had(
    camera: type[FakeCamera], shutter: float, frames: int
) -> None:
    """From another thread: frames of the plan that have come, or else those of the stream."""
    source = _started(6)
    for _ in range(6):
        source.preview()
    hangs, answers = threading.Event(), threading.Event()

    def hang(_frame: object) -> None:
        hangs.set()
        answers.wait(60.0)

    plan = _plan(*[(shutter, 1.0)] * 8)
    thread = threading.Thread(
        target=lambda: source.capture(plan, since_press=0.0, seen=hang), daemon=True
    )
    thread.start()
    assert hangs.wait(60.0)
    burst = source.salvage(plan)
    assert burst is not None
    assert len(burst.frames) == frames  # four of the ring and one that came, or all of the ring
    assert burst.reference >= 3
    before = [unpack_frame(frame) for frame in burst.frames]
    answers.set()
    thread.join(60.0)
    assert not thread.is_alive()
    source.preview()
    for frame, samples in zip(burst.frames, before, strict=True):
        np.testing.assert_array_equal(unpack_frame(frame), samples)
    del camera


def test_a_camera_lost_while_its_lights_are_metered_is_waited_for_once(
    camera: type[FakeCamera],
) -> None:
    """The frames that were kept are the picture as soon as the dark frame has not come."""
    source = _started(6)
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    for _ in range(6):
        source.preview()
    camera.stalled = True
    asked = len(inner.waits)
    with pytest.raises(CameraError, match="no frames"):
        source.capture(_plan((0.0002, 1.0)))
    assert source.metering().exposure_time == pytest.approx(0.008)
    with pytest.raises(CutShortError) as cut:
        source.capture(_plan(*[(0.002, 1.0)] * 3), since_press=0.0)
    assert len(inner.waits) == asked + 1
    assert len(cut.value.burst.frames) == 6


def test_without_a_ring_a_lost_press_is_told(camera: type[FakeCamera]) -> None:
    """Nothing was kept, so there is nothing to save: the error is the stream's own."""
    source = _started()
    source.preview()
    camera.stalled = True
    with pytest.raises(CameraError, match="no frames"):
        source.preview()
    with pytest.raises(CameraError, match="no frames") as lost:
        source.capture(_plan((0.008, 1.0)), since_press=0.1)
    assert not isinstance(lost.value, CutShortError)


def test_a_range_that_never_began_is_saved_from_before_its_metering(
    camera: type[FakeCamera],
) -> None:
    """A frame that only meters does not cost the ring what a lost bracket is made of."""
    source = _started(6)
    for _ in range(6):
        source.preview()
    source.capture(_plan((0.0002, 1.0)))
    camera.stalled = True
    with pytest.raises(CutShortError) as cut:
        source.capture(_plan((0.002, 1.0), (0.008, 1.0)), since_press=0.3)
    assert len(cut.value.burst.frames) == 6
    assert cut.value.burst.push == pytest.approx(-2.0, abs=0.05)


def test_a_bulb_that_never_began_is_saved_from_the_stream(camera: type[FakeCamera]) -> None:
    """The first part of an exposure that lasts knows of the press."""
    source = _started(6)
    for _ in range(6):
        source.preview()
    camera.stalled = True
    with pytest.raises(CutShortError) as cut:
        take_until(source, _plan(*[(0.02, 2.0)] * 4), lambda: False, since_press=0.1)
    assert len(cut.value.burst.frames) == 6
    assert "6 frames were saved" in cut.value.burst.plan


def test_the_preview_goes_on_while_a_burst_is_taken(
    camera: type[FakeCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every frame that passes during a burst is shown: it costs the preview none."""
    passed: list[object] = []

    def counted(self: FakeCamera, wait: float) -> object:
        passed.append(wait)
        return FakeCamera.capture_request(self, wait)

    source = _started()
    monkeypatch.setattr(camera, "capture_request", counted)
    seen: list[object] = []
    source.capture(_plan((0.002, 1.0), (0.03, 2.0)), seen=seen.append)
    assert len(seen) == len(passed) >= 2


def test_the_ring_deepens_when_memory_is_given_back(camera: type[FakeCamera]) -> None:
    """Asked while a burst is held it has no room; some seconds later it has again."""
    del camera
    depth = 0
    source = PiSource(unpack_frame, ring_depth=lambda _size: depth)
    source.start()
    source.capture(_plan((0.008, 1.0)))
    depth = 4
    for _ in range(40):
        source.preview()
    assert source._ring.depth == 4  # noqa: SLF001  (no shutter lag shows it only in time)
    assert len(source._ring.frames) == 4  # noqa: SLF001
    assert source.metering().exposure_time == pytest.approx(0.008)
    depth = 0
    for _ in range(40):
        source.preview()
    assert source._ring.depth == 4  # noqa: SLF001


def test_the_ring_uses_its_memory_again(camera: type[FakeCamera]) -> None:
    """No frame costs new memory once the ring is full, and a burst's frames stay as they are."""
    del camera
    source = _started(2)
    for _ in range(4):
        source.preview()
    first = [frame.data.ctypes.data for frame in source._ring.frames]  # noqa: SLF001
    for _ in range(2):
        source.preview()
    assert {frame.data.ctypes.data for frame in source._ring.frames} == set(first)  # noqa: SLF001
    burst = source.capture(_plan(*[(0.008, 1.0)] * 4), since_press=0.0)
    copies = [np.array(frame.data) for frame in burst.frames]
    for _ in range(4):
        source.preview()
    for frame, copy in zip(burst.frames, copies, strict=True):
        np.testing.assert_array_equal(frame.data, copy)


def test_focus_follows_the_scene_from_the_start(camera: type[FakeCamera]) -> None:
    """A camera is set to continuous focus before its first frame: libcamera begins without."""
    del camera
    inner = _started()._camera  # noqa: SLF001  (the stand-in's books)
    assert inner.sent["AfMode"] == 2
    assert "ExposureTime" not in inner.sent  # zero is no exposure before the first request


def test_focus_is_found_within_its_time(camera: type[FakeCamera]) -> None:
    """A search tells its end; one that takes too long is ended."""
    source = _started()
    source.set_controls(Controls(focus_at=(0.25, 0.75), focus_held=True))
    assert source.focus()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    ((x, y, width, height),) = inner.sent["AfWindows"]
    assert x + width / 2 == pytest.approx(8 + 0.25 * 4056, abs=2)
    assert y + height / 2 == pytest.approx(4 + 0.75 * 3040, abs=2)
    camera.focuses = False
    assert not source.focus()
    assert inner.sent["AfSpeed"] == 1
    lens = source.preview().metadata.lens_position
    assert not source.focus(0.0)
    assert (inner.sent["LensPosition"], inner.sent["AfMode"]) == (lens, 1)


def test_a_touch_meters_where_it_is(camera: type[FakeCamera]) -> None:
    """A dark place that a person points at is made brighter, until the whole counts again."""
    camera.grey = 60
    source = _started()
    source.preview()
    source.set_controls(Controls(meter_at=(0.9, 0.1)))
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    exposure = inner.sent["ExposureTime"] * 1e-6 * inner.sent["AnalogueGain"]
    assert exposure == pytest.approx(0.008 * 0.18 / (60 / 255) ** 2.2, rel=0.02)
    source.set_controls(Controls(meter_at=(0.9, 0.1), exposure_locked=True))
    camera.grey = 255
    for _ in range(8):
        frame = source.preview()
    assert frame.metadata.exposure == pytest.approx(exposure, rel=0.03)
    source.set_controls(Controls())
    assert (inner.sent["ExposureTime"], inner.sent["AnalogueGain"]) == (0, 0.0)


def test_a_camera_without_a_motor_has_nothing_to_focus(camera: type[FakeCamera]) -> None:
    """Its abilities say so, and focus() is done at once."""
    camera.offered = ("ExposureTime", "AnalogueGain", "FrameDurationLimits")
    source = _started()
    able = source.abilities
    assert (able.lens_positions, able.autofocus, able.flicker) == (None, False, False)
    assert source.focus(0.0)


@pytest.mark.parametrize("depth", [0, 8])
def test_the_stream_brings_some_rows_of_its_raw(camera: type[FakeCamera], depth: int) -> None:
    """Pairs of rows of a whole frame, new with every sixth, with a ring or without."""
    camera.granted = "SRGGB12_CSI2P"
    source = _started(depth)
    seen = [source.preview().raw for _ in range(7)]
    assert seen[0] is not None
    assert seen[0].profile == source.profile
    assert all(sample is seen[0] for sample in seen[:6])
    assert seen[6] is not seen[0]
    levels = unpack_frame(seen[0].frame)
    assert levels.shape == (8, 96)
    assert 200 < levels.min() < levels.max() <= 4095


def test_the_part_of_the_raw_that_is_seen() -> None:
    """ScalerCrop against the whole; what is unknown or implausible counts as all."""
    area = (8, 8, 4000, 3000)
    assert visible((1008, 758, 2000, 1500), area) == (0.25, 0.25, 0.75, 0.75)
    whole = (0.0, 0.0, 1.0, 1.0)
    for crop, known in (
        (None, area),
        ((0, 0, 9, 9), None),
        ((0, 0, 9000, 9), area),
        ("abcd", area),
    ):
        assert visible(crop, known) == whole


def test_a_plan_that_is_cut_short_is_saved_without_a_press(camera: type[FakeCamera]) -> None:
    """Frames of a burst from the command line are as good as those of a press."""
    source = _started()

    def stall(fraction: float) -> None:
        camera.stalled = fraction >= 0.5

    with pytest.raises(CutShortError, match="no frames") as cut:
        source.capture(_plan(*[(0.02, 2.0)] * 4), stall)
    assert len(cut.value.burst.frames) == 2


def test_parts_of_a_long_exposure_are_saved(camera: type[FakeCamera]) -> None:
    """A camera that fails between two parts leaves those it took."""
    source = _started()

    def fail() -> bool:
        camera.stalled = True
        return False

    with pytest.raises(CutShortError, match="no frames") as cut:
        take_until(source, _plan(*[(0.02, 2.0)] * 4), fail)
    assert len(cut.value.burst.frames) == 1


def test_a_camera_without_raw_is_told_so(
    camera: type[FakeCamera], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A USB camera is no matter of an update."""

    class Usb(camera):  # type: ignore[misc, valid-type]
        def __init__(self, number: int) -> None:
            super().__init__(number)
            self.sensor_format = "YUYV"

    monkeypatch.setitem(sys.modules, "picamera2", module(Usb))
    with pytest.raises(CameraError, match="gives no raw"):
        PiSource(unpack_frame).start()


def _protected(source: PiSource, plan: ExposurePlan) -> None:
    """The stream is exposed as planned, and the ring is full of that."""
    for _ in range(3):
        source.preview()
    source.metering()
    source.expect(plan)
    for _ in range(20):
        source.preview()


def test_a_press_finds_a_darker_plan_in_the_stream(camera: type[FakeCamera]) -> None:
    """Highlights are held in frames from before the press; shown and metered is what was wanted."""
    source = _started(6)
    plan = _plan(*[(0.003, 1.0)] * 6)
    _protected(source, plan)
    stamp = source.preview().metadata.timestamp or 0
    shown, metering = source.preview(), source.metering()
    assert shown.metadata.exposure_time == pytest.approx(0.003)
    assert shown.pixels.mean() > camera.grey + 30
    assert metering.exposure_time == pytest.approx(0.008)
    assert metering.streamed == plan.frames[0]
    seen: list[PreviewFrame] = []
    burst = source.capture(plan, since_press=0.0, seen=seen.append)
    stamps = [frame.metadata.timestamp or 0 for frame in burst.frames]
    assert stamps == sorted(set(stamps))
    assert sum(one <= stamp for one in stamps) >= 2
    assert all(frame.metadata.exposure_time == pytest.approx(0.003) for frame in burst.frames)
    assert all(frame.pixels.mean() > camera.grey + 30 for frame in seen)
    assert source.preview().metadata.exposure_time == pytest.approx(0.003)


def test_metering_is_the_same_of_a_protected_stream(camera: type[FakeCamera]) -> None:
    """The highlights' level and the picture's brightness do not change with the exposure."""
    del camera
    source = _started(6)
    for _ in range(3):
        source.preview()
    before = source.metering()
    _protected(source, _plan(*[(0.003, 1.0)] * 6))
    after = source.metering()
    assert after.highlight == pytest.approx(before.highlight, rel=0.1)
    assert before.histogram is not None
    assert after.histogram is not None
    assert after.histogram.level(0.5) == pytest.approx(before.histogram.level(0.5), rel=0.1)


@pytest.mark.parametrize(
    "controls",
    [Controls(exposure_time=0.02), Controls(meter_at=(0.5, 0.5))],
)
def test_controls_end_the_protection(camera: type[FakeCamera], controls: Controls) -> None:
    """What changes the exposure gives the stream back, by way of the exposure of before."""
    del camera
    source = _started(6)
    _protected(source, _plan(*[(0.003, 1.0)] * 6))
    source.set_controls(controls)
    times = [source.preview().metadata.exposure_time or 0.0 for _ in range(8)]
    assert times[-1] != pytest.approx(0.003)
    assert source.metering().streamed is None


def test_another_plan_ends_the_protection(camera: type[FakeCamera]) -> None:
    """A bracket is taken as ever, and the stream is the automatics' again behind it."""
    del camera
    source = _started(6)
    _protected(source, _plan(*[(0.003, 1.0)] * 6))
    wanted = (0.002, 0.008, 0.032)
    burst = source.capture(_plan(*[(time, 1.0) for time in wanted]), since_press=0.0)
    assert [frame.metadata.exposure_time for frame in burst.frames] == pytest.approx(wanted)
    assert [source.preview() for _ in range(8)][-1].metadata.exposure_time == pytest.approx(0.008)
    _protected(source, _plan(*[(0.003, 1.0)] * 6))
    source.expect(None)
    assert [source.preview() for _ in range(8)][-1].metadata.exposure_time == pytest.approx(0.008)


@pytest.mark.parametrize(
    ("controls", "exposure", "kept"),
    [
        (Controls(exposure_time=0.008), (0.008, 1.2), True),
        (Controls(exposure_time=0.008), (0.004, 2.4), False),
        (Controls(analogue_gain=2.0), (0.005, 2.0), True),
        (Controls(exposure_time=0.008, analogue_gain=2.0), (0.008, 1.2), False),
        (Controls(mains=50), (0.01, 1.0), True),
        (Controls(mains=50), (0.0072, 1.4), False),
    ],
)
def test_what_is_set_by_hand_is_protected_too(
    camera: type[FakeCamera],
    controls: Controls,
    exposure: tuple[float, float],
    kept: bool,
) -> None:
    """A darker stream keeps the one that is set, and whole pulses of the lamps; or it stays."""
    camera.automatic = {"ExposureTime": 20000 if controls.mains else 8000, "AnalogueGain": 2.0}
    source = _started(6)
    source.set_controls(controls)
    for _ in range(9):
        source.preview()
    before = source.preview().metadata
    _protected(source, _plan(*[exposure] * 4))
    after = source.preview().metadata
    wanted = exposure if kept else (before.exposure_time, before.analogue_gain)
    assert (after.exposure_time, after.analogue_gain) == pytest.approx(wanted, rel=0.08)


def test_without_a_ring_a_press_takes_the_next_frames(camera: type[FakeCamera]) -> None:
    """The stream is exposed as planned all the same: no frame goes by until the plan's come."""
    del camera
    source = _started()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    plan = _plan(*[(0.003, 1.0)] * 3)
    _protected(source, plan)
    shown = source.preview()
    assert shown.metadata.exposure_time == pytest.approx(0.003)
    passed = len(inner.waits)
    burst = source.capture(plan, since_press=0.0)
    assert len(inner.waits) - passed == len(burst.frames) == 3
    assert source.preview().metadata.exposure_time == pytest.approx(0.003)


def test_for_a_long_exposure_the_stream_stays_the_automatics(camera: type[FakeCamera]) -> None:
    """Nobody wants to see half a second's frames."""
    del camera
    source = _started(6)
    _protected(source, _plan(*[(0.5, 1.0)] * 6))
    assert source.preview().metadata.exposure_time == pytest.approx(0.008)


def test_metering_without_a_ring_costs_no_frame_of_the_stream(camera: type[FakeCamera]) -> None:
    """The frame shown is the one metered; the same is not metered twice."""
    del camera
    source = _started()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    source.preview()
    now = inner.now
    source.metering()
    assert inner.now == now
    source.metering()
    assert inner.now > now


def test_a_search_leaves_no_frames_to_a_burst(camera: type[FakeCamera]) -> None:
    """A lens that moved blurs; a search that is given up ends within a frame or two."""
    del camera
    source = _started(6)
    for _ in range(9):
        source.preview()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    begun = inner.now
    assert not source.focus(60.0, enough=lambda: True)
    ended = inner.now
    assert ended - begun < 4e8  # of 0.1 s
    burst = source.capture(_plan(*[(0.008, 1.0)] * 6), since_press=0.0)
    assert min(frame.metadata.timestamp or 0 for frame in burst.frames) > ended


def test_fewer_buffers_are_tried(camera: type[FakeCamera], monkeypatch: pytest.MonkeyPatch) -> None:
    """Where memory has room for two buffers, the camera works with two and says so."""
    asked: list[int] = []

    def start(self: FakeCamera) -> None:
        asked.append(self.configuration["buffer_count"])
        if asked[-1] > 2:
            raise RuntimeError("Failed to allocate buffers: Cannot allocate memory")
        FakeCamera.start(self)

    monkeypatch.setattr(camera, "start", start)
    source = _started(6)
    assert asked == [4, 3, 2]
    assert "2 buffers of 4" in source.abilities.short_of
    assert len(source.capture(_plan(*[(0.002, 1.0)] * 6)).frames) == 6
    monkeypatch.undo()
