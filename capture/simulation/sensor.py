"""The sensor: a scene through a lens in a moving hand, as numbers."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capture.colour import development_colour, neutral_at, white_xy
from capture.frames import Packing, SensorProfile
from capture.scenes.scene import Frame, Scene
from capture.shading import shading_at
from capture.simulation import packing as csi2
from capture.simulation.bands import in_bands
from capture.simulation.field import Field, paint_field
from capture.simulation.movers import MoverField, add_movers, paint_movers
from capture.simulation.readout import HotPixels, add_hot_pixels, add_noise, quantise
from capture.simulation.sampling import Pose, sample_site
from capture.simulation.shake import HandShake

Floats = npt.NDArray[np.float32]
Samples = npt.NDArray[np.uint8] | npt.NDArray[np.uint16]

# Green signal, in full scales, of a white surface per lux second at gain 1. From the IMX477's lux
# calibration in libcamera: Y = 17755/65535 of a grey card at 830 lux and 27.2 ms.
SENSITIVITY = 0.066
_MAINS = 100.0  # Hz, twice that of the mains


@dataclass(frozen=True, slots=True)
class Exposure:
    """One frame's settings: seconds since the start, exposure in seconds, gain, dioptres."""

    time: float
    exposure_time: float
    gain: float
    lens_position: float


@dataclass(slots=True)
class SimulatedSensor:
    """A scene's light as the sensor counts it. Deterministic: same seed and frame, same samples.

    Attributes:
        scene: what it sees.
        profile: the sensor; its width and height are what is read out.
        seed: of noise, hot pixels and the hand.
        shake: strength of the hand's motion, 0 a tripod.
        threads: None for all processors.
    """

    scene: Scene
    profile: SensorProfile
    seed: int = 1
    shake: float = 1.0
    threads: int | None = None
    _fields: dict[float, Field] = field(default_factory=dict, repr=False)
    _movers: tuple[MoverField, ...] | None = field(default=None, repr=False)
    _transmission: Floats | None = field(default=None, repr=False)
    _hot: HotPixels | None = field(default=None, repr=False)

    @property
    def neutral(self) -> tuple[float, float, float]:
        """Camera RGB of white in the scene's light, green 1."""
        white = self.scene.white or white_xy(self.scene.temperature)
        return neutral_at(self.profile.calibrations, white)

    @property
    def hand(self) -> HandShake:
        """The camera's path."""
        return HandShake(self.seed, self.profile.width, self.shake)

    def camera_matrix(self) -> npt.NDArray[np.float64]:
        """3x3 from linear Rec.2020 to camera RGB before white balance: development inverted."""
        _, matrix = development_colour(self.profile.calibrations, self.neutral)
        return np.asarray(np.array(self.neutral)[:, None] * np.linalg.inv(matrix))

    def prepare(self, lens_position: float) -> None:
        """Paints the scene for a focus, if that was not done; the slow part of a first frame."""
        self._field(lens_position)

    def green(self, lens_position: float) -> Floats:
        """The green plane of the scene, (height, width) float32, 1 a white surface."""
        field_ = self._field(lens_position)
        m = field_.margin
        return field_.planes[1, m : m + self.profile.height, m : m + self.profile.width]

    def light(self, exposure: Exposure, rows: range | None = None) -> Floats:
        """The noise-free mosaic: (rows, width) float32, 0 black, 1 clipping, not clipped."""
        rows = rows or range(self.profile.height)
        field_ = self._field(exposure.lens_position)
        pose = self.hand.pose(exposure.time, exposure.exposure_time)
        centre = ((self.profile.width - 1) / 2.0, (self.profile.height - 1) / 2.0)
        out = np.empty((len(rows), self.profile.width), np.float32)
        for site, colour in enumerate(self.profile.cfa.colours):
            first = rows.start + (site // 2 - rows.start) % 2
            site_rows = range(first, rows.stop, 2)
            columns = range(site % 2, self.profile.width, 2)
            if not site_rows:
                continue
            part = sample_site(
                field_.planes[colour], field_.margin, pose, centre, site_rows, columns
            )
            add_movers(part, self._mover_fields(), colour, exposure.time, pose, site_rows, columns)
            out[first - rows.start :: 2, site % 2 :: 2] = part
        out *= self._shading()[rows.start : rows.stop]
        scale = exposure.exposure_time * exposure.gain * self.scene.lux * SENSITIVITY
        scale *= _flicker(self.scene.flicker, exposure)
        out *= np.float32(scale)
        return out

    def truth(self, exposure: Exposure) -> Floats:
        """The noise-free mosaic of a frame: (height, width) float32, 0 black, clipped at 1."""
        out = np.empty((self.profile.height, self.profile.width), np.float32)

        def work(band: range) -> None:
            np.minimum(self.light(exposure, band), 1.0, out=out[band.start : band.stop])

        self._field(exposure.lens_position)
        in_bands(self.profile.height, work, self.threads)
        return out

    def read_out(self, exposure: Exposure, number: int, packing: Packing) -> Samples:
        """A frame's samples as they leave the sensor.

        Args:
            exposure: its settings.
            number: of the frame since the start; noise depends on it.
            packing: how to lay the samples out.

        Returns:
            (height, stride) uint8 if packed, else (height, width) uint16.
        """
        profile = self.profile
        width, height = profile.width, profile.height
        noise = profile.noise(exposure.gain)
        packed = np.zeros((height, csi2.row_bytes(packing, width)), np.uint8)
        hot = self._hot_pixels()
        self._field(exposure.lens_position)
        self._shading()

        def work(band: range) -> None:
            signal = self.light(exposure, band)
            add_hot_pixels(signal, hot, band.start, exposure.exposure_time * exposure.gain)
            np.minimum(signal, 4.0, out=signal)
            random = np.random.Generator(np.random.SFC64((self.seed, number, band.start)))
            noisy = add_noise(signal, noise.shot[0], noise.read[0], random)
            samples = quantise(noisy, profile, band.start)
            rows = packed[band.start : band.stop]
            if packing is Packing.U16:
                rows[:, : width * 2] = samples.astype("<u2").view(np.uint8)
            else:
                csi2.pack_rows(samples, packing, rows)

        in_bands(height, work, self.threads)
        if packing is Packing.U16:
            return packed[:, : width * 2].view("<u2")
        return packed

    def _field(self, lens_position: float) -> Field:
        found = self._fields.get(lens_position)
        if found is None:
            frame = Frame(self.profile.width, self.profile.height)
            margin = int(np.ceil(self.hand.reach)) + 4
            self._fields.clear()  # one focus at a time: a field is as large as eight frames
            found = paint_field(
                self.scene, frame, margin, self.camera_matrix(), lens_position, self.threads
            )
            self._fields[lens_position] = found
        return found

    def _mover_fields(self) -> tuple[MoverField, ...]:
        if self._movers is None:
            frame = Frame(self.profile.width, self.profile.height)
            self._movers = paint_movers(self.scene.movers, frame, frame.unit, self.camera_matrix())
        return self._movers

    def _hot_pixels(self) -> HotPixels:
        if self._hot is None:
            self._hot = HotPixels.random(self.seed, self.profile.width, self.profile.height)
        return self._hot

    def _shading(self) -> Floats:
        if self._transmission is None:
            self._transmission = transmission(self.profile, self.scene.temperature)
        return self._transmission


def transmission(profile: SensorProfile, temperature: float) -> Floats:
    """What the lens lets through: the inverse of the shading gains, (height, width) float32."""
    out = np.ones((profile.height, profile.width), np.float32)
    gain = shading_at(profile.shading, temperature)
    if gain is None:
        return out
    for site in range(4):
        view = out[site // 2 :: 2, site % 2 :: 2]
        y = _node_weights(np.arange(site // 2, profile.height, 2), profile.height, gain.shape[1])
        x = _node_weights(np.arange(site % 2, profile.width, 2), profile.width, gain.shape[2])
        view[...] = 1.0 / (y @ gain[site] @ x.T)
    return out


def _flicker(depth: float, exposure: Exposure) -> float:
    """The mean light of a lamp that swings twice a period of the mains, over an exposure."""
    if depth <= 0.0:
        return 1.0
    middle = exposure.time + 0.5 * exposure.exposure_time
    swing = np.cos(2.0 * np.pi * _MAINS * middle) * np.sinc(_MAINS * exposure.exposure_time)
    return float(1.0 + depth * swing)


def _node_weights(position: npt.NDArray[np.int64], size: int, nodes: int) -> Floats:
    """(n, nodes) bilinear weights of pixels among nodes spread from edge to edge of a frame."""
    place = (position + 0.5) / size * (nodes - 1)
    return np.clip(1.0 - np.abs(place[:, None] - np.arange(nodes)), 0.0, None).astype(np.float32)


__all__ = ["SENSITIVITY", "Exposure", "Pose", "SimulatedSensor", "transmission"]
