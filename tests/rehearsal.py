"""Small bursts with their truth, for tests and for measuring what becomes of a burst."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from capture.frames import Burst, Packing, SensorProfile
from capture.plan import ExposurePlan, FrameExposure
from capture.profiles import profile as sensor_profile
from capture.scenes import Scene
from capture.simulated import SimulatedSource

HDR_PLUS_NOISE = (3.24e-4, 4.3e-6)
"""Shot and read noise at ISO 100 of Monod, Facciolo and Morel's analysis of HDR+ (IPOL 2021): a
noisier sensor than any of the profiles', and the one burst merging is compared on."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """A burst and what it should have been.

    Attributes:
        source: the camera, stopped; its truth(), pose() and frame remain usable.
        burst: as captured, packed as asked for.
        truth: the noise-free mosaic of the reference frame, (height, width) float32, 0 black,
            clipped at 1, lens shading included.
    """

    source: SimulatedSource
    burst: Burst
    truth: npt.NDArray[np.float32]


def rehearse(
    scene: str | Scene = "still-life",
    *,
    size: tuple[int, int] = (256, 192),
    frames: int = 8,
    iso: float = 100.0,
    noise: tuple[float, float] | None = None,
    profile: SensorProfile | None = None,
    seed: int = 1,
    shake: float = 1.0,
    packing: Packing = Packing.U16,
) -> Rehearsal:
    """Takes a small burst as bright as the meter wants, at a given ISO.

    Args:
        scene: as for SimulatedSource.
        size: (width, height) to read out.
        frames: of the burst.
        iso: gain times 100; the shutter makes up for it.
        noise: shot and read figures at ISO 100 instead of the profile's.
        profile: the sensor; IMX477 by default.
        seed: of noise, hot pixels and the hand.
        shake: strength of the hand's motion. Shifts scale with the width: 5 px over eight frames
            at 4056 px. For 5 px at a smaller width, pass 4056 / width.
        packing: of the frames.
    """
    chosen = profile or sensor_profile("imx477")
    if noise is not None:
        chosen = replace(chosen, shot_noise=noise[0], read_noise=noise[1])
    source = SimulatedSource(scene, chosen, size=size, seed=seed, shake=shake, packing=packing)
    source.start()
    metering = source.metering()
    gain = iso / 100.0
    shutter = metering.exposure_time * metering.analogue_gain / gain
    burst = source.capture(ExposurePlan("rehearsal", (FrameExposure(shutter, gain),) * frames))
    source.stop()
    return Rehearsal(source, burst, source.truth(burst.frames[burst.reference].metadata))
