"""Buttons on lines of the kernel's own: a gpio-sim chip, where there is one.

Needs root, configfs and the module gpio-sim (Linux 5.17 and later, CONFIG_GPIO_SIM), and lgpio:

    modprobe gpio-sim; mount -t configfs none /sys/kernel/config; pip install lgpio

Debian's kernels have no such module: `.ci/gpio` builds it and runs this in a guest of QEMU.
Elsewhere it is skipped, and gpiozero's mock pins (test_buttons.py) stand for the rest.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from gpio_camera import Camera, at_work, session_of, until
from gpiozero import Device

from app.buttons import attached, parse_pins
from app.drive import Drive
from app.session import Session

CONFIG = Path("/sys/kernel/config/gpio-sim")
PINS = parse_pins("shutter=17 focus=27 ev=23,24 led=22")
LINES = 28

pytestmark = pytest.mark.skipif(
    not (CONFIG.is_dir() and os.access(CONFIG, os.W_OK)),
    reason="no gpio-sim here: as root, modprobe gpio-sim and mount configfs",
)


class Chip:
    """A chip of 28 simulated lines that tests pull up and down."""

    def __init__(self) -> None:
        self._folder = CONFIG / f"baryta-{os.getpid()}"
        bank = self._folder / "bank0"
        bank.mkdir(parents=True)
        (bank / "num_lines").write_text(str(LINES))
        (self._folder / "live").write_text("1")
        device = (self._folder / "dev_name").read_text().strip()
        name = (bank / "chip_name").read_text().strip()
        self.number = int(name.removeprefix("gpiochip"))
        self._lines = Path("/sys/devices/platform") / device / name

    def pull(self, line: int, *, up: bool) -> None:
        """What drives an input from outside."""
        (self._lines / f"sim_gpio{line}" / "pull").write_text("pull-up" if up else "pull-down")

    def value(self, line: int) -> int:
        """The level of a line, 0 or 1."""
        return int((self._lines / f"sim_gpio{line}" / "value").read_text())

    def remove(self) -> None:
        """Takes the chip away."""
        (self._folder / "live").write_text("0")
        (self._folder / "bank0").rmdir()
        self._folder.rmdir()


@pytest.fixture(name="chip", scope="module")  # lgpio hears of edges until it is closed once
def _chip(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Chip]:
    os.chdir(tmp_path_factory.mktemp("lgpio"))  # it makes a pipe where it is imported
    lgpio = pytest.importorskip("gpiozero.pins.lgpio", reason="lgpio is not installed")

    class Factory(lgpio.LGPIOFactory):  # type: ignore[misc,name-defined]
        """Of a board that this machine is not: gpiozero 2.0.1 opens chips 0 and 4 only."""

        def __init__(self, chip: int) -> None:
            super(lgpio.LGPIOFactory, self).__init__()
            self._handle = lgpio.lgpio.gpiochip_open(chip)
            self._chip = chip
            self.pin_class = lgpio.LGPIOPin

        def _get_revision(self) -> int:
            return 0xA02082

    chip = Chip()
    for line in range(LINES):
        chip.pull(line, up=True)
    before, Device.pin_factory = Device.pin_factory, Factory(chip.number)
    try:
        yield chip
    finally:
        Device.pin_factory.close()
        Device.pin_factory = before
        chip.remove()


@pytest.fixture(name="camera")
def _camera() -> Camera:
    return Camera()


@pytest.fixture(name="session")
def _session(camera: Camera) -> Iterator[Session]:
    with at_work(session_of(camera, ["Authentic"])) as session:
        yield session


def test_a_press_in_two_stages_on_real_lines(chip: Chip, session: Session, camera: Camera) -> None:
    """Half a press locks, the full one takes a picture, the lamp is off again when it is made."""
    with attached(session, Drive(session), PINS):
        chip.pull(27, up=False)
        until(lambda: bool(camera.told) and camera.told[-1].exposure_locked)
        chip.pull(17, up=False)
        until(lambda: session.status.shots == 1)
        chip.pull(17, up=True)
        chip.pull(27, up=True)
        until(lambda: not camera.told[-1].exposure_locked)
        until(lambda: session.status.queued == 0 and chip.value(22) == 0)


def test_a_dial_on_real_lines(chip: Chip, session: Session) -> None:
    """A step clockwise is a third of a stop brighter."""
    with attached(session, Drive(session), PINS):
        for line, up in ((23, False), (24, False), (23, True), (24, True)):
            chip.pull(line, up=up)
            time.sleep(0.02)
        until(lambda: session.status.exposure_value == pytest.approx(1.0 / 3.0))
