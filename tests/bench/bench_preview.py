"""What the viewfinder costs over a plain texture: xvfb-run python -m tests.bench.bench_preview.

Processor time of the whole process, the driver's threads included, for one frame of 1280 x 960: its
upload, and one drawing of it at 640 x 480; plain is Kivy's own Image. All in one run, in turns,
the least of rounds. On llvmpipe, Mesa's renderer in software, fragments are the processor's work:
see docs/screen.md for what they cost a graphics processor.
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

FRAMES = 12
UPLOAD, WINDOW, PLAIN = "upload", "window", "plain"
LOOK, TONES, TOOLS = "look", "look, tones", "look, tones, peaking, zebra"


def main() -> None:
    """Measures and prints: the total, then what drawing the picture takes of it."""
    prepare(Screen())
    from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415

    Window.register()
    Window.initialized = True
    EventLoop.status = "started"
    spent = costs(rounds=9)
    sys.stdout.write(f"{glGetString(GL_RENDERER).decode()}; processor time, ms a frame\n")
    for name in (UPLOAD, WINDOW):
        sys.stdout.write(f"{name:28} {1e3 * spent[name]:6.2f}\n")
    beside = spent[UPLOAD] + spent[WINDOW]
    for name in (PLAIN, LOOK, TONES, TOOLS):
        sys.stdout.write(
            f"{name:28} {1e3 * spent[name]:6.2f}, {spent[name] / spent[PLAIN]:.2f} of plain; "
            f"drawing {1e3 * (spent[name] - beside):6.2f}\n"
        )


def costs(rounds: int) -> dict[str, float]:
    """Seconds of processor time for one frame, in the window that is open, by what is drawn."""
    from kivy.base import EventLoop  # noqa: PLC0415 - as above
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415
    from kivy.uix.image import Image  # noqa: PLC0415

    from app.ui.style_shader import packed, upload  # noqa: PLC0415
    from app.ui.styled_image import StyledImage  # noqa: PLC0415
    from app.ui.tone_map import NOTHING, tone_lines, upload_lines  # noqa: PLC0415
    from app.ui.tool_shader import Marks  # noqa: PLC0415
    from app.ui.viewfinder import upload_frame  # noqa: PLC0415

    look = compile_style(load("Authentic"), PREVIEW_SIZE)
    compiled = (look, upload(packed(look)))
    frame = PreviewFrame(colourful(), FrameMetadata())
    lines = tone_lines(frame.pixels, look)
    tone = (lines, upload_lines(lines))
    assert lines is not NOTHING
    texture: Any = upload_frame(frame)
    image = StyledImage(size=(640, 480), pos=(0, 0), size_hint=(None, None), texture=texture)
    plain = Image(size=(640, 480), pos=(0, 0), size_hint=(None, None), texture=texture)

    def drawn(count: int = FRAMES) -> None:
        for _ in range(count):
            upload_frame(frame, texture)
            Window.canvas.ask_update()
            EventLoop.idle()
            glFinish()

    def uploaded() -> None:
        for _ in range(FRAMES):
            upload_frame(frame, texture)
            glFinish()

    def cleared() -> None:
        for _ in range(FRAMES):
            Window.canvas.ask_update()
            EventLoop.idle()
            glFinish()

    dresses: dict[str, dict[str, Any]] = {
        PLAIN: {},
        LOOK: {"compiled": compiled, "tone": None, "marks": None},
        TONES: {"compiled": compiled, "tone": tone, "marks": None},
        TOOLS: {"compiled": compiled, "tone": tone, "marks": Marks("red", zebra=True)},
    }
    least = dict.fromkeys((UPLOAD, WINDOW, *dresses), float("inf"))
    for _ in range(rounds):
        for name, dress in dresses.items():
            for key, value in dress.items():
                setattr(image, key, value)
            seen = plain if name == PLAIN else image
            Window.add_widget(seen)
            drawn(2)
            least[name] = min(least[name], _spent(drawn))
            Window.remove_widget(seen)
        least[UPLOAD] = min(least[UPLOAD], _spent(uploaded))
        cleared()
        least[WINDOW] = min(least[WINDOW], _spent(cleared))
    return least


def colourful() -> Any:  # noqa: ANN401 - an array
    """A frame of 1280 x 960 with every colour in it, half of it in deep shade."""
    y, x = np.mgrid[0:960, 0:1280]
    pixels = np.full((960, 1280, 4), 255, np.uint8)
    pixels[..., 0], pixels[..., 1], pixels[..., 2] = x // 5, y // 4, (x + y) % 256
    pixels[:, 640:, :3] //= 16
    return pixels


def _spent(work: Callable[[], None]) -> float:
    start = time.process_time()
    work()
    return (time.process_time() - start) / FRAMES


if __name__ == "__main__":
    main()
