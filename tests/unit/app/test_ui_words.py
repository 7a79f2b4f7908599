"""What the screen says; without Kivy's window."""

from dataclasses import replace

import pytest

from app.status import Failure, SessionStatus, State


def test_failures_become_sentences() -> None:
    """Cause and remedy part at the semicolon, or the given remedy steps in."""
    failure = Failure.of(ValueError("no card; put one in"), "Never used.")
    assert (failure.cause, failure.remedy) == ("No card.", "Put one in.")
    failure = Failure.of(ValueError("imx477 is silent!"), "try again")
    assert (failure.cause, failure.remedy) == ("imx477 is silent!", "Try again.")
    assert Failure.of(KeyError(), "Try again.").cause == "KeyError."


@pytest.mark.parametrize(
    ("status", "can", "full"),
    [
        (SessionStatus(), False, False),
        (SessionStatus(state=State.READY, capacity=2, queued=1), True, False),
        (SessionStatus(state=State.READY, capacity=2, queued=1, unsaved=1), False, True),
        (SessionStatus(state=State.CAPTURING, capacity=2), False, False),
    ],
)
def test_a_status_knows_whether_a_shot_fits(status: SessionStatus, can: bool, full: bool) -> None:
    """Ready and room for one more burst: both are needed."""
    assert (status.can_shoot, status.full) == (can, full)


@pytest.mark.parametrize(
    ("status", "no_room"),
    [
        (SessionStatus(free_pictures=1), False),
        (SessionStatus(free_pictures=None), False),
        (SessionStatus(free_pictures=0), False),
        (SessionStatus(free_pictures=0, unsaved=1), True),
        (SessionStatus(card="Card gone"), True),
    ],
)
def test_without_a_card_shots_wait_in_memory(status: SessionStatus, no_room: bool) -> None:
    """The card's trouble is told, and the shutter is free as long as memory has room."""
    ready = replace(status, state=State.READY, capacity=2)
    assert ready.no_room is no_room
    assert ready.can_shoot
    assert not replace(ready, unsaved=2).can_shoot
