"""The line under the picture: what a press will do. A touch brings the dials."""

import re

from kivy.properties import BooleanProperty, StringProperty

from app.drive import Run
from app.lenses import Lens
from app.status import SessionStatus
from app.ui.controls import Control
from app.ui.dials import ISO, MODES, schedule_words
from app.ui.exposure import STEPS_A_STOP
from app.ui.exposure import words as ev_words
from app.ui.language import clipped, tr
from capture.plan import ExposurePlan
from capture.plans.describe import Told, told
from capture.plans.schedule import Schedule

TIMES = "\N{MULTIPLICATION SIGN}"
DOT = "  ·  "
TO = "\N{EN DASH}"
SHORT, LONG = 24, 40  # letters of a lens's name
MINUS = "\N{MINUS SIGN}"


class Readout(Control):
    """Two lines over the lower edge of the picture.

    Attributes:
        title: the mode, the drive, the lens.
        line: what the press will do, or how a run goes.
        open: the dials are there.
        brief: there is little room.
        veiled: words could not be read on the picture as it is drawn.
    """

    title = StringProperty("")
    line = StringProperty("")
    open = BooleanProperty(defaultvalue=False)
    brief = BooleanProperty(defaultvalue=False)
    veiled = BooleanProperty(defaultvalue=False)


def title_words(
    status: SessionStatus, schedule: Schedule, lens: Lens, *, brief: bool = False
) -> str:
    """Mode, drive and lens; brief leaves out the lens's name behind what the drive does."""
    parts = [tr(MODES[status.wish.mode])]
    if schedule != Schedule():
        parts.append(schedule_words(schedule))
    if lens.name and not (brief and len(parts) > 1):
        parts.append(clipped(lens.name, SHORT if brief else LONG))
    return DOT.join(parts)


def plan_words(plan: ExposurePlan | None, *, brief: bool = False) -> str:
    """A plan in a line, as capture.plans.describe has it in English, in the screen's language.

    Args:
        plan: None gives no words.
        brief: leaves out what development owes the frames, and the time where there is more to
            tell. A bracket tells its ends instead: what is owed is the darker one.
    """
    if plan is None or not plan.frames:
        return ""
    figures = told(plan, TO, ISO)
    count = f"{figures.count} {TIMES} " if figures.count > 1 else ""
    parts = [f"{count}{figures.shutter} s", f"ISO {figures.gain}"]
    away = metered(plan, brief=brief)
    if figures.count > 1 and not (brief and (plan.span or away)):
        parts.append(f"{figures.seconds} s" if brief else told_time(figures.seconds))
    if plan.span:
        parts.append(_ends(figures, plan.span, brief=brief))
    elif abs(figures.push) >= 0.05 and not brief:
        parts.append(owed(figures.push))
    if away:
        parts.append(away)
    return (" · " if brief else DOT).join(parts)


def metered(plan: ExposurePlan, *, brief: bool = False) -> str:
    """How far an exposure set by hand is from the meter, in thirds; "" where the meter has its way.

    Where both shutter and gain are set; with one of them where the other has come to its end.
    """
    whole = plan.by_hand.shutter and plan.by_hand.gain
    if plan.mode != "manual" or not (whole or abs(plan.over_meter) > 0.5 / STEPS_A_STOP):
        return ""
    thirds = round(plan.over_meter * STEPS_A_STOP)
    ev = ev_words(thirds / STEPS_A_STOP) or "±0"
    return f"{ev} EV" if brief else tr("meter {ev} EV").format(ev=ev)


def _ends(figures: Told, span: float, *, brief: bool) -> str:
    """A bracket's darkest and brightest frame from the meter, and what more was asked for."""
    low, high = (signed(round(end, 1) + 0.0, "g") for end in (figures.low, figures.high))
    if brief:
        return f"{low}/{high} EV"
    if figures.lacking:
        return tr("{low} to {high} of ±{span} EV").format(low=low, high=high, span=f"{span:g}")
    return tr("{low} to {high} EV").format(low=low, high=high)


def signed(value: float, form: str) -> str:
    """A difference with its sign, a minus as wide as the plus."""
    return f"{value:+{form}}".replace("-", MINUS)


def owed(push: float) -> str:
    """What development owes the frames; a sign would make it a compensation that somebody set."""
    words = tr("pushed {ev} EV") if push > 0 else tr("pulled {ev} EV")
    return words.format(ev=f"{abs(push):.1f}")


def told_time(seconds: str) -> str:
    """How long all of it takes."""
    return tr("{time} s in all").format(time=seconds)


def run_words(run: Run) -> str:
    """How a run goes: what is taken, and when the next comes."""
    wait = tr("next in {time} s").format(time=f"{run.wait:.0f}") if run.wait >= 0.5 else ""
    taken = tr("{count} taken").format(count=run.taken) if run.schedule.count > 1 else ""
    return DOT.join(part for part in (taken, wait) if part)


def line_words(status: SessionStatus, run: Run | None, *, brief: bool = False) -> str:
    """What the press will do, what it does, or why it can do nothing."""
    if status.open:
        return tr("Open: press again to end")
    if run is not None:
        return run_words(run) or plan_words(status.planned, brief=brief)
    if status.lack:
        return lack_words(status.lack)
    return plan_words(status.planned, brief=brief)


def lack_words(lack: str) -> str:
    """Why there is no plan, with the longest time that would do where the light is too much."""
    if "too bright" not in lack:
        return tr("Beyond this sensor")
    most = re.search(r"(\S+) s at most", lack)
    if most is None:
        return tr("Too bright for so long a time")
    return tr("Too bright: {time} s at most").format(time=most[1])
