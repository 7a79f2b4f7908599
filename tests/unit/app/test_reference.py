import pytest

from app.reference import choose_reference

SHARP, SOFT = 1.0, 0.8


def chosen(
    pressed: int, figures: list[float], exposures: list[float | None] | None = None
) -> tuple[int, list[int]]:
    """The choice among frames, and which of them were judged."""
    exposures = exposures or [1.0] * len(figures)
    judged: list[int] = []

    def sharpness(index: int) -> float:
        judged.append(index)
        return figures[index]

    return choose_reference(pressed, len(figures), exposures.__getitem__, sharpness), judged


def test_the_pressed_frame_stays_unless_another_is_clearly_sharper() -> None:
    """What differs by less than frames without blur do decides nothing."""
    assert chosen(1, [1.05, 1.0, 1.09])[0] == 1
    assert chosen(1, [1.05, 1.0, 1.2])[0] == 2


@pytest.mark.parametrize(
    ("pressed", "near"), [(0, [0, 1, 2]), (3, [1, 2, 3, 4, 5]), (6, [4, 5, 6])]
)
def test_only_frames_next_to_the_press_compete(pressed: int, near: list[int]) -> None:
    """Two frames before and after it are judged, once each."""
    assert chosen(pressed, [SHARP] * 7)[1] == near


def test_only_frames_of_the_same_exposure_compete() -> None:
    """In a bracket a longer frame is not the reference, however sharp; alone there is no choice."""
    assert chosen(0, [SOFT, SHARP, SOFT], [1.0, 4.0, 1.0]) == (0, [0, 2])
    assert chosen(0, [SOFT, SHARP, SHARP], [1.0, 4.0, 0.25]) == (0, [])
    assert chosen(0, [SOFT, SHARP, SHARP], [1.0, None, 1.01])[0] == 2


def test_unknown_exposures_are_taken_for_equal() -> None:
    """A camera that tells no exposures still has its sharpest frame chosen."""
    assert chosen(0, [SOFT, SHARP, SOFT], [None, None, None])[0] == 1


def test_frames_without_detail_leave_the_pressed_one() -> None:
    """Nothing is sharper than nothing."""
    assert chosen(2, [0.0] * 5)[0] == 2
