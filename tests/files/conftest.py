"""A shot of a colour chart, and the programs that are to open its files."""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from chart_shot import ChartShot, shoot_chart


@pytest.fixture(scope="session")
def shot(tmp_path_factory: pytest.TempPathFactory) -> ChartShot:
    """The shot."""
    return shoot_chart(tmp_path_factory.mktemp("shot"))


@pytest.fixture(scope="session")
def run() -> Callable[..., str]:
    """Runs a program, which must be there and must not fail; gives what it says."""

    def runner(*command: str | Path) -> str:
        assert shutil.which(str(command[0])), f"{command[0]} is missing: see .ci/debian-readers"
        done = subprocess.run(
            [*map(str, command)], capture_output=True, text=True, check=False, timeout=240
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return runner
