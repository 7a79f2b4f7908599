import pytest
from texture_kept import edges_kept, texture_kept


@pytest.mark.parametrize(("iso", "least"), [(100, 0.98), (400, 0.97), (1600, 0.84)])
def test_texture_stays(iso: int, least: float) -> None:
    """Dead leaves keep nearly all of the acutance they have in a noise-free frame."""
    merged, single = texture_kept("grey leaves", iso)
    assert merged > least
    assert merged > single


@pytest.mark.parametrize("iso", [100, 400])
def test_leaves_of_a_pixel_are_no_defects(iso: int) -> None:
    """Dead leaves that have a colour of their own at every pixel keep theirs, too."""
    merged, _ = texture_kept("leaves", iso)
    assert merged > 0.97


# At ISO 100 as good as all of the single frame's edge is left: 16 edges tell its MTF50 to 0.7 %.
@pytest.mark.parametrize(
    ("iso", "bursts", "slack"), [(100, 8, 0.015), (400, 4, 0.0), (1600, 4, 0.0)]
)
def test_edges_stay_steep(iso: int, bursts: int, slack: float) -> None:
    """MTF50 is no lower than the single frame's, but for what noise leaves uncertain of that."""
    for where, (merged, single) in edges_kept(iso, tuple(range(1, bursts + 1))).items():
        assert merged > (1.0 - slack) * single, where
