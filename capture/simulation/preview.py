"""The live stream of the simulated camera: a small developed picture, many times a second."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from capture.colour import REC2020_TO_SRGB, development_colour
from capture.frames import ColourCalibration
from capture.scenes.scene import Frame, Scene
from capture.shoulder import bent
from capture.simulation.bands import in_bands
from capture.simulation.field import paint_field
from capture.simulation.movers import MoverField, paint_movers
from capture.simulation.shake import HandShake

_MOST = 64.0  # linear level that the coded scene can hold, in whites
_CODES = 1 << 14
_NOISE_ROWS = 61  # tile of noise rows, reused at other places: prime, so that it does not repeat


@dataclass(slots=True)
class PreviewRenderer:
    """Renders the stream: scene coded once, tone-mapped at a change of exposure, moved each frame.

    All of the work of a frame is 16-bit integer arithmetic on display levels of 12 bits: shot
    noise is even there, since display coding is nearly a square root.

    Attributes:
        matrix: 3x3 from the scene's linear Rec.2020 to the display's linear sRGB.
    """

    scene: Scene
    frame: Frame
    hand: HandShake
    seed: int
    pace: float
    threads: int | None = None
    matrix: npt.NDArray[np.float64] = field(default_factory=lambda: REC2020_TO_SRGB, repr=False)
    _matrix: npt.NDArray[np.float64] | None = field(default=None, repr=False)
    _margin: int = 0
    _codes: npt.NDArray[np.uint16] | None = field(default=None, repr=False)
    _display: npt.NDArray[np.uint16] | None = field(default=None, repr=False)
    _focus: float | None = None
    _level: tuple[float, float] | None = None
    _noise: npt.NDArray[np.int16] | None = field(default=None, repr=False)
    _movers: tuple[MoverField, ...] | None = field(default=None, repr=False)

    def render(
        self,
        number: int,
        time: float,
        level: float,
        focus: float,
        noise: float,
        most: float = 1.0,
    ) -> npt.NDArray[np.uint8]:
        """A frame: (height, width, 4) uint8, R G B X, sRGB-encoded.

        Args:
            number: of the frame.
            time: seconds, for the hand and what moves.
            level: display linear level of a white surface.
            focus: dioptres.
            noise: standard deviation in 8-bit display levels.
            most: display linear level of the brightest that is to be seen; 1 bends nothing.
        """
        display = self._shown(level, focus, most)
        pose = self.hand.pose(time)
        tile = self._noise_tile()
        height, width = self.frame.height, self.frame.width
        out = np.empty((height, width, 4), np.uint8)
        x, fx = _whole(pose.dx + self._margin)
        y, fy = _whole(pose.dy + self._margin)
        amplitude = np.int16(round(noise * 16.0))
        random = np.random.default_rng((self.seed, number, 0x9E))
        offset = int(random.integers(0, tile.shape[1] - width * 4))
        start = int(random.integers(0, _NOISE_ROWS))

        def work(band: range) -> None:
            rows = display[y + band.start : y + band.stop + 1]
            mixed = _mix(rows[:-1], rows[1:], fy)
            part = _mix(mixed[:, x : x + width], mixed[:, x + 1 : x + width + 1], fx)
            flat = part.reshape(len(band), -1).view(np.int16)
            if amplitude:
                lines = (np.arange(band.start, band.stop) + start) % _NOISE_ROWS
                grain = tile[lines, offset : offset + width * 4] * amplitude
                grain >>= 6
                flat += grain
                np.clip(flat, 0, 4080, out=flat)
            flat += 8
            flat >>= 4
            out[band.start : band.stop] = flat.reshape(part.shape)

        in_bands(height, work, self.threads)
        self._draw_movers(out, time, (level, most), (pose.dx, pose.dy))
        out[..., 3] = 255
        return out

    def _shown(self, level: float, focus: float, most: float) -> npt.NDArray[np.uint16]:
        if self._codes is None or focus != self._focus or self.matrix is not self._matrix:
            self._matrix, self._movers = self.matrix, None
            self._codes, self._focus, self._level = self._coded(focus), focus, None
        if self._display is None or (level, most) != self._level:
            table = display_table(level, most)
            codes = self._codes
            display = np.empty((*codes.shape[:2], 4), np.uint16)

            def work(band: range) -> None:
                part = display[band.start : band.stop]
                np.take(table, codes[band.start : band.stop], out=part[..., :3], mode="clip")
                part[..., 3] = 0

            in_bands(len(codes), work, self.threads)
            self._display, self._level = display, (level, most)
        return self._display

    def _coded(self, focus: float) -> npt.NDArray[np.uint16]:
        self._margin = int(np.ceil(self.hand.reach)) + 2
        field_ = paint_field(self.scene, self.frame, self._margin, self.matrix, focus, self.threads)
        light = np.minimum(field_.planes, _MOST)
        light *= np.float32(1.0 / _MOST)
        np.sqrt(light, out=light)
        light *= np.float32(_CODES - 1)
        return np.ascontiguousarray(np.moveaxis(light, 0, 2).astype(np.uint16))

    def _noise_tile(self) -> npt.NDArray[np.int16]:
        if self._noise is None:
            random = np.random.default_rng((self.seed, 0x201))
            shape = (_NOISE_ROWS, 4 * self.frame.width + 4096)
            self._noise = (random.standard_normal(shape, np.float32) * 64.0).astype(np.int16)
        return self._noise

    def _draw_movers(
        self,
        out: npt.NDArray[np.uint8],
        time: float,
        shown: tuple[float, float],
        shift: tuple[float, float],
    ) -> None:
        level, most = shown
        if self._movers is None:
            self._movers = paint_movers(self.scene.movers, self.frame, self.pace, self.matrix)
        for item in self._movers:
            x, y = item.middle(time)
            size = item.planes.shape[1]
            left, top = round(x - shift[0]) - size // 2, round(y - shift[1]) - size // 2
            x0, y0 = max(left, 0), max(top, 0)
            x1, y1 = min(left + size, self.frame.width), min(top + size, self.frame.height)
            if x0 >= x1 or y0 >= y1:
                continue
            part = item.planes[:, y0 - top : y1 - top, x0 - left : x1 - left]
            cover = part[3][..., None]
            light = np.moveaxis(part[:3], 0, 2) / np.maximum(cover, 1e-3)
            lit = srgb_encode(bent(light * level, most).astype(np.float32)) * 255.0
            target = out[y0:y1, x0:x1, :3]
            target[...] = (target + (lit - target) * cover + 0.5).astype(np.uint8)


def display_matrix(
    calibrations: Sequence[ColourCalibration],
    true: tuple[float, float, float],
    used: tuple[float, float, float] | None,
) -> npt.NDArray[np.float64]:
    """From the scene's linear Rec.2020 to the display's linear sRGB, as the sensor sees it.

    Args:
        calibrations: the sensor's.
        true: camera RGB of white in the scene's light, green 1.
        used: what is taken for that instead; None for the true one.
    """
    if used is None:
        return REC2020_TO_SRGB
    developed, seen = (
        development_colour(calibrations, neutral)[1] / np.array(neutral) for neutral in (used, true)
    )
    return np.asarray(REC2020_TO_SRGB @ developed @ np.linalg.inv(seen))


def display_table(level: float, most: float = 1.0) -> npt.NDArray[np.uint16]:
    """12-bit display values (0..4080) of the coded scene, white at a display linear level.

    Args:
        level: of it.
        most: as render() has it.
    """
    linear = bent((np.arange(_CODES) / (_CODES - 1.0)) ** 2 * _MOST * level, most)
    return (srgb_encode(linear.astype(np.float32)) * 4080.0 + 0.5).astype(np.uint16)


def srgb_encode(linear: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """IEC 61966-2-1, clipped to [0, 1]."""
    x = np.clip(linear, 0.0, 1.0)
    return np.where(x <= 0.0031308, 12.92 * x, 1.055 * x ** (1.0 / 2.4) - 0.055).astype(np.float32)


def _whole(position: float) -> tuple[int, int]:
    """Whole pixels and sixteenths."""
    sixteenths = round(position * 16.0)
    return sixteenths // 16, sixteenths % 16


def _mix(
    a: npt.NDArray[np.uint16], b: npt.NDArray[np.uint16], sixteenths: int
) -> npt.NDArray[np.uint16]:
    """Values up to 4080 between a and b."""
    mixed = a * np.uint16(16 - sixteenths)
    mixed += b * np.uint16(sixteenths)
    mixed >>= np.uint16(4)
    return mixed
