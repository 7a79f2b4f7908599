"""What EXIF has no field for, or only a rounded one, as properties of Baryta's XMP namespace."""

from collections.abc import Mapping

from app.pictures.negative import Negative, ShotInfo


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


def numbers(properties: Mapping[str, str], name: str) -> tuple[float, ...]:
    """A property's numbers; empty if it is missing or is not a list of numbers."""
    try:
        return tuple(float(part) for part in properties.get(name, "").split())
    except ValueError:
        return ()


def _numbers(values: tuple[float, ...] | list[float]) -> str:
    return " ".join(repr(float(value)) for value in values)
