"""What the camera is doing, how many pictures are in the making, and how many more fit."""

from kivy.metrics import mm
from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.device import DeviceState
from app.status import SessionStatus, State
from app.ui.controls import Control
from app.ui.exposure import words
from app.ui.language import marked, tr, trn
from app.ui.theme import SMALLEST, paint, width_of

STAGES = {
    "read": marked("Reading"),
    "align": marked("Aligning"),
    "merge": marked("Merging"),
    "defects": marked("Developing"),
    "develop": marked("Developing"),
    "style": marked("Styling"),
    "encode": marked("Writing"),
    "write": marked("Writing"),
}
CARD = (marked("Card gone"), marked("Card locked"), marked("Card closed"), marked("Card fails"))
POWER = (marked("Battery low"), marked("Switching off"))  # app.battery's words
NO_PROFILE = marked("No profile")  # of the sensor; stands for "Ready", which the shutter tells too
HOT = 80.0  # degrees: a Raspberry Pi slows down from here on
ACTIVITY, ASIDE = 3.1, 2.5  # mm: height of type
CELL, GAP = 4.0, 1.5  # mm: of the battery's sign, and of what stays free
FEW = 20  # pictures: from here on the number left is told in the strong colour


def stage_words(stage: str) -> str:
    """A stage of the work on a picture, in a word."""
    return tr(STAGES.get(stage, "Developing"))


def work_words(status: SessionStatus, shot: int) -> str:
    """What is done for the picture of a shot: its own stage, or that it waits among others."""
    if status.in_work == shot or not status.queued:
        return stage_words(status.stage)
    return trn("{count} picture in the making", "{count} pictures in the making", status.queued)


def activity(status: SessionStatus) -> str:
    """What goes on, in a word or three; empty when all is quiet."""
    if status.state is State.CAPTURING:
        return tr("Hold still")
    if status.full:  # nothing in the making frees it: the card has to
        return tr("Wait: buffer full") if status.queued else tr("Buffer full")
    if status.queued:
        stage = stage_words(status.stage)
        return f"{stage} · {status.queued}" if status.queued > 1 else stage
    if status.state is State.STARTING:
        return tr("Starting")
    if status.state is State.READY:
        known = status.abilities.sensor_known
        return tr("Not saving" if status.no_room else "Ready" if known else NO_PROFILE)
    return ""


def space(status: SessionStatus) -> str:
    """How many more pictures fit, or why none does; the battery's need comes first."""
    if status.power:
        return tr(status.power)
    if status.card:
        return tr(status.card)
    match status.free_pictures:
        case None:
            return ""
        case 0:
            return tr("Disk full" if status.unsaved else "Nearly full")
        case number if number > 9999:
            return tr("{count} left").format(count="9999+")
        case number:
            return tr("{count} left").format(count=number)


def device_words(device: DeviceState) -> tuple[str, ...]:
    """Charge and temperature, and what may stand for both where there is less room."""
    heat = "" if device.temperature is None else f"{device.temperature:.0f} °C"
    charge = "" if device.battery is None else f"{device.battery} %"
    first = heat if hot(device) else charge
    return tuple(dict.fromkeys(("  ".join(filter(None, (charge, heat))), first, "")))


def hot(device: DeviceState) -> bool:
    """Whether the processor is so warm that it soon works more slowly."""
    return device.temperature is not None and device.temperature >= HOT


class StatusLine(Control):
    """What goes on, battery and temperature, exposure compensation and space. Opens the drawer.

    A thin bar is the work.

    Attributes:
        status: of the session.
        device: battery and temperature.
        aside: of these what there is room for beside what goes on, and its width in pixels.
    """

    status = ObjectProperty(SessionStatus())
    device = ObjectProperty(DeviceState())
    aside = StringProperty("")
    aside_width = NumericProperty(0.0)
    hot = BooleanProperty(defaultvalue=False)
    activity = StringProperty("")
    space = StringProperty("")
    exposure = StringProperty("")
    progress = NumericProperty(0.0)
    scarce = BooleanProperty(defaultvalue=False)

    def __init__(self, **kwargs: object) -> None:
        super().__init__(**kwargs)
        for name in ("device", "activity"):
            self.fbind(name, self.fit_aside)
        paint.bind(letters=self.fit_aside)

    def on_status(self, _: object, status: SessionStatus) -> None:
        """Puts the status into words."""
        self.activity = activity(status)
        self.space = space(status)
        ev = words(status.exposure_value) if status.wish.metered else ""
        self.exposure = f"{ev} EV" if ev else ""
        few = status.free_pictures is not None and status.free_pictures < FEW
        self.scarce = few or bool(status.card or status.power)
        self.progress = status.progress if status.queued else 0.0

    def fit_aside(self, *_: object) -> None:
        """Tells of the device what fits beside what goes on; heat in smaller type before not."""
        self.hot = hot(self.device)
        words = device_words(self.device)
        ways = [(told, paint.letters) for told in words[:-1]]
        ways += [(words[-2], size) for size in (1.0, SMALLEST) if self.hot]
        room = self.ids.doing.width - width_of(self.activity, mm(ACTIVITY) * paint.letters)
        for told, size in (*ways, ("", 1.0)):
            self.aside, self.aside_width = told, width_of(told, mm(ASIDE) * size)
            if self.aside_width + mm(GAP + CELL * ("%" in told)) <= room:
                break
