"""Exposure plans on a real camera: settings sent frame by frame, frames known by their metadata."""

from collections.abc import Iterator
from typing import Any

from capture.frames import FrameMetadata, RawFrame
from capture.pi.configuration import Configured
from capture.pi.controls import manual, paused
from capture.pi.library import translated
from capture.pi.requests import metadata_of, next_request, preview_of, raw_of
from capture.plan import FrameExposure
from capture.ring import matches
from capture.source import CameraError, Progress, Seen

_PATIENCE = 12  # frames past a plan's own number until a setting is asked for again
_ROUNDS = 3  # times a plan is asked for before giving up


class PlannedFrames:
    """The frames of a plan, those that are taken already and those to come.

    Frames of several exposures come one after the other, in the plan's order and as near together
    as the camera takes them: where the stream has the first exposure by itself, its newest frames
    count. One that is lost is asked for again with all that follow it.

    Args:
        wanted: the exposures, in their order.
        taken: frames of the ring that stand for the first of them.
        before: the stream's exposure, which its automatic is to go on from.
        progress: told how much is taken.
        seen: hears the live stream.
    """

    def __init__(
        self,
        wanted: tuple[FrameExposure, ...],
        taken: list[RawFrame],
        before: FrameExposure | None,
        progress: Progress | None,
        seen: Seen | None,
    ) -> None:
        self._wanted = wanted
        self._mixed = len(set(wanted)) > 1
        self._taken: list[RawFrame | None] = [*taken, *[None] * (len(wanted) - len(taken))]
        self._streaming = bool(taken)  # as planned already: nothing is to be set
        self._before, self._sent = before, dict[str, Any]()
        self._progress, self._seen = progress, seen
        self._told = False  # whether any frame told its exposure

    @property
    def frames(self) -> list[RawFrame]:
        """Those there are, in the plan's order."""
        return [frame for frame in self._taken if frame is not None]

    def collect(
        self,
        camera: Any,  # noqa: ANN401  (untyped library)
        configured: Configured,
        after: dict[str, Any],
        wait: float,
    ) -> list[RawFrame]:
        """Asks for what is missing, frame by frame, and picks the frames that have it.

        Controls ride on the request that is given back next, so one setting a frame gives a
        bracket on consecutive frames, a queue and a sensor's delay later.

        Args:
            camera: a started Picamera2.
            configured: its configuration.
            after: controls for when all settings are sent.
            wait: seconds for a frame.

        Raises:
            CameraError: if frames do not come as planned.
        """
        self._tell()
        held = paused(camera.camera_controls)
        if held and self._missing():
            self._send(camera, held)
        exposures = {name: value for name, value in after.items() if name not in held}
        self._gather(camera, configured, exposures, wait)
        if self._sent is exposures:
            after = {name: after[name] for name in held if name in after}  # a lens obeys at once
        if self._sent and after:
            self._send(camera, after)
        if not self._missing():
            return self.frames
        if not self._told:
            raise CameraError(
                "the camera's frames do not tell their exposure, so that none can be known for the "
                "one asked for; update libcamera and picamera2"
            )
        first = self._wanted[self._missing()[0]]
        raise CameraError(
            f"the camera did not take the exposures it was asked for: {len(self._missing())} of "
            f"{len(self._wanted)} frames are missing, the first of {first.exposure_time:.6g} s at "
            f"gain {first.analogue_gain:.3g}; try again, or with another exposure"
        )

    def _gather(
        self,
        camera: Any,  # noqa: ANN401
        configured: Configured,
        after: dict[str, Any],
        wait: float,
    ) -> None:
        for _ in range(_ROUNDS):
            missing = self._missing()
            orders = iter(()) if self._streaming else self._orders(missing, after)
            for _ in range(len(missing) + _PATIENCE):
                if not self._missing():
                    break
                if (order := next(orders, None)) is not None:
                    self._send(camera, order)
                self._pick(camera, configured, wait)
            self._streaming = False

    def _missing(self) -> list[int]:
        return [i for i, frame in enumerate(self._taken) if frame is None]

    def _orders(self, missing: list[int], after: dict[str, Any]) -> Iterator[dict[str, Any]]:
        for index in missing:
            yield manual(self._wanted[index])
        if self._before is not None:
            yield manual(self._before)
        yield after

    def _send(self, camera: Any, order: dict[str, Any]) -> None:  # noqa: ANN401
        self._sent = order
        with translated("controlled"):
            camera.set_controls(order)

    def _pick(self, camera: Any, configured: Configured, wait: float) -> None:  # noqa: ANN401
        with next_request(camera, wait) as request:
            metadata = metadata_of(request)
            self._told = self._told or metadata.exposure_time is not None
            index = self._place(metadata)
            if index is not None:
                self._taken[index] = raw_of(request, configured)
                self._tell()
            if self._seen is not None:
                self._seen(preview_of(request))

    def _place(self, metadata: FrameMetadata) -> int | None:
        """Where in the plan a frame belongs; None if it is none of it."""
        missing = self._missing()
        if not self._mixed:
            missing = [i for i in missing if matches(metadata, self._wanted[i])]
        if not missing:
            return None
        if matches(metadata, self._wanted[missing[0]]):
            return missing[0]
        begun = missing[0]
        only_first = set(self._wanted[:begun]) == {self._wanted[0]}
        if not (only_first and matches(metadata, self._wanted[0])):
            return None
        self._taken[: begun - 1] = self._taken[1:begun]  # a newer one, nearer to the rest
        return begun - 1

    def _tell(self) -> None:
        if self._progress is not None:
            self._progress(1.0 - len(self._missing()) / len(self._wanted))
