"""The first start: language, panel, rotation, the camera, and where pictures go."""

from typing import Any

from kivy.properties import ObjectProperty, StringProperty

from app.preferences import Preferences
from app.status import SessionStatus, State
from app.ui.bridge import Bridge
from app.ui.choices import Choices
from app.ui.faults import told
from app.ui.language import LANGUAGES, tr
from app.ui.pages import Page
from app.ui.panels import diagonal
from app.ui.settings_page import learn_beside, next_panel
from app.ui.status_line import space


class WelcomePage(Page):
    """Asks what cannot be found out, and shows what could.

    Attributes:
        now: the preferences.
        camera: what the camera answers, in words.
        place: where pictures go.
        room: how many fit there.
    """

    now = ObjectProperty(Preferences(), rebind=True)  # its rules look into it
    camera = StringProperty("")
    place = StringProperty("")
    room = StringProperty("")

    def __init__(
        self, choices: Choices, bridge: Bridge, resolution: tuple[int, int], **kwargs: object
    ) -> None:
        super().__init__(now=choices.now, **kwargs)
        self._choices, self._bridge, self._resolution = choices, bridge, resolution
        self._tell()

    def entered(self) -> None:
        """Follows what is chosen, and the camera."""
        self._choices.bind(now=self._follow)
        self._bridge.bind(status=self._tell)
        self.now = self._choices.now
        learn_beside(self._bridge)
        self._tell()

    def language(self) -> str:
        """The chosen language's own name."""
        return LANGUAGES[self.now.language]

    def panel(self) -> str:
        """The panel's diagonal."""
        mm = self.now.panel
        return f'{diagonal(mm):.1f}"' if min(mm) > 0 else tr("By resolution")

    def next_language(self) -> None:
        """Goes on to the next language."""
        names = tuple(LANGUAGES)
        here = names.index(self.now.language)
        self._change(language=names[(here + 1) % len(names)])

    def next_panel(self) -> None:
        """Goes on to the next size of panel."""
        self._change(panel=next_panel(self.now.panel, self._resolution))

    def turn(self) -> None:
        """Turns the picture by a quarter."""
        self._change(rotation=(self.now.rotation + 90) % 360)

    def done(self) -> None:
        """All is well: it is not asked again."""
        self._change(welcomed=True)
        self.dispatch("on_close")

    def left(self) -> None:
        """Follows no more."""
        self._bridge.unbind(status=self._tell)
        self._choices.unbind(now=self._follow)

    def _change(self, **changes: Any) -> None:  # noqa: ANN401 - fields of Preferences
        self._choices.change(self._bridge.background, **changes)

    def _follow(self, _: object, now: Preferences) -> None:
        self.now = now

    def _tell(self, *_: object) -> None:
        status = self._bridge.status
        self.camera = camera_words(status)
        self.room = space(status)


def camera_words(status: SessionStatus) -> str:
    """What the camera answers."""
    if status.failure is not None:
        return told(status.failure.cause)
    if status.state in (State.READY, State.CAPTURING):
        return tr("The camera answers.")
    return tr("Starting the camera")
