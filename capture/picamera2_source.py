"""The real camera, through picamera2: the only module that knows it.

It cannot run where Baryta is built and tested: there is no camera there. What is tested is its
dealing with a stand-in for picamera2's classes; the Pi's automatics, its memory for buffers and
its sensors' timing are not. The API is that of picamera2 0.3.x (its source and manual).

One configuration for preview and pictures, at full size: a mode switch costs half a second and is
the moment when buffers run out (picamera2 issues 972, 1102, 1125). Raw frames are copied out and
their buffers given back at once, for a camera without free buffers stalls.
"""

import re
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as FutureTimeoutError
from contextlib import suppress
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from capture.frames import (
    Burst,
    CfaPattern,
    FrameMetadata,
    Packing,
    PreviewFrame,
    RawFrame,
    SensorProfile,
)
from capture.plan import ExposurePlan, FrameExposure, Metering
from capture.profiles import generic_profile, profile, profiles
from capture.source import CameraError, Controls, Progress

_TIMEOUT = 1.0  # seconds to wait for a preview frame
_TOLERANCE = 0.03  # sensors round exposure to lines and gain to codes
_PATIENCE = 12  # frames past a plan's own number until a setting is asked for again
_ROUNDS = 3  # times a plan is asked for before giving up
_APT = "sudo apt install python3-picamera2, in a venv made with --system-site-packages"
_CABLE = "check the cable at both ends, then try rpicam-hello --list-cameras"


class Picamera2Source:
    """A CameraSource over a Raspberry Pi's camera.

    Args:
        camera: its number, as rpicam-hello --list-cameras shows it.
        preview_size: of the live stream, pixels; its aspect should be the sensor's.
        buffers: of each stream. Each costs a full raw frame of contiguous memory.
    """

    def __init__(
        self, camera: int = 0, preview_size: tuple[int, int] | None = None, buffers: int = 4
    ) -> None:
        self._index = camera
        self._preview_size = preview_size
        self._buffers = buffers
        self._camera: Any = None
        self._profile: SensorProfile | None = None
        self._stride = 0
        self._shift = 0
        self._controls = Controls()

    @property
    def profile(self) -> SensorProfile:
        """The sensor, in the mode that was granted."""
        if self._profile is None:
            raise CameraError("the camera is not running; start it first")
        return self._profile

    def start(self) -> None:
        """Opens the camera, asks for unpacked raw of full size, and checks what was granted."""
        if self._camera is not None:
            raise CameraError("the camera is running already")
        picamera2 = import_picamera2()
        with _translated("opened"):
            found = picamera2.Picamera2.global_camera_info()
        if self._index >= len(found):
            raise CameraError(f"no camera {self._index} was found: {_CABLE}")
        with _translated("opened"):
            self._camera = picamera2.Picamera2(self._index)
        try:
            self._configure()
            with _translated("started"):
                self._camera.start()
        except BaseException:
            self.stop()
            raise

    def stop(self) -> None:
        """Stops and closes the camera."""
        camera, self._camera, self._profile = self._camera, None, None
        if camera is not None:
            with suppress(Exception):
                camera.stop()
            with _translated("closed"):
                camera.close()

    def set_controls(self, controls: Controls) -> None:
        """Sends controls with the next request; the metadata shows when they are obeyed."""
        camera = self._open()
        with _translated("controlled"):
            camera.set_controls(libcamera_controls(controls, camera.camera_controls))
        self._controls = controls

    def preview(self) -> PreviewFrame:
        """The next frame of the live stream."""
        request = self._request()
        try:
            pixels = request.make_array("main")
            metadata = FrameMetadata.from_libcamera(request.get_metadata())
        finally:
            request.release()
        return PreviewFrame(np.asarray(pixels, np.uint8), metadata)

    def metering(self) -> Metering:
        """The automatic exposure of the next frame, and the highlights of its raw.

        What is clipped is not known; the share that is clipped stands for how far: a thousandth
        counts as just clipping, ten times as much as a stop more.
        """
        request = self._request()
        try:
            frame = self._raw(request, sparse=True)
        finally:
            request.release()
        levels = _normalised(frame, self.profile)
        highlight = float(np.quantile(levels, 0.999))
        clipped = float((levels > 0.98).mean())
        if clipped > 1e-3:
            highlight = 1.0 * (clipped / 1e-3) ** np.log10(2.0)
        metadata = frame.metadata
        gain = (metadata.analogue_gain or 1.0) * (metadata.digital_gain or 1.0)
        return Metering(metadata.exposure_time or 1.0 / 60.0, gain, highlight)

    def capture(self, plan: ExposurePlan, progress: Progress | None = None) -> Burst:
        """Takes the plan's frames back to back, each recognised by its own metadata."""
        camera = self._open()
        if not plan.frames:
            raise CameraError("an exposure plan without frames takes no picture")
        if progress is not None:
            progress(0.0)
        try:
            taken = self._take(camera, plan.frames, progress)
        finally:
            with suppress(Exception):
                restored = libcamera_controls(self._controls, camera.camera_controls)
                camera.set_controls(restored)
        gains = taken[0].metadata.colour_gains
        neutral = None if gains is None else (1.0 / gains[0], 1.0, 1.0 / gains[1])
        return Burst(tuple(taken), self.profile, 0, plan.push, neutral)

    def _take(
        self,
        camera: Any,  # noqa: ANN401  (untyped library)
        wanted: tuple[FrameExposure, ...],
        progress: Progress | None,
    ) -> list[RawFrame]:
        """Asks for settings frame by frame and picks the frames that have them."""
        taken: list[RawFrame | None] = [None] * len(wanted)
        for _ in range(_ROUNDS):
            missing = [i for i, frame in enumerate(taken) if frame is None]
            orders = iter(missing)
            for _ in range(len(missing) + _PATIENCE):
                order = next(orders, None)
                if order is not None:
                    with _translated("controlled"):
                        camera.set_controls(_manual(wanted[order]))
                self._pick(wanted, taken, missing)
                missing = [i for i in missing if taken[i] is None]
                if progress is not None:
                    progress(1.0 - len(missing) / len(wanted))
                if not missing:
                    return [frame for frame in taken if frame is not None]
        raise CameraError(
            "the camera did not take the exposures it was asked for: "
            f"{len(missing)} of {len(wanted)} frames are missing"
        )

    def _pick(
        self, wanted: tuple[FrameExposure, ...], taken: list[RawFrame | None], missing: list[int]
    ) -> None:
        request = self._request()
        try:
            metadata = FrameMetadata.from_libcamera(request.get_metadata())
            for index in missing:
                if _matches(metadata, wanted[index]):
                    taken[index] = self._raw(request)
                    break
        finally:
            request.release()

    def _configure(self) -> None:
        """One configuration for everything; refuses a raw that is not whole."""
        camera = self._camera
        with _translated("configured"):
            name = str(camera.camera_properties.get("Model", "unknown"))
            order, depth, _ = raw_format(camera.sensor_format)
            known = profile(name) if name in profiles() else None
            depth = known.bit_depth if known else min(depth, 12)
            size = camera.sensor_resolution
            main = self._preview_size or _fitting(size)
            wanted = f"{'' if order == 'R' else 'S'}{order}{depth}"
            camera.configure(
                camera.create_preview_configuration(
                    main={"format": "XBGR8888", "size": main},
                    raw={"format": wanted, "size": size},
                    sensor={"output_size": size, "bit_depth": depth},
                    buffer_count=self._buffers,
                )
            )
            granted = camera.camera_configuration()["raw"]
        order, container, packing = raw_format(granted["format"])
        if packing:
            raise CameraError(
                f"the camera grants the raw format {granted['format']} only, which is "
                f"{'lossy' if 'COMP' in packing else 'packed'}; {wanted} was asked for: "
                "update libcamera and picamera2"
            )
        width, height = granted["size"]
        cfa = CfaPattern.MONO if order == "R" else CfaPattern(order)
        base = known or generic_profile(name, (width, height), cfa, depth)
        self._profile = replace(base, width=width, height=height, cfa=cfa)
        self._stride = int(granted["stride"])
        self._shift = max(container - depth, 0)

    def _open(self) -> Any:  # noqa: ANN401  (untyped library)
        if self._camera is None:
            raise CameraError("the camera is not running; start it first")
        return self._camera

    def _request(self) -> Any:  # noqa: ANN401  (untyped library)
        camera = self._open()
        longest = max(self._controls.exposure_time or 0.0, 0.0)
        try:
            return camera.capture_request(wait=_TIMEOUT + 4.0 * longest)
        except (FutureTimeoutError, CancelledError) as error:
            with suppress(Exception):
                camera.cancel_all_and_flush()
            raise CameraError(f"the camera sends no frames: {_CABLE}") from error
        except RuntimeError as error:
            raise CameraError(f"the camera cannot be read: {error}") from error

    def _raw(
        self,
        request: Any,  # noqa: ANN401  (untyped library)
        *,
        sparse: bool = False,
    ) -> RawFrame:
        """Copies a request's raw out of its buffer; sparse takes every eighth Bayer cell, whole."""
        sensor = self.profile
        buffer = request.make_buffer("raw")
        lines = np.asarray(buffer, np.uint8)[: sensor.height * self._stride]
        samples = lines.reshape(sensor.height, self._stride)[:, : sensor.width * 2].view("<u2")
        if sparse:
            rows, columns = sensor.height // 16, sensor.width // 16
            cells = samples[: 16 * rows, : 16 * columns].reshape(rows, 8, 2, columns, 8, 2)
            samples = cells[:, 0, :, :, 0, :].reshape(2 * rows, 2 * columns)
        metadata = FrameMetadata.from_libcamera(request.get_metadata())
        height, width = samples.shape
        return RawFrame(samples, Packing.U16, width, height, metadata, self._shift)


def import_picamera2() -> Any:  # noqa: ANN401  (untyped library)
    """picamera2's package.

    Raises:
        CameraError: when it is not installed, naming the package to install.
    """
    try:
        import picamera2  # noqa: PLC0415  (there only on a Pi)
    except ImportError as error:
        raise CameraError(f"picamera2 cannot be imported ({error}); {_APT}") from error
    except Exception as error:
        raise CameraError(f"picamera2 is broken ({error}); {_APT}") from error
    return picamera2


def list_cameras() -> tuple[str, ...]:
    """The sensors libcamera finds; empty if there is none.

    Raises:
        CameraError: when picamera2 is missing or libcamera fails.
    """
    picamera2 = import_picamera2()
    with _translated("listed"):
        found = picamera2.Picamera2.global_camera_info()
    return tuple(str(camera.get("Model", "unknown")) for camera in found)


class _translated:  # noqa: N801  (reads as a statement)
    """Turns the library's errors into CameraError."""

    def __init__(self, doing: str) -> None:
        self._doing = doing

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Exception) and not isinstance(error, CameraError):
            text = str(error.__cause__ or error).strip() or type(error).__name__
            remedy = "is another program using it?" if "busy" in text.lower() else _CABLE
            raise CameraError(f"the camera cannot be {self._doing}: {text}; {remedy}") from error


def raw_format(name: object) -> tuple[str, int, str]:
    """Bayer order ("RGGB", or "R" for mono), bits and packing ("" if none) of a raw format's name.

    Raises:
        CameraError: for a name that is no raw format's.
    """
    match = re.fullmatch(r"S?([RGB]{4}|R|Y|MONO)(\d*)(?:_(\w+))?", str(name))
    if match is None:
        raise CameraError(f"{name} is no raw format Baryta knows")
    order = match[1] if set(match[1]) == set("RGB") else "R"
    return order, int(match[2] or 16), match[3] or ""  # the Pi 5's compressed names have no depth


def libcamera_controls(
    controls: Controls,
    offered: Any,  # noqa: ANN401  (untyped library)
) -> dict[str, Any]:
    """Controls under libcamera's names; those a camera does not offer are left out.

    Zero exposure and gain return them to the automatics (picamera2 sets the modes).
    """
    microseconds = round((controls.exposure_time or 0.0) * 1e6)
    values: dict[str, Any] = {
        "ExposureTime": microseconds,
        "AnalogueGain": float(controls.analogue_gain or 0.0),
        "ExposureValue": float(controls.exposure_value),
        "AwbEnable": controls.colour_gains is None,
    }
    if controls.colour_gains is not None:
        values["ColourGains"] = controls.colour_gains
    if controls.frame_rate is not None:
        duration = max(round(1e6 / controls.frame_rate), microseconds)
        values["FrameDurationLimits"] = (duration, duration)
    elif microseconds:
        values["FrameDurationLimits"] = (100, max(microseconds, 83333))
    if controls.lens_position is not None:
        values["AfMode"], values["LensPosition"] = 0, controls.lens_position  # manual
    else:
        values["AfMode"] = 2  # continuous
    return {name: value for name, value in values.items() if name in offered}


def _manual(exposure: FrameExposure) -> dict[str, Any]:
    microseconds = max(round(exposure.exposure_time * 1e6), 1)
    return {
        "ExposureTime": microseconds,
        "AnalogueGain": exposure.analogue_gain,
        "FrameDurationLimits": (100, max(microseconds, 100_000)),
    }


def _matches(metadata: FrameMetadata, wanted: FrameExposure) -> bool:
    time, gain = metadata.exposure_time, metadata.analogue_gain
    if time is None or gain is None:
        return False
    return (
        abs(time - wanted.exposure_time) <= _TOLERANCE * wanted.exposure_time + 40e-6
        and abs(gain - wanted.analogue_gain) <= _TOLERANCE * wanted.analogue_gain
    )


def _fitting(size: tuple[int, int]) -> tuple[int, int]:
    """A preview size of the sensor's aspect, 1280 wide."""
    return 1280, round(1280 * size[1] / size[0] / 2) * 2


def _normalised(frame: RawFrame, sensor: SensorProfile) -> npt.NDArray[np.float32]:
    cell = np.array(sensor.black_level, np.float32).reshape(2, 2)
    black = np.tile(cell, (frame.height // 2, frame.width // 2))
    samples = (frame.data >> frame.shift).astype(np.float32)
    return np.asarray((samples - black) / (sensor.white_level - black), np.float32)
