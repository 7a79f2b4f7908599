"""A shot of a colour chart whose files other programs are to open."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt

from app.developing import develop_negative
from app.looks import installed_looks, look_named
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pipeline import make_picture
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class ChartShot:
    """A shot's files, and where the chart's patches are.

    Attributes:
        jpeg, dng: its files.
        flat: the DNG without its shading, which not every reader takes off.
        plain: the same without looks.
        negative: what is in flat and plain.
        patches: left, top, right, bottom in the whole sensor's pixels.
    """

    jpeg: Path
    dng: Path
    flat: Path
    plain: Path
    negative: Negative
    patches: tuple[tuple[int, int, int, int], ...]

    def means(self, picture: npt.NDArray[np.floating]) -> Array:
        """(24, 3) means of the patches' middles in a picture that may be cropped all round."""
        edge = (self.negative.mosaic.shape[0] - picture.shape[0]) // 2
        means = []
        for box in self.patches:
            left, top, right, bottom = (side - edge for side in box)
            wide, high = (right - left) // 4, (bottom - top) // 4
            middle = picture[top + high : bottom - high, left + wide : right - wide]
            means.append(middle.mean((0, 1)))
        return np.array(means)

    def developed(self, dng: Path) -> Array:
        """The patches as Baryta develops a file: linear Rec.2020."""
        return self.means(develop_negative(read_dng(dng), Stages()))


def assert_alike(differences: Array) -> None:
    """Another program's patches, all 24, as CIEDE2000 to Baryta's: within 1 in the mean.

    Single strong colours may be further off: other programs take the colour matrix of one light.
    """
    assert differences.shape == (24,)
    assert differences.mean() < 0.7, differences
    assert differences.max() < 2.0, differences


def shoot_chart(folder: Path) -> ChartShot:
    """The still life, shot handheld with the simulated sensor."""
    camera = SimulatedSource("still-life", profile("imx477"), size=(1352, 1012))
    camera.start()
    burst = camera.capture(plan_auto(camera.metering(), camera.profile))
    store = Store(folder)
    store.prepare()
    looks = installed_looks(folder)
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    look = look_named("Authentic", folder)
    saved = make_picture(burst, look, Workshop(store, looks=looks), Stages(), taken=taken)
    jpeg, dng = saved.paths
    negative = replace(read_dng(dng), shading=None)
    flat, plain = folder / "flat.dng", folder / "plain.dng"
    flat.write_bytes(encode_dng(negative, None, looks))
    plain.write_bytes(encode_dng(negative))
    boxes = tuple(camera.frame.rectangle(patch.box) for patch in camera.scene.patches)
    return ChartShot(jpeg, dng, flat, plain, negative, boxes)
