"""The shaders keep to GLSL ES 1.00, which the smallest graphics processors speak."""

import shutil
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

HEADER = """#version 100
#ifdef GL_ES
precision highp float;
#endif
varying vec4 frag_color;
varying vec2 tex_coord0;
uniform sampler2D texture0;
uniform mat4 frag_modelview_mat;
"""


@pytest.mark.parametrize("name", ["FRAGMENT", "TONED", "TOOLED"])
def test_a_shader_is_valid_glsl_es(window: object, name: str, tmp_path: Path) -> None:
    """The reference compiler takes the look's shader: alone, with tones, with peaking and zebra."""
    from app.ui import style_shader, tool_shader

    validator = shutil.which("glslangValidator")
    if validator is None:
        pytest.skip("glslangValidator is not installed (apt install glslang-tools)")
    assert window
    source = getattr(tool_shader if name == "TOOLED" else style_shader, name)
    assert ("peak_least" in source) is (name == "TOOLED")
    assert ("#define TONED" in source) is (name != "FRAGMENT")
    path = tmp_path / "shader.frag"
    path.write_text(source.replace("$HEADER$", HEADER), "ascii")
    result = subprocess.run([validator, path], capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout


def test_peaking_marks_sharp_edges_and_zebra_what_clips(stage: Any) -> None:
    """On a frame with a hard edge, a soft one and a clipped field, only what is meant is marked."""
    from app.preferences import Preferences

    frame = np.full((240, 320, 4), 255, np.uint8)
    frame[:, :, :3] = 60
    frame[:, 80:160, :3] = 150  # a hard edge at 80
    ramp = np.linspace(150, 60, 60).astype(np.uint8)[np.newaxis, :, np.newaxis]
    frame[:, 160:220, :3] = ramp  # a soft one up to 220
    frame[:, 270:, :3] = 255
    frame[:, 220:270, :3] = np.linspace(60, 235, 50).astype(np.uint8)[np.newaxis, :, np.newaxis]
    stage.camera.pixels = frame
    stage.preferences = Preferences(welcomed=True, peaking="red", zebra=True)
    screen = stage.open(800, 480)
    x, _, width, _ = (round(value) for value in screen.ids.viewfinder.picture)
    row = stage.picture()[240].astype(int)
    column = [row[x + round((c + 0.5) * width / 320)] for c in range(320)]
    red = [c for c in range(320) if column[c][0] > 200 and column[c][1] < 100]
    assert red
    assert all(abs(c - 80) <= 2 or abs(c - 270) <= 2 for c in red)
    stripes = [column[c] for c in range(280, 318)]
    dark = sum(int(pixel.max()) < 20 for pixel in stripes)
    assert 8 < dark < 30, "about half of what clips is striped"
    assert sum(int(column[c].max()) < 20 for c in range(260)) == 0


def shown_plainly(stage: Any) -> bool:
    """Whether the viewfinder shows the frame's own colour, a look notwithstanding."""
    from app.preferences import Preferences
    from styles import compile_style, load

    stage.camera.pixels = np.full((240, 320, 4), (180, 90, 60, 255), np.uint8)
    stage.looks = dict.fromkeys(("Authentic",), compile_style(load("Monochrome"), 33))
    stage.preferences = Preferences(welcomed=True, peaking="red", zebra=True)
    screen = stage.open(800, 480)
    x, y, width, height = (round(value) for value in screen.ids.viewfinder.picture)
    middle = stage.picture()[480 - y - height // 2, x + width // 2].astype(int)
    return bool(np.abs(middle - (180, 90, 60)).max() <= 2)


def test_small_textures_go_without_the_look(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver whose textures are narrower than the table shows the picture as it is."""
    from app.ui import look_table, styled_image

    assert look_table.fits()
    monkeypatch.setattr(look_table, "glGetIntegerv", lambda _name: [1024])
    assert not look_table.fits()
    assert styled_image.fits is look_table.fits
    assert shown_plainly(stage)


def test_low_precision_goes_without_the_look(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A driver that counts in ten bits refuses the shaders, and shows the picture as it is."""
    from app.ui import styled_image

    for name in ("FRAGMENT", "TONED", "TOOLED"):
        source = getattr(styled_image, name)
        poor = source.replace("GL_FRAGMENT_PRECISION_HIGH", "NO_SUCH_WORD").replace(
            "#ifdef GL_ES", "#ifndef NO_SUCH_WORD"
        )
        assert poor != source
        monkeypatch.setattr(styled_image, name, poor)
    assert shown_plainly(stage)
