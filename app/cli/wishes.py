"""What a person wants of a shot: the options of each mode, and the plan they make."""

import re
from argparse import ArgumentTypeError, Namespace
from collections.abc import Iterator

from app.cli.context import UsageError
from app.modes import MODES, Wish, gains_of_light, plan_wish
from capture.frames import SensorProfile
from capture.plan import ExposurePlan, Metering
from capture.plans.bracket import bracket_steps
from capture.plans.motion import HAND, Motion
from capture.plans.schedule import Schedule
from capture.source import Abilities, Controls

LIGHTS = {
    "tungsten": 2850.0,
    "fluorescent": 4000.0,
    "daylight": 5500.0,
    "cloudy": 6500.0,
    "shade": 7500.0,
}
"""Lights by name, kelvin."""

_OPTIONS = ("frames", "span", "step", "shutter", "gain")
_HELD_FRAMES = 64  # that continuous drive keeps in memory


def seconds(text: str) -> float:
    """A shutter as people write it: 1/125, 0.4, 30 or 30s."""
    match = re.fullmatch(r"(?:(1)/)?(\d{1,6}(?:\.\d{1,6})?)s?", text.strip())
    value = float(match[2]) if match else 0.0
    if match is None or value <= 0.0:
        raise ArgumentTypeError(f"must be seconds as 1/125, 0.4 or 30, not {text}")
    return 1.0 / value if match[1] else value


def light(text: str) -> float:
    """A white balance in kelvin, by number or by name."""
    if text in LIGHTS:
        return LIGHTS[text]
    match = re.fullmatch(r"(\d{4,5})K?", text)
    if match is None or not 2000.0 <= float(match[1]) <= 15000.0:
        raise ArgumentTypeError(f"must be 2000 to 15000 kelvin or {', '.join(LIGHTS)}, not {text}")
    return float(match[1])


def dioptres(text: str) -> float:
    """A focus: inf, a distance as 0.5m, or dioptres."""
    if text == "inf":
        return 0.0
    match = re.fullmatch(r"(\d{1,3}(?:\.\d{1,4})?)(m?)", text)
    value = float(match[1]) if match else -1.0
    if match is not None and match[2] and value > 0.0:
        value = 1.0 / value
    elif match is None or match[2]:
        value = -1.0
    if not 0.0 <= value <= 40.0:
        raise ArgumentTypeError(f"must be inf, a distance as 0.5m, or 0 to 40 dioptres, not {text}")
    return value


def mains(text: str) -> int:
    """Hertz of the mains whose lamps are not to flicker; 0 for off."""
    known = {"off": 0, "50": 50, "60": 60}
    if text not in known:
        raise ArgumentTypeError(f"must be 50, 60 or off, not {text}")
    return known[text]


def check_wishes(arguments: Namespace) -> None:
    """Refuses what the mode does not take, before the camera is opened.

    Raises:
        UsageError: naming the option and the remedy.
    """
    mode = arguments.mode
    if mode == "single" and arguments.frames not in (None, 1):
        raise UsageError("--mode single takes one frame; leave out --frames or use --mode auto")
    for name in _OPTIONS:
        if getattr(arguments, name) is not None and name not in MODES[mode]:
            takers = " or ".join(other for other, taken in MODES.items() if name in taken)
            raise UsageError(f"--mode {mode} takes no --{name}; use it with --mode {takers}")
    if mode == "long" and arguments.shutter is None:
        raise UsageError("--mode long needs its time: --shutter 4, say")
    if mode == "hdr" and arguments.frames == 1:
        raise UsageError("--mode hdr takes two frames or more; one is --mode single")
    if mode == "bracket":
        try:
            bracket_steps(arguments.span or 4.0, arguments.step)
        except ValueError as error:
            raise UsageError(f"--mode bracket: {error}") from error
    if arguments.count == 1 and (arguments.interval or arguments.drive == "continuous"):
        option = "--interval" if arguments.interval else "--drive continuous"
        raise UsageError(f"{option} takes more than one picture: say how many with --count")
    if arguments.interval and arguments.drive == "continuous":
        raise UsageError("--drive continuous has no --interval: leave one of them out")
    schedule(arguments)


def check_held(arguments: Namespace, plan: ExposurePlan) -> None:
    """Refuses what memory cannot hold of a continuous drive.

    Raises:
        UsageError: naming how many pictures it can.
    """
    frames = len(plan.frames)
    most = _HELD_FRAMES // frames
    if arguments.drive == "continuous" and arguments.count > most:
        of, remedy = (f"{frames} frames", ", or --mode single") if frames > 1 else ("1 frame", "")
        raise UsageError(
            f"--drive continuous holds {most} pictures of {of} in memory, "
            f"not {arguments.count}; use a smaller --count{remedy}"
        )


def schedule(arguments: Namespace) -> Schedule:
    """When the pictures are taken.

    Raises:
        UsageError: for times out of range.
    """
    try:
        return Schedule(arguments.timer, arguments.interval, arguments.count)
    except ValueError as error:
        raise UsageError(str(error)) from error


def lacks(arguments: Namespace, profile: SensorProfile, able: Abilities) -> Iterator[str]:
    """What a person is to know before the shot: of the camera, and of what it does not take."""
    if not able.sensor_known:
        yield (
            f"{profile.name} is a sensor Baryta does not know: colour is plausible at best; "
            "ask for a profile of it"
        )
    if arguments.focus is not None and able.lens_positions is None:
        yield "--focus is left out: this camera has no lens motor; focus by hand"
    if arguments.mains and not able.flicker:
        yield "--mains is left out: this camera cannot avoid flicker; set --shutter by hand"


def wished_controls(
    arguments: Namespace, profile: SensorProfile, able: Abilities, by_default: int = 0
) -> Controls | None:
    """What the camera is to be set to before the shot; None to leave it to itself.

    Args:
        arguments: of the command, checked.
        profile: the sensor.
        able: what the camera can do; what it cannot is left out.
        by_default: hertz of the mains, where nothing is said.

    Raises:
        UsageError: for a white balance of a sensor whose colour is not known.
    """
    asked = by_default if arguments.mains is None else arguments.mains
    hertz = asked if able.flicker else 0
    focus = None if able.lens_positions is None else arguments.focus
    if arguments.wb is None and focus is None and not hertz:
        return None
    gains = None
    if arguments.wb is not None:
        try:
            gains = gains_of_light(arguments.wb, profile)
        except ValueError as error:
            raise UsageError(f"--wb: {error}; leave it out") from error
    return Controls(lens_position=focus, colour_gains=gains, mains=hertz)


def wished(arguments: Namespace) -> Wish:
    """Of a picture."""
    return Wish(
        arguments.mode,
        arguments.frames,
        arguments.span,
        arguments.step,
        arguments.shutter,
        arguments.gain,
    )


def wished_plan(
    arguments: Namespace,
    metering: Metering,
    profile: SensorProfile,
    frames: int,
    motion: Motion = HAND,
    focal_length_35mm: float | None = None,
) -> ExposurePlan:
    """The plan of the mode.

    Args:
        arguments: of the command, checked.
        metering: what the camera sees.
        profile: the sensor.
        frames: of a burst where nothing is said.
        motion: of the camera and the scene.
        focal_length_35mm: of the lens on the camera, if it is known.

    Raises:
        UsageError: for what the sensor cannot do.
    """
    try:
        return plan_wish(
            metering,
            profile,
            wished(arguments),
            motion,
            frames=frames,
            ev=arguments.ev,
            focal_length_35mm=focal_length_35mm,
        )
    except ValueError as error:
        raise UsageError(f"--mode {arguments.mode}: {error}") from error
