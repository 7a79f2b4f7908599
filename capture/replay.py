"""Bursts from files: what a camera once delivered, taken again.

Reading a raw file is the app's business and is injected, so this module knows folders, order and
agreement, not formats.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import overload

import numpy as np
import numpy.typing as npt

from capture.cells import cell_colours
from capture.frames import (
    Burst,
    ByHand,
    CfaPattern,
    FrameMetadata,
    Packing,
    PreviewFrame,
    RawFrame,
    RawSample,
    SensorProfile,
)
from capture.plan import ExposurePlan, Metering
from capture.plans.histogram import RawHistogram
from capture.source import Abilities, CameraError, Controls, Enough, Progress, Seen
from capture.thinning import row_pairs

_PREVIEW_WIDTH = 1280
_EVERY = 16  # rows give two to the statistics


@dataclass(frozen=True, slots=True)
class ReplayFrame:
    """A raw file, decoded.

    Attributes:
        mosaic: (height, width) uint16 samples, black level not subtracted.
        profile: the sensor as the file describes it: size, CFA, levels, calibrations.
        metadata: exposure and time, as far as the file tells.
        scene_neutral: camera RGB of white, green 1, if the file tells.
        push: EV that the file says development owes.
        orientation: how the camera was held, as EXIF numbers it, 1..8.
        taken: when, if the file tells.
        time_source: where that time came from: "network", "rtc" or "unknown".
        raw_format: in which the camera handed it out, if the file tells.
        mode: that its burst was planned by; "" if the file does not tell.
        plan: of its burst, in one line.
        by_hand: what a person had set; None unknown.
    """

    mosaic: npt.NDArray[np.uint16]
    profile: SensorProfile
    metadata: FrameMetadata
    scene_neutral: tuple[float, float, float] | None = None
    push: float = 0.0
    orientation: int = 1
    taken: datetime | None = None
    time_source: str = "unknown"
    raw_format: str = ""
    mode: str = ""
    plan: str = ""
    by_hand: ByHand | None = None


Decode = Callable[[Path], ReplayFrame]
"""Reads a file; raises CameraError, OSError or ValueError when it cannot."""


class ReplaySource:
    """A CameraSource that plays files back: exposures are the files' own.

    Of a person's wishes the brightness alone can still be granted: it is added to the push.

    Args:
        path: a folder of .dng files, or one of them.
        decode: reads a file.

    Raises:
        CameraError: when the path holds no .dng file.
    """

    def __init__(self, path: Path, decode: Decode) -> None:
        self._paths = burst_files(path)
        self._decode = decode
        self._first: ReplayFrame | None = None
        self._preview: PreviewFrame | None = None
        self._running = False
        self._controls = Controls()

    @property
    def profile(self) -> SensorProfile:
        """The sensor of the first file."""
        return self._opened().profile

    @property
    def abilities(self) -> Abilities:
        """None beyond playing back."""
        opened = self._opened()
        return Abilities(raw_format=opened.raw_format, margin=opened.profile.margin)

    def start(self) -> None:
        """Reads the first file."""
        if self._running:
            raise CameraError("the replay is running already")
        self._opened()
        self._running = True

    def stop(self) -> None:
        """Forgets what was read."""
        self._running = False
        self._first = self._preview = None

    def set_controls(self, controls: Controls) -> None:
        """Keeps the exposure compensation; the rest comes late: the pictures are taken already."""
        self._need_running()
        self._controls = controls

    def preview(self) -> PreviewFrame:
        """The first file, small and roughly developed; always the same."""
        self._need_running()
        if self._preview is None:
            frame = self._opened()
            rows = row_pairs(frame.mosaic, _EVERY if frame.profile.height >= _EVERY else 2)
            shape = (frame.profile.width, rows.shape[0])
            raw = RawFrame(rows, Packing.U16, *shape, frame.metadata)
            self._preview = PreviewFrame(
                quick_look(frame, _PREVIEW_WIDTH), frame.metadata, RawSample(raw, frame.profile)
            )
        return self._preview

    def metering(self) -> Metering:
        """The first file's exposure and highlights."""
        self._need_running()
        frame = self._opened()
        profile, metadata = frame.profile, frame.metadata
        black = min(profile.black_level)
        scale = 1.0 / (profile.white_level - black)
        levels = (frame.mosaic[::3, ::3].astype(np.float32) - black) * scale
        level = max(float(np.quantile(levels, 0.999)), 0.0)
        gain = (metadata.analogue_gain or 1.0) * (metadata.digital_gain or 1.0)
        time = metadata.exposure_time or 1.0 / 60.0
        return Metering(time, gain, level, histogram=RawHistogram.of(levels))

    def expect(self, plan: ExposurePlan | None) -> None:
        """Changes nothing: files are exposed as they are."""
        del plan
        self._need_running()

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        """True: the pictures are as sharp as they are."""
        del limit, seen, enough
        self._need_running()
        return True

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        """The files as a burst: the plan's count of them at most, its exposures not obeyed.

        The burst's push is the first file's own and the brightening the person asked for; the
        plan's push is for other exposures. Frames are read when they are taken, one at a time.
        """
        del since_press, seen  # there is no stream
        self._need_running()
        if not plan.frames:
            raise CameraError("an exposure plan without frames takes no picture")
        first = self._opened()
        paths = self._paths[: len(plan.frames)]
        frames = _LazyFrames(paths, self._read, first.profile, progress)
        if progress is not None:
            progress(0.0)
        push = first.push + plan.ev + self._controls.exposure_value
        return Burst(
            frames,
            first.profile,
            push=push,
            scene_neutral=first.scene_neutral,
            orientation=first.orientation,
            taken=first.taken,
            time_source=first.time_source,
            raw_format=first.raw_format,
            mode=first.mode or "replay",
            plan=first.plan,
            by_hand=first.by_hand,
        )

    def _need_running(self) -> None:
        if not self._running:
            raise CameraError("the replay is not running; start it first")

    def _opened(self) -> ReplayFrame:
        if self._first is None:
            self._first = self._read(self._paths[0])
        return self._first

    def _read(self, path: Path) -> ReplayFrame:
        return _read(path, self._decode)


def replayed_burst(paths: Sequence[Path], decode: Decode, reference: int = 0) -> Burst:
    """Files of one burst as it was captured; read when they are taken, one at a time.

    Args:
        paths: of the frames in time order, one at least.
        decode: reads a file.
        reference: index of the frame nearest the press.

    Raises:
        CameraError: if the reference frame cannot be read.
    """
    reference = min(reference, len(paths) - 1)
    chosen = _read(paths[reference], decode)
    frames = _LazyFrames(paths, lambda path: _read(path, decode), chosen.profile, None)
    return Burst(
        frames,
        chosen.profile,
        reference,
        chosen.push,
        chosen.scene_neutral,
        chosen.orientation,
        raw_format=chosen.raw_format,
        mode=chosen.mode,
        plan=chosen.plan,
        by_hand=chosen.by_hand,
    )


def _read(path: Path, decode: Decode) -> ReplayFrame:
    try:
        frame = decode(path)
    except (OSError, ValueError) as error:
        raise CameraError(f"{path} cannot be read: {error}") from error
    if frame.profile.cfa is CfaPattern.MONO and frame.mosaic.ndim != 2:
        raise CameraError(f"{path} holds no mosaic; only raw files can be replayed")
    if frame.mosaic.shape != (frame.profile.height, frame.profile.width):
        raise CameraError(f"{path} holds no mosaic of the size it states")
    return frame


class _LazyFrames(Sequence[RawFrame]):
    """Frames that are read when asked for, and must agree with the first."""

    def __init__(
        self,
        paths: Sequence[Path],
        read: Decode,
        profile: SensorProfile,
        progress: Progress | None,
    ) -> None:
        self._paths = tuple(paths)
        self._read = read
        self._profile = profile
        self._progress = progress

    def __len__(self) -> int:
        return len(self._paths)

    @overload
    def __getitem__(self, index: int) -> RawFrame: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[RawFrame]: ...
    def __getitem__(self, index: int | slice) -> RawFrame | Sequence[RawFrame]:
        if isinstance(index, slice):
            return _LazyFrames(self._paths[index], self._read, self._profile, self._progress)
        path = self._paths[index]
        frame = self._read(path)
        profile = frame.profile
        size, expected = ((p.width, p.height) for p in (profile, self._profile))
        if size != expected:
            raise CameraError(
                f"{path} is {size[0]}x{size[1]}, the burst {expected[0]}x{expected[1]}: "
                "the files of a burst are of one size"
            )
        if profile.cfa is not self._profile.cfa:
            raise CameraError(
                f"{path} has the colour pattern {profile.cfa}, the burst {self._profile.cfa}"
            )
        if self._progress is not None:
            self._progress((index % len(self._paths) + 1) / len(self._paths))
        return RawFrame(frame.mosaic, Packing.U16, size[0], size[1], frame.metadata)

    def __iter__(self) -> Iterator[RawFrame]:
        return (self[index] for index in range(len(self)))


def burst_files(path: Path) -> tuple[Path, ...]:
    """The .dng files a path stands for, in natural order (frame2 before frame10).

    Raises:
        CameraError: when there is none.
    """
    if path.is_file():
        return (path,)
    if not path.is_dir():
        raise CameraError(f"{path} does not exist; give a folder of .dng files, or one")
    files = [f for f in path.iterdir() if f.suffix.lower() == ".dng" and f.is_file()]
    files = [f for f in files if not f.name.startswith(".")]
    if not files:
        raise CameraError(f"{path} holds no .dng file")
    return tuple(sorted(files, key=lambda f: natural_key(f.name)))


def natural_key(name: str) -> tuple[tuple[int, int, str], ...]:
    """A sorting key that compares the numbers in names as numbers."""
    parts = re.split(r"(\d+)", name.casefold())
    return tuple((0, int(p), p) if p.isdecimal() else (1, 0, p) for p in parts if p)


def quick_look(frame: ReplayFrame, width: int) -> npt.NDArray[np.uint8]:
    """A small picture of a mosaic: cells as pixels, white-balanced, brightened, gamma 2.2.

    Args:
        frame: the decoded file.
        width: largest width of the result, pixels.

    Returns:
        (height, width, 4) uint8: R, G, B, X.
    """
    profile = frame.profile
    step = max(1, -(-profile.width // (2 * width)))
    planes = cell_colours(
        frame.mosaic, profile.cfa.colours, profile.black_level, profile.white_level, step
    )
    planes = np.maximum(planes, 0.0)
    if profile.cfa is not CfaPattern.MONO and frame.scene_neutral is not None:
        planes /= np.array(frame.scene_neutral, np.float32)[:, None, None]
    scale = 0.18 / max(float(planes[1].mean()), 1e-6)
    shown = np.minimum(planes * scale, 1.0) ** (1.0 / 2.2) * 255.0 + 0.5
    out = np.full((*planes.shape[1:], 4), 255, np.uint8)
    out[..., :3] = np.moveaxis(shown, 0, 2)
    return out
