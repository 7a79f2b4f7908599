"""A folder of software cameras: what they are, what befalls them, what their frames must hold."""

import gc
import json
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from sensor_server.cameras import CameraSpec

from capture.frames import Packing
from capture.scenes import load_scene
from capture.simulation.sensor import Exposure, SimulatedSensor

SMALL = (256, 192)  # of a sensor in most tests: rendered faster than it is shown
FASTEST = 16_667  # microseconds, the shortest frame in most tests


def list_again() -> None:
    """Lets picamera2 look for cameras again, as a new process would."""
    import picamera2

    picamera2.Picamera2._cm._cms = None  # noqa: SLF001  (its reset() keeps the old manager alive)
    gc.collect()


def wait_for_camera() -> None:
    """Waits until picamera2 lists a camera that was plugged in again."""
    import picamera2

    for _ in range(300):
        if picamera2.Picamera2.global_camera_info():
            return
        time.sleep(0.1)
    raise AssertionError("the camera did not come back")


@dataclass(slots=True)
class Rig:
    """Cameras for a test.

    Attributes:
        folder: what SOFTCAM names.
        cameras: in libcamera's order.
    """

    folder: Path
    cameras: tuple[CameraSpec, ...] = ()
    _sensors: dict[tuple[int, int], SimulatedSensor] = field(default_factory=dict)

    def install(self, *cameras: dict[str, Any]) -> None:
        """Says which cameras there are, as fields of CameraSpec; small and quick if not said."""
        usual = {"modes": [[*SMALL, 12]], "scene": "print", "fastest": FASTEST}
        entries = [usual | camera for camera in cameras]
        (self.folder / "cameras.json").write_text(json.dumps(entries), "utf-8")
        self.cameras = tuple(
            CameraSpec(**entry | {"modes": tuple(tuple(mode) for mode in entry["modes"])})
            for entry in entries
        )

    def fault(self, *lines: str) -> None:
        """Orders faults (softcam/sensor_server/faults.py); none ends them."""
        new = self.folder / "faults.new"
        new.write_text("".join(line + "\n" for line in lines), "utf-8")
        new.replace(self.folder / "faults")

    def log(self) -> list[dict[str, Any]]:
        """What was taken, frame by frame."""
        path = self.folder / "frames.jsonl"
        text = path.read_text("utf-8") if path.exists() else ""
        whole = text[: text.rfind("\n") + 1]  # the last line may be in the writing
        return [json.loads(line) for line in whole.splitlines()]

    def taken_at(self, timestamp: int, camera: int = 0) -> dict[str, Any]:
        """The log's line of a frame that was delivered."""
        (line,) = (
            line
            for line in self.log()
            if (line["timestamp"], line["camera"]) == (timestamp, camera)
        )
        assert line["fate"] == "done"
        return line

    def samples(self, timestamp: int, camera: int = 0, mode: int = 0) -> npt.NDArray[np.uint16]:
        """The simulated sensor's own frame, (height, width), of the moment a frame tells of."""
        line = self.taken_at(timestamp, camera)
        spec = self.cameras[camera]
        sensor = self._sensors.get((camera, mode))
        if sensor is None:
            sensor = SimulatedSensor(
                load_scene(spec.scene), spec.profile(mode), spec.seed, spec.shake
            )
            self._sensors[camera, mode] = sensor
        settings = Exposure(
            line["time"], line["exposure_time"], line["gain"], line["lens_position"]
        )
        frame = sensor.read_out(settings, line["number"], Packing.U16)
        return np.asarray(frame, np.uint16)
