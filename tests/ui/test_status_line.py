"""The line of what goes on: battery and temperature beside it, where there is room."""

from itertools import pairwise
from typing import Any

import pytest

from app.device import DeviceState
from app.preferences import Preferences

COOL = DeviceState(battery=64, temperature=48.0)
HOT = DeviceState(battery=64, temperature=83.0)


def line_of(stage: Any, monkeypatch: pytest.MonkeyPatch, device: DeviceState, *size: int) -> Any:
    """The line with what the device tells, laid out."""
    monkeypatch.setattr("app.ui.bridge.read_device", lambda: device)
    line = stage.open(*size).ids.status
    stage.until(lambda: line.device == device)
    stage.frames(3)
    return line


BOTH = ("64 %  48 °C", "64 %  83 °C")
TOLD = {  # by size of the panel and large type: of the cool device and of the hot one
    (720, 1280, False): BOTH,
    (800, 480, False): ("64 %", "83 °C"),
    (320, 480, True): BOTH,
    (480, 320, False): ("", "83 °C"),
    (480, 320, True): ("", "83 °C"),  # in smaller type
}


@pytest.mark.parametrize("panel", TOLD, ids=str)
@pytest.mark.parametrize("device", [COOL, HOT], ids=["cool", "hot"])
def test_the_battery_is_told_where_there_is_room(
    stage: Any, monkeypatch: pytest.MonkeyPatch, panel: tuple[int, int, bool], device: DeviceState
) -> None:
    """Both, or the more urgent one, or none; what goes on and the space are always there, whole."""
    *size, large = panel
    stage.preferences = Preferences(welcomed=True, language="fr", large_text=large)
    line = line_of(stage, monkeypatch, device, *size)
    assert line.aside == TOLD[panel][device is HOT]
    assert line.activity
    assert line.space
    texts = [part for part in line.walk() if hasattr(part, "fits") and part.text]
    for text in texts:
        assert text.fits(), text.text
    spots = sorted((text.x, text.right) for text in texts if abs(text.y - texts[0].y) < 2)
    assert all(one[1] <= other[0] + 1 for one, other in pairwise(spots))


def test_what_the_device_does_not_tell_is_not_there(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No battery and no thermometer: nothing, and no sign of one."""
    line = line_of(stage, monkeypatch, DeviceState(), 800, 480)
    assert line.aside == ""
    assert "battery" not in [getattr(part, "name", "") for part in line.walk()]


def test_a_longer_word_takes_the_room(stage: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """While pictures are in the making what goes on is told whole, and before the battery."""
    line = line_of(stage, monkeypatch, COOL, 800, 480)
    assert line.aside == "64 %"
    line.activity = "Wait: buffer full"
    stage.frames(3)
    assert line.aside == ""
    line.activity = "Ready"
    stage.frames(3)
    assert line.aside == "64 %"
