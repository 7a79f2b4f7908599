"""baryta lens: the book of lenses without electronics, and their shading."""

from argparse import Namespace
from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace

from app.cli.context import Context, UsageError
from app.cli.results import told_stages
from app.lenses import (
    Lens,
    LensBook,
    LensError,
    check_lens,
    equivalent,
    frameline,
    is_none,
    lens_warp,
    lensfun_name,
    measured,
    read_book,
    write_book,
)
from app.modes import WHITE, plan_wish
from app.shading import measure_shading
from capture.frames import SensorProfile
from capture.plans.taking import take
from capture.profiles import profile


def list_lenses(arguments: Namespace, context: Context) -> None:
    """Every lens in the book; the one on the camera is marked."""
    folder = context.settings.lenses
    book = read_book(folder)
    sensor = profile(arguments.camera or "imx477")
    if arguments.json:
        rows = [
            asdict(lens)
            | {"used": lens.name == book.used, "shading": _shading(measured(folder, lens))}
            for lens in book.lenses
        ]
        context.say_json({"lenses": rows})
        return
    if not book.lenses:
        context.warn(
            "the lens book is empty; baryta lens add NAME --focal-length MM --f-number N --mount M "
            "puts a lens into it"
        )
    width = max((len(lens.name) for lens in book.lenses), default=0)
    for lens in book.lenses:
        mark = "*" if lens.name == book.used else " "
        figures, shading = _figures(lens, sensor), _shading(measured(folder, lens))
        told = ", ".join([*figures, *_correction(lens, sensor), *shading])
        context.say(f"{mark} {lens.name:{width}}  {told}".rstrip())


def add_lens(arguments: Namespace, context: Context) -> None:
    """Puts a lens into the book."""
    focal_length = _figure("--focal-length", arguments.focal_length)
    f_number = _figure("--f-number", arguments.f_number)
    lens = Lens(arguments.name, focal_length, f_number, arguments.mount or "")
    folder = context.settings.lenses
    _save(context, read_book(folder).add(lens))
    context.say(f"{lens.name}: added")
    if told := _shading(measured(folder, lens)):
        context.warn(f"a lens of this name was measured before: {', '.join(told)}")


def remove_lens(arguments: Namespace, context: Context) -> None:
    """Takes a lens out of the book; what was measured of it stays."""
    book = read_book(context.settings.lenses)
    name = book.find(arguments.name).name
    _save(context, book.remove(name))
    context.say(f"{name}: removed")


def use_lens(arguments: Namespace, context: Context) -> None:
    """Says which lens is on the camera, and at which aperture."""
    book = read_book(context.settings.lenses).use(arguments.name)
    if arguments.f_number is not None:
        if book.lens is None:
            raise UsageError("--f-number is of a lens of the book: baryta lens use NAME")
        f_number = _figure("--f-number", arguments.f_number)
        book = book.change(book.used, replace(book.lens, f_number=f_number))
    _save(context, book)
    context.say(f"{book.used or 'none'}: on the camera")
    if book.lens is not None:
        found = measured(context.settings.lenses, book.lens)
        if found and book.lens.f_number not in found:
            told = ", ".join(_shading(found))
            context.warn(f"{told}, none at this aperture; baryta lens flat measures it")


def correct_lens(arguments: Namespace, context: Context) -> None:
    """Says how lensfun calls a lens, by which its pictures are corrected, or that none are."""
    book = read_book(context.settings.lenses)
    lens = book.find(arguments.name)
    changed = replace(lens, lensfun="" if is_none(arguments.lensfun) else arguments.lensfun)
    check_lens(changed)  # before lensfun is asked for it
    if changed.lensfun:
        _warp(changed, profile("imx477"))
        changed = replace(changed, lensfun=lensfun_name(changed))
    name = changed.lensfun
    _save(context, book.change(lens.name, changed))
    context.say(f"{lens.name}: {f'corrected as {name}' if name else 'not corrected'}")


def _warp(lens: Lens, sensor: SensorProfile) -> None:
    """LensError unless a lens can be corrected as it asks for."""
    lens_warp(lens, (sensor.width, sensor.height), sensor.pixel_pitch)


def _correction(lens: Lens, sensor: SensorProfile) -> list[str]:
    """What is corrected of a lens, or why it is not."""
    if not lens.lensfun:
        return []
    try:
        _warp(lens, sensor)
    except LensError as error:
        return [f"not corrected ({error})"]
    return [f"corrected as {lensfun_name(lens)}"]


def frame_lens(arguments: Namespace, context: Context) -> None:
    """The part of the picture that a longer lens would fill, in per cent."""
    lens = read_book(context.settings.lenses).lens
    if lens is None or not lens.focal_length:
        raise UsageError("no lens with a focal length is on the camera: baryta lens use NAME")
    if not 0.1 <= arguments.focal_length <= 10_000.0:
        raise UsageError(f"a focal length is 0.1 to 10000 mm, not {arguments.focal_length:g}")
    box = frameline(lens.focal_length, arguments.focal_length)
    if box is None:
        raise UsageError(
            f"{arguments.focal_length:g} mm sees more than {lens.name}, {lens.focal_length:g} mm"
        )
    left, top, right, bottom = (100.0 * side for side in box)
    context.say(f"left {left:.1f} %, top {top:.1f} %, right {right:.1f} %, bottom {bottom:.1f} %")


def measure_lens(arguments: Namespace, context: Context) -> None:
    """Measures the shading of the lens on the camera from frames of a white surface."""
    folder = context.settings.lenses
    lens = read_book(folder).lens
    if lens is None:
        raise UsageError("no lens of the book is on the camera: baryta lens use NAME")
    name = getattr(arguments, "source", context.settings.source)
    if name.startswith("replay"):
        raise UsageError("a shading profile is of a camera: replayed frames tell of another's")
    source = context.open_source(name)
    with told_stages(arguments, context) as stages:
        source.start()
        try:
            plan = plan_wish(source.metering(), source.profile, WHITE, ev=arguments.ev)
            with stages.timed("capture") as capturing:
                burst = take(source, plan, capturing)
        finally:
            source.stop()
        path, flat = measure_shading(burst, lens, folder, stages)
    if arguments.json:
        context.say_json(
            {
                "path": str(path),
                "corners": float(flat.gain[:, [0, 0, -1, -1], [0, -1, 0, -1]].mean()),
                "dust": [asdict(spot) for spot in flat.dust],
            }
        )
        return
    context.say(str(path))
    context.say(f"the corners get 1/{1.0 / flat.corners:.2f} of the light of the middle")
    for spot in flat.dust:
        context.say(
            f"dust at {spot.x:.0%} from the left, {spot.y:.0%} from the top, takes {spot.loss:.0%}"
        )


def _figure(option: str, value: float | None) -> float:
    """A lens's figure as it was given; 0 for one that was not."""
    if value == 0.0:
        raise UsageError(f"{option} 0 is no lens's; leave it out if it is not known")
    return value or 0.0


def _save(context: Context, book: LensBook) -> None:
    write_book(context.settings.lenses, book)


def _shading(found: Mapping[float, Sequence[str]]) -> list[str]:
    """What was measured of a lens, a line for each aperture."""
    return [
        f"shading {f'at f/{f_number:g} ' if f_number else ''}on {' and '.join(sensors)}"
        for f_number, sensors in sorted(found.items())
    ]


def _figures(lens: Lens, sensor: SensorProfile) -> list[str]:
    parts = []
    if lens.focal_length:
        like = equivalent(lens.focal_length, sensor.diagonal)
        parts.append(f"{lens.focal_length:g} mm (as {like:.0f} mm on film)")
    if lens.f_number:
        parts.append(f"f/{lens.f_number:g}")
    if lens.mount:
        parts.append(lens.mount)
    return parts
