"""The dials: what each can be set to, how it stands, and what turning it does. No Kivy here."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from math import dist
from typing import Final

from app.drive import AT_ONCE, ENDLESS, Drive
from app.modes import Wish, gains_of_light
from app.session import Session
from app.ui.exposure import LIMIT, STEPS_A_STOP
from app.ui.exposure import words as ev_words
from app.ui.language import marked, tr
from capture.distance import scale
from capture.frames import SensorProfile
from capture.plans.describe import shutter_words
from capture.plans.schedule import Schedule
from capture.source import Point

MODES: Final = {
    "auto": marked("Photo"),
    "single": marked("Single"),
    "night": marked("Night"),
    "hdr": marked("HDR"),
    "bracket": marked("Bracket"),
    "manual": marked("Manual"),
    "long": marked("Long"),
    "bulb": marked("Bulb"),
}
SCHEDULES: Final = (
    AT_ONCE,
    Schedule(delay=2.0),
    Schedule(delay=10.0),
    Schedule(count=ENDLESS),
    Schedule(interval=2.0, count=ENDLESS),
    Schedule(interval=5.0, count=ENDLESS),
    Schedule(interval=15.0, count=ENDLESS),
    Schedule(interval=60.0, count=ENDLESS),
    Schedule(interval=300.0, count=ENDLESS),
)
_FAST: Final = (8000, 6400, 5000, 4000, 3200, 2500, 2000, 1600, 1250, 1000, 800, 640, 500, 400, 320)
_SLOW: Final = (250, 200, 160, 125, 100, 80, 60, 50, 40, 30, 25, 20, 15, 13, 10, 8, 6, 5, 4)
_SECONDS: Final = (0.3, 0.4, 0.5, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5, 3.2, 4.0, 5.0, 6.0, 8.0, 10.0)
SHUTTERS: Final = (*(1.0 / part for part in (*_FAST, *_SLOW)), *_SECONDS, 15.0, 20.0, 30.0)
TIMES: Final = (0.5, 1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0, 120.0)  # seconds of the mode long
SENSITIVITIES: Final = tuple(
    number * 10**power
    for power in (1, 2, 3)
    for number in (10, 12.5, 16, 20, 25, 32, 40, 50, 64, 80)
)
KELVINS: Final = (2500, 2850, 3200, 3600, 4000, 4500, 5000, 5600, 6000, 6500, 7500, 9000)
ISO: Final = 100  # of gain 1
_STREAMED = 1.0 / 15.0  # seconds: a slower shutter would hold the preview up
NAMES: Final = {
    "mode": marked("Mode"),
    "drive": marked("Drive"),
    "ev": marked("EV"),
    "shutter": marked("Shutter"),
    "gain": marked("ISO"),
    "white": marked("White"),
    "focus": marked("Focus"),
    "point": marked("Point"),
}
POINTS: Final[dict[str, tuple[str, Point]]] = {  # where is focused and metered; y from the top
    "left": (marked("Left"), (0.2, 0.5)),
    "above": (marked("Above"), (0.5, 0.2)),
    "middle": (marked("Middle"), (0.5, 0.5)),
    "below": (marked("Below"), (0.5, 0.8)),
    "right": (marked("Right"), (0.8, 0.5)),
}


Mark = tuple[str, float | str | None]  # words, and what they stand for


@dataclass(frozen=True, slots=True)
class Setting:
    """How a dial stands.

    Attributes:
        words: of each of its marks.
        at: the mark that is set.
    """

    words: tuple[str, ...]
    at: int

    @property
    def word(self) -> str:
        """What is set."""
        return self.words[self.at]


class Dials:
    """The dials of a camera.

    Args:
        drive: of the session they set.
    """

    def __init__(self, drive: Drive) -> None:
        self._drive = drive
        self._session: Session = drive.session
        self._standing: tuple[object, ...] = ()
        self._settings: dict[str, Setting] = {}  # while it stands like that
        self._lit: SensorProfile | None = None
        self._reds: tuple[float, ...] = ()  # its gains in the lights of KELVINS

    def names(self) -> tuple[str, ...]:
        """Of those that do something on this camera in this mode."""
        wish = self._session.status.wish
        mode = wish.mode
        known = self._session.profile is not None
        gone = {
            "ev": not wish.metered,
            "shutter": not known or mode == "bulb",
            "gain": not known or mode in ("long", "bulb"),
            "white": not known or not self._kelvins(),
            "focus": self._session.status.abilities.lens_positions is None,
        }
        return tuple(name for name in NAMES if not gone.get(name))

    def setting(self, name: str) -> Setting:
        """How a dial stands."""
        status, profile = self._session.status, self._session.profile
        # Asked many times a frame; a mode's marks and a sensor's light take time to find.
        standing = status.wish, status.controls, status.abilities, self._drive.schedule, id(profile)
        if standing != self._standing:
            self._standing = standing
            self._settings.clear()
        if name not in self._settings:
            values = self._values(name)
            words = tuple(words for words, _ in values)
            self._settings[name] = Setting(words, self._at(name, values))
        return self._settings[name]

    def turn(self, name: str, at: int) -> None:
        """Sets a dial to one of its marks; the nearest end for one beyond."""
        values = self._values(name)
        value = values[min(max(at, 0), len(values) - 1)][1]
        session = self._session
        match name:
            case "mode":
                self._take_mode(str(value))
            case "drive":
                self._drive.stop()
                self._drive.schedule = SCHEDULES[int(value or 0)]
            case "ev":
                session.set_exposure_value(float(value or 0.0))
            case "shutter" | "gain":
                self._expose(name, None if value is None else float(value))
            case "white":
                session.set_controls(colour_gains=self._balance(value))
            case "focus":
                position = None if value is None else float(value)
                session.release()  # the point where it was focused and metered
                session.set_controls(lens_position=position)
            case "point":
                self._point(None if value is None else POINTS[str(value)][1])

    def use_camera(self, name: str) -> bool:
        """Changes the camera; exposures set by hand are of the one before and end with it."""
        if self._session.status.wish.mode == "manual":
            self._take_mode("auto")
        return self._session.use_camera(name)

    def _take_mode(self, mode: str) -> None:
        session = self._session
        if mode == session.status.wish.mode:
            return
        session.set_wish(Wish(mode, shutter=1.0 if mode == "long" else None))
        session.set_controls(exposure_time=None, analogue_gain=None)

    def _expose(self, name: str, value: float | None) -> None:
        session, wish = self._session, self._session.status.wish
        if wish.mode == "long":
            session.set_wish(replace(wish, shutter=value))
            return
        if wish.mode != "manual":
            wish = Wish("manual")
        wish = replace(wish, shutter=value) if name == "shutter" else replace(wish, gain=value)
        session.set_wish(wish)
        shutter, gain = self._streamed(wish.shutter, wish.gain)
        session.set_controls(exposure_time=shutter, analogue_gain=gain)

    def _streamed(
        self, shutter: float | None, gain: float | None
    ) -> tuple[float | None, float | None]:
        """What the live stream is exposed with: as bright as the picture, without its stutter."""
        if shutter is None or shutter <= _STREAMED:
            return shutter, gain
        if gain is None:
            return None, None  # as metered, as the picture will be
        profile = self._session.profile
        most = gain if profile is None else profile.max_gain
        return _STREAMED, min(gain * shutter / _STREAMED, most)

    def _point(self, point: Point | None) -> None:
        session = self._session
        if point is None:
            session.release()
            return
        session.set_controls(exposure_locked=False, colour_locked=False, lens_position=None)
        session.touch(point)

    def _values(self, name: str) -> list[Mark]:
        """The marks: their words and what they stand for; None is the automatics."""
        makers: dict[str, Callable[[], list[Mark]]] = {
            "mode": lambda: [(tr(words), mode) for mode, words in MODES.items()],
            "drive": lambda: [(schedule_words(s), index) for index, s in enumerate(SCHEDULES)],
            "ev": _compensations,
            "shutter": self._shutters,
            "gain": self._gains,
            "white": lambda: [
                (tr("Auto"), None),
                *((f"{kelvin} K", kelvin) for kelvin in self._kelvins()),
            ],
            "focus": self._distances,
            "point": lambda: [
                (tr("Auto"), None),
                *((tr(words), name) for name, (words, _) in POINTS.items()),
            ],
        }
        return makers[name]()

    def _shutters(self) -> list[Mark]:
        profile = self._session.profile
        if self._session.status.wish.mode == "long" or profile is None:
            return [(f"{time:g} s", time) for time in TIMES]
        within = (t for t in SHUTTERS if profile.min_exposure <= t <= profile.max_exposure)
        return [(tr("Auto"), None), *((shutter_mark(time), time) for time in within)]

    def _gains(self) -> list[Mark]:
        profile = self._session.profile
        most = profile.max_gain if profile is not None else 1.0
        within = ((f"{s:.0f}", s / ISO) for s in SENSITIVITIES if s / ISO <= most)
        return [(tr("Auto"), None), *within]

    def _distances(self) -> list[Mark]:
        abilities = self._session.status.abilities
        own: Mark = ("AF" if abilities.autofocus else "\N{EM DASH}", None)
        return [own, *scale(abilities.lens_positions or (0.0, 0.0))]

    def _balance(self, kelvin: float | str | None) -> tuple[float, float] | None:
        profile = self._session.profile
        if kelvin is None or profile is None:
            return None
        return gains_of_light(float(kelvin), profile)

    def _kelvins(self) -> tuple[int, ...]:
        profile = self._session.profile
        return KELVINS if profile is not None and profile.calibrations else ()

    def _at(self, name: str, values: list[Mark]) -> int:
        status = self._session.status
        controls, wish, schedule = status.controls, status.wish, self._drive.schedule
        known: dict[str, float | str | None] = {
            "mode": wish.mode,
            "drive": next((i for i, one in enumerate(SCHEDULES) if one == schedule), None),
            "ev": controls.exposure_value,
            "shutter": wish.shutter,
            "gain": wish.gain,
            "white": self._kelvin(),
            "focus": controls.lens_position,
            "point": _nearest(controls.meter_at or controls.focus_at),
        }
        wanted = known[name]
        if wanted is None:
            return 0
        if isinstance(wanted, str):
            return [value for _, value in values].index(wanted)
        numbers = [
            (i, value) for i, (_, value) in enumerate(values) if isinstance(value, int | float)
        ]
        return min(numbers, key=lambda each: abs(each[1] - wanted))[0]

    def _kelvin(self) -> float | None:
        """The light whose gains are set."""
        gains, profile = self._session.status.controls.colour_gains, self._session.profile
        if gains is None or profile is None or not profile.calibrations:
            return None
        if profile is not self._lit:
            self._lit = profile
            self._reds = tuple(gains_of_light(kelvin, profile)[0] for kelvin in KELVINS)
        nearest = min(self._reds, key=lambda red: abs(red / gains[0] - 1.0))
        return KELVINS[self._reds.index(nearest)]


def _nearest(point: Point | None) -> str | None:
    """The name of a point, or of the one that is nearest."""
    if point is None:
        return None
    return min(POINTS, key=lambda name: dist(POINTS[name][1], point))


def _compensations() -> list[Mark]:
    edge = round(LIMIT * STEPS_A_STOP)
    thirds = (step / STEPS_A_STOP for step in range(-edge, edge + 1))
    return [(ev_words(ev) or "0", ev) for ev in thirds]


def shutter_mark(time: float) -> str:
    """As on a shutter dial: 1/125, 0.5 s, 4 s."""
    words = shutter_words(time)
    return words if "/" in words else f"{time:g} s"


def schedule_words(schedule: Schedule) -> str:
    """A schedule in a word and its time."""
    if schedule.interval:
        return f"{tr('Interval')} {_time(schedule.interval)}"
    if schedule.count > 1:
        return tr("Burst")
    return f"{tr('Timer')} {_time(schedule.delay)}" if schedule.delay else tr("Once")


def _time(seconds: float) -> str:
    return f"{seconds:g} s" if seconds < 60.0 else f"{seconds / 60.0:g} min"
