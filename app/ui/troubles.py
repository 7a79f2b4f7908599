"""When the failure screen is there: while something is wrong and nothing else is open."""

from collections.abc import Callable
from functools import partial

from kivy.clock import Clock

from app.shot_queue import Name
from app.status import Failure, Fate, SessionStatus
from app.ui.drawer import Drawer
from app.ui.failure import FailureScreen
from app.ui.faults import told
from app.ui.gallery import Gallery
from app.ui.language import marked, tr, trn
from app.ui.pages import Pages
from app.ui.parts import Parts

AGAIN = 0.2  # seconds between two looks while something is wrong
ONCE_MORE = marked("Escape once more ends the app: what is not saved is lost.")
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
        self._named: frozenset[Name] = frozenset()  # by the question: what fails later is not meant
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
            self._word(self.page, status, fate)
        if pages.top is not None:
            return
        self._asked = False
        page = FailureScreen(cause=told(failure.cause), remedy=told(failure.remedy))
        self._word(page, status, fate)
        if status.failure is not None:
            page.bind(on_retry=lambda _: self._session.retry())
        else:
            page.bind(
                on_retry=lambda _: self._session.save_again(),
                on_discard=lambda _: self._session.discard_unsaved(self._named),
                asking=self._name,
            )
        page.bind(
            on_library=partial(self._beside, self._gallery.open_library),
            on_last=partial(self._beside, self._gallery.open_last),
            on_tools=partial(self._beside, self._drawer.open_tools),
            on_quit=self._quit,
        )
        pages.open(page)

    def _word(self, page: FailureScreen, status: SessionStatus, fate: Fate) -> None:
        """What has become of the pictures, and what giving up would cost."""
        page.safe = tr(ONCE_MORE) if self._asked else safe_words(status, fate)
        if status.failure is None:
            count = status.unsaved
            page.give_up = trn("Discard the picture", "Discard {count} pictures", count)
            page.question = trn(
                "This picture is not saved yet. Discard it for good?",
                "{count} pictures are not saved yet. Discard them for good?",
                count,
            )

    def _name(self, *_: object) -> None:
        self._named = self._session.unsaved

    def _quit(self, page: FailureScreen) -> None:
        """Escape means back everywhere else: it takes no picture away that waits to be saved."""
        if self._asked or not self._session.status.unsaved:
            self._leave()
            return
        self._asked, page.safe = True, tr(ONCE_MORE)

    def _beside(self, act: Callable[[], None], page: FailureScreen) -> None:
        self._pages.close(page)
        act()


def safe_words(status: SessionStatus, fate: Fate) -> str:
    """What has become of the pictures: of the one that was being taken, and of unsaved ones.

    Args:
        status: of the session.
        fate: of that picture.
    """
    count = min(status.unsaved, status.unsaved + status.queued - status.on_card)  # in memory
    if count <= 0:
        return tr(KEPT[fate])
    waiting = trn(
        "This picture waits in memory: without power it is lost.",
        "{count} pictures wait in memory: without power they are lost.",
        count,
    )
    return waiting if fate is Fate.NONE else tr(KEPT[fate]) + "\n" + waiting
