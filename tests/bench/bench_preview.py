"""What the viewfinder costs over a plain texture: xvfb-run python -m tests.bench.bench_preview.

Processor time of the whole process, the driver's threads included, for one frame of 1280 x 960: its
upload, and one drawing of it as panels of 800 x 480, 720 x 1280 and 480 x 320 show it; plain is
Kivy's own Image. All in one run, in turns, the least of rounds. On llvmpipe, Mesa's renderer in
software, fragments are the processor's work: see docs/screen.md for what they cost a graphics
processor. What is the processor's anywhere, the frame made small and its upload, stands apart: the
time of the thread that draws until the driver has the frame.
"""

import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from app.looks import PREVIEW_SIZE
from app.ui.start import prepare
from styles import compile_style, load

FRAMES = 12
SIZES = ((640, 480), (720, 540), (426, 320))
WINDOW, PLAIN = "empty window", "plain"
LOOK, TONES, TOOLS = "look", "look, tones", "look, tones, peaking, zebra"


def main() -> None:
    """Measures and prints: the total, then what drawing the picture takes of it."""
    prepare()
    from kivy.base import EventLoop  # noqa: PLC0415 - Kivy acts on import
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import GL_RENDERER, glGetString  # noqa: PLC0415

    Window.register()
    Window.initialized = True
    EventLoop.status = "started"
    sys.stdout.write(f"{glGetString(GL_RENDERER).decode()}; processor time, ms a frame\n")
    for size in SIZES:
        spent = costs(9, size)
        sys.stdout.write(f"at {size[0]} x {size[1]}\n")
        for name, each in spent.items():
            part = each / spent[PLAIN]
            sys.stdout.write(f"{name:28} {1e3 * each:6.2f}, {part:.2f} of plain\n")
        plain, ours = handed(size)
        sys.stdout.write(f"up to the driver: plain {1e3 * plain:.2f}, ours {1e3 * ours:.2f}\n")


def costs(rounds: int, size: tuple[int, int] = SIZES[0]) -> dict[str, float]:
    """Seconds of processor time for one frame, in the window that is open, by what is drawn."""
    from kivy.base import EventLoop  # noqa: PLC0415 - as above
    from kivy.core.window import Window  # noqa: PLC0415
    from kivy.graphics.opengl import glFinish  # noqa: PLC0415
    from kivy.uix.image import Image  # noqa: PLC0415

    from app.ui.fitting import Fit  # noqa: PLC0415
    from app.ui.look_table import handed, packed  # noqa: PLC0415
    from app.ui.styled_image import StyledImage  # noqa: PLC0415
    from app.ui.textures import upload  # noqa: PLC0415
    from app.ui.tone_map import NOTHING, tone_lines  # noqa: PLC0415
    from app.ui.tool_shader import Marks  # noqa: PLC0415

    look = compile_style(load("Authentic"), PREVIEW_SIZE)
    compiled = (look, handed(packed(look)))
    frame = colourful()
    lines = tone_lines(frame, look)
    assert lines is not NOTHING
    texture: Any = upload(frame)
    image = StyledImage(size=size, pos=(0, 0), size_hint=(None, None))
    plain = Image(size=size, pos=(0, 0), size_hint=(None, None), texture=texture)

    def uploaded(pixels: Any) -> None:  # noqa: ANN401 - an array
        upload(pixels, texture)

    def drawn(show: Callable[[Any], None], count: int = FRAMES) -> None:
        for _ in range(count):
            show(frame)
            Window.canvas.ask_update()
            EventLoop.idle()
            glFinish()

    def shown(pixels: Any) -> None:  # noqa: ANN401 - an array
        box = size if image.marks is None else None  # peaking wants the frame's own pixels
        image.show(Fit(box, lines=image.tone).of(pixels).pixels)

    dresses: dict[str, dict[str, Any]] = {
        LOOK: {"compiled": compiled, "tone": None, "marks": None},
        TONES: {"compiled": compiled, "tone": lines, "marks": None},
        TOOLS: {"compiled": compiled, "tone": lines, "marks": Marks("red", zebra=True)},
    }
    seen = {WINDOW: (None, lambda _frame: None), PLAIN: (plain, uploaded)}
    seen |= dict.fromkeys(dresses, (image, shown))
    least = dict.fromkeys(seen, float("inf"))
    for _ in range(rounds):
        for name, (widget, show) in seen.items():
            for key, value in dresses.get(name, {}).items():
                setattr(image, key, value)
            if widget is not None:
                Window.add_widget(widget)
            drawn(show, 2)
            least[name] = min(least[name], _spent(partial(drawn, show)))
            if widget is not None:
                Window.remove_widget(widget)
    return least


def handed(size: tuple[int, int], rounds: int = 60) -> tuple[float, float]:
    """Seconds of this thread for a frame until the driver has it: plain, and as the preview's."""
    from app.ui.fitting import Fit  # noqa: PLC0415 - as above
    from app.ui.textures import upload  # noqa: PLC0415

    frame = colourful()
    least = []
    for pixels in (frame, Fit(size).of(frame).pixels):
        texture = upload(pixels)
        spent = []
        for _ in range(rounds):
            start = time.thread_time()
            upload(pixels, texture)
            spent.append(time.thread_time() - start)
        least.append(min(spent))
    plain, ours = least
    return plain, ours


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
