# SPDX-License-Identifier: LGPL-2.1-or-later
"""One camera at work: obeys controls after the sensor's delay, renders frames, tells of them."""

import json
import mmap
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.colour import REC2020_TO_SRGB
from capture.frames import Packing
from capture.simulation.automatics import Delayed
from capture.simulation.gain_codes import quantised_gain
from capture.simulation.sensor import SENSITIVITY
from capture.simulation.sensor import Exposure as Settings

from .automatics import AF_SCANNING, Exposure, Focus, WhiteBalance
from .cameras import CameraSpec
from .faults import Faults
from .optics import optics

Values = dict[str, tuple[float, ...]]
_PIPELINE = 1  # frames that pass between a request's frame and the writing of its controls
_CONTROLLER = 30_000_000  # nanoseconds: for frames that come sooner the automatics do not run
_MOST_DIGITAL = 4.0  # agc_channel.cpp, prepare()
_NOTHING, _PICTURE = 0, 1  # what of a frame is wanted; 2 is its samples too


@dataclass(frozen=True, slots=True)
class Taken:
    """What a frame was taken with, as the log tells it; exact.

    Attributes:
        camera, start, number: which one: of which camera, since which start.
        timestamp: nanoseconds of the monotonic clock, of the reading's start.
        time: seconds since the start, the simulated hand's time.
        exposure_time: seconds.
        gain: as the sensor has it.
        lens_position: the picture's; while the lens searches, that of before.
        duration: microseconds until the next frame.
        digital_gain: of the picture, not of the samples.
        fate: "done", "lost" on its way, or "starved" without a request.
    """

    camera: int
    start: int
    number: int
    timestamp: int
    time: float
    exposure_time: float
    gain: float
    lens_position: float
    duration: int
    digital_gain: float
    fate: str


class Camera:
    """A camera configured to a mode and a picture's size.

    Args:
        folder: for faults and the log; None for neither.
        index: the camera's number.
        spec: what it is.
        mode: index of its modes.
        picture: (width, height) of the processed picture; 0, 0 for none.
        pixels: where frames go: samples as 16-bit words, then the picture as R, G, B, X.
    """

    def __init__(
        self,
        folder: Path | None,
        index: int,
        spec: CameraSpec,
        mode: int,
        picture: tuple[int, int],
        pixels: mmap.mmap,
    ) -> None:
        self._folder, self._index, self._spec = folder, index, spec
        self._optics = optics(index, spec, mode, picture)
        self._profile, self._scene = self._optics.profile, self._optics.scene
        self._sensor = self._optics.sensor
        width, height = self._profile.width, self._profile.height
        self._samples = np.frombuffer(pixels, np.uint16, width * height).reshape(height, width)
        self._picture = np.frombuffer(
            pixels, np.uint8, picture[0] * picture[1] * 4, 2 * width * height
        ).reshape(picture[1], picture[0], 4)
        self._faults = Faults(folder, index)
        self._metered = Exposure(self._scene, self._profile, self._optics.green)
        red, _, blue = self._sensor.neutral
        right = (1.0 / red, 1.0 / blue)
        self._white = WhiteBalance(right, right)
        self._focus = Focus(self._scene.focus, position=1.0 if spec.focuses else self._scene.focus)
        self._shutter: float | None = None
        self._gain: float | None = None
        self._limits = (spec.fastest, spec.fastest)
        self._shown = self._focus.position
        self._starts = 0
        self._first: int | None = None
        self._ran: int | None = None  # when the automatics did
        self._orders = (0.01, 1.0, spec.fastest, 1.0)
        self._registers: Delayed[tuple[float, float, int, float]] = Delayed(self._orders, 0)

    def start(self, controls: Values) -> None:
        """Starts a stream; the automatics have settled, the controls hold from its first frame."""
        self._starts += 1
        self._first = self._ran = None
        self.obey(controls)
        self._orders = self._wanted()
        self._registers = Delayed(self._orders, _PIPELINE + max(self._profile.control_delay))
        shutter, gain, duration, digital = self._registers.value
        self._focus.settle()
        self._shown = lens = self._focus.position
        if self._optics.painted == lens:
            return
        settings = (shutter, gain, lens, duration, digital)
        warm = Taken(self._index, self._starts, 0, 0, 0.0, *settings, "done")
        self._render(warm, 2)  # painting the scene takes longer than any camera may be silent
        self._optics.painted = lens

    def obey(self, controls: Values) -> None:
        """Takes over a request's controls."""
        for name, values in controls.items():
            value = values[0] if values else 0.0
            match name:
                case "FrameDurationLimits":
                    self._limits = (round(values[0]), round(values[-1]))
                case "ExposureValue":
                    self._metered.value = value
                case "AeMeteringMode":
                    self._metered.metering = round(value)
                case "AwbEnable":
                    self._white.automatic = bool(value)
                case "ColourGains" if len(values) == 2 and min(values) > 0.0:
                    self._white.automatic, self._white.gains = False, (values[0], values[1])
        self._obey_modes(controls)
        if self._spec.focuses:
            self._obey_lens(controls)

    def _obey_modes(self, controls: Values) -> None:
        """Shutter and gain by hand, or not: by hand means the last automatic one until it is set.

        As in the Pi's automatics, a value is ignored while its automatic runs. (AeEnable arrives
        as both modes; libcamera itself sees to that.)
        """
        automatic = self._metered.split(self._longest(), self._shutter, self._gain)
        if "ExposureTimeMode" in controls:
            manual = bool(controls["ExposureTimeMode"][0])
            self._shutter = (self._shutter or automatic[0]) if manual else None
        if "AnalogueGainMode" in controls:
            manual = bool(controls["AnalogueGainMode"][0])
            self._gain = (self._gain or automatic[1]) if manual else None
        if "ExposureTime" in controls and self._shutter is not None:
            self._shutter = controls["ExposureTime"][0] * 1e-6
        if "AnalogueGain" in controls and self._gain is not None:
            self._gain = controls["AnalogueGain"][0]

    def _obey_lens(self, controls: Values) -> None:
        if "AfMode" in controls:
            self._focus.set_mode(round(controls["AfMode"][0]))
        if "LensPosition" in controls:
            self._focus.move(controls["LensPosition"][0])
        if "AfSpeed" in controls:
            self._focus.fast = bool(controls["AfSpeed"][0])
        if "AfPause" in controls:
            self._focus.pause(round(controls["AfPause"][0]))
        if "AfWindows" in controls:
            self._focus.look_elsewhere()
        if "AfTrigger" in controls:
            self._focus.trigger(round(controls["AfTrigger"][0]))

    def frame(
        self, number: int, timestamp: int, wanted: int, controls: Values
    ) -> tuple[int, str, dict[str, Any]]:
        """Takes a frame.

        Args:
            number: of the frame since the start; may leave some out.
            timestamp: nanoseconds, of the exposure's start.
            wanted: 0 nothing, for there is no request; 1 the picture; 2 the samples too.
            controls: of the request, which take effect some frames later.

        Returns:
            Microseconds until the next frame, the frame's fate and its metadata.
        """
        self._faults.look()
        self._focus.blind = self._faults.has("no-focus")
        if self._faults.has("unplugged"):
            return self._spec.fastest, "unplugged", {}
        if self._faults.has("timeout"):
            return self._spec.fastest, "timeout", {}
        self._first = timestamp if self._first is None else self._first
        self.obey(controls)
        if self._ran is None or timestamp - self._ran >= _CONTROLLER:
            self._ran = timestamp
            self._metered.step(self._shutter, self._gain)
            self._white.step()
            self._focus.step()
            self._orders = self._wanted()
        self._registers.write(number, self._orders)
        shutter, gain, duration, digital = self._registers.read(number)
        fate = "starved" if wanted == _NOTHING else "lost" if self._faults.drops() else "done"
        time = round((timestamp - self._first) * 1e-9, 9)
        timestamp += round(shutter * 1e9)
        if self._focus.state != AF_SCANNING:  # painting it for each place would take too long
            self._shown = self._focus.position
        settings = (shutter, gain, self._shown, duration, digital)
        taken = Taken(self._index, self._starts, number, timestamp, time, *settings, fate)
        if fate == "done":
            self._render(taken, wanted)
        self._log(taken)
        left_out = self._faults.missing()
        metadata = {k: v for k, v in self._metadata(taken).items() if k not in left_out}
        return duration, fate, metadata

    def _longest(self) -> float:
        """Seconds, the longest shutter that the frame length leaves room for."""
        return max(*self._limits, self._spec.fastest) * 1e-6

    def _wanted(self) -> tuple[float, float, int, float]:
        """Shutter, gain and frame length as the sensor can set them, and the gain left over."""
        sensor, longest = self._profile, self._longest()
        shutter, gain = self._metered.split(longest, self._shutter, self._gain)
        shutter = min(max(shutter, sensor.min_exposure), sensor.max_exposure, longest)
        asked = shutter * min(gain, sensor.max_gain)
        microseconds = max(round(shutter * 1e6), 1)
        shutter, gain = microseconds * 1e-6, quantised_gain(gain, sensor)
        fastest = max(self._limits[0], self._spec.fastest)
        digital = min(max(asked / (shutter * gain), 1.0), _MOST_DIGITAL)
        return shutter, gain, max(fastest, microseconds), digital

    def _render(self, taken: Taken, wanted: int) -> None:
        settings = Settings(taken.time, taken.exposure_time, taken.gain, taken.lens_position)
        if wanted > _PICTURE:
            self._samples[...] = self._sensor.read_out(settings, taken.number, Packing.U16)
        if self._picture.size:
            gain = taken.gain * taken.digital_gain
            level = taken.exposure_time * gain * self._scene.lux * SENSITIVITY
            noise = 2.0 * float(np.sqrt(self._profile.noise(taken.gain).shot[0])) * 255.0 * 0.1
            picture = self._optics.renderer.render(
                taken.number, taken.time, level, taken.lens_position, min(noise, 12.0)
            )
            self._picture[...] = self._balanced(picture)

    def _balanced(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """A picture that shows gains which are not the scene's."""
        for channel, gain, right in zip((0, 2), self._white.gains, self._white.right, strict=True):
            if abs(gain / right - 1.0) > 0.01:
                levels = 255.0 * np.clip(
                    np.arange(256) / 255.0 * (gain / right) ** (1.0 / 2.2), 0.0, 1.0
                )
                picture[..., channel] = np.round(levels).astype(np.uint8)[picture[..., channel]]
        return picture

    def _metadata(self, taken: Taken) -> dict[str, Any]:
        spec, scene, sensor = self._spec, self._scene, self._profile
        values: dict[str, Any] = {
            "SensorTimestamp": taken.timestamp,
            "FrameDuration": taken.duration,
            "ExposureTime": round(taken.exposure_time * 1e6),
            "AnalogueGain": taken.gain,
        }
        if not spec.raw:
            return values
        scale = 1 << (16 - sensor.bit_depth)
        values |= {
            "DigitalGain": taken.digital_gain,
            "Lux": scene.lux,
            "AeState": self._metered.state(self._shutter, self._gain),
            "SensorBlackLevels": tuple(round(level * scale) for level in sensor.black_level),
            "SensorTemperature": 36.0,
            "ScalerCrop": (0, 0, *spec.modes[0][:2]),
            "FocusFoM": self._focus.merit(),
        }
        if not spec.mono:
            red, blue = self._white.gains
            values["ColourGains"] = (red, blue)
            values["ColourTemperature"] = round(scene.temperature)
            values["ColourCorrectionMatrix"] = tuple(float(v) for v in self._matrix().ravel())
        if spec.focuses:
            values["LensPosition"] = self._focus.position
            values["AfState"] = self._focus.state
            values["AfPauseState"] = 2 * int(self._focus.paused)
        return values

    def _matrix(self) -> npt.NDArray[np.float64]:
        """3x3 from white-balanced camera RGB to linear sRGB."""
        balanced = np.linalg.inv(self._sensor.camera_matrix()) * np.array(self._sensor.neutral)
        return np.asarray(REC2020_TO_SRGB @ balanced)

    def _log(self, taken: Taken) -> None:
        if self._folder is not None:
            with (self._folder / "frames.jsonl").open("a", encoding="utf-8") as log:
                log.write(json.dumps(asdict(taken)) + "\n")
