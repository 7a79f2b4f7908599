"""EXIF light sources as colour temperatures (EXIF 2.32, LightSource; DNG specification 1.7)."""

_KELVIN = {17: 2856.0, 18: 4874.0, 19: 6774.0, 20: 5503.0, 21: 6504.0, 22: 7504.0, 23: 5003.0}
_NAMED_OTHERWISE = {  # names of lamps and skies, read but never written
    1: 5500.0,
    2: 4150.0,
    3: 2850.0,
    4: 5500.0,
    9: 5500.0,
    10: 6500.0,
    11: 7500.0,
    12: 6430.0,
    13: 5000.0,
    14: 4150.0,
    15: 3450.0,
    24: 3200.0,
}
_DEFAULT = 6504.0


def code_of(temperature: float) -> int:
    """The standard illuminant nearest in mired: A, D50, D55, D65 or D75."""
    daylight = (17, 23, 20, 21, 22)
    return min(daylight, key=lambda code: abs(1e6 / _KELVIN[code] - 1e6 / temperature))


def temperature_of(code: int | None) -> float:
    """Kelvin of a light source; D65 for unknown ones."""
    if code is None:
        return _DEFAULT
    return (_KELVIN | _NAMED_OTHERWISE).get(code, _DEFAULT)
