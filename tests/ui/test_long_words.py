"""What is longer than a small panel has room for: lens names, and the longest of failures."""

from typing import Any

import pytest

from app.lenses import Lens, LensBook, Mount, write_book
from app.preferences import Preferences
from app.status import Failure, Fate, State
from app.ui.layout import Rect
from capture.plans.schedule import Schedule
from tests.ui.test_sizes import _texts_fit

NAME = "Voigtländer Nokton 50 mm f/1.2 VM"
BOOK = LensBook((Lens(NAME, 50.0, 1.2, "M"), Lens("Manual 75 mm", 75.0, 2.0, "M")))
FAULT = (
    "the camera did not take the exposures it was asked for: 3 of 5 frames are missing, the first "
    "of 0.00125 s at gain 16.00; try again, or with another exposure"
)


@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["en", "de", "fr", "ja", "zh"])
def test_the_longest_failure_is_told_whole(stage: Any, language: str, *, large: bool) -> None:
    """On the smallest panel, in large type too."""
    stage.preferences = Preferences(welcomed=True, language=language, large_text=large)
    screen = stage.open(480, 320)
    status = stage.session._telling  # noqa: SLF001 - a status of the test's own
    failure = Failure.of(OSError(FAULT), "")
    failure = Failure(failure.cause, failure.remedy, Fate.LOST)
    status.change(state=State.FAILED, failure=failure)
    stage.until(lambda: screen.troubles.page is not None)
    stage.frames(3)
    _texts_fit(screen.troubles.page)


@pytest.mark.parametrize("large", [False, True])
def test_a_long_lens_name_is_shortened(stage: Any, *, large: bool) -> None:
    """In the line over the picture, with an interval beside it, and in the drawer."""
    write_book(stage.folder, BOOK)
    stage.mount = Mount(stage.folder, BOOK.lenses[0])
    stage.preferences = Preferences(welcomed=True, language="de", large_text=large)
    screen = stage.open(480, 320)
    for schedule in (Schedule(), Schedule(count=100, interval=300.0)):
        stage.drive.schedule = schedule
        stage.frames(20)
        stage.until(lambda: screen.ids.viewfinder.ids.panel.readout.title)
        _texts_fit(screen.ids.viewfinder.ids.panel)
    screen.drawer.open_tools()
    stage.frames(3)
    _texts_fit(screen.pages.top)


@pytest.mark.parametrize("size", [(480, 320), (800, 480), (720, 1280)])
def test_names_of_framelines_keep_clear_of_the_histogram(
    window: Any, size: tuple[int, int]
) -> None:
    """Whatever the lens would see, and however long its name is."""
    from app.ui.corners import HISTOGRAM_FOOT, histogram_width
    from app.ui.overlays import name_place, named

    assert window
    unit = 6.4
    box = Rect(0.0, 0.0, size[0] * 0.7, size[0] * 0.7 * 0.75)
    wide, foot = histogram_width(box.width, unit), box.top - HISTOGRAM_FOOT * unit
    for name in (NAME, "75"):
        for share in (0.95, 0.7, 0.5, 0.3):
            label = named(name, box.width - wide - 1.5 * unit).texture.size
            end = (box.width * (1 + share) / 2, box.height * (1 + share) / 2)
            left, low = name_place(label, end, box, unit)
            assert left >= 0.0
            assert left + label[0] <= box.width + 1
            assert left >= wide or low + label[1] <= foot
