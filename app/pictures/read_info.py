"""The shot's story, from a raw file's EXIF and XMP."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta, timezone

from app.pictures.exif import INFINITY, MANUAL, SHUTTER_PRIORITY
from app.pictures.negative import ShotInfo
from app.pictures.position import read_position
from app.pictures.story import numbers, read_exposures
from app.pictures.tags import Tag
from app.pictures.tiff_reader import ReadDirectory
from capture.frames import ByHand

_OFFSET_LENGTH = len("+01:00")


def read_info(
    first: ReadDirectory,
    exif: ReadDirectory | None,
    gps: ReadDirectory | None,
    properties: Mapping[str, str],
) -> ShotInfo:
    """What the file tells; some writers put EXIF tags into IFD0, so both are searched."""
    places = [first] if exif is None else [exif, first]
    frames = numbers(properties, "FramesMerged")
    version = numbers(properties, "StyleVersion")
    rounded_iso = _positive(places, Tag.RECOMMENDED_EXPOSURE_INDEX) or _positive(places, Tag.ISO)
    distance = _positive(places, Tag.SUBJECT_DISTANCE)
    defaults = ShotInfo()
    return ShotInfo(
        make=first.text(Tag.MAKE) or "",
        model=first.text(Tag.MODEL) or first.text(Tag.UNIQUE_CAMERA_MODEL) or defaults.model,
        taken=_taken(places),
        time_source=properties.get("TimeSource"),
        exposure_time=_positive(places, Tag.EXPOSURE_TIME),
        iso=_exact(properties, "ISO") or rounded_iso,
        f_number=_positive(places, Tag.F_NUMBER),
        focal_length=_positive(places, Tag.FOCAL_LENGTH),
        focal_length_35mm=_exact(properties, "FocalLength35mm")
        or _positive(places, Tag.FOCAL_LENGTH_35MM),
        lens=_text(places, Tag.LENS_MODEL),
        frames_merged=int(frames[0]) if len(frames) == 1 and 1 <= frames[0] < 1e4 else 1,
        style=properties.get("Style"),
        style_version=int(version[0]) if len(version) == 1 and 1 <= version[0] < 1e4 else 1,
        software=first.text(Tag.SOFTWARE) or "",
        position=read_position(gps),
        negative=properties.get("Negative"),
        raw_format=properties.get("RawFormat"),
        mode=properties.get("Mode"),
        plan=properties.get("Plan"),
        exposures=read_exposures(properties),
        by_hand=_by_hand(places) if "Mode" in properties else None,
        subject_distance=math.inf if distance and distance >= INFINITY else distance,
    )


def _by_hand(places: list[ReadDirectory]) -> ByHand | None:
    """What a person set of one of our pictures; other cameras' programs are more than ours."""
    place = next((p for p in places if p.integer(Tag.EXPOSURE_PROGRAM)), None)
    if place is None:
        return None
    program = place.integer(Tag.EXPOSURE_PROGRAM)
    return ByHand(
        shutter=program in (MANUAL, SHUTTER_PRIORITY),
        gain=program == MANUAL,
        white_balance=place.integer(Tag.WHITE_BALANCE) == 1,
        compensation=place.number(Tag.EXPOSURE_BIAS) or 0.0,
    )


def _text(places: list[ReadDirectory], tag: Tag) -> str | None:
    return next((text for place in places if (text := place.text(tag))), None)


def _positive(places: list[ReadDirectory], tag: Tag) -> float | None:
    return next((n for place in places if (n := place.number(tag)) is not None and n > 0), None)


def _exact(properties: Mapping[str, str], name: str) -> float | None:
    values = numbers(properties, name)
    return values[0] if len(values) == 1 and math.isfinite(values[0]) and values[0] > 0 else None


def _taken(places: list[ReadDirectory]) -> datetime | None:
    stamp = _text(places, Tag.DATE_TIME_ORIGINAL) or _text(places, Tag.DATE_TIME)
    if stamp is None:
        return None
    fraction = _text(places, Tag.SUB_SEC_TIME_ORIGINAL) or "0"
    try:
        taken = datetime.strptime(stamp, "%Y:%m:%d %H:%M:%S")  # noqa: DTZ007  (the offset follows)
        taken = taken.replace(microsecond=int(fraction[:6].ljust(6, "0")))
    except ValueError:
        return None
    zone = _text(places, Tag.OFFSET_TIME_ORIGINAL) or ""
    return taken.replace(tzinfo=_zone(zone))


def _zone(text: str) -> timezone | None:
    """A time zone from "+hh:mm"; None if it is none."""
    try:
        if len(text) != _OFFSET_LENGTH or text[0] not in "+-" or text[3] != ":":
            return None
        size = timedelta(hours=int(text[1:3]), minutes=int(text[4:]))
        return timezone(-size if text[0] == "-" else size)
    except ValueError:
        return None
