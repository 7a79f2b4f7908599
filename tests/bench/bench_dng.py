"""Writing a 12-megapixel DNG: Baryta's beside PiDNG's, picamera2's writer, in one run.

python tests/bench/bench_dng.py [RUNS]

PiDNG writes what picamera2 hands it: a frame of the IMX477 as the sensor packs it, 12 bit in 12,
or unpacked in words of 16, uncompressed; beside it the same merged mosaic of 16 bit. Baryta's file
is written to the disk without a preview of the developed picture, which PiDNG's has not either, and
complete: a picture of full size, ten looks. Medians of wall and processor time; ratios count.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt

try:
    from pidng.camdefs import Picamera2Camera
    from pidng.core import PICAM2DNG, RAW2DNG
    from pidng.defs import CalibrationIlluminant, CFAPattern, DNGVersion
    from pidng.defs import PhotometricInterpretation as Photometric
    from pidng.dng import DNGTags, Tag
except ImportError:
    sys.exit("PiDNG is missing: pip install 'baryta[files]', or .ci/files once")

sys.path.insert(0, str(Path(__file__).parents[1]))

from bursts import make_burst
from merge_gains import merge

from app.looks import installed_looks
from app.pictures.dng import encode_dng
from app.pictures.files import write_file
from app.pictures.negative import Negative, ShotInfo
from capture.profiles import profile
from native import MosaicFormat

WIDTH, HEIGHT = 4056, 3040
Mosaic = npt.NDArray[np.uint16]


def merged_negative() -> Negative:
    """A merged landscape at ISO 400, tiled to full size, with the profile of the sensor."""
    small, _ = merge(make_burst("landscape", width=1024, height=768, iso=400))
    tiling = (HEIGHT // 768 + 1, WIDTH // 1024 + 1)
    mosaic = np.tile(small.mosaic, tiling)[:HEIGHT, :WIDTH].copy()
    sensor = profile("imx477")
    return Negative(
        mosaic=mosaic,
        format=small.format,
        noise=small.noise,
        calibrations=sensor.calibrations,
        neutral=(0.45, 1.0, 0.6),
        shading=np.ones((4, 12, 16), np.float32),
        info=ShotInfo(frames_merged=8, style="Authentic", iso=400.0, exposure_time=0.01),
    )


def packed_frame(negative: Negative) -> npt.NDArray[np.uint8]:
    """The mosaic as a frame of 12 bit, packed as CSI-2 does."""
    twelve = (negative.mosaic >> 4).astype(np.uint16)
    even, odd = twelve[:, ::2], twelve[:, 1::2]
    low = (even & 15) | ((odd & 15) << 4)
    return np.stack([even >> 4, odd >> 4, low], -1).reshape(HEIGHT, -1).astype(np.uint8)


def picamera_writer(form: str, frame: npt.NDArray[np.uint8], out: Path) -> Callable[[], object]:
    """PiDNG as picamera2 calls it."""
    metadata = {
        "SensorBlackLevels": (4096,) * 4,
        "ColourGains": (2.0, 1.7),
        "ColourCorrectionMatrix": (1.6, -0.4, -0.2, -0.3, 1.6, -0.3, 0.0, -0.6, 1.6),
        "ExposureTime": 10_000,
        "AnalogueGain": 4.0,
        "DigitalGain": 1.0,
        "SensorTimestamp": 1_000_000,
    }
    layout = {"size": (WIDTH, HEIGHT), "format": form, "stride": frame.shape[1]}
    writer = PICAM2DNG(Picamera2Camera(layout, metadata))
    writer.options(compress=False)
    return lambda: writer.convert(frame, str(out))


def mosaic_writer(mosaic: Mosaic, layout: MosaicFormat, out: Path) -> Callable[[], object]:
    """PiDNG with the merged mosaic of 16 bit."""
    tags = DNGTags()
    for tag, value in (
        (Tag.ImageWidth, WIDTH),
        (Tag.ImageLength, HEIGHT),
        (Tag.TileWidth, WIDTH),
        (Tag.TileLength, HEIGHT),
        (Tag.BitsPerSample, 16),
        (Tag.SamplesPerPixel, 1),
        (Tag.PhotometricInterpretation, Photometric.Color_Filter_Array),
        (Tag.CFARepeatPatternDim, [2, 2]),
        (Tag.CFAPattern, CFAPattern.RGGB),
        (Tag.BlackLevel, round(layout.black[0])),
        (Tag.WhiteLevel, round(layout.white)),
        (Tag.CalibrationIlluminant1, CalibrationIlluminant.D65),
        (Tag.DNGVersion, DNGVersion.V1_4),
    ):
        tags.set(tag, value)
    writer = RAW2DNG()
    writer.options(tags, path="", compress=False)
    return lambda: writer.convert(mosaic, str(out))


def main(runs: int) -> None:
    """Prints a line a writer."""
    negative = merged_negative()
    packed = packed_frame(negative)
    words = negative.mosaic.view(np.uint8)
    picture = np.random.default_rng(1).integers(0, 255, (190, 253, 3), np.uint8)
    picture = np.ascontiguousarray(np.kron(picture, np.ones((16, 16, 1), np.uint8)))
    looks = installed_looks(Path("/nonexistent"), "Authentic")
    encode_dng(negative, picture, looks)  # the looks are fitted once a session
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        writers: dict[str, tuple[Path, Callable[[], object]]] = {}
        for name, form, frame in (
            ("PiDNG, packed frame, 12 bit", "SRGGB12_CSI2P", packed),
            ("PiDNG, words, 12 bit", "SRGGB12", words),
        ):
            path = place / f"{form}.dng"
            writers[name] = path, picamera_writer(form, frame, path)
        path = place / "mosaic.dng"
        writers["PiDNG, merged, 16 bit"] = (
            path,
            mosaic_writer(negative.mosaic, negative.format, path),
        )
        bare, whole = place / "bare.dng", place / "whole.dng"
        writers["Baryta, merged, 16 bit"] = bare, lambda: write_file(bare, encode_dng(negative))
        writers["Baryta, complete"] = (
            whole,
            lambda: write_file(whole, encode_dng(negative, picture, looks)),
        )
        wall: dict[str, list[float]] = {name: [] for name in writers}
        cpu: dict[str, list[float]] = {name: [] for name in writers}
        for _ in range(runs):
            for name, (_, write) in writers.items():
                began, used = time.perf_counter(), time.process_time()
                write()
                wall[name].append(time.perf_counter() - began)
                cpu[name].append(time.process_time() - used)
        ours, size = (
            statistics.median(wall["Baryta, merged, 16 bit"]),
            writers["Baryta, merged, 16 bit"][0].stat().st_size,
        )
        for name, (path, _) in writers.items():
            median, used = statistics.median(wall[name]), statistics.median(cpu[name])
            length = path.stat().st_size
            print(
                f"{name:28} {1000 * median:7.0f} ms, {1000 * used:5.0f} ms of processor, "
                f"{length / 1e6:5.1f} MB; Baryta's {ours / median:5.2f} of the time, "
                f"{size / length:4.2f} of the size"
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
