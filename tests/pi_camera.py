"""A stand-in for picamera2: its classes' shape over the simulated sensor.

It keeps what matters to the adapter: controls ride on a request when the one before is released,
take effect a queue and a sensor's delay later, and frames are known by their metadata alone.
"""

from collections import deque
from concurrent.futures import TimeoutError as FutureTimeoutError
from dataclasses import replace
from types import ModuleType
from typing import Any

import numpy as np

from capture.frames import Packing
from capture.plan import ExposurePlan, FrameExposure
from capture.profiles import profile
from capture.simulated import SimulatedSource

_OFFERED = (
    "ExposureTime",
    "AnalogueGain",
    "ExposureValue",
    "AwbEnable",
    "ColourGains",
    "FrameDurationLimits",
    "AfMode",
    "LensPosition",
)


class FakeRequest:
    """A completed request."""

    def __init__(self, camera: "FakeCamera", metadata: dict[str, Any], raw: np.ndarray) -> None:
        self._camera, self._metadata, self._raw = camera, metadata, raw
        self.released = False

    def get_metadata(self) -> dict[str, Any]:
        self._alive()
        return dict(self._metadata)

    def make_array(self, name: str) -> np.ndarray:
        self._alive()
        width, height = self._camera.configuration[name]["size"]
        return np.full((height, width, 4), 128, np.uint8)

    def make_buffer(self, _name: str) -> np.ndarray:
        self._alive()
        return self._raw.reshape(-1).copy()

    def release(self) -> None:
        self._alive()
        self.released = True
        self._camera.out -= 1
        self._camera.queue.append(self._camera.pending)
        self._camera.pending = {}

    def _alive(self) -> None:
        assert not self.released, "a request was used after its release"


class FakeCamera:
    """Picamera2, as far as the adapter knows it."""

    cameras = ({"Model": "imx477", "Num": 0},)
    granted = "SRGGB16"
    stalled = False
    ignores_controls = False
    clipped: int | None = None  # the site of the Bayer cell that is at its limit everywhere
    open_error: Exception | None = None

    def __init__(self, _number: int) -> None:
        if self.open_error is not None:
            raise self.open_error
        self.camera_properties = {"Model": "imx477"}
        self.camera_controls = dict.fromkeys(_OFFERED, (0, 1, 0))
        self.sensor_format, self.sensor_resolution = "RGGB_PISP_COMP1", (96, 64)
        self.configuration: dict[str, Any] = {}
        self.queue: deque[dict[str, Any]] = deque()
        self.pending: dict[str, Any] = {}
        self.values = {"ExposureTime": 8000, "AnalogueGain": 1.0}
        self.out, self.started, self.closed, self.flushed = 0, False, False, False
        sensor = replace(profile("imx477"))
        self._sensor = SimulatedSource("print", sensor, size=(96, 64), packing=Packing.U16)

    @classmethod
    def global_camera_info(cls) -> list[dict[str, Any]]:
        return list(cls.cameras)

    def create_preview_configuration(self, **streams: object) -> dict[str, Any]:
        return streams

    def configure(self, configuration: dict[str, Any]) -> None:
        width = configuration["raw"]["size"][0]
        raw = configuration["raw"] | {"format": self.granted, "stride": width * 2 + 64}
        self.configuration = configuration | {"raw": raw}

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def start(self) -> None:
        assert self.configuration
        self.started = True
        self.queue.extend({} for _ in range(self.configuration["buffer_count"]))
        self._sensor.start()

    def stop(self) -> None:
        self.started = False

    def close(self) -> None:
        self.closed = True

    def cancel_all_and_flush(self) -> None:
        self.flushed = True

    def set_controls(self, controls: dict[str, Any]) -> None:
        assert set(controls) <= set(self.camera_controls)
        self.pending |= controls

    def capture_request(self, wait: float) -> FakeRequest:
        assert wait > 0.0
        assert self.started
        if self.stalled or not self.queue:
            raise FutureTimeoutError
        given = self.queue.popleft()
        if not self.ignores_controls:
            automatic = {"ExposureTime": 8000, "AnalogueGain": 1.0}
            for name, default in automatic.items():
                if name in given:
                    self.values[name] = given[name] or default
        self.out += 1
        frame = self._sensor.capture(
            ExposurePlan(
                "",
                (FrameExposure(self.values["ExposureTime"] * 1e-6, self.values["AnalogueGain"]),),
            )
        ).frames[0]
        samples = np.array(frame.data)
        if self.clipped is not None:
            samples[self.clipped // 2 :: 2, self.clipped % 2 :: 2] = 4095
        raw = np.zeros((64, 96 * 2 + 64), np.uint8)
        shift = 4 if self.granted.endswith("16") else 0
        raw[:, :192] = (samples << shift).astype("<u2").view(np.uint8)
        return FakeRequest(self, dict(frame.metadata.libcamera), raw)


def module(camera: type[FakeCamera]) -> ModuleType:
    """A module to stand at picamera2's place."""
    fake = ModuleType("picamera2")
    fake.Picamera2 = camera  # type: ignore[attr-defined]
    return fake
