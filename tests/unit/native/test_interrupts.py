"""A person's Ctrl-C while C works."""

import os
import signal
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

import native

SCALE = native.MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = native.MosaicNoise((1e-4,) * 4, (1e-6,) * 4)
PLAIN = native.Development(SCALE, NOISE, (1.0, 1.0, 1.0), np.eye(3))
FRAME = np.full((900, 1200), 1000, np.uint16)


def keep_at(work: Callable[[], None], seconds: float) -> None:
    """Works for so long."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        work()


def develop_once() -> None:
    """Keeps C busy."""
    native.develop(FRAME, PLAIN, progress=heard)


def merge_once() -> None:
    """Keeps C busy too, in three calls."""
    with native.Merger(FRAME, SCALE, NOISE, progress=heard) as merger:
        merger.add(FRAME, progress=heard)
        merger.finish(progress=heard)


def heard(_fraction: float) -> None:
    """Python's, so that it may deliver a signal."""


@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.parametrize("work", [develop_once, merge_once])
@pytest.mark.parametrize("delay", [0.01, 0.02, 0.03, 0.05, 0.08])
def test_ctrl_c_is_heard_during_c_work(delay: float, work: Callable[[], None]) -> None:
    """A signal that Python delivers inside the progress callback ends the call and comes out."""
    fire = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
    fire.start()
    with pytest.raises(KeyboardInterrupt):
        keep_at(work, 20.0)
    fire.join()


def press_at(share: float) -> Callable[[float], None]:
    """A callback during which a person presses Ctrl-C, when so much of the work is done."""
    pressed = []

    def tell(fraction: float) -> None:
        if fraction >= share and not pressed:
            pressed.append(fraction)
            os.kill(os.getpid(), signal.SIGINT)

    return tell


@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.parametrize("share", [0.0, 0.2, 0.6, 0.9])
def test_ctrl_c_in_the_middle_of_a_merge_ends_it(share: float) -> None:
    """Begin, add and finish let it out; an add that was half done takes no more frames."""
    with pytest.raises(KeyboardInterrupt):
        native.Merger(FRAME, SCALE, NOISE, progress=press_at(share))
    with native.Merger(FRAME, SCALE, NOISE) as merger:
        merger.add(FRAME)
        whole = merger.finish().mosaic
        with pytest.raises(KeyboardInterrupt):
            merger.finish(progress=press_at(share))
        np.testing.assert_array_equal(merger.finish().mosaic, whole)
        with pytest.raises(KeyboardInterrupt):
            merger.add(FRAME, progress=press_at(share))
        with pytest.raises(native.NativeError, match="cancelled"):
            merger.add(FRAME)


def test_an_exception_in_progress_comes_out_as_it_is() -> None:
    """What the callback raises is what the caller catches."""

    def stop(_fraction: float) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        native.develop(np.full((64, 64), 1000, np.uint16), PLAIN, progress=stop)
