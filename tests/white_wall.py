"""A white wall before the simulated camera."""

import numpy as np

from capture.scenes import Layer, Scene
from capture.scenes.scene import Floats, View


def _white(view: View) -> Floats:
    return np.full((3, *view.shape), 0.8, np.float32)


WALL = Scene("wall", 5000.0, 300.0, (Layer(_white, 1.0),))
