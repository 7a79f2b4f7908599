"""Settings: few, in groups, each with a line of help; a touch goes on to the next choice."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kivy.properties import ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout

from app.preferences import CHOICES, Preferences
from app.status import SessionStatus, State
from app.ui.bridge import Bridge
from app.ui.choices import LANE, Choices
from app.ui.controls import Control
from app.ui.language import LANGUAGES, learn, marked, tr
from app.ui.pages import Page
from app.ui.panels import MM_PER_INCH, NARROWEST, SIZES, diagonal
from capture.source import MAINS


class GroupTitle(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """The name of a group."""

    text = StringProperty("")


class SettingRow(Control):
    """A setting: its name, what it is good for, and its value.

    Attributes:
        title, help, value: in words.
    """

    title = StringProperty("")
    help = StringProperty("")
    value = StringProperty("")


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting as the screen offers it.

    Attributes:
        field: of Preferences.
        title, help: in English; gettext turns them.
        told: the value in words.
        after: the value after this one.
    """

    field: str
    title: str
    help: str
    told: Callable[[Any], str]
    after: Callable[[Any], Any]


def _on(value: Any) -> str:  # noqa: ANN401 - a preference
    return tr("On") if value else tr("Off")


def _flipped(value: Any) -> Any:  # noqa: ANN401 - a preference
    return not value


def _next(field: str) -> Callable[[Any], Any]:
    known = CHOICES[field]
    return lambda value: known[(known.index(value) + 1) % len(known)]


THEMES = {"normal": marked("Normal"), "sunlight": marked("Sunlight"), "night": marked("Night")}

FLICKER = "mains"  # the row of what is set on the camera, and no preference
FLICKER_HELP = marked("Against dark bands under lamps: 50 Hz in Europe, 60 Hz in North America.")
NO_FLICKER = marked("This camera cannot do it.")

GROUPS: tuple[tuple[str, tuple[Setting, ...]], ...] = (
    (
        marked("Screen"),
        (
            Setting(
                "language",
                marked("Language"),
                marked("Of all words on the screen."),
                lambda value: LANGUAGES[value],
                _next("language"),
            ),
            Setting(
                "theme",
                marked("Colours"),
                marked("Sunlight: dark on white. Night: red, for eyes used to the dark."),
                lambda value: tr(THEMES[value]),
                _next("theme"),
            ),
            Setting(
                "large_text",
                marked("Large text"),
                marked("Wherever there is room for it."),
                _on,
                _flipped,
            ),
            Setting(
                "left_handed",
                marked("Left-handed"),
                marked("Puts the shutter on the left."),
                _on,
                _flipped,
            ),
            Setting(
                "rotation",
                marked("Rotation"),
                marked("Turns picture and touch together."),
                lambda value: f"{value}°",
                _next("rotation"),
            ),
            Setting(
                "panel",
                marked("Panel"),
                marked("Its diagonal: buttons are sized in millimetres."),
                lambda value: f'{diagonal(value):.1f}"' if min(value) > 0 else tr("By resolution"),
                lambda value: value,
            ),
        ),
    ),
    (
        marked("Camera"),
        (
            Setting(
                "level",
                marked("Level"),
                marked("A line along the horizon, where the device has a sensor for it."),
                _on,
                _flipped,
            ),
            Setting(
                "sounds",
                marked("Shutter sound"),
                marked("A click when a picture is taken."),
                _on,
                _flipped,
            ),
        ),
    ),
)


class SettingsPage(Page):
    """All settings.

    Attributes:
        now: the preferences.
        place: where pictures go.
    """

    now = ObjectProperty(Preferences())
    place = StringProperty("")

    def __init__(
        self,
        choices: Choices,
        bridge: Bridge,
        resolution: Callable[[], tuple[int, int]],
        **kwargs: object,
    ) -> None:
        super().__init__(now=choices.now, **kwargs)
        self._choices, self._bridge, self._resolution = choices, bridge, resolution
        self.rows: dict[str, SettingRow] = {}
        for title, settings in GROUPS:
            self.ids.box.add_widget(GroupTitle(text=tr(title)))
            for setting in settings:
                row = SettingRow(title=tr(setting.title), help=tr(setting.help))
                row.bind(on_release=lambda _, setting=setting: self.change(setting))
                self.rows[setting.field] = row
                self.ids.box.add_widget(row)
        row = SettingRow(title=tr("Flicker"))
        row.bind(on_release=lambda _: self.next_mains())
        self.rows[FLICKER] = row
        self.ids.box.add_widget(row)
        if self.place:
            self.ids.box.add_widget(GroupTitle(text=tr("Pictures")))
            row = SettingRow(
                title=f"{tr('Where they go')}: {self.place}",
                help=tr("Set in the settings file; see the manual."),
            )
            self.rows["place"] = row
            self.ids.box.add_widget(row)
        self._show()

    def entered(self) -> None:
        """Follows what is chosen, from the top."""
        self.ids.scroll.scroll_y = 1.0
        learn_beside(self._bridge)
        self._choices.bind(now=self._show)
        self._bridge.bind(status=self._show_flicker)
        self._show()

    def next_mains(self) -> None:
        """Goes on to the next of daylight and the mains there are, for the camera in use."""
        session = self._bridge.session
        if avoids_flicker(session.status):
            here = MAINS.index(session.status.controls.mains)
            session.set_controls(mains=MAINS[(here + 1) % len(MAINS)])
            self._bridge.look()

    def change(self, setting: Setting) -> None:
        """Goes on to the next choice of a setting."""
        value = getattr(self.now, setting.field)
        if setting.field == "panel":
            after: Any = next_panel(value, self._resolution())
        else:
            after = setting.after(value)
        self._choices.change(self._bridge.background, **{setting.field: after})

    def left(self) -> None:
        """Follows no more."""
        self._choices.unbind(now=self._show)
        self._bridge.unbind(status=self._show_flicker)

    def _show(self, *_: object) -> None:
        self.now = self._choices.now
        for _title, settings in GROUPS:
            for setting in settings:
                self.rows[setting.field].value = setting.told(getattr(self.now, setting.field))
        self._show_flicker()

    def _show_flicker(self, *_: object) -> None:
        status, row = self._bridge.status, self.rows[FLICKER]
        mains = status.controls.mains
        able = avoids_flicker(status)
        row.help = tr(FLICKER_HELP if able else NO_FLICKER)
        row.value = (f"{mains} Hz" if mains else tr("Off")) if able else "\N{EM DASH}"


def learn_beside(bridge: Bridge) -> None:
    """Reads all languages' words before one of them is chosen."""
    bridge.background(learn, lambda _: None, lane=LANE)


def avoids_flicker(status: SessionStatus) -> bool:
    """Whether the camera can, or may be able to: what does not stream has not told."""
    told = status.state in (State.READY, State.CAPTURING)
    return status.abilities.flicker or not told


def next_panel(mm: tuple[float, float], resolution: tuple[int, int]) -> tuple[float, float]:
    """The next of the panels' diagonals for a resolution; after the last, none: by resolution."""
    known = diagonal(mm) + 0.05 if min(mm) > 0 else 0.0
    width, height = resolution
    scale = MM_PER_INCH / (width**2 + height**2) ** 0.5
    sizes = [(width * size * scale, height * size * scale) for size in SIZES if size > known]
    wide = [size for size in sizes if min(size) >= NARROWEST]
    return (round(wide[0][0], 1), round(wide[0][1], 1)) if wide else (0.0, 0.0)
