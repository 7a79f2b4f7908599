"""Ranks demosaicing: ours, LibRaw's by name, and an LMMSE reference, on noise-free mosaics.

Run: .venv/bin/python tests/bench/demosaic_quality.py [--crops FOLDER] [SCENE ...]

A scene is one of the simulated sensor's or an OpenEXR file. The sensor (IMX477, no shading, no
noise, ISO 100, as metered) is asked for the same frame in each Bayer order, which gives all three
colours at each pixel; the RGGB frame, rounded to 16 bits, is what the candidates get. Figures are
CPSNR, decibel, of the white-balanced camera RGB in sRGB's encoding, edges of 16 pixels left out.
"""

import argparse
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np
import numpy.typing as npt
import rawpy
from PIL import Image

import native
from app.pictures.dng import encode_dng
from app.pictures.negative import Negative
from capture.frames import CfaPattern
from capture.plan import plan_auto
from capture.profiles import profile
from capture.scenes import load_scene
from capture.simulated import SimulatedSource
from capture.simulation.sensor import Exposure, SimulatedSensor
from native import MosaicFormat, MosaicNoise

Floats = npt.NDArray[np.float32]

SCENES = ("print", "still-life", "night-street", "portrait", "dead-leaves")
LIBRAW = ("AHD", "DHT", "AAHD", "DCB", "VNG", "PPG")
FORMAT = MosaicFormat((0, 1, 1, 2), (4096.0,) * 4, 65535.0)
EDGE, SIDE = 16, 960
POWER = 1.0 / 2.4


def truth_of(name: str) -> tuple[Floats, tuple[float, float, float]]:
    """Camera RGB before white balance, (height, width, 3), 1 clipped; camera RGB of white."""
    scene = load_scene(name)
    source = SimulatedSource(scene, shake=0.0)
    source.start()
    frame = plan_auto(source.metering(), source.profile).frames[0]
    exposure = Exposure(0.0, frame.exposure_time * frame.analogue_gain, 1.0, scene.focus)
    rgb = np.empty((source.profile.height, source.profile.width, 3), np.float32)
    for order in (CfaPattern.RGGB, CfaPattern.BGGR, CfaPattern.GRBG, CfaPattern.GBRG):
        sensor = SimulatedSensor(scene, replace(source.profile, cfa=order, shading=()), shake=0.0)
        mosaic = sensor.truth(exposure)
        for site, colour in enumerate(order.colours):
            y, x = divmod(site, 2)
            rgb[y::2, x::2, colour] = mosaic[y::2, x::2]
    top = max(0, (rgb.shape[0] - SIDE) // 2) & ~1
    left = max(0, (rgb.shape[1] - SIDE) // 2) & ~1
    return rgb[top : top + SIDE, left : left + SIDE], source.neutral


def sampled(rgb: Floats) -> Floats:
    """The RGGB mosaic of a picture."""
    mosaic = rgb[..., 1].copy()
    mosaic[::2, ::2] = rgb[::2, ::2, 0]
    mosaic[1::2, 1::2] = rgb[1::2, 1::2, 2]
    return mosaic


def encoded(rgb: Floats) -> Floats:
    """In sRGB's encoding (IEC 61966-2-1), 0..1."""
    light = np.clip(rgb, 0.0, 1.0)
    return np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)


def cpsnr(rgb: Floats, truth: Floats) -> float:
    """Decibel, over the three channels together."""
    inside = np.s_[EDGE:-EDGE, EDGE:-EDGE]
    error = encoded(rgb)[inside] - encoded(truth)[inside]
    return float(-10.0 * np.log10(np.mean(error.astype(np.float64) ** 2)))


def shifted(plane: Floats, step: int, axis: int) -> Floats:
    """plane[i + step], mirrored about the first and last sample."""
    reach = abs(step)
    pads = [(reach, reach) if i == axis else (0, 0) for i in (0, 1)]
    padded = np.pad(plane, pads, mode="reflect")
    return np.take(padded, np.arange(plane.shape[axis]) + reach + step, axis)


def filtered(plane: Floats, kernel: tuple[float, ...], axis: int) -> Floats:
    """A symmetric filter, given from its centre on."""
    out = kernel[0] * plane
    for step, weight in enumerate(kernel[1:], 1):
        out = out + weight * (shifted(plane, step, axis) + shifted(plane, -step, axis))
    return out


def lmmse(mosaic: Floats) -> Floats:
    """Directional LMMSE (Zhang and Wu, IEEE TIP 14(12), 2005) in the power domain, plain.

    Colour differences at the remaining sites are means of their neighbours, as in the paper.
    """
    y = np.sign(mosaic) * np.abs(mosaic) ** POWER
    green = np.zeros(y.shape, bool)
    green[::2, 1::2] = green[1::2, ::2] = True
    sign = np.where(green, -1.0, 1.0)  # towards green minus chroma
    low_pass = np.exp(-0.5 * (np.arange(5) / 2.0) ** 2)
    low_pass /= low_pass[0] + 2.0 * low_pass[1:].sum()
    box = (1.0 / 9.0,) * 5
    estimates = []
    for axis in (1, 0):
        guess = sign * (filtered(y, (-0.5, 0.5, -0.25), axis))
        smooth = filtered(guess, tuple(low_pass), axis)
        mean = filtered(smooth, box, axis)
        signal = np.maximum(filtered(smooth**2, box, axis) - mean**2, 0.0) + 1e-9
        noise = filtered((guess - smooth) ** 2, box, axis) + 1e-9
        share = signal / (signal + noise)
        estimates.append((mean + share * (guess - mean), share * noise))
    (a, error_a), (b, error_b) = estimates
    difference = (a * error_b + b * error_a) / (error_a + error_b)
    full_green = np.where(green, y, y + difference)
    planes = []
    for row, column in ((0, 0), (1, 1)):
        known = np.zeros(y.shape, np.float32)
        known[row::2, column::2] = difference[row::2, column::2]
        weight = np.zeros(y.shape, np.float32)
        weight[row::2, column::2] = 1.0
        for mask in (diagonal, straight):
            filled = mask(known) / np.maximum(mask(weight), 1e-9)
            missing = (weight == 0) & (mask(weight) > 0)
            known = np.where(missing, filled, known)
            weight = np.where(missing, 1.0, weight)
        planes.append(full_green - known)
    rgb = np.stack([planes[0], full_green, planes[1]], -1)
    return (np.sign(rgb) * np.abs(rgb) ** (1.0 / POWER)).astype(np.float32)


def diagonal(plane: Floats) -> Floats:
    """Sum of the four diagonal neighbours."""
    beside = shifted(plane, 1, 1) + shifted(plane, -1, 1)
    return shifted(beside, 1, 0) + shifted(beside, -1, 0)


def straight(plane: Floats) -> Floats:
    """Sum of the four nearest neighbours."""
    beside = shifted(plane, 1, 1) + shifted(plane, -1, 1)
    return beside + shifted(plane, 1, 0) + shifted(plane, -1, 0)


def candidates(truth: Floats, neutral: tuple[float, float, float]) -> dict[str, Floats]:
    """White-balanced camera RGB by everyone, by name, and the truth itself."""
    samples = np.rint(sampled(truth) * (65535.0 - 4096.0) + 4096.0).astype(np.uint16)
    balance = (1.0 / np.array(neutral, np.float32)).astype(np.float32)
    normalised = (samples.astype(np.float32) - 4096.0) / (65535.0 - 4096.0)
    for site, colour in enumerate(FORMAT.colours):
        y, x = divmod(site, 2)
        normalised[y::2, x::2] *= balance[colour]
    noise = MosaicNoise((1e-9,) * 4, (1e-9,) * 4)
    sensor = profile("imx477")
    negative = Negative(samples, FORMAT, noise, sensor.calibrations, neutral, crop=0)
    found = {
        "truth": truth * balance,
        "ours": native.demosaic(normalised, FORMAT.colours),
        "LMMSE": lmmse(normalised),
    }
    with TemporaryDirectory() as folder:
        path = Path(folder) / "mosaic.dng"
        path.write_bytes(encode_dng(negative))
        for name in LIBRAW:
            with rawpy.imread(str(path)) as raw:
                pixels = raw.postprocess(
                    demosaic_algorithm=rawpy.DemosaicAlgorithm[name],
                    gamma=(1, 1),
                    no_auto_bright=True,
                    use_camera_wb=True,
                    output_bps=16,
                    output_color=rawpy.ColorSpace.raw,
                    adjust_maximum_thr=0.0,
                    user_flip=0,
                )
            found[name] = pixels.astype(np.float32) / 65535.0
    return found


def milliseconds() -> dict[str, float]:
    """Of ours and of the reference, a megapixel, one thread; the reference is NumPy's."""
    mosaic = np.random.default_rng(1).random((SIDE, SIDE), np.float32)
    times = {}
    for name, work in {
        "ours": lambda: native.demosaic(mosaic, FORMAT.colours, threads=1),
        "LMMSE": lambda: lmmse(mosaic),
    }.items():
        least = float("inf")
        for _ in range(3):
            start = perf_counter()
            work()
            least = min(least, perf_counter() - start)
        times[name] = least * 1e3 / (mosaic.size / 1e6)
    return times


def save_crops(folder: Path, scene: str, found: dict[str, Floats]) -> None:
    """Crops at 200 %, no smoothing."""
    side = 128
    for name, rgb in found.items():
        y, x = (max(0, (n - side) // 2) for n in rgb.shape[:2])
        pixels = np.rint(255.0 * encoded(rgb[y : y + side, x : x + side])).astype(np.uint8)
        image = Image.fromarray(pixels).resize((2 * side, 2 * side), Image.Resampling.NEAREST)
        image.save(folder / f"{Path(scene).stem}-{name}.png")


def main() -> None:
    """Prints the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--crops", type=Path, help="folder to write crops to, at 200 %%")
    parser.add_argument("scenes", nargs="*", default=SCENES)
    options = parser.parse_args()
    names = ("ours", "LMMSE", *LIBRAW)
    print("| | " + " | ".join(names) + " |\n|" + "---|" * (len(names) + 1))
    rows = []
    for scene in options.scenes:
        found = candidates(*truth_of(scene))
        rows.append([cpsnr(found[name], found["truth"]) for name in names])
        figures = " | ".join(f"{figure:.1f}" for figure in rows[-1])
        print(f"| {Path(scene).stem} | {figures} |", flush=True)
        if options.crops:
            options.crops.mkdir(parents=True, exist_ok=True)
            save_crops(options.crops, scene, found)
    print("| mean | " + " | ".join(f"{figure:.1f}" for figure in np.mean(rows, axis=0)) + " |")
    print(", ".join(f"{name} {time:.0f} ms/MP" for name, time in milliseconds().items()))


if __name__ == "__main__":
    sys.exit(main())
