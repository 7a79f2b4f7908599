"""The accelerometer, from a tree as the kernel lays it out."""

from pathlib import Path

import pytest

from app.level import GRAVITY, Level, find_accelerometer


def tree(system: Path, counts: tuple[float, float, float], **more: str) -> Path:
    """A sensor of 1000 counts a g."""
    folder = system / "bus/iio/devices/iio:device1"
    folder.mkdir(parents=True, exist_ok=True)
    files = {f"in_accel_{axis}_raw": str(c) for axis, c in zip("xyz", counts, strict=True)}
    files |= {"name": "bmi160", "in_accel_scale": str(GRAVITY / 1000), **more}
    for name, text in files.items():
        (folder / name).write_text(text + "\n", "ascii")
    return folder


@pytest.mark.parametrize(
    ("counts", "roll", "pitch"),
    [
        ((0, 1000, 0), 0.0, 0.0),
        ((-174, 985, 0), 10.0, 0.0),  # its right side is low: turned clockwise
        ((174, 985, 0), -10.0, 0.0),
        ((1000, 0, 0), 0.0, 0.0),  # held upright, on its side
        ((985, 174, 0), 10.0, 0.0),
        ((0, 866, 500), 0.0, 30.0),  # the panel looks up: the camera looks down
    ],
)
def test_roll_and_pitch(
    tmp_path: Path, counts: tuple[float, float, float], roll: float, pitch: float
) -> None:
    """Known ways to hold it, within a fifth of a degree."""
    tree(tmp_path, counts)
    sensor = find_accelerometer(tmp_path)
    assert sensor is not None
    level = sensor.read()
    assert level is not None
    assert (level.roll, level.pitch) == pytest.approx((roll, pitch), abs=0.2)


def test_how_it_is_built_in_counts(tmp_path: Path) -> None:
    """A sensor turned by a quarter, as its mount matrix says."""
    tree(tmp_path, (985, 174, 0), in_accel_mount_matrix="0, -1, 0; 1, 0, 0; 0, 0, 1")
    sensor = find_accelerometer(tmp_path)
    assert sensor is not None
    level = sensor.read()
    assert level is not None
    assert level.roll == pytest.approx(10.0, abs=0.2)


def test_no_level_while_it_is_moved_or_lies_flat() -> None:
    """A swing, free fall, the table: nothing is told; noise of a hand is no swing."""
    assert Level.of(0.0, 2.5 * GRAVITY, 0.0) is None
    assert Level.of(0.0, 0.0, 0.1) is None
    assert Level.of(0.3, 0.3, GRAVITY) is None
    assert Level.of(float("nan"), 1.0, 1.0) is None
    assert Level.of(0.5, GRAVITY, 0.5) is not None


def test_a_device_without_a_sensor_or_with_a_broken_one(tmp_path: Path) -> None:
    """None at all, another kind of sensor, one that stops answering."""
    assert find_accelerometer(tmp_path) is None
    other = tmp_path / "bus/iio/devices/iio:device0"
    other.mkdir(parents=True)
    (other / "in_voltage0_raw").write_text("5", "ascii")
    assert find_accelerometer(tmp_path) is None
    folder = tree(tmp_path, (0, 1000, 0), in_accel_mount_matrix="nonsense")
    sensor = find_accelerometer(tmp_path)
    assert sensor is not None
    (folder / "in_accel_y_raw").write_text("", "ascii")
    assert sensor.read() is None
