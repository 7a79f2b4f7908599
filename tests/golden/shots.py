"""Makes the golden pictures: python tests/golden/shots.py, after a change that is meant to show.

Each is a whole shot: a scene through the simulated sensor (seed 1, eight frames, handheld), merged,
developed, in a look, saved as JPEG, and reduced to 192x128 so that what remains is what a person
would see, not the last bit of one machine's arithmetic. Carrots are a real scene of ordinary range,
in the look of the picture's name; the night street has a large one. Look at them before committing.
"""

import tempfile
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from app.looks import look_named
from app.pipeline import make_picture
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.simulated import SimulatedSource

HERE = Path(__file__).parent
SCENE = HERE.parent / "data" / "carrots.exr"
LOOKS = ("authentic", "vibrant", "monochrome", "none", "night")
SIZE = (192, 128)


def shoot(look: str) -> npt.NDArray[np.uint8]:
    """A whole shot in a look, (128, 192, 3) uint8."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        store = Store(folder)
        store.prepare()
        if look == "night":
            camera = SimulatedSource("night-street", size=(784, 528), seed=1)
        else:
            camera = SimulatedSource(str(SCENE), seed=1)
        camera.start()
        burst = camera.capture(plan_auto(camera.metering(), camera.profile))
        taken = datetime(2026, 1, 1, tzinfo=UTC)
        chosen = look_named(look, folder)
        saved = make_picture(burst, chosen, Workshop(store), Stages(), taken=taken)
        with Image.open(saved.paths[0]) as picture:
            return np.asarray(picture.resize(SIZE, Image.Resampling.BOX))


if __name__ == "__main__":
    for each in LOOKS:
        Image.fromarray(shoot(each)).save(HERE / f"{each}.png", optimize=True)
