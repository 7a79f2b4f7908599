"""When the failure screen is there: while something is wrong and nothing else is open."""

from collections.abc import Callable
from functools import partial

from kivy.clock import Clock

from app.status import Failure, Fate
from app.ui.drawer import Drawer
from app.ui.failure import FailureScreen
from app.ui.faults import told
from app.ui.gallery import Gallery
from app.ui.language import marked, tr, trn
from app.ui.pages import Pages
from app.ui.parts import Parts

AGAIN = 0.2  # seconds between two looks while something is wrong
ONCE_MORE = marked("Escape once more ends the app: what is not saved is lost.")
GIVEN_UP = marked("Once more, and it is lost for good.")
KEPT = {
    Fate.NONE: marked("Pictures already taken are kept."),
    Fate.SAVED: marked("This picture is made of the frames before."),
    Fate.LOST: marked("This picture was not taken."),
}


class Troubles:
    """Opens and closes the failure screen.

    A page that is open stays: who looks through the pictures, copies them or answers the first
    questions needs no camera, and is told on the way back.

    Args:
        parts: the camera.
        pages: where it is opened.
        gallery, drawer: what there is to do without a camera.
        leave: called for escape.
    """

    def __init__(
        self,
        parts: Parts,
        pages: Pages,
        gallery: Gallery,
        drawer: Drawer,
        leave: Callable[..., object],
    ) -> None:
        self._session, self._bridge, self._pages = parts.session, parts.bridge, pages
        self._gallery, self._drawer, self._leave = gallery, drawer, leave
        self._told: Failure | None = None
        self._asked = False  # whether to end the app in spite of what is not saved
        self._giving_up = False  # what is not saved: asked, too
        self._drive = parts.drive
        self._looking = Clock.create_trigger(self._look, -1)
        self._again = Clock.create_trigger(self._look, AGAIN)

    def look(self) -> None:
        """The status has changed, or what is open: sees to it before the next frame."""
        self._looking()

    def close(self) -> None:
        """Looks no more."""
        self._looking.cancel()
        self._again.cancel()

    @property
    def page(self) -> FailureScreen | None:
        """The failure screen, if it is open."""
        page: FailureScreen | None = self._pages.of(FailureScreen)
        return page

    def _look(self, *_: object) -> None:
        status, pages, before = self._bridge.status, self._pages, self._told
        failure = self._told = status.failure or status.problem
        if failure != before:
            if self.page is not None:
                pages.close(self.page)
            if failure is not None and pages.top is not None and pages.top.translucent:
                pages.clear()  # nothing is seen through it any more
        if failure is None:
            self._drive.missed = None
            return
        fate = Fate.LOST if self._drive.missed is not None else failure.shot
        self._again()  # a self timer may run out yet
        if self.page is not None:
            self.page.safe = self._safe(fate)
        if pages.top is not None:
            return
        self._asked = self._giving_up = False
        cause = told(failure.cause)
        page = FailureScreen(cause=cause, remedy=told(failure.remedy), safe=self._safe(fate))
        if status.failure is not None:
            page.bind(on_retry=lambda _: self._session.retry())
        else:
            page.give_up = tr("Give it up")
            page.bind(
                on_retry=lambda _: self._session.save_again(),
                on_discard=self._discard,
            )
        page.bind(
            on_library=partial(self._beside, self._gallery.open_library),
            on_last=partial(self._beside, self._gallery.open_last),
            on_tools=partial(self._beside, self._drawer.open_tools),
            on_quit=self._quit,
        )
        pages.open(page)

    def _safe(self, fate: Fate) -> str:
        status = self._session.status
        if self._asked or self._giving_up:
            return tr(ONCE_MORE if self._asked else GIVEN_UP)
        if status.unsaved and status.failure is None:
            return trn(
                "This picture waits in memory: without power it is lost.",
                "{count} pictures wait in memory: without power they are lost.",
                status.unsaved,
            )
        return tr(KEPT[fate])

    def _discard(self, page: FailureScreen) -> None:
        """The only other way to lose a picture: it asks as well."""
        if self._giving_up:
            self._session.discard_unsaved()
            return
        self._giving_up, self._asked, page.safe = True, False, tr(GIVEN_UP)

    def _quit(self, page: FailureScreen) -> None:
        """Escape means back everywhere else: it takes no picture away that waits to be saved."""
        if self._asked or not self._session.status.unsaved:
            self._leave()
            return
        self._asked, self._giving_up, page.safe = True, False, tr(ONCE_MORE)

    def _beside(self, act: Callable[[], None], page: FailureScreen) -> None:
        self._pages.close(page)
        act()
