from importlib.metadata import version

import numpy as np
import pytest

from native import NativeError, core_version, memory_floor


def test_floor_is_the_mean() -> None:
    """The floor really reads every frame: its result is their mean."""
    rng = np.random.default_rng(1)
    frames = [rng.integers(0, 4096, (33, 1030), np.uint16) for _ in range(8)]
    mean = memory_floor(frames, threads=2)
    assert np.abs(mean - np.mean(frames, 0)).max() <= 1


def test_floor_refuses_mixed_sizes() -> None:
    """Frames of another size are refused, not read beyond their end."""
    frames = [np.zeros((8, 8), np.uint16), np.zeros((8, 6), np.uint16)]
    with pytest.raises(NativeError):
        memory_floor(frames)


def test_the_core_is_of_the_package() -> None:
    """The version stands once, in pyproject.toml."""
    assert core_version() == version("baryta")
