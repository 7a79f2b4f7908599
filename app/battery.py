"""A battery that runs out: it is said, and the device is switched off while pictures can be kept.

Switching off is systemd's: the app, which has no rights, leaves a file that a path unit waits for.
What follows is the stop that every power-off is: bursts in memory go to the card.
"""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from app.device import DeviceState, read_device
from app.jobs import repeated
from app.session import Session

log = logging.getLogger(__name__)

LOW, EMPTY = 10, 4  # percent: it is said; the device is switched off
INTERVAL = 10.0  # seconds between looks; two in a row have to agree

Ask = Callable[[], None]


class BatteryWatch:
    """What a battery's charge means for a session.

    Args:
        session: is told in two words, for its screen.
        read: looks at the device.
        ask: asks for the device to be switched off.
    """

    def __init__(self, session: Session, read: Callable[[], DeviceState], ask: Ask) -> None:
        self._session, self._read, self._ask = session, read, ask
        self._highest = self._empty = 0
        self._said = ""

    def look(self) -> None:
        """Looks once; what is wrong is said once."""
        device = self._read()
        charge = 100 if device.battery is None or device.charging else device.battery
        # A gauge that never tells more than nothing is broken: it must not keep a camera off.
        used = device.discharging or self._highest > charge
        self._highest = max(self._highest, charge if device.battery is not None else 0)
        self._empty = self._empty + 1 if used and charge <= EMPTY else 0
        if self._empty == 2:
            self._say("Switching off", f"the battery is at {charge} %; the device is switched off")
            self._ask()
        elif self._empty < 2:
            low = used and charge <= LOW
            self._say("Battery low" if low else "", f"the battery is at {charge} %")

    def _say(self, words: str, line: str) -> None:
        if words == self._said:
            return
        self._said = words
        self._session.tell_power(words)
        log.warning("%s", line if words else "the battery is charged again, or has gone")


@contextmanager
def watched(
    session: Session,
    environment: Mapping[str, str] = os.environ,
    system: Path = Path("/sys"),
    interval: float = INTERVAL,
) -> Iterator[None]:
    """Looks at the battery meanwhile.

    Args:
        session: of the camera.
        environment: BARYTA_POWER_OFF names the file whose coming switches the device off; without
            it that is left to whoever watches the battery too.
        system: where sysfs is.
        interval: seconds between looks.
    """
    wish = environment.get("BARYTA_POWER_OFF", "")

    def ask() -> None:
        try:
            Path(wish).touch()
        except OSError:
            log.exception("the device cannot be switched off")

    watch = BatteryWatch(session, lambda: read_device(system), ask if wish else _leave)
    with repeated(watch.look, lambda: interval, "battery"):
        yield


def _leave() -> None:
    """Switching off is somebody else's."""
