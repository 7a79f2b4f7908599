"""What the viewfinder costs, in counts that no other work on the machine changes.

tests/bench/bench_preview.py has the time.
"""

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.ui.test_glsl import HEADER

# Of a pixel of the window: fetches, functions that take as long as several sums, sums and products.
MOST = {"FRAGMENT": (3, 1, 38), "TONED": (3, 1, 36)}
DEAR = ("sqrt", "log2", "exp2", "pow", "divide", "inverse sqrt")
CHEAP = (
    "add",
    "subtract",
    "multiply",
    "scale",
    "min",
    "max",
    "clamp",
    "mix",
    "Floor",
    "dot-product",
)


def steps_of(source: str, folder: Path) -> tuple[int, int, int]:
    """Of a shader, as the reference compiler reads it; a vector counts as its components."""
    validator = shutil.which("glslangValidator")
    if validator is None:
        pytest.skip("glslangValidator is not installed (apt install glslang-tools)")
    path = folder / "shader.frag"
    path.write_text(source.replace("$HEADER$", HEADER), "ascii")
    read = subprocess.run([validator, "-i", path], capture_output=True, text=True, check=True)
    main = read.stdout.partition("Function Definition: main(")[2].partition("Linker Objects")[0]
    fetches = len(re.findall(r"\btexture \(", main))
    step = re.compile(
        r"^\S+\s+([\w -]*?) \( *(?:temp|global) \w+ (?:(\d)-component)?", re.MULTILINE
    )
    steps = step.findall(main)
    dear = sum(int(parts or 1) for name, parts in steps if name in DEAR)
    cheap = sum(int(parts or 1) for name, parts in steps if name.split()[-1] in CHEAP)
    return fetches, dear, cheap


@pytest.mark.parametrize("name", list(MOST))
def test_a_pixel_takes_few_steps(window: object, name: str, tmp_path: Path) -> None:
    """The look's shader, alone and with tones, fetches and reckons no more than when measured."""
    from app.ui import style_shader

    assert window
    steps = steps_of(getattr(style_shader, name), tmp_path)
    assert all(found > 0 for found in steps)
    assert all(found <= most for found, most in zip(steps, MOST[name], strict=True)), steps


def test_a_frame_goes_up_once_and_in_its_place(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Frame after frame goes into one texture of the pixels that the panel shows, once each."""
    from app.ui import styled_image

    stage.camera.pixels = np.full((960, 1280, 4), 90, np.uint8)
    screen = stage.open(800, 480)
    finder = screen.ids.viewfinder
    stage.until(lambda: screen.pages.ready)
    shown: list[int] = []
    uploaded: list[int] = []
    real = styled_image.upload

    def upload(pixels: Any, texture: Any = None) -> Any:
        uploaded.append(pixels.nbytes)
        return real(pixels, texture)

    monkeypatch.setattr(styled_image, "upload", upload)
    texture = finder.texture
    stage.bridge.bind(on_frame=lambda *_: shown.append(1))
    stage.until(lambda: len(shown) >= 12)
    assert finder.texture is texture
    assert uploaded == [640 * 480 * 4] * len(shown)
