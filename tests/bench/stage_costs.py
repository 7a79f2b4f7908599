"""Prints what each stage of development and rendering costs: ms of one thread's time a megapixel.

Run: .venv/bin/python tests/bench/stage_costs.py

A merged still life of 3 MP. A stage is the difference between a call with it and one without, the
least of several rounds each, in turn; the floor is one reading of the mosaic and one writing.
"""

from collections.abc import Callable
from dataclasses import replace
from time import process_time

import numpy as np

import native
from app.merging import merge_burst
from app.stages import Stages
from capture.colour import development_colour
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource
from styles import compile_style, load

SIZE = (2048, 1536)
ROUNDS = 9
SPATIAL = {
    "tone mapping": {"tone_mapping": 1.0},
    "vignette": {"vignette": -0.7},
    "halation, bloom": {"halation": 0.1, "bloom": 0.1},
    "local contrast": {"local_contrast": 0.2},
    "sharpening": {"sharpening": 0.5},
    "grain": {"grain": 0.02},
}
Work = Callable[[], object]


def works() -> tuple[dict[str, Work], dict[str, tuple[str, ...]]]:
    """Calls by name, and the stages: a call's name, less those of others."""
    source = SimulatedSource("still-life", profile("imx477"), size=SIZE)
    source.start()
    burst = source.capture(plan_auto(source.metering(), source.profile, frames=3))
    negative = merge_burst(burst, Stages()).negative
    gains, matrix = development_colour(negative.calibrations, negative.neutral)
    how = native.Development(
        format=negative.format,
        noise=negative.noise,
        white_balance=gains,
        matrix=matrix,
        denoise=0.0,
    )
    shaded, denoised = replace(how, shading=negative.shading), replace(how, denoise=1.0)
    plane = native.calibrate(negative.mosaic, how)
    linear = native.develop(negative.mosaic, denoised) * np.linspace(0.05, 20.0, SIZE[0])[:, None]
    linear = linear.astype(np.float32)
    plain = replace(
        compile_style(load("Neutral")),
        **dict.fromkeys((name for values in SPATIAL.values() for name in values), 0.0),
    )
    floor = native.memory_floor([negative.mosaic], threads=1)
    calls: dict[str, Work] = {
        "floor": lambda: native.memory_floor([negative.mosaic], floor, threads=1),
        "defects": lambda: native.correct_defects(
            negative.mosaic.copy(), negative.format, negative.noise, threads=1
        ),
        "calibrate": lambda: native.calibrate(negative.mosaic, how, threads=1),
        "shaded": lambda: native.calibrate(negative.mosaic, shaded, threads=1),
        "demosaic": lambda: native.demosaic(plane, negative.format.colours, threads=1),
        "undenoised": lambda: native.develop(negative.mosaic, how, threads=1),
        "developed": lambda: native.develop(negative.mosaic, denoised, threads=1),
        "table": lambda: native.render(linear, plain, threads=1),
    }
    for name, values in SPATIAL.items():
        look = replace(plain, **values)
        calls[name] = lambda look=look: native.render(linear, look, threads=1)
    stages: dict[str, tuple[str, ...]] = {
        "floor": ("floor",),
        "defects": ("defects",),
        "calibration": ("calibrate",),
        "shading": ("shaded", "calibrate"),
        "demosaic by itself": ("demosaic",),
        "demosaic, highlights, colour": ("undenoised", "calibrate"),
        "denoise": ("developed", "undenoised"),
        "development": ("developed",),
        "table, dither": ("table",),
    }
    return calls, stages | {name: (name, "table") for name in SPATIAL}


def main() -> None:
    """Prints them."""
    calls, stages = works()
    least = dict.fromkeys(calls, float("inf"))
    for _ in range(ROUNDS):
        for name, call in calls.items():
            start = process_time()
            call()
            least[name] = min(least[name], process_time() - start)
    megapixels = SIZE[0] * SIZE[1] / 1e6
    print(f"{native.core_build()}, one thread")
    for stage, (whole, *less) in stages.items():
        taken = least[whole] - sum(least[name] for name in less)
        print(
            f"{stage:32}{taken * 1e3 / megapixels:7.2f} ms/MP{taken / least['floor']:7.1f} floors"
        )


if __name__ == "__main__":
    main()
