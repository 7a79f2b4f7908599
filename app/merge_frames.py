"""A burst's frames made ready to be merged, and what their merge is mended by."""

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import log2

import numpy as np
import numpy.typing as npt

import native
from app.calming import Longest, calm_equal, calm_steps
from app.exposure_steps import ALIKE, MOST
from app.flicker import Lamp
from app.hot_pixels import hot_pixels, mend
from app.longest import LEAST_RATIO
from app.pictures.negative import Negative
from app.progress import Progress
from app.stages import Stages

Mosaic = npt.NDArray[np.uint16]

_HOT_ISOLATION = 4.0  # times the spread of its neighbours that a hot pixel stands out by
_HIDDEN_ISOLATION = 1.0  # the same, in the mean of frames, where shake has blurred the detail
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


class Frames:
    """A burst's frames as they are merged, and how their light compares with the reference's.

    Those of a wide range are without hot pixels: these glow by the time of a frame, so that frames
    of other times disagree on them, and lifting by many stops shows the weak ones.

    Args:
        reference: the frame that the others are aligned to.
        steps: the others, in the order that they are merged in.
        mosaic: reads one of them, and its exposure over the reference's by its metadata.
        manner: how they are merged.

    Attributes:
        stepped: whether there is more than one step.
        first: the reference, scaled as all of them.
        format: of all of them.
        lamp: what they are compared with.
        ratios: by frame that was read, its exposure over the reference's.
        owed: by frame whose light was looked at, EV that it shows beyond its metadata.
    """

    def __init__(
        self,
        reference: Negative,
        steps: Sequence[Sequence[int]],
        mosaic: Callable[[int], tuple[Mosaic, float]],
        manner: Manner,
    ) -> None:
        self._reference, self._mosaic, self._manner = reference, mosaic, manner
        self.stepped = len(steps) > 1
        self.ratios: dict[int, float] = {}
        self.owed: dict[int, float] = {}
        self._hot = np.empty(0, np.intp)
        self._scale = reference.format.whole_scale if self.stepped else 1
        first = reference.mosaic
        if manner.wide and steps:
            self._hot = _hot_pixels(steps[-1], mosaic, reference, manner)
            first = _without_hot_pixels(first, self._hot, reference, manner)
        self.lamp = Lamp(first, reference.format, reference.noise)
        self.first, self.format = _scaled(first, self._scale), reference.format.scaled(self._scale)

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
        exposures = Counter([1.0, *(self.ratios[i] for i in used)])
        wide = [i for i in last if self.ratios[i] >= LEAST_RATIO]
        longest = Longest(((self.ready(i), self.ratios[i]) for i in wide), len(wide))
        calm_steps(
            merged, self.first, noise, exposures, longest, progress=progress, threads=threads
        )

    def ready(self, index: int) -> Mosaic:
        """A frame as it is merged."""
        frame, ratio = self._mosaic(index)
        if self._manner.wide:
            frame = _without_hot_pixels(frame, self._hot, self._reference, self._manner)
        if (self.stepped or ratio > ALIKE) and index not in self.owed:
            with self._manner.stages.timed("align"):
                shown = self.lamp.ratio(frame, ratio)
            shown = min(max(shown, 1.0 / MOST), MOST)
            self.owed[index], ratio = log2(shown / ratio), shown
        self.ratios.setdefault(index, ratio)
        return _scaled(frame, self._scale)


def _hot_pixels(
    step: Sequence[int],
    mosaic: Callable[[int], tuple[Mosaic, float]],
    reference: Negative,
    manner: Manner,
) -> npt.NDArray[np.intp]:
    """Those that hide in the noise of a step's single frames; each frame is read once for it."""
    if len(step) < _TELLING:
        return np.empty(0, np.intp)
    frames = (mosaic(index)[0] for index in step)
    with manner.stages.timed("defects"):
        return hot_pixels(
            frames,
            reference.format,
            reference.noise,
            isolation=_HIDDEN_ISOLATION,
            threads=manner.threads,
        )


def _without_hot_pixels(
    frame: Mosaic, hot: npt.NDArray[np.intp], reference: Negative, manner: Manner
) -> Mosaic:
    """A frame of the reference's gain without hot pixels: those known, and what stands alone."""
    clean = frame.copy()
    with manner.stages.timed("defects"):
        mend(clean, hot)
        native.correct_defects(
            clean,
            reference.format,
            reference.noise,
            isolation=_HOT_ISOLATION,
            threads=manner.threads,
        )
    return clean


def _scaled(mosaic: Mosaic, scale: int) -> Mosaic:
    if scale == 1:
        return mosaic
    return np.minimum(mosaic, np.uint16(65535 // scale)) * np.uint16(scale)
