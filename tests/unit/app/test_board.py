"""What baryta doctor finds on boards, made of files as the kernel shows them."""

import os
from pathlib import Path

import pytest

from app.cli.board import check_board, check_speed, versions
from app.cli.doctor import check_clock
from app.cli.finding import Finding

THROTTLED = "sys/devices/platform/soc/soc:firmware/get_throttled"
TEMPERATURE = "sys/class/thermal/thermal_zone0/temp"
PI = {"proc/device-tree/model": "Raspberry Pi 4 Model B Rev 1.4\0"}


def _board(system: Path, files: dict[str, str]) -> dict[str, Finding]:
    for name, text in files.items():
        (system / name).parent.mkdir(parents=True, exist_ok=True)
        (system / name).write_text(text)
    return {finding.check: finding for finding in check_board(system)}


def test_a_machine_that_tells_nothing_is_not_blamed(tmp_path: Path) -> None:
    """No sensor, no finding."""
    assert _board(tmp_path, {}) == {}
    assert _board(tmp_path, {THROTTLED: "\n", TEMPERATURE: "n/a", "proc/meminfo": "Cma"}) == {}


@pytest.mark.parametrize(
    ("bits", "power", "throttling"),
    [
        ("0", "has been right", None),
        ("50005", "is too low", "is slowed down"),
        ("50000", "was too low", "was slowed down"),
        ("80008", "has been right", "is slowed down"),
        ("1", "is too low", None),
    ],
)
def test_voltage_and_throttling(
    tmp_path: Path, bits: str, power: str, throttling: str | None
) -> None:
    """The firmware's bits: now, and since the start."""
    found = _board(tmp_path, {THROTTLED: f"{bits}\n"})
    assert power in found["power"].found
    assert bool(found["power"].remedy) == ("right" not in power)
    if throttling is None:
        assert "throttling" not in found
    else:
        assert throttling in found["throttling"].found


@pytest.mark.parametrize(("temperature", "status"), [("45277", "good"), ("83000", "warning")])
def test_heat(tmp_path: Path, temperature: str, status: str) -> None:
    """Thousandths of a degree, judged where the board slows down."""
    assert _board(tmp_path, {TEMPERATURE: temperature})["temperature"].status == status


def test_camera_memory_counts_on_a_pi(tmp_path: Path) -> None:
    """64 MB are too few, 512 are plenty; a PC's are nobody's business."""

    def memory(total: int) -> dict[str, str]:
        return {"proc/meminfo": f"MemTotal: 9 kB\nCmaTotal: {total << 10} kB\nCmaFree: 1024 kB\n"}

    assert "camera memory" not in _board(tmp_path, memory(64))
    small = _board(tmp_path, memory(64) | PI)["camera memory"]
    assert (small.status, small.found) == ("warning", "64 MB, 1 MB free")
    assert "cma-512" in small.remedy
    assert _board(tmp_path, memory(512))["camera memory"].status == "good"


def test_a_card_that_has_had_errors(tmp_path: Path) -> None:
    """The kernel's count is told with the device; none is no finding."""
    count = "sys/fs/ext4/mmcblk0p2/errors_count"
    assert _board(tmp_path, {count: "0"}) == {}
    assert "mmcblk0p2 has had 3 errors" in _board(tmp_path, {count: "3"})["card"].found
    worn = {count: "0", "sys/block/mmcblk0/device/pre_eol_info": "0x03"}
    assert "worn" in _board(tmp_path, worn)["card"].found


def test_a_screen_without_touch(tmp_path: Path) -> None:
    """A connected screen is told to be without, or with which device."""
    found = _board(tmp_path, {"sys/class/drm/card1-DSI-1/status": "connected\n"})
    assert found["touch"].status == "warning"
    touch = {"sys/class/input/event3/device/capabilities/abs": "260800000000003\n"}
    assert _board(tmp_path, touch)["touch"].found == "/dev/input/event3"


@pytest.mark.parametrize(("seconds", "status"), [(0.2, "good"), (4.0, "warning")])
def test_the_speed_of_a_card(tmp_path: Path, seconds: float, status: str) -> None:
    """Sixteen megabytes in so many seconds; nothing stays behind."""
    times = iter((0.0, seconds))
    finding = check_speed(tmp_path / "not/there/yet", lambda: next(times))
    assert finding.status == status
    assert f"{16.777 / seconds:.0f} MB/s" in finding.found
    assert os.listdir(tmp_path) == []  # noqa: PTH208 - hidden names count


def test_what_runs_is_named() -> None:
    """Versions for whoever is asked for help."""
    assert "baryta " in versions().found
    assert "numpy " in versions().found


def test_a_clock_that_nobody_has_set() -> None:
    """Known sources are good, an unknown one has a remedy."""
    assert check_clock("network").status == "good"
    assert check_clock("unknown").remedy
