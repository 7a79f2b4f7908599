"""A Raspberry Pi's camera as a CameraSource."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from math import log2
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.frames import Burst, PreviewFrame, RawFrame, RawSample, SensorProfile
from capture.pi import focus
from capture.pi.automatic import Automatic
from capture.pi.configuration import Configured, configure
from capture.pi.controls import libcamera_controls, metered_by, spotted, starting
from capture.pi.library import NoBuffersError, open_camera, translated
from capture.pi.metering import every_eighth, metered, visible
from capture.pi.plans import PlannedFrames
from capture.pi.press import CLOCKS, Clock, press_time
from capture.pi.protected import LEAST, MOST, Lifted, Protection, beats, brightened, lifted
from capture.pi.requests import FIRST, next_request, preview_of, raw_of, sample_of
from capture.pi.spot import SpotMeter
from capture.plan import STREAMED, ExposurePlan, FrameExposure, Metering, split_exposure
from capture.profiles import profiles
from capture.ring import FrameRing, alike, around_press, matches, nearest
from capture.source import (
    Abilities,
    CameraError,
    Controls,
    CutShortError,
    Enough,
    Progress,
    Seen,
)
from capture.thinning import thinned

log = logging.getLogger(__name__)

Unpack = Callable[[RawFrame], npt.NDArray[np.uint16]]
"""A frame's samples, right-justified."""
RingDepth = Callable[[int], int]
"""How many frames of so many bytes may be kept, as memory is now."""

_EVERY = 16  # rows give two to the meter
_SAMPLED = 6  # frames of the stream: of one the raw is sampled, five times a second
_SEARCHING, _CONVERGED = 1, 2  # AeState
_STILL = 12  # frames after which a spot's exposure has come
_FEWEST = 2  # buffers of a stream: one is filled while the other is read
_SETTLING = 2.0  # seconds that the automatic exposure has after the start


class PiSource:
    """A CameraSource over picamera2.

    Args:
        unpack: reads a raw frame.
        camera: its number, as rpicam-hello --list-cameras shows it.
        preview_size: of the live stream, pixels; its aspect should be the sensor's.
        buffers: of each stream. Each costs a full raw frame of contiguous memory.
        patience: seconds a frame may take besides its exposure; a device at its limits needs more
            than one.
        ring_depth: asked at the start and after each burst; no frames are kept without it.
        clock: seconds, for limits.
        stamp_clocks: nanoseconds; the frames' timestamps are of one of them.
    """

    def __init__(
        self,
        unpack: Unpack,
        camera: int = 0,
        *,
        preview_size: tuple[int, int] | None = None,
        buffers: int = 4,
        patience: float = 3.0,
        ring_depth: RingDepth = lambda _size: 0,
        clock: Callable[[], float] = time.monotonic,
        stamp_clocks: Sequence[Clock] = CLOCKS,
    ) -> None:
        self._unpack, self._index = unpack, camera
        self._preview_size, self._buffers, self._patience = preview_size, buffers, patience
        self._ring_depth, self._clock, self._stamp_clocks = ring_depth, clock, stamp_clocks
        self._camera: Any = None
        self._configured: Configured | None = None
        self._granted = buffers
        self._ring = FrameRing(0)
        self._controls = Controls()
        self._spot = SpotMeter()
        self._shown: PreviewFrame | None = None
        self._sample: RawSample | None = None
        self._rows: RawFrame | None = None  # of the newest frame, for the meter; without a ring
        self._protection = Protection()
        self._metered: Metering | None = None  # the newest
        self._lacked: Lifted | None = None  # what its frame lacked
        self._moved = 0  # the frame at which the spot changed its mind
        self._passing: FrameExposure | None = None  # by hand, until the automatics go on from it
        self._count = 0  # frames of the stream
        self._automatic = Automatic()
        self._held: FrameExposure | None = None  # of a lock
        self._settled = 0.0  # when the automatics have had their time

    @property
    def profile(self) -> SensorProfile:
        """The sensor, in the mode that was granted."""
        return self._ready().profile

    @property
    def abilities(self) -> Abilities:
        """What the camera offers, and the raw it granted."""
        configured = self._ready()
        offered = self._camera.camera_controls
        return Abilities(
            lens_positions=focus.lens_positions(offered),
            autofocus="AfTrigger" in offered,
            flicker="AeFlickerPeriod" in offered,
            raw_format=configured.raw.described,
            short_of=self._short_of(),
            sensor_known=configured.profile.name in profiles(),
        )

    def start(self) -> None:
        """Opens the camera, asks for unpacked raw of full size, and checks what was granted."""
        if self._camera is not None:
            raise CameraError("the camera is running already")
        for buffers in range(max(self._buffers, _FEWEST), _FEWEST - 1, -1):
            try:
                self._start(buffers)
            except NoBuffersError:
                if buffers == _FEWEST:
                    raise
                log.warning("no memory for %d buffers; one fewer is tried", buffers)
            else:
                self._granted = buffers
                break
        self._settled = self._clock() + _SETTLING
        self._renew_ring()

    def _start(self, buffers: int) -> None:
        self._camera = open_camera(self._index)
        try:
            self._configured = configure(self._camera, self._preview_size, buffers)
            self._controls, self._spot = Controls(), SpotMeter()
            self._automatic, self._held = Automatic(), None
            self._protection, self._metered, self._passing = Protection(), None, None
            with translated("started"):
                self._camera.set_controls(starting(self._translated(self._controls)))
                self._camera.start()
            with next_request(self._camera, max(FIRST, self._patience)):
                pass
        except BaseException:
            self.stop()
            raise

    def _short_of(self) -> str:
        if self._granted >= self._buffers:
            return ""
        return f"memory: {self._granted} buffers of {self._buffers}, so frames may be lost"

    def stop(self) -> None:
        """Stops and closes the camera."""
        camera, self._camera, self._configured = self._camera, None, None
        self._ring, self._shown, self._sample, self._rows = FrameRing(0), None, None, None
        if camera is not None:
            with translated("closed"):  # which stops it: by itself stop() costs a wait for frames
                camera.close()

    def set_controls(self, controls: Controls) -> None:
        """Sends controls with the next request; the metadata shows when they are obeyed."""
        self._ready()
        self._spot.point(controls.meter_at)
        self._hold(controls)
        if metered_by(controls) != metered_by(self._controls):
            self._unprotect(self._protection.wanted)
        self._controls = controls
        if self._shown is not None:
            self._point(self._shown)
        self._send()

    def preview(self) -> PreviewFrame:
        """The next frame of the live stream; its raw goes to the ring."""
        configured = self._ready()
        with next_request(self._camera, self._wait()) as request:
            due = self._count % _SAMPLED == 0
            if self._ring.depth:
                self._ring.add(raw_of(request, configured, self._ring.room()))
            if due or not self._ring.depth:
                self._rows = sample_of(request, configured, _EVERY)
            frame = preview_of(request)
        if due and self._rows is not None:
            shown = visible(frame.metadata.libcamera.get("ScalerCrop"), self._area())
            self._sample = RawSample(self._rows, configured.profile, shown)
        self._count += 1
        self._shown = frame = replace(frame, raw=self._sample)
        changed = self._passing is not None
        self._passing = None
        lack = self._protection.see(frame.metadata)
        if lack is None:
            self._automatic.see(frame.metadata)
            changed = self._point(frame) or changed
        if self._hold(self._controls) or changed:
            self._send()
        return frame if lack is None else brightened(frame, lack.value)

    def metering(self) -> Metering:
        """The automatic exposure of the newest frame, and the highlights of its raw.

        A frame is metered once: the next one is waited for where there is no ring and none was
        shown since; soon after the start the automatics, and after a burst their first frame.
        """
        configured = self._ready()
        self._settle()
        rows = self._newest_rows()
        if rows is None:
            self.preview()
            rows = self._newest_rows()
        if rows is None:
            raise CameraError("the camera gives no raw to meter; start it again")
        self._lacked = lack = self._protection.of(rows.metadata)
        samples = every_eighth(self._unpack(rows))
        found = metered(samples, configured.profile, rows.metadata, lack)
        self._metered = found = replace(found, streamed=self._protection.exposure)
        return found

    def expect(self, plan: ExposurePlan | None) -> None:
        """Exposes the stream as planned, if the plan protects highlights; see protected.py."""
        self._ready()
        streamed, metered = self._protection.exposure, self._metered
        if metered is None:
            return
        exposure = None if plan is None else self._protective(plan, metered)
        goes_on = self._protection.wanted
        if streamed is not None and exposure is not None and self._lacked is not None:
            change = 0.0 if self._controls.exposure_locked else self._protection.judge(metered)
            if change:
                wanted = metered.exposure_time * metered.analogue_gain * 2.0**-change
                exposure, goes_on = None, split_exposure(wanted, self._ready().profile)
        if exposure is not None:
            if self._protection.begin(exposure, metered):
                self._send()
        elif streamed is not None:
            self._unprotect(goes_on)
            self._send()

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        """Looks for the focus once.

        A search can take 25 seconds (picamera2 issue 884); this one is ended when its time is up,
        and the lens goes back to where it was. Frames of the search are not for a burst.
        """
        found = self._search(limit, seen, enough)
        self._ring.clear()
        return found

    def _search(self, limit: float, seen: Seen | None, enough: Enough | None) -> bool:
        self._ready()
        if not self.abilities.autofocus:
            return True
        with translated("focused"):
            self._camera.set_controls(
                focus.searching(self._controls, self._area(), self._camera.camera_controls)
            )
        before = None if self._shown is None else self._shown.metadata.lens_position
        end = self._clock() + limit
        search = focus.Search()
        for _ in range(focus.LONGEST):
            if self._clock() >= end:
                break
            frame = self.preview()
            if seen is not None:
                seen(frame)
            found = search.ended(frame.metadata.libcamera.get("AfState"))
            if found is not None:
                return found
            if enough is not None and enough():
                break
        with translated("focused"):
            self._camera.set_controls(focus.returning(before))
        self.preview()
        self._send()
        return False

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        """Takes the plan's frames: those of the ring around the press, the rest back to back."""
        configured = self._ready()
        if not plan.frames:
            raise CameraError("an exposure plan without frames takes no picture")
        if progress is not None:
            progress(0.0)
        press = self._press(since_press)
        streamed = self._ring.frames
        kept = [] if press is None else self._from_ring(plan, press)
        before = self._before_burst(plan)
        showing = None if seen is None else self._showing(seen)
        planned = PlannedFrames(plan.frames, kept, before, progress, showing)
        after = self._translated(self._controls)
        try:
            longest = max(exposure.exposure_time for exposure in plan.frames)
            taken = planned.collect(self._camera, configured, after, self._wait(longest))
        except BaseException as error:
            with suppress(Exception):
                self._camera.set_controls(after)
            if isinstance(error, CameraError | MemoryError):
                self._cut_short(plan, planned.frames, streamed, press, error)
            raise
        self._renew_ring()
        return self._burst(taken, plan.push, press)

    def _cut_short(
        self,
        plan: ExposurePlan,
        taken: list[RawFrame],
        streamed: tuple[RawFrame, ...],
        press: int | None,
        error: CameraError | MemoryError,
    ) -> None:
        """Saves what can be saved of a burst: frames of the plan, or else of the stream."""
        push = plan.push
        if not taken:
            taken = [] if press is None else list(alike(streamed))
            if not taken:
                return
            wanted = plan.frames[0].exposure_time * plan.frames[0].analogue_gain
            push += log2(wanted / (taken[0].metadata.exposure or wanted))
        told = str(error) or "there is no memory for the burst; close other programs"
        raise CutShortError(told, self._burst(taken, push, press)) from error

    def _burst(self, taken: list[RawFrame], push: float, press: int | None) -> Burst:
        configured = self._ready()
        gains = taken[0].metadata.colour_gains
        told = [frame.metadata for frame in taken]
        return Burst(
            tuple(taken),
            configured.profile,
            0 if press is None else nearest(told, press, configured.readout),
            push,
            None if gains is None else (1.0 / gains[0], 1.0, 1.0 / gains[1]),
            raw_format=configured.raw.described,
        )

    def _settle(self) -> None:
        """Waits for the automatics after the start; a camera that is lost meanwhile is metered."""
        shown = self._shown
        state = shown.metadata.libcamera.get("AeState") if shown else _SEARCHING
        while self._automatic.away or (state == _SEARCHING and self._clock() < self._settled):
            try:
                state = self.preview().metadata.libcamera.get("AeState")
            except CameraError:
                if not self._ring.frames:
                    raise
                return
        self._settled = 0.0

    def _hold(self, controls: Controls) -> bool:
        """Keeps the exposure to be locked, which a burst would change; whether it is new.

        That of a place stays where it is by itself.
        """
        if not controls.exposure_locked:
            self._held = None
        elif self._held is None and self._spot.exposure is None:
            self._held = self._automatic.exposure
            return self._held is not None
        return False

    def _before_burst(self, plan: ExposurePlan) -> FrameExposure | None:
        """The stream's exposure, for which frames are to be waited unless the plan has it."""
        self._passing = None
        if set(plan.frames) == {self._protection.exposure}:
            return None
        self._protection.end()
        before = self._automatic.exposure
        if any(frame != before for frame in plan.frames):
            self._automatic.interrupt()
        return before

    def _newest_rows(self) -> RawFrame | None:
        """Rows of the newest frame; None if it was metered, or there is none."""
        if self._ring.depth:
            newest = next(reversed(self._ring.frames), None)
            return None if newest is None else thinned(newest, _EVERY)
        rows, self._rows = self._rows, None
        return rows

    def _showing(self, seen: Seen) -> Seen:
        def show(frame: PreviewFrame) -> None:
            lack = self._protection.of(frame.metadata)
            seen(frame if lack is None else brightened(frame, lack.value))

        return show

    def _protective(self, plan: ExposurePlan, metered: Metering) -> FrameExposure | None:
        """The exposure that the stream is to have for a plan; None for the automatics' own."""
        controls, exposure = self._controls, plan.frames[0]
        if (
            self._ring.depth == 0
            or len(set(plan.frames)) > 1
            or controls.exposure_time is not None
            or controls.analogue_gain is not None
            or not LEAST <= lifted(exposure, metered) <= MOST
            or exposure.exposure_time > max(STREAMED, metered.exposure_time)
            or beats(exposure.exposure_time, metered.exposure_time, controls.mains)
        ):
            return None
        if self._protection.exposure is None and not self._steady():
            return None
        return exposure

    def _steady(self) -> bool:
        """Whether the newest frame is exposed as the automatics, a lock or a spot want it."""
        shown = self._shown
        if shown is None or self._automatic.away or self._protection.of(shown.metadata):
            return False
        exposure = self._automatic.exposure
        if self._controls.exposure_locked:
            return exposure is not None and matches(shown.metadata, exposure)
        if self._spot.exposure is not None:
            return self._count - self._moved > _STILL
        return shown.metadata.libcamera.get("AeState") == _CONVERGED

    def _unprotect(self, exposure: FrameExposure | None) -> None:
        """Gives the stream back to the automatics, which go on from an exposure."""
        if self._protection.exposure is not None and self._spot.exposure is None:
            self._passing = exposure
        self._protection.end()

    def _point(self, frame: PreviewFrame) -> bool:
        """Lets the spot look at a frame; whether it wants another exposure."""
        controls = self._controls
        fixed = controls.exposure_time is not None and controls.analogue_gain is not None
        if controls.exposure_locked or fixed:
            return False
        moved = self._spot.see(frame, controls.exposure_value, self._ready().profile)
        self._moved = self._count if moved else self._moved
        return moved

    def _send(self) -> None:
        with translated("controlled"):
            self._camera.set_controls(self._translated(self._controls))

    def _wait(self, exposure: float = 0.0) -> float:
        """Seconds for a frame, while exposures of so many seconds are under way."""
        return self._patience + 4.0 * max(self._controls.exposure_time or 0.0, exposure)

    def _ready(self) -> Configured:
        if self._camera is None or self._configured is None:
            raise CameraError("the camera is not running; start it first")
        return self._configured

    def _translated(self, controls: Controls) -> dict[str, Any]:
        exposure = self._spot.exposure
        set_by_hand = self._protection.exposure or self._passing
        if set_by_hand is not None:
            shutter, gain = set_by_hand.exposure_time, set_by_hand.analogue_gain
            controls = replace(controls, exposure_time=shutter, analogue_gain=gain)
        elif exposure is not None:
            controls = spotted(controls, exposure, self._ready().profile)
        elif self._held is not None:
            shutter, gain = self._held.exposure_time, self._held.analogue_gain
            controls = replace(controls, exposure_time=shutter, analogue_gain=gain)
        return libcamera_controls(controls, self._camera.camera_controls, self._area())

    def _area(self) -> tuple[int, int, int, int] | None:
        area = self._camera.camera_properties.get("ScalerCropMaximum")
        return None if area is None else tuple(area)

    def _renew_ring(self) -> None:
        raw = self._ready().raw
        self._ring = FrameRing(self._ring_depth(raw.packing.row_bytes(raw.width) * raw.height))

    def _press(self, since_press: float | None) -> int | None:
        """When the press was, by the frames' clock."""
        if since_press is None:
            return None
        stamps = (frame.metadata.timestamp for frame in reversed(self._ring.frames))
        return press_time(since_press, next(stamps, None), self._stamp_clocks)

    def _from_ring(self, plan: ExposurePlan, press: int) -> list[RawFrame]:
        metadata = [frame.metadata for frame in self._ring.frames]
        return self._ring.take(around_press(metadata, plan.frames, press))
