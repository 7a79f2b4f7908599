"""Buttons, dials and a lamp on the GPIO header: the camera without a touch.

    buttons = "shutter=17 focus=27 style=5,6 ev=23,24 led=22"

in the settings. A shutter button of two stages has two contacts: the first locks focus and exposure
while it is held, the second takes the picture. Pins are Broadcom's numbers; buttons connect them to
ground. gpiozero knows the boards: this is the only module that knows gpiozero.
"""

import logging
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from typing import Any

from app.drive import Drive
from app.session import Session
from app.settings import SettingsError
from app.status import SessionStatus, State

log = logging.getLogger(__name__)

_REMEDY = (
    "apt install python3-gpiozero python3-lgpio, start in a folder you may write to, see the pins"
)
_BOUNCE = 0.02  # seconds a contact may chatter
_EV_STEP, _EV_LIMIT = 1.0 / 3.0, 3.0
_HIGHEST_PIN = 27
_COUNTS = {"shutter": 1, "focus": 1, "style": 2, "ev": 2, "led": 1}  # of pins
_KNOWN = ", ".join(f"{name}=PIN{',PIN' * (count - 1)}" for name, count in _COUNTS.items())


@dataclass(frozen=True, slots=True)
class Pins:
    """Which pins what is connected to; empty for what is not there.

    Attributes:
        shutter, focus: the contacts of the shutter button, full and half.
        style, ev: the two contacts of a dial each.
        led: the lamp.
    """

    shutter: tuple[int, ...] = ()
    focus: tuple[int, ...] = ()
    style: tuple[int, ...] = ()
    ev: tuple[int, ...] = ()
    led: tuple[int, ...] = ()


def parse_pins(text: str) -> Pins:
    """The setting `buttons`.

    Raises:
        SettingsError: for a word that is none of ours, or a pin that is none or taken.
    """
    found: dict[str, tuple[int, ...]] = {}
    for word in text.split():
        name, _, numbers = word.partition("=")
        count = _COUNTS.get(name, 0)
        if not count or name in found:
            told = f"{word[:20]!r} is none of {_KNOWN}, once each"
            raise SettingsError(f"the setting buttons: {told}")
        if not re.fullmatch(r"[0-9]{1,2}" + r",[0-9]{1,2}" * (count - 1), numbers):
            raise SettingsError(f"the setting buttons: {name} takes {count} pin numbers")
        found[name] = tuple(int(part) for part in numbers.split(","))
    pins = list(chain.from_iterable(found.values()))
    if any(pin > _HIGHEST_PIN for pin in pins) or len(set(pins)) < len(pins):
        raise SettingsError(f"the setting buttons: pins are 0 to {_HIGHEST_PIN}, each used once")
    return Pins(**found)


@contextmanager
def attached(session: Session, drive: Drive, pins: Pins) -> Iterator[None]:
    """Buttons and lamp work inside.

    What cannot be had, for want of gpiozero or of the pins, is warned of: a touch still works.
    """
    with ExitStack() as stack:
        if pins != Pins():
            try:
                _attach(session, drive, pins, stack)
            except Exception as error:  # noqa: BLE001 - gpiozero's are many; the camera comes first
                stack.close()
                log.warning("no buttons: %s; %s", error, _REMEDY)
        yield


def _attach(session: Session, drive: Drive, pins: Pins, stack: ExitStack) -> None:
    import gpiozero  # noqa: PLC0415  (an optional extra)

    def button(pin: int, pressed: Callable[[], object], released: Callable[[], object]) -> None:
        made = stack.enter_context(gpiozero.Button(pin, bounce_time=_BOUNCE))
        made.when_pressed, made.when_released = pressed, released

    def dial(contacts: tuple[int, ...], turned: Callable[[int], object]) -> None:
        made = stack.enter_context(gpiozero.RotaryEncoder(*contacts, max_steps=0))
        made.when_rotated_clockwise = lambda: turned(1)
        made.when_rotated_counter_clockwise = lambda: turned(-1)

    for pin in pins.led:
        stack.callback(session.subscribe(_Lamp(stack.enter_context(gpiozero.LED(pin)))))
    for pin in pins.focus:
        half = _HalfPress(session)
        button(pin, half.pressed, half.released)
    for pin in pins.shutter:
        button(pin, drive.press, drive.lift)
    if pins.style:
        dial(pins.style, lambda steps: turn_style(session, steps))
    if pins.ev:
        dial(pins.ev, lambda steps: turn_ev(session, steps))


class _HalfPress:
    """Holds what is not held yet, while its contact is closed."""

    def __init__(self, session: Session) -> None:
        self._session, self._before = session, session.status.controls
        self._held = self._before

    def pressed(self) -> None:
        self._before = self._session.status.controls
        self._session.lock()
        self._held = self._session.status.controls

    def released(self) -> None:
        """As it was before, but for a point that was touched meanwhile."""
        now, held, before = self._session.status.controls, self._held, self._before
        if (now.focus_at, now.meter_at) != (held.focus_at, held.meter_at):
            before = replace(
                before, focus_at=now.focus_at, focus_held=now.focus_held, meter_at=now.meter_at
            )
        self._session.release(before)


def turn_style(session: Session, steps: int) -> None:
    """So many looks on, round and round."""
    names = session.styles
    session.set_style(names[(names.index(session.status.style) + steps) % len(names)])


def turn_ev(session: Session, steps: int) -> None:
    """So many thirds of a stop on, -3 to 3 EV; nothing where shutter and gain are set by hand."""
    if not session.status.wish.metered:
        return
    thirds = round(session.status.exposure_value / _EV_STEP) + steps
    ev = thirds * _EV_STEP
    session.set_exposure_value(min(max(ev, -_EV_LIMIT), _EV_LIMIT))


class _Lamp:
    """Lit while a picture is taken, flashing slowly while one is made, fast for a failure."""

    def __init__(self, led: Any) -> None:  # noqa: ANN401  (untyped library)
        self._led = led
        self._shown = ""

    def __call__(self, status: SessionStatus) -> None:
        shown = lamp_of(status)
        if shown == self._shown:
            return
        self._shown = shown
        if shown == "fast":
            self._led.blink(0.1, 0.1)
        elif shown == "slow":
            self._led.blink(0.2, 0.8)
        elif shown == "on":
            self._led.on()
        else:
            self._led.off()


def lamp_of(status: SessionStatus) -> str:
    """What the lamp shows: "on", "slow", "fast" or "off"."""
    if status.state is State.FAILED or status.unsaved or status.card:
        return "fast"
    if status.state is State.CAPTURING:
        return "on"
    return "slow" if status.queued else "off"
