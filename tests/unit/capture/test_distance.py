import pytest

from capture.distance import metres, scale, told


def test_dioptres_are_distances() -> None:
    """The inverse in metres; zero is infinity, and nothing lies beyond it."""
    assert metres(0.5) == 2.0
    assert metres(0.0) == float("inf")
    for wrong in (-0.1, float("nan")):
        with pytest.raises(ValueError, match="0 dioptres"):
            metres(wrong)


@pytest.mark.parametrize(
    ("dioptres", "words"),
    [(0.0, "∞"), (0.1, "10 m"), (0.4, "2.5 m"), (1.0, "1 m"), (1.002, "1 m"), (2.86, "35 cm")],
)
def test_distances_are_told_as_on_a_lens(dioptres: float, words: str) -> None:
    """Metres, centimetres below one, and infinity."""
    assert told(dioptres) == words


def test_the_scale_has_the_marks_the_lens_reaches() -> None:
    """From infinity to the nearest, each with its dioptres, nearer and nearer."""
    marks = scale((0.0, 10.0))
    assert marks[0] == ("∞", 0.0)
    assert marks[-1][0] == "10 cm"
    positions = [position for _, position in marks]
    assert positions == sorted(set(positions))
    assert scale((1.0, 4.0))[0][0] == "1 m"
