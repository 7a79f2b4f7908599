"""The scale on a lens: dioptres as distances.

libcamera's LensPosition is the inverse of the distance in metres, as far as the module is
calibrated: neighbouring marks are right to each other, a mark itself within a tenth or so.
"""

_MARKS = (10.0, 5.0, 3.0, 2.0, 1.5, 1.0, 0.7, 0.5, 0.4, 0.3, 0.2, 0.15, 0.1, 0.07, 0.05)  # metres
_FAR = 0.02  # dioptres, nearer than which infinity ends


def metres(dioptres: float) -> float:
    """The distance in focus; infinite for 0.

    Raises:
        ValueError: for less than 0, which is beyond infinity.
    """
    if not dioptres >= 0.0:
        raise ValueError(f"focus is 0 dioptres (infinity) or nearer, not {dioptres}")
    return 1.0 / dioptres if dioptres > _FAR else float("inf")


def scale(positions: tuple[float, float]) -> tuple[tuple[str, float], ...]:
    """The marks of a lens, as a person reads them, with their dioptres; infinity first.

    Args:
        positions: the lens's farthest and nearest, dioptres.
    """
    farthest, nearest = positions
    marks = tuple(
        (told(1.0 / distance), 1.0 / distance)
        for distance in _MARKS
        if farthest <= 1.0 / distance <= nearest
    )
    return ((told(0.0), 0.0), *marks) if farthest <= 0.0 else marks


def told(dioptres: float) -> str:
    """A distance in words: "\N{INFINITY}", "2.5 m", "35 cm"."""
    distance = metres(dioptres)
    if distance == float("inf"):
        return "\N{INFINITY}"
    if distance < 1.0:
        return f"{100 * distance:.2g} cm" if distance < 0.995 else "1 m"
    return f"{distance:.2g} m"
