"""The shipped looks."""

import pytest

from styles import Style, available, load

NAMES = tuple(available())
IN_COLOUR = tuple(name for name in NAMES if load(name).monochrome is None)


@pytest.fixture(params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Style:
    """Each of Baryta's own looks in turn."""
    return load(request.param)


@pytest.fixture(params=IN_COLOUR)
def coloured(request: pytest.FixtureRequest) -> Style:
    """Each of Baryta's own looks in colour in turn."""
    return load(request.param)
