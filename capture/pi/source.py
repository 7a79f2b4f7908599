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

from capture.colour import neutral_of
from capture.frames import Burst, PreviewFrame, RawFrame, RawSample, SensorProfile
from capture.pi import focus
from capture.pi.configuration import Configured, configure
from capture.pi.controls import libcamera_controls, starting
from capture.pi.exposure import StreamExposure
from capture.pi.library import NoBuffersError, NoFramesError, open_camera, translated
from capture.pi.metering import every_eighth, visible
from capture.pi.plans import PlannedFrames
from capture.pi.press import CLOCKS, Clock, press_time
from capture.pi.requests import FIRST, next_request, preview_of, raw_of, sample_of
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.profiles import profiles
from capture.ring import FrameRing, alike, around_press, nearest
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
_DEEPER = 30  # frames from one look at the memory that pictures have given back to the next
_SAMPLED = 6  # frames of the stream: of one the raw is sampled, five times a second
_SEARCHING = 1  # AeState
_FEWEST = 2  # buffers of a stream: one is filled while the other is read
_SETTLING = 2.0  # seconds that the automatic exposure has after the start


class PiSource:
    """A CameraSource over picamera2.

    Args:
        unpack: reads a raw frame.
        camera: its number, as rpicam-hello --list-cameras shows it, or its id, by which it is found
            again when another one was pulled out meanwhile.
        preview_size: of the live stream, pixels; its aspect should be the sensor's.
        buffers: of each stream. Each costs a full raw frame of contiguous memory.
        patience: seconds a frame may take besides its exposure; a device at its limits needs more
            than one.
        ring_depth: asked at the start and after each burst, and now and then whether there is room
            for more; no frames are kept without it.
        clock: seconds, for limits.
        stamp_clocks: nanoseconds; the frames' timestamps are of one of them.
    """

    def __init__(
        self,
        unpack: Unpack,
        camera: int | str = 0,
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
        self._exposure: StreamExposure  # from the start on
        self._past: tuple[RawFrame, ...] = ()  # the ring before a frame that only metered
        # A burst under way, its press, and the frames that were kept for it.
        self._taking: tuple[PlannedFrames, int, tuple[RawFrame, ...]] | None = None
        self._sample: RawSample | None = None
        self._rows: RawFrame | None = None  # of the newest frame, for the meter; without a ring
        self._count = 0  # frames of the stream
        self._failed: CameraError | MemoryError | None = None  # what ended the stream
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
            margin=configured.profile.margin,
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
            self._failed = None
            self._exposure = StreamExposure(self._configured.profile)
            with translated("started"):
                self._camera.set_controls(starting(self._translated()))
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
        self._ring, self._past, self._sample, self._rows = FrameRing(0), (), None, None
        if camera is not None:
            with translated("closed"):  # which stops it: by itself stop() costs a wait for frames
                camera.close()

    def set_controls(self, controls: Controls) -> None:
        """Sends controls with the next request; the metadata shows when they are obeyed."""
        self._ready()
        self._exposure.control(controls)
        self._send()

    def preview(self) -> PreviewFrame:
        """The next frame of the live stream; its raw goes to the ring."""
        configured = self._ready()
        if self._failed is not None:
            raise self._failed
        if self._count % _DEEPER == 0:
            self._ring.deepen(self._ring_depth(self._frame_bytes()))
        try:
            with next_request(self._camera, self._wait()) as request:
                if self._ring.depth:
                    self._ring.add(raw_of(request, configured, self._ring.room()))
                else:
                    self._rows = sample_of(request, configured, _EVERY)
                frame = preview_of(request)
        except (CameraError, MemoryError) as error:
            self._failed = error
            raise
        if self._count % _SAMPLED == 0 and (rows := self._newest_rows()) is not None:
            part = visible(frame.metadata.libcamera.get("ScalerCrop"), self._area())
            self._sample = RawSample(rows, configured.profile, part)
        self._count, self._past = self._count + 1, ()
        shown, changed = self._exposure.see(replace(frame, raw=self._sample))
        if changed:
            self._send()
        return shown

    def metering(self) -> Metering:
        """The automatic exposure of the newest frame, and the highlights of its raw.

        A frame is metered once: the next one is waited for where there is no ring and none was
        shown since; soon after the start the automatics, and after a burst their first frame.
        """
        self._ready()
        self._settle()
        rows = self._newest_rows()
        if rows is None:
            self.preview()
            rows = self._newest_rows()
        if rows is None:
            raise CameraError("the camera gives no raw to meter; start it again")
        if not self._ring.depth:
            self._rows = None
        return self._exposure.meter(every_eighth(self._unpack(rows)), rows.metadata)

    def expect(self, plan: ExposurePlan | None) -> None:
        """Exposes the stream as planned, if the plan protects highlights; see protected.py."""
        self._ready()
        if self._exposure.expect(plan):
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
        self._rows = None
        return found

    def _search(self, limit: float, seen: Seen | None, enough: Enough | None) -> bool:
        self._ready()
        if not self.abilities.autofocus:
            return True
        with translated("focused"):
            self._camera.set_controls(
                focus.searching(self._exposure.controls, self._area(), self._camera.camera_controls)
            )
        shown = self._exposure.shown
        before = None if shown is None else shown.metadata.lens_position
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
        """Takes the plan's frames: those of the ring around the press, the rest back to back.

        Of a camera that has failed since the press the ring's frames come at once, as the rest of
        a burst that was cut short.
        """
        configured = self._ready()
        if not plan.frames:
            raise CameraError("an exposure plan without frames takes no picture")
        if progress is not None:
            progress(0.0)
        streamed, self._past = self._ring.frames or self._past, ()
        press = None if since_press is None else self._press(since_press, streamed)
        if self._failed is not None:
            self._cut_short(plan, [], streamed, press, self._failed)
            raise self._failed
        kept = [] if press is None else self._from_ring(plan, press)
        before = self._exposure.before_burst(plan)
        showing = None if seen is None else lambda frame: seen(self._exposure.show(frame))
        planned = PlannedFrames(plan.frames, kept, before, progress, showing)
        self._taking = None if press is None else (planned, press, streamed)
        after = self._translated()
        try:
            longest = max(exposure.exposure_time for exposure in plan.frames)
            taken = planned.collect(self._camera, configured, after, self._wait(longest))
        except BaseException as error:
            with suppress(Exception):
                self._camera.set_controls(after)
            if isinstance(error, NoFramesError):
                self._failed = error  # nobody waits for another frame
            if isinstance(error, CameraError | MemoryError):
                self._cut_short(plan, planned.frames, streamed, press, error)
            raise
        finally:
            self._taking = None
        self._past = () if press is not None else streamed
        self._renew_ring()
        return self._burst(taken, plan.push, press, plan.frames)

    def salvage(self, plan: ExposurePlan) -> Burst | None:
        """See capture.source.Salvage: frames of the burst that have come, or else the ring's."""
        if self._configured is None:
            return None
        taking, streamed = self._taking, self._ring.frames or self._past
        self._ring = FrameRing(0)  # should the camera ever answer, their memory is not its any more
        if taking is None:  # it hung at the press, or just before
            return self._remains(plan, [], streamed, self._press(0.0, streamed))
        planned, press, streamed = taking
        return self._remains(plan, planned.frames, streamed, press)

    def _cut_short(
        self,
        plan: ExposurePlan,
        taken: list[RawFrame],
        streamed: tuple[RawFrame, ...],
        press: int | None,
        error: CameraError | MemoryError,
    ) -> None:
        """Saves what can be saved of a burst."""
        burst = self._remains(plan, taken, streamed, press)
        if burst is not None:
            told = str(error) or "there is no memory for the burst; close other programs"
            raise CutShortError(told, burst) from error

    def _remains(
        self,
        plan: ExposurePlan,
        taken: list[RawFrame],
        streamed: tuple[RawFrame, ...],
        press: int | None,
    ) -> Burst | None:
        """What there is of a burst: frames of the plan, or else of the stream; None for nothing."""
        if taken:
            return self._burst(taken, plan.push, press, plan.frames)
        taken = [] if press is None else list(alike(streamed))
        if not taken:
            return None
        wanted = plan.frames[0].exposure_time * plan.frames[0].analogue_gain
        push = plan.push + log2(wanted / (taken[0].metadata.exposure or wanted))
        return self._burst(taken, push, press, ())

    def _burst(
        self,
        taken: list[RawFrame],
        push: float,
        press: int | None,
        planned: tuple[FrameExposure, ...],
    ) -> Burst:
        configured = self._ready()
        gains = taken[0].metadata.colour_gains
        told = [frame.metadata for frame in taken]
        return Burst(
            tuple(taken),
            configured.profile,
            0 if press is None else nearest(told, press, configured.readout, planned),
            push,
            None if gains is None else neutral_of(gains),
            raw_format=configured.raw.described,
        )

    def _settle(self) -> None:
        """Waits for the automatics after the start; a camera that is lost meanwhile is metered."""
        shown = self._exposure.shown
        state = shown.metadata.libcamera.get("AeState") if shown else _SEARCHING
        while self._exposure.away or (state == _SEARCHING and self._clock() < self._settled):
            try:
                state = self.preview().metadata.libcamera.get("AeState")
            except (CameraError, MemoryError):
                if not self._ring.frames:
                    raise
                return
        self._settled = 0.0

    def _newest_rows(self) -> RawFrame | None:
        """Rows of the newest frame, thinned once for all; None if it was metered, or is none."""
        newest = next(reversed(self._ring.frames), None)
        if newest is not None and (self._rows is None or self._rows.metadata != newest.metadata):
            self._rows = thinned(newest, _EVERY)
        return self._rows

    def _send(self) -> None:
        with translated("controlled"):
            self._camera.set_controls(self._translated())

    def _wait(self, exposure: float = 0.0) -> float:
        """Seconds for a frame, while exposures of so many seconds are under way."""
        return self._patience + 4.0 * max(self._exposure.controls.exposure_time or 0.0, exposure)

    def _ready(self) -> Configured:
        if self._camera is None or self._configured is None:
            raise CameraError("the camera is not running; start it first")
        return self._configured

    def _translated(self) -> dict[str, Any]:
        return libcamera_controls(self._exposure.wanted, self._camera.camera_controls, self._area())

    def _area(self) -> tuple[int, int, int, int] | None:
        area = self._camera.camera_properties.get("ScalerCropMaximum")
        return None if area is None else tuple(area)

    def _renew_ring(self) -> None:
        self._rows = None
        self._ring = FrameRing(self._ring_depth(self._frame_bytes()))

    def _frame_bytes(self) -> int:
        raw = self._ready().raw
        return raw.packing.row_bytes(raw.width) * raw.height

    def _press(self, since_press: float, streamed: Sequence[RawFrame]) -> int:
        """When the press was, by the frames' clock."""
        stamps = (frame.metadata.timestamp for frame in reversed(streamed))
        return press_time(since_press, next(stamps, None), self._stamp_clocks)

    def _from_ring(self, plan: ExposurePlan, press: int) -> list[RawFrame]:
        metadata = [frame.metadata for frame in self._ring.frames]
        return self._ring.take(around_press(metadata, plan.frames, press))
