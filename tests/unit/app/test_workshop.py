"""What a person has set up, as the files tell it."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from app.pictures.negative import Negative
from app.pictures.position import Position
from app.settings import Settings, SettingsError
from app.workshop import Workshop
from capture.profiles import profile
from native import MosaicFormat, MosaicNoise

TAKEN = datetime(2026, 1, 2, tzinfo=UTC)
NEGATIVE = Negative(
    np.zeros((32, 32), np.uint16),
    MosaicFormat((0, 1, 1, 2), (0.0,) * 4, 4095.0),
    MosaicNoise((1e-4,) * 4, (1e-6,) * 4),
    (),
    (1.0, 1.0, 1.0),
)


def test_lens_and_position_are_signed(tmp_path: Path) -> None:
    """What the settings say of lens and place, and the equivalent focal length on that sensor."""
    settings = Settings(
        pictures=tmp_path,
        styles=tmp_path,
        lens="Old fifty",
        focal_length=50.0,
        f_number=2.0,
        position="1.5,-2",
    )
    workshop = Workshop.of(settings)
    assert workshop.store.root == tmp_path
    signed = workshop.sign(NEGATIVE, profile("imx477"), taken=TAKEN, style="Neutral")
    info = signed.info
    assert (info.lens, info.focal_length, info.f_number) == ("Old fifty", 50.0, 2.0)
    assert info.focal_length_35mm == pytest.approx(50.0 * 43.27 / 7.857, rel=1e-3)
    assert info.position == Position(1.5, -2.0)
    assert (info.taken, info.style) == (TAKEN, "Neutral")


def test_nothing_is_invented(tmp_path: Path) -> None:
    """Without settings, or on a sensor of unknown size, nothing is told of lens and place."""
    workshop = Workshop.of(Settings(pictures=tmp_path, styles=tmp_path))
    sensor = profile("imx477")
    info = workshop.sign(NEGATIVE, sensor, taken=TAKEN, style="Neutral").info
    assert (info.lens, info.focal_length, info.f_number, info.position) == (None,) * 4
    unknown = replace(sensor, pixel_pitch=0.0)
    workshop = Workshop.of(Settings(pictures=tmp_path, styles=tmp_path, focal_length=50.0))
    info = workshop.sign(NEGATIVE, unknown, taken=TAKEN, style="Neutral").info
    assert (info.focal_length, info.focal_length_35mm) == (50.0, None)


def test_what_is_replayed_was_taken_elsewhere(tmp_path: Path) -> None:
    """The settings' lens and place are those of today's camera, not of replayed frames."""
    settings = Settings(pictures=tmp_path, styles=tmp_path, lens="Old fifty", position="1,2")
    workshop = Workshop.of(settings)
    assert workshop.for_source("auto", settings) == workshop
    replayed = workshop.for_source("replay:somewhere", settings)
    assert (replayed.lens.name, replayed.position) == ("", None)


def test_a_position_that_is_none_is_told(tmp_path: Path) -> None:
    """By the setting's name."""
    with pytest.raises(SettingsError, match="setting position: 'home' is no position"):
        Workshop.of(Settings(pictures=tmp_path, styles=tmp_path, position="home"))
