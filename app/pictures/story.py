"""What EXIF has no field for, or only a rounded one, as properties of Baryta's XMP namespace."""

import re
from collections.abc import Mapping, Sequence
from itertools import groupby

from app.pictures.negative import Negative, ShotInfo

_MOST_FRAMES = 256
_NUMBER = r"\d{1,9}(?:\.\d{1,20})?(?:e[+-]?\d{1,2})?"
_RUN = re.compile(rf"(?P<count>\d{{1,3}})x(?P<time>{_NUMBER})@(?P<gain>{_NUMBER})")


def story(info: ShotInfo) -> dict[str, str]:
    """The shot's properties; numbers so that reading gives the same float."""
    properties = {"FramesMerged": str(info.frames_merged)}
    if info.time_source is not None:
        properties["TimeSource"] = info.time_source
    if info.style is not None:
        properties["Style"] = info.style
        properties["StyleVersion"] = str(info.style_version)
    if info.iso is not None:
        properties["ISO"] = repr(float(info.iso))
    if info.focal_length_35mm is not None:
        properties["FocalLength35mm"] = repr(float(info.focal_length_35mm))
    if info.raw_format is not None:
        properties["RawFormat"] = info.raw_format
    if info.mode:
        properties["Mode"] = info.mode
    if info.plan:
        properties["Plan"] = info.plan
    if info.exposures:
        properties["Exposures"] = _runs(info.exposures)
    if info.negative is not None:
        properties["Negative"] = info.negative
    return properties


def negative_story(negative: Negative) -> dict[str, str]:
    """What DNG's tags hold only by colour or by code: noise by site, illuminants in kelvin."""
    properties = story(negative.info)
    properties["NoiseShot"] = _numbers(negative.noise.shot)
    properties["NoiseRead"] = _numbers(negative.noise.read)
    if negative.calibrations:
        properties["Illuminants"] = _numbers([c.temperature for c in negative.calibrations])
    return properties


def _runs(exposures: Sequence[tuple[float, float]]) -> str:
    """As "1x0.0006@1 7x0.0667@1": how many frames of which seconds at which gain."""
    runs = groupby(f"{float(time)!r}@{float(gain)!r}" for time, gain in exposures)
    return " ".join(f"{len(list(alike))}x{exposure}" for exposure, alike in runs)


def read_exposures(properties: Mapping[str, str]) -> tuple[tuple[float, float], ...]:
    """What was granted; empty if it is missing or no list of exposures."""
    found: list[tuple[float, float]] = []
    for run in properties.get("Exposures", "").split():
        match = _RUN.fullmatch(run)
        if match is None or len(found) + int(match["count"]) > _MOST_FRAMES:
            return ()
        found += [(float(match["time"]), float(match["gain"]))] * int(match["count"])
    return tuple(found)


def numbers(properties: Mapping[str, str], name: str) -> tuple[float, ...]:
    """A property's numbers; empty if it is missing or is not a list of numbers."""
    try:
        return tuple(float(part) for part in properties.get(name, "").split())
    except ValueError:
        return ()


def _numbers(values: tuple[float, ...] | list[float]) -> str:
    return " ".join(repr(float(value)) for value in values)
