"""The simulated camera on a clock that stands still, once it has taken the EV dial up."""

from still_clock import StillClock

from capture.frames import PreviewFrame
from capture.scenes import Scene
from capture.simulated import SimulatedSource
from capture.source import Controls


def settled(
    kind: type[SimulatedSource],
    scene: str | Scene,
    size: tuple[int, int],
    ev: float,
    frames: int,
) -> tuple[SimulatedSource, PreviewFrame]:
    """A camera and the last of so many frames of its stream.

    Args:
        kind: of camera.
        scene: before it.
        size: of its raw frames, width and height.
        ev: of the dial.
        frames: that it has to follow it, at least 1.
    """
    source = kind(
        scene, size=size, preview_size=(160, 120), clock=StillClock(), shake=0.3, threads=1
    )
    source.start()
    source.set_controls(Controls(exposure_value=ev))
    for _ in range(frames):
        frame = source.preview()
    return source, frame
