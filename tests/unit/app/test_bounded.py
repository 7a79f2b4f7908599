"""Numbers of the command line are within their bounds, or told with them."""

import math
from argparse import ArgumentParser, ArgumentTypeError

import pytest

from app.cli.bounded import bounded


@pytest.mark.parametrize(("text", "value"), [("-8", -8.0), ("0.5", 0.5), ("8", 8.0)])
def test_what_is_within_is_read(text: str, value: float) -> None:
    """The bounds themselves are within."""
    assert math.isclose(bounded(float, -8.0, 8.0, "EV")(text), value)


@pytest.mark.parametrize("text", ["-8.01", "8.01", "nan", "inf"])
def test_what_is_outside_is_told_with_the_bounds(text: str) -> None:
    """Not a number is outside of every bound."""
    with pytest.raises(ArgumentTypeError, match=f"^must be -8 to 8 EV, not {text}$"):
        bounded(float, -8.0, 8.0, "EV")(text)


def test_without_a_largest_only_the_smallest_is_told() -> None:
    """As many as there are may be asked for."""
    assert bounded(int, 1)("1000000000") == 1_000_000_000
    with pytest.raises(ArgumentTypeError, match=r"^must be 1 or more, not 0$"):
        bounded(int, 1)("0")


def test_what_is_no_number_is_told_with_its_unit(capsys: pytest.CaptureFixture[str]) -> None:
    """As a number out of range is."""
    parser = ArgumentParser()
    parser.add_argument("--ev", type=bounded(float, -8.0, 8.0, "EV"))
    with pytest.raises(SystemExit):
        parser.parse_args(["--ev", "bright"])
    assert "must be -8 to 8 EV, not bright" in capsys.readouterr().err
