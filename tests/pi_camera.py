"""A stand-in for picamera2: its classes' shape over the simulated sensor.

It keeps what matters to the adapter: controls ride on a request when the one before is released,
take effect a queue and a sensor's delay later, and frames are known by their metadata alone.
"""

from collections import deque
from collections.abc import Callable
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import ModuleType, TracebackType
from typing import Any, ClassVar, Self

import numpy as np
import pisp_comp

from capture.frames import Packing
from capture.plan import ExposurePlan, FrameExposure
from capture.profiles import profile
from capture.simulated import SimulatedSource
from capture.simulation.packing import pack_rows, row_bytes

OFFERED = (
    "ExposureTime",
    "AnalogueGain",
    "ExposureValue",
    "AeEnable",
    "AeFlickerMode",
    "AeFlickerPeriod",
    "AwbEnable",
    "ColourGains",
    "FrameDurationLimits",
    "AfMode",
    "AfMetering",
    "AfTrigger",
    "AfSpeed",
    "AfPause",
    "AfWindows",
    "LensPosition",
)
WIDTH, HEIGHT = 96, 64
_SEARCHES = 3  # frames a search for focus takes


class FakeRequest:
    """A completed request."""

    def __init__(self, camera: "FakeCamera", metadata: dict[str, Any], raw: np.ndarray) -> None:
        self._camera, self._metadata, self._raw = camera, metadata, raw
        self.released = False

    def get_metadata(self) -> dict[str, Any]:
        self.alive()
        return dict(self._metadata)

    def make_array(self, name: str) -> np.ndarray:
        self.alive()
        width, height = self._camera.configuration[name]["size"]
        return np.full((height, width, 4), self._camera.grey, np.uint8)

    def release(self) -> None:
        self.alive()
        self.released = True
        self._raw[:] = 0x55  # the buffer is the camera's again
        self._camera.out -= 1
        self._camera.queue.append(self._camera.pending)
        self._camera.pending = {}

    def alive(self) -> np.ndarray:
        assert not self.released, "a request was used after its release"
        return self._raw


class MappedArray:
    """picamera2's view of a request's own buffer."""

    def __init__(self, request: FakeRequest, name: str, *, reshape: bool, write: bool) -> None:
        assert name == "raw"
        assert not reshape
        assert not write
        self._request = request

    def __enter__(self) -> Self:
        self.array = self._request.alive().reshape(-1)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._request.alive()


class FakeCamera:
    """Picamera2, as far as the adapter knows it."""

    cameras: tuple[dict[str, Any], ...] = ({"Model": "imx477", "Num": 0},)
    model = "imx477"
    area = (8, 4, 4056, 3040)  # of the sensor, that the mode reads out
    granted: str | None = "SRGGB16"
    offered: tuple[str, ...] = OFFERED
    stalled = False
    ignores_controls = False
    tells_exposure = True
    clipped: int | None = None  # the site of the Bayer cell that is at its limit everywhere
    open_error: Exception | None = None
    start_error: Exception | None = None
    grey = 128  # of the live stream
    focuses = True
    automatic: ClassVar = {"ExposureTime": 8000, "AnalogueGain": 1.0}
    settling = 0  # frames until the automatic exposure has settled

    def __init__(self, number: int) -> None:
        if self.open_error is not None:
            raise self.open_error
        self.number = number
        self.camera_properties = {
            "Model": self.model,
            "ScalerCropMaximum": self.area,
            "PixelArraySize": (4056, 3040),
        }
        self.camera_controls = dict.fromkeys(self.offered, (0, 1, 0))
        if "LensPosition" in self.camera_controls:
            self.camera_controls["LensPosition"] = (0.0, 15.0, 1.0)
        self.sensor_format, self.sensor_resolution = "RGGB_PISP_COMP1", (WIDTH, HEIGHT)
        self.configuration: dict[str, Any] = {}
        self.queue: deque[dict[str, Any]] = deque()
        self.pending: dict[str, Any] = {}
        self.sent: dict[str, Any] = {}
        self.values = dict(self.automatic)
        self.out, self.started, self.closed, self.flushed = 0, False, False, False
        self.now = 0  # nanoseconds of the newest frame
        self.waits: list[float] = []  # seconds, of each frame that was asked for
        self.searching = 0
        self.af_state = 0
        self._sensor = SimulatedSource(
            "print", profile("imx477"), size=(WIDTH, HEIGHT), packing=Packing.U16
        )

    @classmethod
    def global_camera_info(cls) -> list[dict[str, Any]]:
        return list(cls.cameras)

    def create_preview_configuration(self, **streams: object) -> dict[str, Any]:
        return streams

    def configure(self, configuration: dict[str, Any]) -> None:
        raw = None
        if self.granted is not None:
            stride = self._rows(np.zeros((2, WIDTH), np.uint16)).shape[1]
            raw = configuration["raw"] | {"format": self.granted, "stride": stride}
        self.configuration = configuration | {"raw": raw}

    def camera_configuration(self) -> dict[str, Any]:
        return self.configuration

    def start(self) -> None:
        assert self.configuration
        if self.start_error is not None:
            raise self.start_error
        self.started = True
        self.queue.extend({} for _ in range(self.configuration["buffer_count"]))
        self._sensor.start()

    def stop(self) -> None:
        self.started = False

    def close(self) -> None:
        self.stop()
        self.closed = True

    def cancel_all_and_flush(self) -> None:
        self.flushed = True

    def set_controls(self, controls: dict[str, Any]) -> None:
        assert set(controls) <= set(self.camera_controls)
        self.pending |= controls
        self.sent |= controls

    def capture_request(self, wait: float) -> FakeRequest:
        assert wait > 0.0
        self.waits.append(wait)
        assert self.started
        if self.stalled or not self.queue:
            raise FutureTimeoutError
        self._obey(self.queue.popleft())
        self.out += 1
        wanted = FrameExposure(self.values["ExposureTime"] * 1e-6, self.values["AnalogueGain"])
        frame = self._sensor.capture(ExposurePlan("", (wanted,))).frames[0]
        samples = np.array(frame.data)
        if self.clipped is not None:
            samples[self.clipped // 2 :: 2, self.clipped % 2 :: 2] = 4095
        metadata = dict(frame.metadata.libcamera) | {"AfState": self.af_state}
        if self.settling:
            self.settling -= 1
            metadata |= {"AeState": 1}
        self.now = metadata["SensorTimestamp"]
        if not self.tells_exposure:
            del metadata["ExposureTime"], metadata["AnalogueGain"]
        return FakeRequest(self, metadata, self._rows(samples))

    def _obey(self, given: dict[str, Any]) -> None:
        if not self.ignores_controls:
            for name, default in self.automatic.items():
                if name in given:
                    self.values[name] = given[name] or default
        if "AfTrigger" in given:
            self.searching, self.af_state = (_SEARCHES, 1) if given["AfTrigger"] == 0 else (0, 0)
        elif self.searching:
            self.searching -= 1
            if not self.searching:
                self.af_state = 2 if self.focuses else 3

    def _rows(self, samples: np.ndarray) -> np.ndarray:
        """Twelve-bit samples as the granted format has them, rows padded."""
        assert self.granted is not None
        if self.granted.endswith("PISP_COMP1"):
            return pisp_comp.encode(samples << 4)
        if self.granted.endswith("12_CSI2P"):
            packed = np.zeros((len(samples), row_bytes(Packing.CSI2P12, WIDTH) + 32), np.uint8)
            pack_rows(samples, Packing.CSI2P12, packed)
            return packed
        raw = np.zeros((len(samples), WIDTH * 2 + 64), np.uint8)
        depth = int(self.granted[-2:])
        words = samples << 4 if depth == 16 else samples >> (12 - depth)
        raw[:, : WIDTH * 2] = words.astype("<u2").view(np.uint8)
        return raw


def module(camera: Callable[[int], FakeCamera]) -> ModuleType:
    """A module to stand at picamera2's place."""
    fake = ModuleType("picamera2")
    fake.Picamera2 = camera  # type: ignore[attr-defined]
    fake.MappedArray = MappedArray  # type: ignore[attr-defined]
    return fake
