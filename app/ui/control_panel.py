"""The dials over the lower edge of the picture: there when wanted, gone when left alone."""

from collections import deque
from collections.abc import Callable
from functools import partial

from kivy.clock import Clock
from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty
from kivy.uix.boxlayout import BoxLayout
from kivy.uix.gridlayout import GridLayout

from app.drive import Drive
from app.lenses import Mount
from app.status import SessionStatus, State
from app.ui.ahead import Work, put_off, spare_turn
from app.ui.corners import button_fits
from app.ui.covering import out_of_sight
from app.ui.dial import Chip, Dial
from app.ui.dials import NAMES
from app.ui.language import marked, tr
from app.ui.layout import ROW
from app.ui.readout import Readout, line_words, title_words
from app.ui.theme import paint

LOCK, LOUPE = "lock", "loupe"  # chips that are no dials
TOGGLES = {LOCK: marked("Lock"), LOUPE: marked("Loupe")}
AWAY = 10.0  # seconds after the last touch
BETWEEN = 0.1  # seconds between two parts that are made before anybody has asked for them
NARROWEST = 10.0  # mm of width of a chip
BRIEF = 60.0  # mm of width, below which the readout has only what matters most
ROWS = 2  # of chips, at most
HIGH = 60.0  # mm of the picture's height, below which chips make room for the dial


class ControlPanel(BoxLayout):  # type: ignore[misc]  # Kivy is untyped
    """From below: the readout, the dials to choose from, the one that is turned.

    Attributes:
        open: the dials are there.
        turned: the name of the one that is turned; "" for none.
        low: height of what it lies over, pixels.
        above: height of the picture over the panel's lower edge, pixels.
        loupe: how far it magnifies; "" if it does not. Where its button has no room it is a chip.
        dials: what they do; None before it is known.

    Events:
        on_lock: focus, exposure and white balance are to be held, or given back.
        on_whole: the loupe is to be closed.
    """

    open = BooleanProperty(defaultvalue=False)
    turned = StringProperty("")
    low = NumericProperty(0.0)
    above = NumericProperty(0.0)
    loupe = StringProperty("")
    dials = ObjectProperty(None, allownone=True)

    __events__ = ("on_lock", "on_whole")

    def __init__(self, **kwargs: object) -> None:
        super().__init__(orientation="vertical", **kwargs)
        self._readout = Readout()
        self._readout.bind(on_release=lambda _: self.toggle())
        self._chips: dict[str, Chip] = {}
        self._dial: Dial | None = None
        self._kept: dict[str, Chip] = {}  # shown or not
        self._kept_dial: Dial | None = None
        self._grid = GridLayout(size_hint_y=None)
        self._unfinished: Work = deque()  # of those
        self._ahead = Clock.create_trigger(self._make_ahead, BETWEEN)
        self._rehearsal: Callable[[], None] | None = None  # ends it
        self._shown: tuple[object, ...] = ()
        self._locked = False
        self._away = Clock.create_trigger(self.leave, AWAY)
        for name in ("open", "turned", "width", "low"):
            self.fbind(name, self._build)
        for name in ("above", "loupe"):
            self.fbind(name, lambda *_: self.tell())
        self._build()

    @property
    def readout(self) -> Readout:
        """The two lines."""
        return self._readout

    @property
    def chips(self) -> dict[str, Chip]:
        """Those that are there, by their dials' names; "lock" and "loupe" are the last."""
        return self._chips

    @property
    def dial(self) -> Dial | None:
        """The one that is turned."""
        return self._dial

    def toggle(self) -> None:
        """Brings the dials, or takes them away."""
        self.turned = ""
        self.open = not self.open
        self.stay()

    def choose(self, name: str) -> None:
        """Turns a dial, or leaves the one that is turned."""
        self.stay()
        if name == LOCK:
            self.dispatch("on_lock")
        elif name == LOUPE:
            self.dispatch("on_whole")
        else:
            self.turned = "" if self.turned == name else name

    def turn(self, at: int) -> None:
        """Sets the dial that is turned."""
        self.stay()
        self.dials.turn(self.turned, at)
        self.tell()

    def follow(self, status: SessionStatus, drive: Drive, mount: Mount) -> None:
        """Shows how everything stands."""
        self._readout.brief = self.width < mm(BRIEF)
        self._readout.title = title_words(
            status, drive.schedule, mount.lens, brief=self._readout.brief
        )
        self._readout.line = line_words(status, drive.run, brief=self._readout.brief)
        self._locked = status.controls.exposure_locked
        if self._kept_dial is None and status.state is State.READY:
            self._ahead()
        self.tell()

    def tell(self) -> None:
        """Shows how the dials stand."""
        if self.dials is None or not self.open:
            return
        if self._shown != self._wanted():
            self._build()
            return
        self._tell_chips()
        if self._dial is not None:
            setting = self.dials.setting(self.turned)
            self._dial.words, self._dial.at = list(setting.words), setting.at

    def _tell_chips(self) -> None:
        for name, chip in self._chips.items():
            if name == LOUPE:
                chip.value, chip.chosen = self.loupe, True
            elif name == LOCK:
                chip.value, chip.chosen = tr("On") if self._locked else tr("Off"), self._locked
            else:
                chip.value, chip.chosen = self.dials.setting(name).word, name == self.turned

    def on_touch_down(self, touch: object) -> bool:
        """A finger keeps the dials there."""
        taken = bool(super().on_touch_down(touch))
        if taken:
            self.stay()
        return taken

    def on_lock(self) -> None:
        """Default handler."""

    def on_whole(self) -> None:
        """Default handler."""

    def _wanted(self) -> tuple[object, ...]:
        """What the panel is built of."""
        if not self.open or self.dials is None:
            return ()
        names = self.dials.names()
        turned = self.turned if self.turned in names else ""
        chips = () if turned and self.low < mm(HIGH) else (*names, LOCK)
        rows = -(-len(chips) // self._columns(len(chips))) + bool(turned) + 1  # the readout
        if self.loupe and not button_fits(self.above - rows * mm(ROW), mm(1)):
            chips = (*chips, LOUPE)
        return (turned, chips, self._columns(len(chips)))

    def _columns(self, count: int) -> int:
        if not count:
            return 1
        rows = -(-count * mm(NARROWEST) * paint.letters // max(self.width, 1))
        return int(-(-count // min(rows, ROWS)))

    def _build(self, *_: object) -> None:
        self._shown = self._wanted()
        self._end_rehearsal()
        while self._shown and self._unfinished:  # somebody wants them now
            self._unfinished.popleft()()
        self.clear_widgets()
        self._grid.clear_widgets()
        self._chips, self._dial = {}, None
        height = self._readout.height
        if self._shown:
            turned, names, columns = self._shown
            if turned:
                self._dial = self._made_dial()
                self.add_widget(self._dial)
                height += self._dial.height
            if names:
                height += self._add_chips(names, columns)  # type: ignore[arg-type]
                self.add_widget(self._grid)
        self._readout.open = self.open
        self.add_widget(self._readout)
        self.height = height
        if self._shown:
            self.tell()

    def _add_chips(self, names: tuple[str, ...], columns: int) -> float:
        self._grid.cols = columns
        for name in names:
            self._chips[name] = self._made_chip(name)
            self._grid.add_widget(self._chips[name])
        self._grid.height = mm(ROW) * -(-len(names) // columns)
        return float(self._grid.height)

    def _made_chip(self, name: str) -> Chip:
        if name not in self._kept:
            self._kept[name] = chip = Chip(name=tr({**NAMES, **TOGGLES}[name]))
            chip.bind(on_release=partial(self._chosen, name))
        return self._kept[name]

    def _made_dial(self) -> Dial:
        if self._kept_dial is None:
            self._kept_dial = Dial()
            self._kept_dial.bind(on_turn=lambda _, at: self.turn(at))
        return self._kept_dial

    def _make_ahead(self, *_: object) -> None:
        missing = [name for name in (*NAMES, *TOGGLES) if name not in self._kept]
        if not spare_turn():
            self._ahead()
        elif self._unfinished:
            self._unfinished.popleft()()
            self._ahead()
        elif missing:
            with put_off(self._unfinished):
                self._made_chip(missing[0])
            self._ahead()
        elif self._kept_dial is None:
            with put_off(self._unfinished):
                self._made_dial()
            self._ahead()
        elif self._rehearsal is None:
            self._rehearse()
        else:
            self._end_rehearsal()

    def _rehearse(self) -> None:
        """Draws the chips where nothing is seen of them: what is drawn first takes long."""
        if self.open or self.dials is None:
            return
        names = (*self.dials.names(), LOCK)
        self._add_chips(names, self._columns(len(names)))
        self._tell_chips()
        self._grid.width = self.width
        draw, self._rehearsal = out_of_sight(self._grid, self)
        draw()
        self._ahead()

    def _end_rehearsal(self) -> None:
        """Of whatever there is one."""
        end, self._rehearsal = self._rehearsal, None
        if end is not None:
            end()
            self._grid.clear_widgets()
            self._chips = {}

    def _chosen(self, name: str, _chip: Chip) -> None:
        self.choose(name)

    def stay(self) -> None:
        """Somebody is at the dials: they stay for a while."""
        self._away.cancel()
        if self.open:
            self._away()

    def leave(self, *_: object) -> None:
        """Takes the dials away."""
        self.turned = ""
        self.open = False

    def end(self) -> None:
        """Makes no parts any more, and leaves by itself no more."""
        self._ahead.cancel()
        self._end_rehearsal()
        self._away.cancel()
