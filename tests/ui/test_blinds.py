"""What tests of the screen fill of what they draw."""

from typing import Any

import numpy as np
import pytest


def filled(stage: Any) -> int:
    """How many pixels one drawing of the window fills with another colour than the ground's."""
    from kivy.graphics.opengl import (
        GL_COLOR_BUFFER_BIT,
        GL_RGBA,
        GL_SCISSOR_TEST,
        GL_UNSIGNED_BYTE,
        glClear,
        glClearColor,
        glDisable,
        glReadPixels,
    )

    glDisable(GL_SCISSOR_TEST)
    glClearColor(1.0, 0.0, 1.0, 1.0)
    glClear(GL_COLOR_BUFFER_BIT)
    stage.window.dispatch("on_draw")
    data = glReadPixels(0, 0, 800, 480, GL_RGBA, GL_UNSIGNED_BYTE)
    pixels = np.frombuffer(data, np.uint8).reshape(480, 800, 4)[..., :3]
    return int((pixels != (255, 0, 255)).any(axis=2).sum())


def test_one_pixel_is_filled_while_nobody_looks(stage: Any) -> None:
    """And all of them for who does."""
    stage.open()
    assert filled(stage) <= 1
    picture = stage.picture()
    assert len(np.unique(picture.reshape(-1, 3), axis=0)) > 1000
    assert filled(stage) <= 1


@pytest.mark.usefixtures("drawn_whole")
def test_all_are_filled_for_what_a_frame_takes(stage: Any) -> None:
    """Tests of that measure nothing else."""
    stage.open()
    assert filled(stage) == 800 * 480
