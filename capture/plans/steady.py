"""How long a shutter may stay open for what moves."""

from capture.frames import SensorProfile
from capture.plan import LONGEST, STEADY
from capture.plans.motion import HAND, Motion

_BLUR = 1.5  # pixels of a 12 MP frame that one frame may smear
_WIDTH = 4056.0
_STILL = 0.005  # widths a second: below, what moves in the scene is not told from the rest
_TRIPOD_LONGEST = 4.0  # seconds, for what is to be merged: a passer-by costs one frame, not all
HAND_LONGEST = 1.0 / 3.0  # seconds: beyond, the next tremor is a question of time


def longest_shutter(motion: Motion, profile: SensorProfile) -> float:
    """Seconds a frame may take: for the shake of the camera, and for what moves in the scene.

    A hand is not followed below the shutter that holds its lens still enough: noise is worse than
    more blur than asked for. Where nothing was measured, a longer lens shakes as much more as it
    sees less. What moves is not frozen at any price: it is allowed three times the blur, down to
    1/15 s.
    """
    if motion.tripod:
        longest = _TRIPOD_LONGEST
    else:
        reach = STEADY / motion.steady
        shake = motion.shake * reach if motion.shake == HAND.shake else motion.shake
        longest = min(max(_BLUR / _WIDTH / shake, motion.steady), HAND_LONGEST / reach)
    if motion.subject > _STILL:
        longest = min(longest, max(3.0 * _BLUR / _WIDTH / motion.subject, LONGEST))
    return min(longest, profile.max_exposure)
