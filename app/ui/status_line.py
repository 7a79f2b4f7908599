"""What the camera is doing, how many pictures are in the making, and how many more fit."""

from kivy.properties import BooleanProperty, NumericProperty, ObjectProperty, StringProperty

from app.status import SessionStatus, State
from app.ui.controls import Control
from app.ui.exposure import words
from app.ui.language import marked, tr, trn

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


class StatusLine(Control):
    """What goes on, exposure compensation and space; a thin bar is the work. Opens the drawer.

    Attributes:
        status: of the session.
    """

    status = ObjectProperty(SessionStatus())
    activity = StringProperty("")
    space = StringProperty("")
    exposure = StringProperty("")
    progress = NumericProperty(0.0)
    scarce = BooleanProperty(defaultvalue=False)

    def on_status(self, _: object, status: SessionStatus) -> None:
        """Puts the status into words."""
        self.activity = activity(status)
        self.space = space(status)
        ev = words(status.exposure_value) if status.wish.metered else ""
        self.exposure = f"{ev} EV" if ev else ""
        few = status.free_pictures is not None and status.free_pictures < FEW
        self.scarce = few or bool(status.card or status.power)
        self.progress = status.progress if status.queued else 0.0
