"""What the session tells: immutable snapshots, and failures in words for people."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Self, TypedDict

from app.modes import Wish
from capture.plan import ExposurePlan
from capture.source import Abilities, Controls, Point


class State(StrEnum):
    """What the camera is doing."""

    STOPPED = "stopped"
    STARTING = "starting"
    READY = "ready"
    CAPTURING = "capturing"
    FAILED = "failed"


class Fate(StrEnum):
    """What became of the picture that was being taken when the camera failed."""

    NONE = ""  # there was none
    SAVED = "saved"  # it is made of the frames there are
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong, for people.

    Attributes:
        cause, remedy: in sentences.
        shot: what became of the picture that was being taken.
    """

    cause: str
    remedy: str
    shot: Fate = Fate.NONE

    @classmethod
    def of(cls, error: BaseException, remedy: str) -> Self:
        """From "cause; remedy", the form of our messages, or with the remedy given."""
        cause, _, told = str(error).partition("; ")
        cause = cause.strip() or type(error).__name__
        return cls(_sentence(cause), _sentence(told.strip() or remedy))


@dataclass(frozen=True, slots=True)
class LastPicture:
    """The newest finished picture and the number of the shot it came from."""

    shot: int
    jpeg: Path


@dataclass(frozen=True, slots=True)
class SessionStatus:
    """All there is to show, at one moment.

    Attributes:
        state: of the camera.
        failure: why the camera failed; set in state FAILED, and while it is opened again by itself.
        style: the look of the preview and of the next shot.
        camera: name of the one in use; cameras: of all at hand.
        abilities: what it can do, once it streams.
        controls: what a person has set on it.
        focused: whether the last search for focus found it; None while there was none, and during.
        wish: what the next picture is to be.
        planned: what a press would take now; None while the camera does not stream.
        lack: why there is no such plan: what the sensor or the light does not allow.
        shots: shots begun since the start; the number of the newest.
        taking: what was wished of the newest shot.
        capture_progress: fraction of the burst that is taken, in state CAPTURING.
        queued: pictures waiting or in work.
        capacity: bursts that memory holds at most, unsaved ones included; those on the card
            do not count.
        held: bursts besides these that are being measured.
        in_work: number of the shot that a picture is made of now; 0 for none, or for one that an
            earlier session left.
        stage, progress: of that picture; the fraction 0..1 is the stage's.
        given_up: number of the shot that somebody gave up last; 0 for none.
        last_picture: the newest that is saved.
        unsaved: bursts whose saving failed; save_again() tries anew.
        problem: why it failed; set while unsaved is not 0.
        free_pictures: how many more fit on the disk; None if unknown.
        card: what keeps pictures from being saved, in two words; empty if nothing does.
        on_card: bursts that wait on the card instead of in memory.
        power: what the battery needs said, in two words; empty if nothing.
    """

    state: State = State.STOPPED
    failure: Failure | None = None
    style: str = ""
    camera: str = ""
    cameras: tuple[str, ...] = ()
    abilities: Abilities = field(default_factory=Abilities)
    controls: Controls = field(default_factory=Controls)
    focused: bool | None = None
    wish: Wish = field(default_factory=Wish)
    planned: ExposurePlan | None = None
    lack: str = ""
    shots: int = 0
    taking: Wish = field(default_factory=Wish)
    capture_progress: float = 0.0
    queued: int = 0
    capacity: int = 1
    held: int = 0
    in_work: int = 0
    stage: str = ""
    progress: float = 0.0
    given_up: int = 0
    last_picture: LastPicture | None = None
    unsaved: int = 0
    problem: Failure | None = None
    free_pictures: int | None = None
    card: str = ""
    on_card: int = 0
    power: str = ""

    @property
    def open(self) -> bool:
        """Whether an exposure is under way that lasts until somebody ends it."""
        return self.state is State.CAPTURING and self.taking.open_ended

    @property
    def exposure_value(self) -> float:
        """Exposure compensation, EV."""
        return self.controls.exposure_value

    @property
    def full(self) -> bool:
        """True while no further burst fits into memory."""
        return self.queued + self.unsaved + self.held - self.on_card >= self.capacity

    @property
    def no_room(self) -> bool:
        """True if what is shot now cannot be saved: it waits in memory, as long as that lasts.

        How much a picture takes is an estimate: the card is full once one could not be saved.
        """
        return bool(self.card) or (self.free_pictures == 0 and self.unsaved > 0)

    @property
    def can_shoot(self) -> bool:
        """True if shoot() would be accepted: memory has room, whatever the card has, and light."""
        return self.state is State.READY and not self.full and not self.lack


class Changes(TypedDict, total=False):
    """Fields of SessionStatus."""

    state: State
    failure: Failure | None
    style: str
    camera: str
    abilities: Abilities
    controls: Controls
    focused: bool | None
    wish: Wish
    planned: ExposurePlan | None
    lack: str
    shots: int
    taking: Wish
    capture_progress: float
    queued: int
    held: int
    in_work: int
    stage: str
    progress: float
    given_up: int
    last_picture: LastPicture | None
    unsaved: int
    problem: Failure | None
    free_pictures: int | None
    card: str
    on_card: int
    power: str


class ControlChanges(TypedDict, total=False):
    """Fields of Controls."""

    exposure_time: float | None
    analogue_gain: float | None
    exposure_value: float
    lens_position: float | None
    colour_gains: tuple[float, float] | None
    focus_at: Point | None
    focus_held: bool
    meter_at: Point | None
    exposure_locked: bool
    colour_locked: bool
    mains: int


def _sentence(text: str) -> str:
    """Starts with a capital and ends with a stop; names in mixed case stay as they are."""
    text = text.strip()
    if text[:1].islower() and text.split(" ", 1)[0].rstrip(",.:").isalpha():
        text = text[0].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else text + "."
