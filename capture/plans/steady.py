"""How long a shutter may stay open for what moves."""

from capture.frames import SensorProfile
from capture.plan import LONGEST
from capture.plans.motion import Motion

_BLUR = 1.5  # pixels of a 12 MP frame that one frame may smear
_WIDTH = 4056.0
_STILL = 0.005  # widths a second: below, what moves in the scene is not told from the rest
_TRIPOD_LONGEST = 4.0  # seconds, for what is to be merged: a passer-by costs one frame, not all
HAND_LONGEST = 1.0 / 3.0  # seconds: beyond, the next tremor is a question of time
_SHORTEST = 1.0 / 60.0  # seconds: noise is worse than more blur than asked for


def longest_shutter(motion: Motion, profile: SensorProfile) -> float:
    """Seconds a frame may take: for the shake of the camera, and for what moves in the scene.

    What moves is not frozen at any price: it is allowed three times the blur, down to 1/15 s.
    """
    if motion.tripod:
        longest = _TRIPOD_LONGEST
    else:
        blur = _BLUR / _WIDTH / motion.shake
        longest = min(max(blur, _SHORTEST), HAND_LONGEST)
    if motion.subject > _STILL:
        longest = min(longest, max(3.0 * _BLUR / _WIDTH / motion.subject, LONGEST))
    return min(longest, profile.max_exposure)
