"""What the viewfinder costs over a plain texture: xvfb-run python tests/bench/bench_preview.py.

Processor time of the whole process, the driver's threads included, for one frame: its upload and
one drawing of it, at the size the window shows it. All in one run, in turns, the least of rounds.
On llvmpipe, Mesa's renderer in software, a fragment costs far more than on any graphics processor.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from app.looks import PREVIEW_SIZE
from app.ui.start import Screen, prepare
from capture.frames import FrameMetadata, PreviewFrame
from styles import compile_style, load

ROUNDS, FRAMES = 9, 12


def main() -> None:
    """Measures and prints."""
    prepare(Screen())
    from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415

    from app.ui.style_shader import packed, upload  # noqa: PLC0415
    from app.ui.styled_image import StyledImage  # noqa: PLC0415
    from app.ui.tone_map import tone_lines, upload_lines  # noqa: PLC0415
    from app.ui.tool_shader import Marks  # noqa: PLC0415
    from app.ui.viewfinder import upload_frame  # noqa: PLC0415

    Window.register()
    Window.initialized = True
    EventLoop.status = "started"
    look = compile_style(load("Authentic"), PREVIEW_SIZE)
    compiled = (look, upload(packed(look)))
    y, x = np.mgrid[0:960, 0:1280]
    pixels = np.full((960, 1280, 4), 255, np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = x // 5, y // 4, (x + y) % 256
    frame = PreviewFrame(pixels, FrameMetadata())
    lines = tone_lines(pixels, look)
    tone = (lines, upload_lines(lines))
    texture: Any = upload_frame(frame)
    image = StyledImage(size=(640, 480), pos=(0, 0), size_hint=(None, None), texture=texture)
    Window.add_widget(image)

    def drawn(count: int = FRAMES) -> None:
        for _ in range(count):
            upload_frame(frame, texture)
            image.refresh()
            EventLoop.idle()
            glFinish()

    def uploaded() -> None:
        for _ in range(FRAMES):
            upload_frame(frame, texture)
            glFinish()

    dresses: dict[str, dict[str, Any]] = {
        "plain": {"compiled": None, "tone": None, "marks": None},
        "look": {"compiled": compiled, "tone": None, "marks": None},
        "look, tones": {"compiled": compiled, "tone": tone, "marks": None},
        "look, tones, peaking, zebra": {
            "compiled": compiled,
            "tone": tone,
            "marks": Marks("red", zebra=True),
        },
    }
    least = dict.fromkeys((*dresses, "upload alone"), float("inf"))
    for _ in range(ROUNDS):
        for name, dress in dresses.items():
            for key, value in dress.items():
                setattr(image, key, value)
            drawn(2)
            least[name] = min(least[name], _spent(drawn))
        least["upload alone"] = min(least["upload alone"], _spent(uploaded))
    for name, spent in least.items():
        share = spent / least["plain"]
        sys.stdout.write(f"{name:28} {1e3 * spent:6.2f} ms a frame, {share:.2f} of plain\n")


def _spent(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) / FRAMES


if __name__ == "__main__":
    main()
