import numpy as np
import numpy.typing as npt
import pytest

from app.pictures.contact_sheet import cell_size, columns_of, contact_sheet

Picture = npt.NDArray[np.uint8]
GREY = 28  # of the page


def flat(width: int, height: int, level: int) -> Picture:
    """A picture of one colour."""
    return np.full((height, width, 3), (level, 255 - level, 90), np.uint8)


@pytest.mark.parametrize("size", [(300, 200), (200, 300), (240, 240)])
@pytest.mark.parametrize("count", [1, 2, 5, 10, 23])
def test_every_picture_is_there_with_its_name(size: tuple[int, int], count: int) -> None:
    """Each picture stands whole on the page, and below it letters on the page's grey."""
    width, height = size
    pictures = [(f"Look {i}", flat(width, height, 40 + i)) for i in range(count)]
    page = contact_sheet(pictures)
    for i, (_, picture) in enumerate(pictures):
        rows, columns = np.nonzero((page == picture[0, 0]).all(-1))
        top, left = rows.min(), columns.min()
        assert (rows.max() - top + 1, columns.max() - left + 1) == (height, width), i
        assert len(rows) == width * height
        band = page[top + height : top + height + 16, left : left + width]
        assert band.max() > 180
        assert band.min() == GREY


def test_a_page_is_filled_and_wide() -> None:
    """Columns are chosen for a page near 16:10, for upright pictures as for wide ones."""
    assert columns_of(10, 4, 3) == 4
    assert columns_of(10, 3, 4) == 5
    assert columns_of(1, 4, 3) == 1
    for count in range(1, 60):
        for shape in ((4, 3), (3, 4), (16, 9)):
            columns = columns_of(count, *shape)
            rows = -(-count // columns)
            assert columns * (rows - 1) < count
            if count > 8:
                assert 0.9 < columns * shape[0] / (rows * shape[1]) < 2.6


def test_a_picture_is_never_enlarged() -> None:
    """Cells have the picture's shape, shrink with the number of looks, and never exceed it."""
    assert cell_size(10, 4040, 3024) == (720, 539)
    assert cell_size(10, 3024, 4040) == (539, 720)
    assert cell_size(60, 4040, 3024)[0] < 480
    assert cell_size(4, 100, 50) == (100, 50)


def test_long_names_are_cut() -> None:
    """A name too long for its picture ends in an ellipsis and stays below it."""
    page = contact_sheet([("A name that no picture of this size has room for", flat(120, 90, 9))])
    letters = np.nonzero(page[..., 0] > 180)[1]
    assert letters.max() < page.shape[1] - 4


def test_unlike_pictures_are_refused() -> None:
    """Sizes that differ, and no picture at all, are a mistake of the caller."""
    with pytest.raises(ValueError, match="of one size"):
        contact_sheet([("a", flat(20, 20, 1)), ("b", flat(21, 20, 1))])
    with pytest.raises(ValueError, match="one or more"):
        contact_sheet([])
