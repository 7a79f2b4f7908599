"""Things that move across the scene while the frames are taken."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from capture.scenes.scene import Frame, Mover, View
from capture.simulation.sampling import Pose, sample_site

Floats = npt.NDArray[np.float32]
_BORDER = 4  # clear pixels around a mover, for the sampling kernel


@dataclass(frozen=True, slots=True)
class MoverField:
    """A mover painted around its middle.

    Attributes:
        planes: (4, size, size) float32, camera RGB times coverage, and coverage.
        mover: its path.
        frame: the picture it moves in.
        pace: pixels a unit for its speed: the sensor's, in a preview too.
    """

    planes: Floats
    mover: Mover
    frame: Frame
    pace: float

    def middle(self, time: float) -> tuple[float, float]:
        """Where it is, pixels of the frame."""
        x, y = self.mover.place(time, self.pace)
        unit = self.frame.unit
        return (x * unit + (self.frame.width - 1) / 2, y * unit + (self.frame.height - 1) / 2)


def paint_movers(
    movers: Sequence[Mover], frame: Frame, pace: float, matrix: npt.NDArray[np.float64]
) -> tuple[MoverField, ...]:
    """Paints what moves; matrix as in paint_field, pace as in MoverField."""
    fields = []
    for mover in movers:
        reach = int(np.ceil(mover.radius * frame.unit)) + _BORDER
        unit = frame.unit
        axis = (np.arange(-reach, reach + 1) / unit).astype(np.float32)
        painted = mover.paint(View(axis[None, :], axis[:, None], 1.0 / unit))
        planes = painted.copy()
        colours = matrix.astype(np.float32) @ painted[:3].reshape(3, -1)
        planes[:3] = np.maximum(colours, 0.0).reshape(painted[:3].shape)
        fields.append(MoverField(planes, mover, frame, pace))
    return tuple(fields)


def add_movers(
    part: Floats,
    fields: Sequence[MoverField],
    colour: int,
    time: float,
    pose: Pose,
    rows: range,
    columns: range,
) -> None:
    """Lays the movers over samples of one colour, in place; rows and columns as in sample_site."""
    for item in fields:
        x, y = item.middle(time)
        size = item.planes.shape[1]
        cx, cy = (item.frame.width - 1) / 2.0, (item.frame.height - 1) / 2.0
        # The pose at the mover's middle; its turn about itself is left out, as things do turn.
        x -= pose.dx - pose.turn * (y - cy)
        y -= pose.dy + pose.turn * (x - cx)
        left, top = x - size // 2, y - size // 2
        near_rows = _within(rows, top, size)
        near_columns = _within(columns, left, size)
        if not near_rows or not near_columns:
            continue
        still = Pose(-left, -top, 0.0, pose.blur_x, pose.blur_y)
        light = sample_site(item.planes[colour], 0, still, (0.0, 0.0), near_rows, near_columns)
        cover = sample_site(item.planes[3], 0, still, (0.0, 0.0), near_rows, near_columns)
        i, j = rows.index(near_rows[0]), columns.index(near_columns[0])
        target = part[i : i + len(near_rows), j : j + len(near_columns)]
        target *= 1.0 - cover
        target += light


def _within(pixels: range, start: float, size: int) -> range:
    """The pixels that fall on a stretch of so many pixels."""
    first = max(0, int(np.ceil((start - pixels.start) / pixels.step)))
    last = min(len(pixels), int(np.floor((start + size - pixels.start) / pixels.step)))
    return pixels[first:last]
