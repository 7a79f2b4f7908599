"""Bad input: every seed of the fuzz targets, and everything that was ever found by them."""

from pathlib import Path

import pytest
from fuzz.readers import TARGETS
from fuzz.seeds import SEEDS

FOUND = Path(__file__).parents[1] / "data" / "fuzz"
FILES = sorted(path for name in TARGETS for path in FOUND.glob(f"{name}/*"))


@pytest.mark.parametrize("name", TARGETS)
def test_seeds(name: str, tmp_path: Path) -> None:
    """Each target takes what it starts from, so that a run does not begin with a finding."""
    for i, seed in enumerate(SEEDS[name]()):
        folder = tmp_path / str(i)
        folder.mkdir()
        TARGETS[name](seed, folder)


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_found_before(path: Path, tmp_path: Path) -> None:
    """What was once answered with anything but a reader's own one-line error is so no more."""
    TARGETS[path.parent.name](path.read_bytes(), tmp_path)


def test_every_finding_has_a_target() -> None:
    """No file of a finding lies where nothing reads it."""
    compiled = {path.stem for path in (FOUND.parents[1] / "c").glob("fuzz_*.c")}
    assert {path.name for path in FOUND.iterdir()} <= TARGETS.keys() | compiled
    assert FILES
