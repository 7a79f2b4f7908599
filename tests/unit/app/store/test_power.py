"""A few of the accidents of `make test-power`, in every run of the tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PLAIN_CORE = pytest.mark.skipif(
    "BARYTA_CORE" in os.environ, reason="a sanitised core keeps freed memory, and is slow"
)


@PLAIN_CORE
def test_a_few_power_cuts_and_kills_leave_whole_cards() -> None:
    """What was reported saved is whole after each; without root, power cuts are left out."""
    command = [sys.executable, "-m", "tests.power", "--cuts", "4", "--kills", "6"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "6 passed, 0 failed" in done.stdout


@PLAIN_CORE
def test_a_short_day_loses_nothing_and_keeps_its_memory() -> None:
    """Some shots through a whole session, its queue full: `python -m tests.load` has more."""
    command = [sys.executable, "-m", "tests.load", "--shots", "200"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
