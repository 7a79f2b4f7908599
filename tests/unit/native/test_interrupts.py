"""A person's Ctrl-C while C works."""

import os
import signal
import threading
import time

import numpy as np
import pytest

import native

SCALE = native.MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
NOISE = native.MosaicNoise((1e-4,) * 4, (1e-6,) * 4)
PLAIN = native.Development(SCALE, NOISE, (1.0, 1.0, 1.0), np.eye(3))


@pytest.mark.usefixtures("ctrl_c_is_heard")
@pytest.mark.parametrize("delay", [0.01, 0.02, 0.03, 0.05, 0.08])
def test_ctrl_c_is_heard_during_c_work(delay: float) -> None:
    """A signal that Python delivers inside the progress callback ends the call and comes out."""
    fire = threading.Timer(delay, os.kill, (os.getpid(), signal.SIGINT))
    fire.start()
    with pytest.raises(KeyboardInterrupt):
        develop_for(20.0)
    fire.join()


def develop_for(seconds: float) -> None:
    """Keeps C busy."""
    mosaic = np.full((900, 1200), 1000, np.uint16)
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        native.develop(mosaic, PLAIN, progress=lambda _fraction: None)


def test_an_exception_in_progress_comes_out_as_it_is() -> None:
    """What the callback raises is what the caller catches."""

    def stop(_fraction: float) -> None:
        raise RuntimeError("enough")

    with pytest.raises(RuntimeError, match="enough"):
        native.develop(np.full((64, 64), 1000, np.uint16), PLAIN, progress=stop)
