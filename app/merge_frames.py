"""A burst's frames made ready to be merged, and what their merge is mended by."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import numpy.typing as npt

import native
from app.calming import calm_equal, calm_steps
from app.exposure_steps import ALIKE, MOST
from app.flicker import Lamp
from app.hot_pixels import hot_pixels, mend
from app.longest import LEAST_RATIO, Longest
from app.mosaics import levels, normalised
from app.pictures.negative import Negative
from app.progress import Progress
from app.stages import Stages
from native import Mosaic

Places = npt.NDArray[np.intp]

_HOT_ISOLATION = 4.0  # times the spread of its neighbours that a hot pixel stands out by
_HIDDEN_ISOLATION = 1.0  # the same, in the mean of frames, where shake has blurred the detail
_CLIPPED = 0.98  # of white
_TELLING = 3  # frames of a step that tell hot pixels from noise


@dataclass(frozen=True, slots=True)
class Manner:
    """How frames are merged.

    Attributes:
        stages: told of progress and time.
        threads: for the C core; None uses all.
        average: whether frames are parts of one long exposure: nothing is aligned, what moved is
            drawn out.
        wide: whether the picture may be lifted by many stops.
    """

    stages: Stages
    threads: int | None
    average: bool = False
    wide: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """One to be merged.

    Attributes:
        mosaic: (height, width) uint16.
        ratio: its exposure over the reference's.
        noise: of it.
    """

    mosaic: Mosaic
    ratio: float
    noise: native.MosaicNoise


Read = Callable[[int], Frame]


class ReadyFrames:
    """A burst's frames as they are merged, and how their light compares with the reference's.

    Made by ready_frames(), which tells more of them.

    Args:
        reference: the frame that the others are aligned to.
        read: reads one of the others.
        manner: how they are merged.
        hot: pixels that hide in the noise of single frames; None leaves frames as they are.
        stepped: whether there is more than one step.

    Attributes:
        stepped: that.
        first: the reference, scaled as all of them.
        format: of all of them.
        lamp: what they are compared with.
        ratios: by frame that was read, its exposure over the reference's.
        gains: the same, its gain.
        owed: by frame whose light was looked at, EV that it shows beyond its metadata.
    """

    def __init__(
        self, reference: Negative, read: Read, manner: Manner, hot: Places | None, *, stepped: bool
    ) -> None:
        self._reference, self._read, self._manner, self._hot = reference, read, manner, hot
        self.stepped = stepped
        self._shown: dict[int, float] = {}  # what ratios would be without an end
        self.ratios: dict[int, float] = {}
        self.gains: dict[int, float] = {}
        self.owed: dict[int, float] = {}
        self._scale = reference.format.whole_scale if stepped else 1
        first = self._clean(reference.mosaic, reference.noise)
        self.lamp = Lamp(first, reference.format)
        self.first, self.format = _scaled(first, self._scale), reference.format.scaled(self._scale)

    def ready(self, index: int) -> Mosaic:
        """A frame as it is merged."""
        frame = self._read(index)
        mosaic, ratio = self._clean(frame.mosaic, frame.noise), frame.ratio
        if (self.stepped or ratio > ALIKE) and index not in self.owed:
            with self._manner.stages.timed("align"):
                shown = self.lamp.ratio(mosaic, frame.noise, ratio)
            self.owed[index], ratio = log2(shown / ratio), shown
        ratio = self._shown.setdefault(index, ratio)
        self.ratios[index] = min(max(ratio, 1.0 / MOST), MOST)
        self.gains[index] = _gain(frame.noise, self._reference.noise)
        mosaic = _scaled(mosaic, self._scale)
        return mosaic if ratio <= MOST else _darker(mosaic, ratio / MOST, self.format)

    def calm(
        self,
        merged: native.Merged,
        used: Sequence[int],
        last: Sequence[int],
        progress: Progress,
    ) -> None:
        """Mends what a merge of a wide range leaves, in place.

        Args:
            merged: the reference and the frames used.
            used: they.
            last: those of them that are of the last step.
            progress: told the fraction done.
        """
        noise, threads = self._reference.noise, self._manner.threads
        if not self.stepped:
            calm_equal(merged, noise, progress=progress, threads=threads)
            return
        light = defaultdict(float, {1.0: 1.0})
        for i in used:
            light[self.ratios[i]] += self._light(i)
        serving = [i for i in last if self._light(i) >= LEAST_RATIO]
        longest = None
        if serving:
            gain = float(np.median([self.gains[i] for i in serving]))
            frames = ((self.ready(i), self.ratios[i]) for i in serving)
            longest = Longest(frames, len(serving), gain)
        calm_steps(merged, self.first, noise, light, longest, progress=progress, threads=threads)

    def owes(self, used: Sequence[int]) -> float:
        """EV that a picture is owed by the reference, whatever of a lamp's light that saw.

        The frames that were open longest have the light's mean.
        """
        most = max((self._light(i) for i in used), default=0.0)
        true = [self.owed[i] for i in used if i in self.owed and ALIKE * self._light(i) >= most]
        return float(np.median(true)) if true else 0.0

    def _light(self, index: int) -> float:
        """What a frame collected, over what the reference did: gain collects none."""
        return self.ratios[index] / self.gains[index]

    def _clean(self, frame: Mosaic, noise: native.MosaicNoise) -> Mosaic:
        """A frame of a wide range without hot pixels: those known, and what stands alone."""
        if self._hot is None:
            return frame
        clean = frame.copy()
        with self._manner.stages.timed("defects"):
            mend(clean, self._hot)
            native.correct_defects(
                clean,
                self._reference.format,
                noise,
                isolation=_HOT_ISOLATION,
                threads=self._manner.threads,
            )
        return clean


def ready_frames(
    reference: Negative, steps: Sequence[Sequence[int]], read: Read, manner: Manner
) -> ReadyFrames:
    """Frames to be merged; those of the last step are read and looked at for their hot pixels.

    Frames of a wide range are without them: they glow by the time of a frame, so that frames of
    other times disagree on them, and lifting by many stops shows the weak ones.

    Args:
        reference: the frame that the others are aligned to.
        steps: the others, in the order that they are merged in.
        read: reads one of them; each may be asked for several times.
        manner: how they are merged.
    """
    hot = _hidden(reference, steps[-1], read, manner) if manner.wide and steps else None
    return ReadyFrames(reference, read, manner, hot, stepped=len(steps) > 1)


def _hidden(reference: Negative, step: Sequence[int], read: Read, manner: Manner) -> Places:
    """Hot pixels that hide in the noise of a step's single frames."""
    if len(step) < _TELLING:
        return np.empty(0, np.intp)
    noise = read(step[0]).noise
    frames = (read(index).mosaic for index in step)
    with manner.stages.timed("defects"):
        return hot_pixels(
            frames, reference.format, noise, isolation=_HIDDEN_ISOLATION, threads=manner.threads
        )


def _gain(noise: native.MosaicNoise, reference: native.MosaicNoise) -> float:
    """A frame's gain over the reference's, to which photon noise is in proportion.

    What is a merge itself counts as of less gain: it has as much more light.
    """
    own, theirs = sum(noise.shot), sum(reference.shot)
    return min(max(own / theirs, 1.0 / MOST), MOST) if own > 0.0 and theirs > 0.0 else 1.0


def _scaled(mosaic: Mosaic, scale: int) -> Mosaic:
    if scale == 1:
        return mosaic
    return np.minimum(mosaic, np.uint16(65535 // scale)) * np.uint16(scale)


def _darker(mosaic: Mosaic, times: float, layout: native.MosaicFormat) -> Mosaic:
    """A frame as of less exposure, for a lamp made it brighter than a merge takes; white stays."""
    clipped = mosaic >= layout.black[0] + _CLIPPED * (layout.white - layout.black[0])
    return np.where(clipped, mosaic, levels(normalised(mosaic, layout) / np.float32(times), layout))
