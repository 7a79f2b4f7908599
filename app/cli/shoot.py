"""baryta shoot: take a picture."""

from argparse import Namespace
from dataclasses import replace

from app.cli.context import Context, NotInThisVersionError, UsageError
from app.cli.results import Result, tell_result, told_stages, warn_of_left_out
from app.looks import frame_named, look_named
from app.pictures.files import failures
from app.pipeline import make_picture
from app.store import Store
from app.store.spool import waiting
from app.workshop import Workshop
from capture.frames import Burst
from capture.plan import plan_auto, plan_single
from capture.source import CameraSource, Progress


def shoot(arguments: Namespace, context: Context) -> None:
    """Takes a picture with the chosen camera, plan and look."""
    settings = context.settings
    if arguments.mode in ("night", "hdr"):
        raise NotInThisVersionError(f"--mode {arguments.mode}")
    if arguments.mode == "single" and arguments.frames not in (None, 1):
        raise UsageError("--mode single takes one frame; leave out --frames or use --mode auto")
    style = arguments.style or settings.style
    look, frame = look_named(style, settings.styles), frame_named(style, settings.styles)
    name = getattr(arguments, "source", settings.source)
    workshop = Workshop.of(settings, Store(arguments.out) if arguments.out else None)
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
    with told_stages(arguments, context) as stages:
        with stages.timed("capture") as capturing:
            burst = _capture(source, arguments, settings.frames, capturing)
        picture = make_picture(
            burst,
            look,
            workshop,
            stages,
            taken=burst.taken or context.clock(),
            time_source=burst.time_source if burst.taken else context.time_source(),
            frame=frame,
        )
    warn_of_left_out(context, len(picture.exposures), picture.left_out)
    if picture.not_kept:
        context.warn(f"the raw frames were not kept: {picture.not_kept}")
    tell_result(
        arguments,
        context,
        Result(
            picture.paths,
            picture.style,
            picture.exposures,
            picture.frames_used,
            picture.reference,
            picture.left_out,
        ),
        stages,
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
        context.warn(f"{left} earlier shots are unfinished: baryta library recover{where}")


def _capture(source: CameraSource, arguments: Namespace, frames: int, progress: Progress) -> Burst:
    source.start()
    try:
        metering = source.metering()
        if arguments.mode == "single":
            plan = plan_single(metering, source.profile, ev=arguments.ev)
        else:
            count = arguments.frames or frames
            plan = plan_auto(metering, source.profile, frames=count, ev=arguments.ev)
        return source.capture(plan, progress)
    finally:
        source.stop()
