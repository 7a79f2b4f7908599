"""Where a picture was taken, as EXIF's GPS directory has it (EXIF 2.32, section 4.6.6)."""

import math
from dataclasses import dataclass

from app.pictures.tags import Tag, Type
from app.pictures.tiff_reader import ReadDirectory
from app.pictures.tiff_writer import Directory

_DIGITS = 7  # of a degree: a centimetre


@dataclass(frozen=True, slots=True)
class Position:
    """A place on earth (WGS 84).

    Attributes:
        latitude: degrees, north positive, -90..90.
        longitude: degrees, east positive, -180..180.
        altitude: metres above sea level; None if unknown.
    """

    latitude: float
    longitude: float
    altitude: float | None = None


def parse_position(text: str) -> Position:
    """Reads "LATITUDE,LONGITUDE" or "LATITUDE,LONGITUDE,ALTITUDE": degrees, and metres.

    Raises:
        ValueError: if it is none; the message says how one is written.
    """
    try:
        numbers = [float(part) for part in text.split(",")]
    except ValueError:
        numbers = []
    if len(numbers) not in (2, 3) or not all(map(math.isfinite, numbers)):
        raise ValueError(
            f"{text!r} is no position: write degrees as in 46.5372,8.1262 or with metres as in "
            "46.5372,8.1262,4158"
        )
    latitude, longitude = (round(number, _DIGITS) for number in numbers[:2])
    if abs(latitude) > 90.0 or abs(longitude) > 180.0:
        raise ValueError(f"{text!r}: latitudes are -90 to 90, longitudes -180 to 180")
    altitude = round(numbers[2], 3) if len(numbers) > 2 else None
    if altitude is not None and abs(altitude) > 1e6:
        raise ValueError(f"{text!r}: altitudes are in metres")
    return Position(latitude, longitude, altitude)


def gps_directory(position: Position) -> Directory:
    """The GPS directory."""
    gps = Directory()
    gps.numbers(Tag.GPS_VERSION, Type.BYTE, 2, 3, 0, 0)
    for reference, tag, names, angle in (
        (Tag.GPS_LATITUDE_REF, Tag.GPS_LATITUDE, "NS", position.latitude),
        (Tag.GPS_LONGITUDE_REF, Tag.GPS_LONGITUDE, "EW", position.longitude),
    ):
        gps.text(reference, names[angle < 0])
        gps.numbers(tag, Type.RATIONAL, *_sexagesimal(abs(angle)))
    if position.altitude is not None:
        gps.numbers(Tag.GPS_ALTITUDE_REF, Type.BYTE, position.altitude < 0)
        gps.numbers(Tag.GPS_ALTITUDE, Type.RATIONAL, abs(position.altitude))
    gps.text(Tag.GPS_MAP_DATUM, "WGS-84")
    return gps


def read_position(gps: ReadDirectory | None) -> Position | None:
    """The position in a GPS directory; None if it tells none."""
    if gps is None:
        return None
    angles = []
    for reference, tag, names, most in (
        (Tag.GPS_LATITUDE_REF, Tag.GPS_LATITUDE, "NS", 90.0),
        (Tag.GPS_LONGITUDE_REF, Tag.GPS_LONGITUDE, "EW", 180.0),
    ):
        parts, side = gps.numbers(tag), gps.text(reference)
        if len(parts) != 3 or side is None or side not in names:
            return None
        angle = parts[0] + parts[1] / 60.0 + parts[2] / 3600.0
        if not 0.0 <= angle <= most:
            return None
        angles.append(round(-angle if side == names[1] else angle, _DIGITS))
    altitude = gps.number(Tag.GPS_ALTITUDE)
    if altitude is not None:
        below = gps.integer(Tag.GPS_ALTITUDE_REF) == 1
        altitude = round(-altitude if below else altitude, 3)
    return Position(angles[0], angles[1], altitude)


def _sexagesimal(angle: float) -> tuple[float, float, float]:
    """Degrees, minutes and seconds."""
    ticks = round(angle * 3_600_000_000)  # millionths of a second
    minutes, seconds = divmod(ticks, 60_000_000)
    return minutes // 60, minutes % 60, seconds / 1_000_000
