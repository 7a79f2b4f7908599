"""The way through the pages of the library: last picture, contact sheet, viewer and its tools."""

import logging
from pathlib import Path

from kivy.core.window import Window

from app.library import jpeg_of
from app.status import SessionStatus, State
from app.ui.compare_page import ComparePage
from app.ui.export_page import ExportPage
from app.ui.language import tr
from app.ui.last_picture import LastPicture
from app.ui.library_page import LibraryPage
from app.ui.pages import Pages
from app.ui.parts import Parts
from app.ui.picture_file import Pixels, load_picture
from app.ui.restyle_page import RestylePage
from app.ui.send_page import SendPage
from app.ui.shelf import Shelf
from app.ui.status_line import activity, work_words
from app.ui.trash_page import TrashPage
from app.ui.viewer import Viewer

log = logging.getLogger(__name__)


class Gallery:
    """Opens the library's pages, and keeps them up to date.

    Args:
        parts: the camera whose newest pictures they show, the library, the looks to restyle with.
        pages: where they are opened.
        last: the thumbnail of the last picture.
    """

    def __init__(self, parts: Parts, pages: Pages, last: LastPicture) -> None:
        self._session, self._looks, self._pages, self._last = (
            parts.session,
            parts.shelf,
            pages,
            last,
        )
        self._remembered = parts.remembered
        self.shelf = Shelf(parts.library, parts.bridge, parts.remembered.deleted)
        self._saved: Path | None = None
        self._looking = False  # for the newest file
        pages.keep(LibraryPage, self._made_library)
        pages.keep(Viewer, self._made_viewer)
        pages.keep(ComparePage, lambda: ComparePage(self.shelf))
        pages.keep(RestylePage, self._made_restyle)
        pages.keep(SendPage, self._made_send)
        pages.keep(TrashPage, lambda: TrashPage(self.shelf))
        last.bind(
            developing=lambda *_: self.follow(self._session.status),
            saved=self.shelf.setter("newest"),
        )
        self.shelf.bind(
            on_change=lambda _: self._changed(),
            coming=lambda *_: self.follow(self._session.status),
        )
        for name in ("shots", "coming"):
            self.shelf.fbind(name, self._match)
        # A library that cannot be read is told where it is opened.
        self.shelf.load()

    def open_last(self) -> None:
        """Shows the last picture large, as the thumbnail has it until it is made and listed."""
        last = self._last
        if last.texture is None or self._pages.top is not None:
            return
        viewer = self._viewer()
        viewer.developing = last.developing or last.path in self.shelf.coming
        self.follow(self._session.status)
        viewer.turn_to(self.shelf.library.number_of(last.path))
        if self.shelf.shots is None:  # else the list is kept, and what is done next waits for none
            self.shelf.load()

    def _newest(self) -> tuple[Path, Pixels] | None:
        """On a thread of the interface's own."""
        path = self._newest_file()
        return None if path is None else (path, load_picture(path, *Window.size))

    def _newest_file(self) -> Path | None:
        return next(filter(None, map(jpeg_of, self.shelf.shots or ())), None)

    def _match(self, *_: object) -> None:
        """The thumbnail is the newest file's, whoever made or took it away."""
        newest = self._newest_file()
        if not self.shelf.coming and newest not in (self._last.path, self._last.awaited):
            self._changed()

    def _changed(self) -> None:
        """Pictures have gone or come back: the last one may be another, and room may be too."""
        if not self._looking:
            self._looking = True
            self.shelf.bridge.background(self._look_anew, self._renew, failed=self._unseen)

    def _renew(self, newest: tuple[Path, Pixels] | None) -> None:
        self._looking = False
        if self.shelf.coming:  # that is the newest, and on its way to the thumbnail
            return
        if (newest and newest[0]) == self._newest_file():
            self._last.renew(newest)
        else:  # the list has changed while that one was loaded
            self._changed()

    def _unseen(self, error: Exception) -> None:
        self._looking = False
        log.warning("no thumbnail of the last picture: %s", error)

    def _look_anew(self) -> tuple[Path, Pixels] | None:
        self._session.look_at_space()
        return self._newest()

    def open_library(self) -> None:
        """Shows all pictures."""
        self._pages.open(self._pages.kept(LibraryPage))

    def _made_library(self) -> LibraryPage:
        page = LibraryPage(self.shelf)
        page.bind(on_pick=self._pick, on_send=self._send, on_trash=lambda _: self.open_trash())
        return page

    def _send(self, _page: LibraryPage) -> None:
        self.open_send()

    def open_send(self) -> None:
        """Hands pictures over for as long as its page is open."""
        self._pages.open(self._pages.kept(SendPage))

    def open_trash(self) -> None:
        """Shows what was deleted."""
        self._pages.open(self._pages.kept(TrashPage))

    def _made_send(self) -> SendPage:
        page = SendPage(self.shelf, self._remembered)
        page.bind(on_copy=self._export)
        return page

    def _export(self, page: SendPage) -> None:
        volumes = page.volumes
        self._pages.close(page)
        self._pages.open(ExportPage(self.shelf.library, self.shelf.bridge, volumes))

    def taken(self) -> None:
        """A shot has begun: a viewer of the newest picture shows it, another one stays."""
        viewer = self._pages.top
        if isinstance(viewer, Viewer) and viewer.at_newest:
            viewer.developing = True

    def follow(self, status: SessionStatus) -> None:
        """Takes over what the session tells: a viewer that waits shows the finished picture."""
        saved = status.last_picture.jpeg if status.last_picture else None
        if saved is not None and saved != self._saved:
            self._saved = saved
            self.shelf.add(saved)
        viewer = self._pages.of(Viewer)
        if viewer is not None:
            self._fill(viewer)
            capturing = status.state is State.CAPTURING
            taking = capturing and status.shots == self._last.number
            viewer.cancellable = self._last.developing and not taking
            if viewer.developing and not self._last.developing:  # saved, and not listed yet
                viewer.stage, viewer.progress = tr("Looking for pictures"), 0.0
            elif viewer.developing:
                viewer.stage = work_words(status, int(self._last.number))
                viewer.progress = self._last.progress
            else:
                busy = capturing or status.queued > 0
                viewer.stage = activity(status) if busy else ""
                viewer.progress = status.progress if status.queued else 0.0
            listed = self._last.path not in self.shelf.coming
            if viewer.developing and not self._last.developing and listed:
                viewer.developed(self.shelf.library.number_of(self._last.path))

    def _fill(self, viewer: Viewer) -> None:
        if viewer.developing or viewer.waiting:
            viewer.texture, viewer.compiled = self._last.texture, self._last.compiled
            viewer.margin = self._session.status.abilities.margin

    def _viewer(self) -> Viewer:
        viewer: Viewer = self._pages.kept(Viewer)
        self._pages.open(viewer)
        return viewer

    def _made_viewer(self) -> Viewer:
        viewer = Viewer(self.shelf)
        viewer.bind(
            on_grid=self._all,
            on_compare=self._compare,
            on_restyle=self._restyle,
            on_cancel=lambda _: self._session.cancel_picture(int(self._last.number)),
        )
        return viewer

    def _pick(self, page: LibraryPage, index: int) -> None:
        self._viewer().turn_to(int(page.shots[index].id))

    def _all(self, viewer: Viewer) -> None:
        """From the viewer to the contact sheet, the one below it if there is one."""
        self._pages.close(viewer)
        if self._pages.of(LibraryPage) is None:
            self.open_library()

    def _compare(self, viewer: Viewer) -> None:
        last = len(viewer.shots) - 1
        other = viewer.index + 1 if viewer.index < last else viewer.index - 1
        page = self._pages.kept(ComparePage)
        self._pages.open(page)
        page.compare(viewer.shots, viewer.index, other)

    def _restyle(self, viewer: Viewer) -> None:
        page = self._pages.kept(RestylePage)
        self._pages.open(page)
        page.restyle(viewer.shot)

    def _made_restyle(self) -> RestylePage:
        page = RestylePage(self.shelf, self._looks)
        page.bind(on_saved=self._restyled)
        return page

    def _restyled(self, page: RestylePage, path: Path) -> None:
        self._pages.close(page)
        viewer = self._pages.of(Viewer)
        if viewer is not None:
            viewer.expect(path)
