"""A simulated camera with known truth: what Baryta shoots with when there is no other.

    source = SimulatedSource("print", size=(512, 384), seed=7)
    source.start()
    burst = source.capture(ExposurePlan("test", (FrameExposure(1 / 60, 1.0),) * 8))
    clean = source.truth(burst.frames[0].metadata)

The sensor's model is in capture/simulation, the scenes are in capture/scenes. A scene may also be
an OpenEXR picture in linear light, named by its path ("holiday.exr"). Its pixels are the sensor's:
when it is smaller than the sensor, a centred window of the picture's size is read out.

Frames are numbered, not clocked: the same calls give the same bytes, however long they take. The
clock only keeps preview() from running faster than the frame rate.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.colour import neutral_of
from capture.expected import Lack, lacks
from capture.frames import (
    Burst,
    FrameMetadata,
    Packing,
    PreviewFrame,
    RawFrame,
    RawSample,
    SensorProfile,
)
from capture.plan import STEADY, ExposurePlan, FrameExposure, Metering, split_exposure
from capture.plans.histogram import RawHistogram
from capture.plans.scarce import lacking
from capture.profiles import profile as sensor_profile
from capture.ring import around_press, nearest
from capture.scenes import Frame, Scene, load_scene
from capture.simulation.automatics import AutoExposure, Delayed, target_level
from capture.simulation.clock import Clock, SystemClock
from capture.simulation.gain_codes import quantised_gain
from capture.simulation.meter import Meter
from capture.simulation.preview import PreviewRenderer, display_matrix
from capture.simulation.sensor import SENSITIVITY, Exposure, SimulatedSensor
from capture.source import Abilities, CameraError, Controls, Enough, Progress, Seen

_PREVIEW_SIZE = (1280, 960)  # the stream fits into it, with the sensor's aspect
_FRAME_RATE = 30.0
_LENS_DELAY = 1  # frames until a focus motor has arrived
_SEARCH = 0.3  # seconds the autofocus takes
_SAMPLED = 6  # frames of the stream: of one the raw is looked at, five times a second
_RING = 8  # frames that a press may take from before it
_NEAREST = 50.0  # dioptres
_SMALLEST = 32  # samples
_SIMULATED = "_simulated"  # of the sensor's name: what is measured of it is not the real one's


@dataclass(frozen=True, slots=True)
class _Settings:
    """What one frame is taken with."""

    number: int
    exposure: Exposure
    duration: float


class SimulatedSource:
    """A CameraSource that needs no camera.

    Args:
        scene: a name from capture.scenes.names(), the path of an .exr file, or a Scene.
        profile: the sensor; IMX477 by default.
        size: (width, height) to read out instead of the profile's; both even, width a multiple of
            four for 10-bit sensors.
        seed: of noise, hot pixels and the hand.
        shake: strength of the hand's motion; 0 is a tripod.
        packing: of the raw frames; CSI-2 of the sensor's depth by default.
        preview_size: the live stream has the sensor's aspect and fits into this.
        clock: paces the stream.
        threads: None for all processors.

    Raises:
        CameraError: for an unknown scene, a file that is no OpenEXR picture, or an impossible size.
    """

    def __init__(
        self,
        scene: str | Scene = "still-life",
        profile: SensorProfile | None = None,
        *,
        size: tuple[int, int] | None = None,
        seed: int = 1,
        shake: float = 1.0,
        packing: Packing | None = None,
        preview_size: tuple[int, int] = _PREVIEW_SIZE,
        clock: Clock | None = None,
        threads: int | None = None,
    ) -> None:
        self._scene = scene if isinstance(scene, Scene) else load_scene(scene)
        chosen = profile or sensor_profile("imx477")
        width, height = _read_out_size(size or (chosen.width, chosen.height), self._scene)
        pitch = chosen.pixel_pitch * chosen.width / width  # the whole scene is seen at any size
        name = chosen.name + _SIMULATED
        self._profile = replace(chosen, name=name, width=width, height=height, pixel_pitch=pitch)
        self._packing = packing or _packing(chosen)
        group = 4 if self._packing is Packing.CSI2P10 else 2
        if width % group or height % 2 or min(width, height) < _SMALLEST:
            raise CameraError(
                f"the simulated sensor cannot read out {width}x{height}: sides are even, "
                f"the width a multiple of {group}, and at least {_SMALLEST}"
            )
        self._sensor = SimulatedSensor(self._scene, self._profile, seed, shake, threads)
        self._meter = Meter(self._scene, self._profile)
        self._automatics = AutoExposure(self._meter.levels, target_level(self._scene.lux))
        self._preview = self._preview_renderer(preview_size, seed, threads)
        self._clock = clock or SystemClock()
        self._controls = Controls()
        self._short = Lack()  # of the picture to come
        self._planned: FrameExposure | None = None  # its first frame
        self._running = False
        self._number = 0
        self._sample: tuple[tuple[float, float], RawSample] | None = None  # shutter, gain
        self._burst = (range(0), 0.0)  # its frames; exposure of the stream before it
        self._ring: deque[_Settings] = deque(maxlen=_RING)  # their frames are made when taken
        self._time = 0.0
        self._due = 0.0
        self._automatics.settle()
        shutter, gain = self._automatic(1.0 / _FRAME_RATE)
        self._shutter = Delayed(shutter, chosen.control_delay[0])
        self._gain = Delayed(gain, chosen.control_delay[1])
        self._duration = Delayed(1.0 / _FRAME_RATE, chosen.control_delay[2])
        self._lens = Delayed(self._scene.focus, _LENS_DELAY)

    @property
    def profile(self) -> SensorProfile:
        """The sensor, its size the one read out."""
        return self._profile

    @property
    def scene(self) -> Scene:
        """What is in front of the camera."""
        return self._scene

    @property
    def abilities(self) -> Abilities:
        """Everything: nothing here can be missing."""
        return Abilities(
            (0.0, _NEAREST),
            autofocus=True,
            flicker=True,
            raw_format=self._packing,
            margin=self._profile.margin,
        )

    @property
    def frame(self) -> Frame:
        """The picture's size, which turns a scene's patches into pixels."""
        return Frame(self._profile.width, self._profile.height)

    def start(self) -> None:
        """Starts streaming; the automatic exposure has already settled."""
        if self._running:
            raise CameraError("the simulated camera is running already")
        self._running = True
        self._due = self._clock.monotonic()

    def stop(self) -> None:
        """Ends streaming."""
        self._running = False

    def set_controls(self, controls: Controls) -> None:
        """Writes controls before the next frame; they are obeyed after the sensor's delay."""
        self._need_running()
        _check(controls)
        if controls.colour_gains != self._controls.colour_gains:
            used = None if controls.colour_gains is None else neutral_of(controls.colour_gains)
            self._preview.matrix = display_matrix(self._profile.calibrations, self.neutral, used)
        self._controls = controls
        self._meter.at = controls.meter_at
        if controls.lens_position is not None:
            self._lens.write(self._number, controls.lens_position)
        elif not controls.focus_held:
            self._lens.write(self._number, self._meter.distance(controls.focus_at))
        rate = controls.frame_rate or _FRAME_RATE
        wanted = min(controls.exposure_time or 0.0, self._profile.max_exposure)
        self._duration.write(self._number, max(1.0 / rate, wanted))

    def preview(self) -> PreviewFrame:
        """The next frame of the live stream, at the frame rate's pace."""
        self._need_running()
        self._write_automatic()
        settings = self._next()
        self._ring.append(settings)
        return self._shown(settings)

    def expect(self, plan: ExposurePlan | None) -> None:
        """Shows the stream as bright as the picture will be, exposed as its automatics want it."""
        self._need_running()
        shutter, gain = self._streamed()
        self._short = lacks(plan, Metering(shutter, gain, 1.0, 2.0**self._controls.dial))
        self._planned = plan.frames[0] if plan is not None and plan.frames else None

    def focus(
        self, limit: float = 8.0, seen: Seen | None = None, enough: Enough | None = None
    ) -> bool:
        """Moves the lens to what lies at focus_at; takes a third of a second of frames."""
        self._need_running()
        if limit < _SEARCH:
            return False
        end = self._time + _SEARCH
        while self._time < end:
            frame = self.preview()
            if seen is not None:
                seen(frame)
            if enough is not None and enough():
                return False
        self._lens.write(self._number, self._meter.distance(self._controls.focus_at))
        return True

    def _shown(self, settings: _Settings) -> PreviewFrame:
        if (wait := self._due - self._clock.monotonic()) > 0.0:
            self._clock.sleep(min(wait, 1.0))
        self._due = max(self._due, self._clock.monotonic() - settings.duration) + settings.duration
        exposure = settings.exposure
        level = self._seen_exposure(settings) * self._scene.lux * SENSITIVITY
        pixels = self._preview.render(
            settings.number,
            exposure.time,
            level,
            exposure.lens_position,
            self._preview_noise(exposure.gain),
            2.0 ** min(self._short.held, self._short.value),
        )
        return PreviewFrame(pixels, self._metadata(settings), self._sampled(settings))

    def _seen_exposure(self, settings: _Settings) -> float:
        """Seconds times gain that a frame is shown at: one of a darker burst as those before it."""
        numbers, before = self._burst
        exposure, times = settings.exposure, 2.0 ** (self._short.value + self._controls.dial)
        own = exposure.exposure_time * exposure.gain
        return float(max(own, before * times) if settings.number in numbers else own * times)

    def _sampled(self, settings: _Settings) -> RawSample:
        """What the meter's small sensor makes of the exposure that a press would take first.

        A Pi's stream has that exposure itself, as far as its frame rate allows.
        """
        if self._planned is not None:
            shutter, gain = self._planned.exposure_time, self._planned.analogue_gain
            exposure = replace(settings.exposure, exposure_time=shutter, gain=gain)
            settings = replace(settings, exposure=exposure)
        exposure = settings.exposure
        wanted = (exposure.exposure_time, exposure.gain)
        due = settings.number % _SAMPLED == 0
        if self._sample is None or (due and wanted != self._sample[0]):
            frame, profile = self._meter.frame(*wanted), self._meter.profile
            sample = RawSample(replace(frame, metadata=self._metadata(settings)), profile)
            self._sample = (wanted, sample)
        return self._sample[1]

    def metering(self) -> Metering:
        """The automatic exposure's settings and the highlights at them."""
        self._need_running()
        return self._metered()

    def _metered(self) -> Metering:
        shutter, gain = self._automatic(max(1.0 / (self._controls.frame_rate or 10.0), 0.1))
        light, dial = self._meter.light(shutter, gain), self._controls.dial
        found = Metering(
            shutter,
            gain,
            float(np.quantile(light, 0.999)),
            digital_gain=2.0**dial,
            histogram=RawHistogram.of(light),
            mains=self._controls.mains,
            ev=dial,
            chosen=self._controls.exposure_chosen,
        )
        if not self._controls.exposure_fixed:
            return found
        # The meter's opinion of an exposure by hand knows no end of its own.
        return replace(found, aim=lacking(found, self._profile))

    def capture(
        self,
        plan: ExposurePlan,
        progress: Progress | None = None,
        *,
        since_press: float | None = None,
        seen: Seen | None = None,
    ) -> Burst:
        """Takes the plan's frames one after another, their settings written ahead of time."""
        self._need_running()
        if not plan.frames:
            raise CameraError("an exposure plan without frames takes no picture")
        tell = progress or _ignore
        tell(0.0)
        press = round((self._time - (since_press or 0.0)) * 1e9)
        settings = [] if since_press is None else self._from_ring(plan, press)
        missing = plan.frames[len(settings) :]
        if missing and not settings:
            self._write_burst(missing)
            for _ in range(max(self._profile.control_delay[:2])):
                self._next()  # frames already under way with the old settings
        frames: list[RawFrame] = []
        while len(frames) < len(plan.frames):
            if len(frames) == len(settings):
                settings.append(self._next())
                if seen is not None:
                    seen(self._shown(settings[-1]))
            if not frames:
                self._sensor.prepare(settings[0].exposure.lens_position)
                tell(0.25)
            frames.append(self._raw(settings[len(frames)]))
            tell(0.25 + 0.75 * len(frames) / len(plan.frames))
        self._due = self._clock.monotonic()
        reference = 0
        if since_press is not None:
            told = [frame.metadata for frame in frames]
            reference = nearest(told, press, planned=plan.frames)
        neutral, raw = self._scene_neutral(), str(self._packing)
        return Burst(tuple(frames), self._profile, reference, plan.push, neutral, raw_format=raw)

    def _from_ring(self, plan: ExposurePlan, press: int) -> list[_Settings]:
        kept = list(self._ring)
        self._ring.clear()
        count = around_press([self._metadata(frame) for frame in kept], plan.frames, press)
        return kept[len(kept) - count :]

    def truth(self, metadata: FrameMetadata) -> npt.NDArray[np.float32]:
        """The noise-free mosaic of a frame of this camera, from the frame's metadata.

        Returns:
            (height, width) float32: 0 black, clipped at 1; lens shading included, hot pixels not.

        Raises:
            ValueError: for metadata of another camera.
        """
        return self._sensor.truth(self.settings(metadata))

    def light(self, metadata: FrameMetadata) -> npt.NDArray[np.float32]:
        """As truth(), but not clipped: what a shorter frame would have shown, too."""
        return self._sensor.light(self.settings(metadata))

    def settings(self, metadata: FrameMetadata) -> Exposure:
        """What a frame of this camera was taken with."""
        values = (
            metadata.timestamp,
            metadata.exposure_time,
            metadata.analogue_gain,
            metadata.lens_position,
        )
        if any(value is None for value in values):
            raise ValueError("metadata of a simulated frame holds time, exposure, gain and focus")
        stamp, shutter, gain, lens = values
        return Exposure((stamp or 0) * 1e-9, shutter or 0.0, gain or 0.0, lens or 0.0)

    def pose(self, metadata: FrameMetadata) -> tuple[float, float, float]:
        """The true motion at a frame: shift in x and y in pixels, turn in radians (see Pose)."""
        exposure = self.settings(metadata)
        pose = self._sensor.hand.pose(exposure.time, exposure.exposure_time)
        return (pose.dx, pose.dy, pose.turn)

    @property
    def neutral(self) -> tuple[float, float, float]:
        """The true camera RGB of white in the scene's light, green 1."""
        return self._sensor.neutral

    def _need_running(self) -> None:
        if not self._running:
            raise CameraError("the simulated camera is not running; start it first")

    def _automatic(self, longest: float) -> tuple[float, float]:
        exposure = self._automatics.exposure
        chosen = split_exposure(exposure, self._profile, longest, STEADY)
        shutter, gain = chosen.exposure_time, chosen.analogue_gain
        mains = self._controls.mains if self._running else 0
        if mains and shutter * 2 * mains > 1.0:  # whole pulses of the lamps
            shutter = int(shutter * 2 * mains) / (2 * mains)
            gain = min(max(exposure / shutter, self._profile.min_gain), self._profile.max_gain)
        return shutter, gain

    def _write_automatic(self) -> None:
        """Writes shutter and gain before the next frame: set by hand, or by the automatics."""
        if not self._controls.exposure_locked:
            self._automatics.step()
        shutter, gain = self._streamed()
        self._shutter.write(self._number, shutter)
        self._gain.write(self._number, gain)

    def _streamed(self) -> tuple[float, float]:
        """Shutter and gain that the stream is to have, within the sensor's limits."""
        controls, profile = self._controls, self._profile
        shutter, gain = controls.exposure_time, controls.analogue_gain
        if shutter is not None and gain is None:
            gain = self._automatics.exposure / shutter
        elif gain is not None and shutter is None:
            shutter = self._automatics.exposure / gain
        elif shutter is None or gain is None:
            shutter, gain = self._automatic(1.0 / (controls.frame_rate or _FRAME_RATE))
        shutter = min(max(shutter, profile.min_exposure), profile.max_exposure)
        return shutter, min(max(gain, profile.min_gain), profile.max_gain)

    def _write_burst(self, frames: tuple[FrameExposure, ...]) -> None:
        """Writes each frame's settings so early that all take effect with that frame."""
        shutter_delay, gain_delay, _ = self._profile.control_delay
        delay = max(shutter_delay, gain_delay)
        first = self._number + delay
        end = first + len(frames) + delay + 1  # the stream's own settings are as late
        numbers, before = self._burst
        if self._number not in numbers:
            before = self._shutter.value * self._gain.value
        self._burst = (range(first, end), before)
        for index, frame in enumerate(frames):
            self._shutter.write(first + index - shutter_delay, frame.exposure_time)
            self._gain.write(first + index - gain_delay, frame.analogue_gain)

    def _next(self) -> _Settings:
        """Moves time on by a frame."""
        number = self._number
        shutter = self._shutter.read(number)
        shutter = min(max(shutter, self._profile.min_exposure), self._profile.max_exposure)
        shutter = max(round(shutter * 1e6), 1) / 1e6
        gain = quantised_gain(self._gain.read(number), self._profile)
        lens = self._lens.read(number)
        duration = max(self._duration.read(number), shutter)
        settings = _Settings(number, Exposure(self._time, shutter, gain, lens), duration)
        self._number += 1
        self._time = round((self._time + duration) * 1e9) * 1e-9
        return settings

    def _raw(self, settings: _Settings) -> RawFrame:
        data = self._sensor.read_out(settings.exposure, settings.number, self._packing)
        data.flags.writeable = False
        width, height = self._profile.width, self._profile.height
        return RawFrame(data, self._packing, width, height, self._metadata(settings))

    def _metadata(self, settings: _Settings) -> FrameMetadata:
        return FrameMetadata.from_libcamera(self._libcamera(settings))

    def _libcamera(self, settings: _Settings) -> Mapping[str, Any]:
        profile, exposure, controls = self._profile, settings.exposure, self._controls
        red, _, blue = self.neutral
        scale = 1 << (16 - profile.bit_depth)
        settled = self._automatics.settled()
        return {
            "SensorTimestamp": round(exposure.time * 1e9),
            "ExposureTime": round(exposure.exposure_time * 1e6),
            "AnalogueGain": exposure.gain,
            "DigitalGain": 1.0,
            "FrameDuration": round(settings.duration * 1e6),
            "ColourGains": controls.colour_gains or (1.0 / red, 1.0 / blue),
            "ColourTemperature": round(self._scene.temperature),
            "Lux": self._scene.lux,
            "LensPosition": exposure.lens_position,
            "SensorBlackLevels": tuple(round(level * scale) for level in profile.black_level),
            "SensorTemperature": 36.0,
            "ScalerCrop": (0, 0, profile.width, profile.height),
            "AeState": 2 if settled else 1,  # libcamera: searching 1, converged 2
            "AfState": 2,  # focused
        }

    def _scene_neutral(self) -> tuple[float, float, float]:
        gains = self._controls.colour_gains
        return self.neutral if gains is None else neutral_of(gains)

    def _preview_renderer(
        self, size: tuple[int, int], seed: int, threads: int | None
    ) -> PreviewRenderer:
        scale = min(size[0] / self._profile.width, size[1] / self._profile.height)
        width, height = (
            max(2, round(side * scale / 2.0) * 2)
            for side in (self._profile.width, self._profile.height)
        )
        frame = Frame(width, height)
        hand = replace(self._sensor.hand, width=width)
        return PreviewRenderer(self._scene, frame, hand, seed, self.frame.unit, threads)

    def _preview_noise(self, gain: float) -> float:
        """Standard deviation of mid-grey in 8-bit levels, after binning to the preview's size."""
        noise = self._profile.noise(gain)
        binned = max(1.0, (self._profile.width / self._preview.frame.width) ** 2)
        variance = (noise.shot[0] * 0.18 + noise.read[0]) / binned
        return float(min(np.sqrt(variance) * 1.1 * 255.0, 12.0))


def _ignore(_fraction: float) -> None:
    """Progress that nobody asked for."""


def _packing(profile: SensorProfile) -> Packing:
    return {10: Packing.CSI2P10, 12: Packing.CSI2P12}.get(profile.bit_depth, Packing.U16)


def _read_out_size(size: tuple[int, int], scene: Scene) -> tuple[int, int]:
    """The window read out: no larger than the picture behind the scene."""
    if scene.size is None:
        return size
    return (min(size[0], scene.size[0] // 4 * 4), min(size[1], scene.size[1] // 2 * 2))


def _check(controls: Controls) -> None:
    positive = (controls.exposure_time, controls.analogue_gain, controls.frame_rate)
    if any(value is not None and not 0.0 < value < float("inf") for value in positive):
        raise CameraError("exposure time, gain and frame rate are numbers above 0")
    if controls.lens_position is not None and not 0.0 <= controls.lens_position < _NEAREST:
        raise CameraError("focus is a number of dioptres from 0 (infinity) to 50")
