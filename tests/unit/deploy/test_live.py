"""The operator's side looks on while the device works."""

import json
from typing import Any, cast

import pytest

import baryta_deploy.live
from baryta_deploy.errors import DeployError, LineLostError
from baryta_deploy.fleet import Answer, Device
from baryta_deploy.live import follow


class _Scripted:
    """A device whose status and whose units' states are told in turn; the last stay."""

    name = "camera"

    def __init__(self, outcomes: list[str | None], states: list[str]) -> None:
        self.outcomes, self.states = outcomes, states

    def run(self, *command: str, timeout: int = 120) -> Answer:
        assert timeout
        if command[0] == "journalctl":
            return Answer(True, "baryta-release: [Errno 28] No space left on device\n", "")
        if command[0] == "systemctl":
            return Answer(True, self._next(self.states), "")
        outcome = self._next(self.outcomes)
        if outcome is None:
            raise LineLostError("the line is cut")
        if outcome == "dies":
            return Answer(False, "", "")
        last = {"run": "r", "target": "one", "step": "prove", "outcome": outcome}
        unit = {"active": "active", "result": "success"}
        told = {"current": "one", "releases": ["one"], "earlier": "", "said": "", "differing": []}
        return Answer(True, json.dumps(told | {"unit": unit, "last": last}), "")

    def reconnect(self) -> bool:
        return True

    def _next(self, script: list[Any]) -> Any:  # noqa: ANN401 - of either script
        return script.pop(0) if len(script) > 1 else script[0]


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """No look waits for the next."""
    monkeypatch.setattr(baryta_deploy.live, "_POLL", 0.0)


def test_a_worker_that_is_gone_is_not_waited_for() -> None:
    """Its last word is told, instead of fifteen minutes of silence."""
    device = cast("Device", _Scripted([""], ["inactive\n\ninactive\n"]))
    with pytest.raises(DeployError, match="No space left"):
        follow(device, "r", lambda _: None)


def test_a_start_in_the_middle_and_a_cut_line_are_waited_for() -> None:
    """The device that has started again finishes it by itself."""
    states = ["active\n\ninactive\n", *["inactive\n\ninactive\n"] * 9, "inactive\n\nactivating\n"]
    outcomes = ["", None, "dies", *[""] * 14, "live"]
    told: list[str] = []
    result = follow(cast("Device", _Scripted([*outcomes], states)), "r", told.append)
    assert (result.well, result.outcome) == (True, "live")
    assert told == ["camera: prove", *["camera: the line is cut; trying again"] * 2]
