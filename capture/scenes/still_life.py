import numpy as np
from capture.scenes.chart import paint_chart, patches
from capture.scenes.scene import Layer, Scene, View


def scene() -> Scene:
    return Scene(
        "still-life",
        5000.0,
        600.0,
        (Layer(paint, 1.5),),
        focus=1.5,
        patches=patches(-0.5, -0.3, 0.5),
    )


def paint(view: View):
    h, w = view.shape
    out = np.empty((h, w, 3), np.float32)
    base = 0.3 + 0.1 * np.sin(view.x * 40) * np.sin(view.y * 40) + 0.1 * view.y
    out[:] = base[..., None] * np.array([0.9, 0.8, 0.7], np.float32)
    c = paint_chart(view, -0.5, -0.3, 0.5)
    out *= 1 - c[..., 3:]
    out += c[..., :3]
    return out
