"""The mark on the picture where focus and metering are set."""

from kivy.properties import StringProperty

from app.status import SessionStatus
from app.ui.controls import Control
from app.ui.overlays import corner_points


class FocusMark(Control):
    """Four corners; a tap gives focus and metering back to the automatics.

    Attributes:
        mark: "" not there, "searching" corners far apart, "found" with a check, "failed" with a
            cross, "metered" a circle, "locked" with a lock: told by form, not by colour alone.
    """

    mark = StringProperty("")

    def on_touch_down(self, touch: object) -> bool:
        """Leaves touches to the picture below: a swipe may begin here, only a tap is meant."""
        del touch
        return False


def mark_of(status: SessionStatus) -> str:
    """How the mark shows what is set."""
    controls = status.controls
    if controls.exposure_locked:
        return "locked"
    if controls.focus_at is None and controls.meter_at is None:
        return ""
    if not status.abilities.autofocus:
        return "metered"
    return {None: "searching", True: "found", False: "failed"}[status.focused]


def mark_points(mark: str, x: float, y: float, side: float, corner: int) -> list[float]:
    """One corner of a mark: short arms far apart while it looks, long ones nearer later on."""
    if not mark:
        return []
    inset, arm = (0.0, 0.2) if mark == "searching" else (0.1 * side, 0.28)
    box = (x + inset, y + inset, side - 2 * inset, side - 2 * inset)
    return corner_points(box, corner, arm * side)
