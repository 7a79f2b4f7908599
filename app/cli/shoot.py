"""baryta shoot: take a picture, or a run of them."""

import select
import sys
import termios
from argparse import Namespace
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from app.cli.context import Context, UsageError
from app.cli.results import Result, counted, told_stages, warn_of_left_out
from app.cli.run import Run
from app.cli.wishes import (
    check_held,
    check_wishes,
    lacks,
    schedule,
    wished,
    wished_controls,
    wished_plan,
)
from app.lenses import focal_length_35mm
from app.looks import frame_named, look_named
from app.modes import WATCHED, with_wishes
from app.pictures.errors import StoreError
from app.pictures.files import failures
from app.pipeline import SavedPicture, make_picture
from app.raw_meter import raw_metering
from app.shot_queue import Shot
from app.stages import Stages
from app.store import Store
from app.store.spool import waiting
from app.workshop import Workshop
from capture.frames import Burst
from capture.plan import ExposurePlan
from capture.plans.describe import describe
from capture.plans.motion import HAND
from capture.plans.taking import ended_early, take, take_until, watch
from capture.source import CameraError, CameraSource, Controls, CutShortError, Progress
from native import Look
from styles import Frame

_SETTLING = 4  # frames until the camera has obeyed what a person has set


def shoot(arguments: Namespace, context: Context) -> None:
    """Takes pictures with the chosen camera, plan and look."""
    settings = context.settings
    check_wishes(arguments)
    if _ended_by_hand(arguments) and not sys.stdin.isatty():
        raise UsageError("--mode bulb ends with Enter on a terminal; here, say --shutter 8")
    style = arguments.style or settings.style
    look, frame = look_named(style, settings.styles), frame_named(style, settings.styles)
    name = getattr(arguments, "source", settings.source)
    workshop = Workshop.of(settings, Store.at(arguments.out) if arguments.out else None)
    workshop = workshop.for_source(name, settings)
    workshop = replace(
        workshop,
        threads=arguments.threads or workshop.threads,
        keep_burst=arguments.keep_burst,
        sidecars=arguments.sidecars or workshop.sidecars,
        tone_mapping=context.tone_mapping(arguments),
        position=arguments.position or workshop.position,
    )
    _tell_of_leftovers(workshop.store, context)
    source = context.open_source(name)
    run = Run(arguments, context, workshop)
    with told_stages(arguments, context) as stages:
        try:
            for taken in _taken(source, run, stages):
                shot = taken.shot(style)
                if run.interrupted:
                    run.keep(shot)
                    continue
                with run.saving(shot):
                    picture = _developed(taken, look, frame, workshop, context, stages)
                    run.saved(_result(picture, taken))
        except (CameraError, StoreError) as error:
            run.ended = str(error)
        except KeyboardInterrupt:
            if not run.waiting and not run.lost:
                raise
        finally:
            run.tell(stages)
    run.check()


@dataclass(frozen=True, slots=True, eq=False)
class _Taken:
    """A burst, and the press it is of."""

    burst: Burst
    time: datetime
    time_source: str
    sensor_known: bool = True

    def shot(self, style: str) -> Shot:
        """As it waits on the card."""
        return Shot(0, style, self.time, self.burst, time_source=self.time_source)


def _taken(source: CameraSource, run: Run, stages: Stages) -> Iterator[_Taken]:
    """Pictures at their times; all of them are taken first if the drive is continuous.

    What ends the run early is raised once those that were taken are given.
    """
    arguments, context = run.arguments, run.context
    source.start()
    held: list[_Taken] = []
    told: set[str] = set()
    ended: BaseException | None = None
    count = 0
    try:
        _set(source, arguments, context)
        press = context.monotonic()
        waits = schedule(arguments).waits(press, press)
        wait: float | None = next(waits)
        while wait is not None:
            due = context.monotonic() + wait
            if wait and not count:  # before the press: what it will do
                _planned(source, run, told)
            context.sleep(max(due - context.monotonic(), 0.0))
            if count:
                so_far = f"{count} of {arguments.count} pictures were taken"
                _check_room(run.workshop.store, len(held), so_far)
            count += 1
            taken = _take(source, run, stages, told)
            if arguments.drive == "continuous":
                held.append(taken)
            else:
                yield taken
            wait = None if run.interrupted else _next_wait(waits, context)
    except CameraError as error:
        several = f"; {count - 1} of {arguments.count} pictures were taken"
        ended = CameraError(f"{error}{several if arguments.count > 1 and count else ''}")
        ended.__cause__ = error
    except StoreError as error:
        ended = error
    except KeyboardInterrupt as error:
        ended, run.interrupted = error, True
    finally:
        source.stop()
    yield from held
    if ended is not None:
        raise ended


def _set(source: CameraSource, arguments: Namespace, context: Context) -> None:
    """Sets what is wished of the camera, and says what it lacks."""
    profile, able = source.profile, source.abilities
    for lack in lacks(arguments, profile, able):
        context.warn(lack)
    controls = wished_controls(arguments, profile, able, context.settings.mains)
    if controls is not None:
        source.set_controls(controls)
        for _ in range(_SETTLING):
            source.preview()


def _take(source: CameraSource, run: Run, stages: Stages, told: set[str]) -> _Taken:
    """One burst; of one that fails or is interrupted in its midst, what was taken before."""
    context = run.context
    with stages.timed("capture") as capturing:
        so_far: list[Burst] = []
        plan = _planned(source, run, told)
        try:
            burst = _capture(source, plan, run.arguments, capturing, so_far.append)
        except KeyboardInterrupt:
            if not so_far:
                raise
            run.interrupted, burst = True, ended_early(so_far[-1], plan)
        except CutShortError as error:
            context.warn(f"{error}; the picture is made of what was taken before")
            burst = error.burst
    time = burst.taken or context.clock()
    time_source = burst.time_source if burst.taken else context.time_source()
    return _Taken(burst, time, time_source, source.abilities.sensor_known)


def _check_room(store: Store, held: int, taken: str) -> None:
    """StoreError unless the card has room for the pictures held in memory and another."""
    with failures(store.root):
        room = store.free_pictures()
    if room <= held:
        raise StoreError(f"{store.root}: no room for more; {taken}")


def _next_wait(waits: Generator[float, float | None], context: Context) -> float | None:
    """Seconds to the next picture; None after the last."""
    try:
        return waits.send(context.monotonic())
    except StopIteration:
        return None


def _planned(source: CameraSource, run: Run, told: set[str]) -> ExposurePlan:
    """Looks, and says what will be done, unless it was said before."""
    arguments, context = run.arguments, run.context
    motion = watch(source) if arguments.mode in WATCHED else HAND
    frames = context.settings.frames
    metering = raw_metering(source) if arguments.mode in WATCHED else source.metering()
    profile, able = source.profile, source.abilities
    focal_length = focal_length_35mm(run.workshop.lens, profile)
    plan = wished_plan(arguments, metering, profile, frames, motion, focal_length)
    controls = wished_controls(arguments, profile, able) or Controls()
    plan = with_wishes(plan, wished(arguments), controls, able)
    check_held(arguments, plan)
    words = describe(plan)
    if not arguments.json and words not in told:
        more = [] if told else [schedule(arguments).describe()]
        if _ended_by_hand(arguments):
            more.append("Enter ends it")
        context.warn("; ".join([words, *filter(None, more)]))
        told.add(words)
    return plan


def _capture(
    source: CameraSource,
    plan: ExposurePlan,
    arguments: Namespace,
    progress: Progress,
    so_far: Callable[[Burst], None],
) -> Burst:
    if _ended_by_hand(arguments):
        termios.tcflush(sys.stdin, termios.TCIFLUSH)  # what was typed before ends nothing
        return take_until(source, plan, _entered, progress, so_far=so_far)
    return take(source, plan, progress)


def _ended_by_hand(arguments: Namespace) -> bool:
    return arguments.mode == "bulb" and arguments.shutter is None


def _entered() -> bool:
    """Whether a person has pressed Enter."""
    ready, _, _ = select.select([sys.stdin], [], [], 0.0)
    return bool(ready) and bool(sys.stdin.readline() or True)


def _developed(
    taken: _Taken,
    look: Look,
    frame: Frame | None,
    workshop: Workshop,
    context: Context,
    stages: Stages,
) -> SavedPicture:
    picture = make_picture(
        taken.burst,
        look,
        workshop,
        stages,
        taken=taken.time,
        time_source=taken.time_source,
        frame=frame,
    )
    warn_of_left_out(context, len(picture.exposures), picture.left_out)
    if picture.not_kept:
        context.warn(f"the raw frames were not kept: {picture.not_kept}")
    return picture


def _result(picture: SavedPicture, taken: _Taken) -> Result:
    return Result(
        picture.paths,
        picture.style,
        picture.exposures,
        picture.frames_used,
        picture.reference,
        picture.left_out,
        taken.burst.mode,
        taken.burst.plan,
        taken.sensor_known,
    )


def _tell_of_leftovers(store: Store, context: Context) -> None:
    """Prepares the store, and says what only baryta library recover can finish.

    Raises:
        StoreError: if nothing can be saved there.
    """
    recovery = store.prepare()
    with failures(store.root):
        store.free_pictures()  # says what is wrong before the shot, not after it
    left = len(recovery.undeveloped)
    for entry in waiting(store):
        entry.close()
        left += 1
    if left:
        where = "" if store.dcim else f" --out {store.root}"
        context.warn(f"{counted(left, 'earlier shot')} unfinished: baryta library recover{where}")
