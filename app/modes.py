"""Shooting modes: what a person wishes of the next picture, and the plan that makes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from capture.colour import neutral_at, white_xy
from capture.frames import ByHand, SensorProfile
from capture.plan import (
    ExposurePlan,
    Metering,
    plan_auto,
    plan_single,
    steady_shutter,
)
from capture.plans.bracket import plan_bracket, plan_hdr
from capture.plans.manual import plan_bulb, plan_long, plan_manual
from capture.plans.motion import HAND, Motion
from capture.plans.night import plan_night
from capture.source import Abilities, Controls

MODES: Final = {
    "auto": ("frames",),
    "single": ("frames",),
    "night": ("frames",),
    "hdr": ("frames",),
    "bracket": ("span", "step"),
    "manual": ("frames", "shutter", "gain"),
    "long": ("shutter",),
    "bulb": ("shutter",),
}
"""The modes, and which wishes each takes."""

WATCHED: Final = frozenset({"night", "hdr", "bracket"})  # modes that ask how steady the camera is
_MANUAL_MERGED = 1.0 / 15.0  # seconds: with a longer shutter a picture by hand is one frame


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wished of a picture; None leaves it to the mode.

    Attributes:
        mode: one of MODES, or that of WHITE.
        frames: of a burst.
        span, step: of a bracket, EV.
        shutter: seconds; of the whole exposure in the modes long and bulb.
        gain: factor.
    """

    mode: str = "auto"
    frames: int | None = None
    span: float | None = None
    step: float | None = None
    shutter: float | None = None
    gain: float | None = None

    @property
    def open_ended(self) -> bool:
        """Whether the exposure lasts until somebody ends it."""
        return self.mode == "bulb" and self.shutter is None

    @property
    def metered(self) -> bool:
        """Whether the meter has a say, and with it the exposure compensation."""
        whole = self.mode in ("long", "bulb")  # a time for all of it; the light is metered
        return whole or self.shutter is None or self.gain is None


WHITE: Final = Wish("white")
"""Equal frames of a white surface, whose mean is wanted: for a lens's shading."""

Plan = Callable[[Metering, SensorProfile, Wish, Motion], ExposurePlan]


def plan_wish(
    metering: Metering,
    profile: SensorProfile,
    wish: Wish,
    motion: Motion = HAND,
    *,
    frames: int = 8,
    ev: float = 0.0,
    focal_length_35mm: float | None = None,
) -> ExposurePlan:
    """The plan of the wish's mode.

    Args:
        metering: what the camera sees.
        profile: the sensor.
        wish: what is wanted.
        motion: of the camera and the scene.
        frames: of a burst where nothing is said.
        ev: brightening, of a metering that does not hold it already.
        focal_length_35mm: of the lens on the camera, if it is known: a hand holds a long one still
            for less time.

    Raises:
        ValueError: for what the sensor cannot do.
    """
    asked, shutter = wish.frames, wish.shutter
    steady = steady_shutter(focal_length_35mm)
    motion = replace(motion, steady=steady)
    plans: dict[str, Callable[[], ExposurePlan]] = {
        "auto": lambda: plan_auto(metering, profile, asked or frames, ev, steady),
        "white": lambda: replace(plan_auto(metering, profile, ev=ev), mode="white"),
        "single": lambda: plan_single(metering, profile, ev, steady),
        "night": lambda: plan_night(metering, profile, frames=asked, ev=ev, motion=motion),
        "hdr": lambda: plan_hdr(
            metering, profile, frames=max(asked or frames, 2), ev=ev, motion=motion
        ),
        "bracket": lambda: plan_bracket(
            metering,
            profile,
            span=wish.span or 4.0,
            step=wish.step,
            ev=ev,
            motion=motion,
        ),
        "manual": lambda: _by_hand(metering, profile, wish, frames, ev, steady),
        "long": lambda: plan_long(metering, profile, seconds=shutter or 1.0, ev=ev),
        "bulb": lambda: plan_bulb(metering, profile, seconds=shutter, ev=ev),
    }
    return replace(plans[wish.mode](), frame_time=profile.frame_time)


def with_wishes(
    plan: ExposurePlan, wish: Wish, controls: Controls, able: Abilities
) -> ExposurePlan:
    """A plan that tells what a person has set of the camera.

    Args:
        plan: for what the camera meters.
        wish: what it was made for.
        controls: that are set.
        able: what the camera can do: without a motor there is no focus to tell of.
    """
    return replace(
        plan,
        by_hand=ByHand(
            shutter=wish.shutter is not None or wish.open_ended,
            gain=wish.gain is not None,
            white_balance=controls.colour_gains is not None,
            compensation=plan.ev + (controls.exposure_value if wish.metered else 0.0),
        ),
        focus=None if able.lens_positions is None else controls.lens_position,
    )


def _by_hand(
    metering: Metering,
    profile: SensorProfile,
    wish: Wish,
    frames: int,
    ev: float,
    steady: float,
) -> ExposurePlan:
    """A burst; where its shutter is a tripod's, set or left to the meter, one frame."""

    def plan(count: int) -> ExposurePlan:
        return plan_manual(
            metering,
            profile,
            shutter=wish.shutter,
            gain=wish.gain,
            frames=count,
            ev=ev,
            steady=steady,
        )

    burst = plan(wish.frames or frames)
    slow = burst.frames[0].exposure_time > _MANUAL_MERGED
    return plan(1) if slow and not wish.frames else burst


def gains_of_light(kelvin: float, profile: SensorProfile) -> tuple[float, float]:
    """Red and blue white-balance gains that make a light's white grey.

    Raises:
        ValueError: for a sensor whose colour is not known.
    """
    if not profile.calibrations:
        raise ValueError(f"the colour of {profile.model} is not known")
    red, _, blue = neutral_at(profile.calibrations, white_xy(kelvin))
    return 1.0 / red, 1.0 / blue
