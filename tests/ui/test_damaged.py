"""Files that are no pictures, or half of one: told where they would be seen, in nobody's way."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image, ImageCms

from app.preferences import Preferences
from app.ui.language import LANGUAGES, tr
from tests.ui.test_trash import fill

SIZES = [(480, 320), (320, 480)]
DAMAGED = "{name} is damaged or no picture"
NEGATIVE = "There is only a negative: Restyle makes a picture of it."


def cut(path: Path) -> None:
    """Its end is missing, and the small picture it carries is gone."""
    file = BytesIO()
    noise = np.random.default_rng(3).integers(0, 255, (240, 320, 3), np.uint8)
    Image.fromarray(noise).save(file, "JPEG")
    path.write_bytes(file.getvalue()[: file.tell() // 2])


def noise(path: Path) -> None:
    """Anything at all."""
    path.write_bytes(np.random.default_rng(5).bytes(60_000))


def profiled(path: Path, profile: bytes) -> None:
    """A sound picture, but for its profile."""
    Image.new("RGB", (320, 240), (200, 40, 40)).save(path, icc_profile=profile)


def lab(path: Path) -> None:
    """A profile that is none of RGB."""
    profiled(path, ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB")).tobytes())


def garbage(path: Path) -> None:
    """No profile at all."""
    profiled(path, b"garbage" * 40)


def spoilt(stage: Any, spoil: Callable[[Path], object]) -> Path:
    """Of three pictures the middle one."""
    fill(stage, 3, gone=0)
    path = next(Path(stage.folder).rglob("*0002.JPG"))
    spoil(path)
    return path


def library_of(stage: Any) -> Any:
    """The contact sheet, all of it looked at."""
    stage.screen.gallery.open_library()
    page = stage.screen.pages.top
    stage.until(lambda: len(page.shots) == 3)
    cells = page.ids.grid.cells
    stage.until(lambda: all(c.texture or c.damaged or c.marks for c in cells.values()))
    return page


def words_of(view: Any) -> str:
    """What a view of a picture tells in its place."""
    return str(view.ids.trouble.text)


@pytest.mark.parametrize("spoil", [cut, noise])
def test_a_damaged_picture_is_marked_and_says_so_for_good(
    stage: Any, spoil: Callable[[Path], object]
) -> None:
    """In the sheet by a sign, in its place by words that stay; the others are seen as ever."""
    name = spoilt(stage, spoil).name
    stage.open()
    page = library_of(stage)
    cells = page.ids.grid.cells
    assert [cells[at].damaged for at in range(3)] == [False, True, False]
    page.dispatch("on_pick", 1)
    viewer = stage.screen.pages.top
    stage.until(lambda: words_of(viewer.ids.picture))
    assert name in words_of(viewer.ids.picture)
    assert viewer.notice == "", "it is no notice that goes"
    viewer.step(1)
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    assert words_of(viewer.ids.picture) == ""


@pytest.mark.parametrize("spoil", [lab, garbage])
def test_a_profile_that_cannot_be_used_spoils_no_picture(
    stage: Any, spoil: Callable[[Path], object]
) -> None:
    """It is taken for sRGB, and every thumbnail comes."""
    spoilt(stage, spoil)
    stage.open()
    page = library_of(stage)
    assert not any(cell.damaged for cell in page.ids.grid.cells.values())
    page.dispatch("on_pick", 1)
    viewer = stage.screen.pages.top
    stage.until(lambda: min(viewer.ids.picture.natural) > 0)
    assert words_of(viewer.ids.picture) == ""


@pytest.mark.parametrize("size", [(800, 480), *SIZES], ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_damaged_picture_says_so_with_its_story_open(stage: Any, size: tuple[int, int]) -> None:
    """The panel lies over the words in the picture's place: it tells them first."""
    from tests.ui.test_layout import box_of, seen

    name = spoilt(stage, noise).name
    stage.open(*size)
    page = library_of(stage)
    page.dispatch("on_pick", 1)
    viewer = stage.screen.pages.top
    viewer.tell_story()
    stage.until(lambda: viewer.ids.picture.failure)
    stage.until(lambda: viewer.ids.story.complete)
    stage.frames(3)
    line = viewer.ids.story.ids.box.children[-1]
    assert name in line.value
    assert seen(line)
    box, panel = box_of(line), viewer.ids.story
    assert panel.y <= box.y < box.top <= panel.top


def test_what_turns_out_damaged_is_marked_in_the_sheet(stage: Any) -> None:
    """Its thumbnail is sound, its pixels are cut off: known once it was looked at."""
    from app.pictures.jpeg import encode_jpeg
    from app.pictures.negative import ShotInfo

    path = spoilt(stage, lambda path: path)
    noisy = np.random.default_rng(2).integers(0, 255, (600, 800, 3), np.uint8)
    file = encode_jpeg(noisy, ShotInfo(style="Neutral"))
    path.write_bytes(file[: len(file) * 2 // 3])
    stage.open()
    page = library_of(stage)
    cell = page.ids.grid.cells[1]
    assert (cell.damaged, cell.texture is not None) == (False, True)
    page.dispatch("on_pick", 1)
    viewer = stage.screen.pages.top
    stage.until(lambda: words_of(viewer.ids.picture))
    stage.screen.pages.close()
    stage.frames(3)
    cell = next(cell for cell in page.ids.grid.cells.values() if cell.number == "0002")
    assert (cell.damaged, cell.texture is not None) == (True, True)


def test_a_library_that_cannot_be_read_says_why_for_good(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the sheet's title and in the place of the picture, not for five seconds only."""
    from app.library import Library
    from app.ui import viewer as page_of

    def broken(_: Library) -> Any:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(page_of, "NOTICE", 0.01)
    fill(stage, 2, gone=0)
    screen = stage.open()
    last, shelf = screen.ids.last_picture, screen.gallery.shelf
    stage.until(lambda: last.path is not None)
    read = Library.shots
    monkeypatch.setattr(Library, "shots", broken)
    shelf.shots = None  # as at a start with that card
    screen.gallery.open_library()
    library = screen.pages.top
    stage.until(lambda: "nput/output error" in library.title)
    screen.pages.clear()
    screen.gallery.open_last()
    viewer = screen.pages.top
    stage.until(lambda: "nput/output error" in words_of(viewer.ids.picture))
    stage.frames(20)
    assert viewer.ids.picture.opacity == 1
    assert "nput/output error" in words_of(viewer.ids.picture)
    assert viewer.caption == ""
    monkeypatch.setattr(Library, "shots", read)
    shelf.load()
    stage.until(lambda: viewer.shot is not None)
    assert words_of(viewer.ids.picture) == ""


def test_a_file_that_was_away_has_its_thumbnail_when_it_is_back(stage: Any) -> None:
    """A card that was out for a moment: nothing is damaged, and the next look finds it."""
    fill(stage, 3, gone=0)
    stage.open()
    path = next(Path(stage.folder).rglob("*0002.JPG"))
    thumbnails, others = stage.screen.gallery.shelf.thumbnails, []
    thumbnails.bind(on_ready=lambda _, other, _texture: others.append(other))
    away = path.with_suffix(".away")
    path.rename(away)
    thumbnails.want([path, path.with_name(path.name.replace("0002", "0001"))])
    stage.until(lambda: others != [])
    assert path not in others
    assert not thumbnails.broken(path)
    away.rename(path)
    thumbnails.want([path])
    stage.until(lambda: thumbnails.get(path) is not None)


def test_whatever_goes_wrong_with_one_the_thumbnails_go_on(
    stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An error that nobody thought of takes its batch away, and no other."""
    from app.ui import thumbnails

    real, broken = thumbnails.load_thumbnail, []

    def failing(path: Path) -> Any:
        if not broken:
            broken.append(path)
            raise RuntimeError("nobody thought of it")
        return real(path)

    monkeypatch.setattr(thumbnails, "load_thumbnail", failing)
    monkeypatch.setattr(thumbnails, "BATCH", 1)
    spoilt(stage, lambda path: path)
    stage.open()
    page = library_of(stage)
    assert sum(cell.texture is not None for cell in page.ids.grid.cells.values()) == 2


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_in_place_of_a_picture_are_whole(
    stage: Any, language: str, size: tuple[int, int]
) -> None:
    """In every language, in large type, on small panels: a damaged file, and a negative alone.

    In the viewer, and in the halves of Compare and Restyle.
    """
    from tests.ui.test_layout import faults, seen

    stage.preferences = Preferences(welcomed=True, language=language, large_text=True)
    path = spoilt(stage, noise)
    only = path.with_name(path.name.replace("0002.JPG", "0001.JPG"))
    only.rename(only.with_suffix(".DNG"))
    stage.library.workshop.store.names.index.unlink()
    stage.open(*size)
    library_of(stage)
    page = stage.screen.pages.top
    for at, words in ((1, DAMAGED), (2, NEGATIVE)):
        page.dispatch("on_pick", at)
        viewer = stage.screen.pages.top
        stage.until(lambda viewer=viewer: words_of(viewer.ids.picture))
        assert tr(words).format(name=path.name)[:20] in words_of(viewer.ids.picture)
        stage.frames(5)
        assert not faults(viewer, size)
        for event, half_of in (("on_compare", "left"), ("on_restyle", "before")):
            viewer.dispatch(event)
            half = stage.screen.pages.top
            view = half.ids[half_of]
            stage.until(lambda view=view: words_of(view))
            assert words_of(view) == words_of(viewer.ids.picture)
            stage.frames(5)
            trouble = view.ids.trouble
            assert seen(trouble)
            assert trouble.fits()
            assert view.x <= trouble.x < trouble.right <= view.right
            assert view.y <= trouble.y < trouble.top <= view.top
            stage.screen.pages.close(half)
        stage.screen.pages.close(viewer)
