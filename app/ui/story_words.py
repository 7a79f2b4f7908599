"""A shot's story in words and numbers, as a photographer reads them."""

from math import log10

from app.library import Story, has_burst, negative_of
from app.store import Shot
from app.ui.language import marked, tr, trn

UNKNOWN = marked("Unknown camera")  # as app.pictures.negative has it
TIMES = "\N{MULTIPLICATION SIGN}"

Lines = tuple[tuple[str, str], ...]


def caption(shot: Shot) -> str:
    """Number, look and files of a shot."""
    kinds = [tr("BURST")] if has_burst(shot) else []
    kinds += ["RAW"] if negative_of(shot) else []
    parts = [shot.id, tr(shot.style or ""), *kinds, *([tr("damaged")] if shot.damaged else [])]
    return "  ·  ".join(part for part in parts if part)


def story_lines(shot: Shot, story: Story) -> Lines:
    """Pairs of what it is and what it was; what is unknown is left out."""
    info = story.info
    lines = [
        (tr("Taken"), _taken(story)),
        (tr("Look"), tr(info.style or shot.style or "")),
        (tr("Exposure"), _exposure(story)),
        (tr("Gain"), _gain(info.iso)),
        (tr("Merge"), _merge(info.frames_merged)),
        (tr("Lens"), _lens(story)),
        (tr("Camera"), tr(info.model)),
        (tr("Picture"), _size(story.size)),
        (tr("Made of"), info.negative or ""),
        (tr("Files"), "\n".join(f"{name}  {megabytes(size)}" for name, size in story.files)),
    ]
    return tuple(line for line in lines if line[1])


def seconds(time: float) -> str:
    """An exposure time as a dial shows it: 1/60 s, 0.8 s, 2 s."""
    if time <= 0.0:
        return ""
    if time < 0.3:
        return f"1/{round(1.0 / time)} s"
    return f"{time:.1f} s" if time < 10.0 and round(time, 1) % 1.0 else f"{time:.0f} s"


def megabytes(size: int) -> str:
    """A file's size."""
    return f"{size / 1e6:.1f} MB" if size >= 50_000 else f"{size / 1e3:.0f} kB"


def _taken(story: Story) -> str:
    taken = story.info.taken
    if taken is None:
        return ""
    stamp = taken.strftime("%Y-%m-%d  %H:%M:%S")
    unsure = story.info.time_source == "unknown"
    return f"{stamp}\n{tr('The clock was not set.')}" if unsure else stamp


def _exposure(story: Story) -> str:
    info = story.info
    if info.exposure_time is None:
        return ""
    once = seconds(info.exposure_time)
    frames = f"{info.frames_merged} {TIMES} {once}" if info.frames_merged > 1 else once
    return f"{frames}  f/{info.f_number:g}" if info.f_number else frames


def _gain(iso: float | None) -> str:
    if iso is None:
        return ""
    decibels = 20.0 * log10(max(iso, 1.0) / 100.0)
    return f"{decibels:.1f} dB  ISO {iso:.0f}"


def _merge(frames: int) -> str:
    if frames < 2:
        return ""
    told = trn("{count} frame", "{count} frames", frames)
    return tr("{frames}, up to {gain} dB less noise").format(
        frames=told, gain=f"{10.0 * log10(frames):.0f}"
    )


def _lens(story: Story) -> str:
    info = story.info
    length = f"{info.focal_length:g} mm" if info.focal_length else ""
    like = f"({info.focal_length_35mm:.0f} mm)" if info.focal_length_35mm else ""
    return "  ".join(part for part in (info.lens or "", length, like) if part)


def _size(size: tuple[int, int]) -> str:
    width, height = size
    return f"{width} {TIMES} {height}  {width * height / 1e6:.1f} MP" if width else ""
