"""The shutter's sound, made here; silence where nothing can be heard."""

import logging
import wave
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

log = logging.getLogger(__name__)

RATE = 44100
LOUD = 0.45


def click() -> npt.NDArray[np.int16]:
    """Two short knocks of a shutter, 90 ms of mono samples at RATE.

    Noise through a resonance, as of a small box, each knock dying away within milliseconds.
    """
    count = int(0.09 * RATE)
    time = np.arange(count) / RATE
    noise = np.random.default_rng(11).standard_normal(count)
    sound = np.zeros(count)
    for start, strength, pitch, fall in ((0.0, 1.0, 2100.0, 0.006), (0.045, 0.6, 1500.0, 0.008)):
        since = np.maximum(time - start, 0.0)
        knock = (0.6 * noise + np.sin(2.0 * np.pi * pitch * since)) * np.exp(-since / fall)
        sound += strength * knock * (time >= start)
    sound *= LOUD * 32767.0 / np.abs(sound).max()
    return np.rint(sound).astype(np.int16)


def write_click(path: Path) -> None:
    """The sound as a WAV file."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(click().astype("<i2").tobytes())


class Sounds:
    """Plays the click.

    Args:
        folder: where its file may lie.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / "shutter.wav"
        self._sound: Any = None
        self._tried = False
        self.on = False

    def want(self, *, wanted: bool) -> None:
        """Turns them on or off; opens the loudspeaker the first time, and goes on without one."""
        self.on = wanted
        if not wanted or self._tried:
            return
        self._tried = True
        try:
            from kivy.core.audio import SoundLoader  # noqa: PLC0415 - opens the loudspeaker

            write_click(self._path)
            self._sound = SoundLoader.load(str(self._path))
        except Exception as error:  # noqa: BLE001 - whatever a driver raises: a camera works mute
            log.warning("no sound: %s", error)
        if self._sound is None:
            log.info("this device has nothing to be heard with")

    def shutter(self) -> None:
        """A picture is being taken."""
        if self.on and self._sound is not None:
            self._sound.stop()
            self._sound.play()
