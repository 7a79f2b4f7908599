"""The shipped looks."""

import pytest

from styles import Style, available, load

NAMES = tuple(available())


@pytest.fixture(params=NAMES)
def shipped(request: pytest.FixtureRequest) -> Style:
    """Each of Baryta's own looks in turn."""
    return load(request.param)
