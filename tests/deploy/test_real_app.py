"""The real app, built from these sources, on a device with a display that nobody sees."""

import platform
from collections.abc import Callable

import pytest
from machine import Machine
from operating import PROJECT, WHEELS, Operator

_DISPLAY = """[Service]
Environment=DISPLAY=:7 LIBGL_ALWAYS_SOFTWARE=1
"""


@pytest.mark.timeout(900)
def test_the_real_app_passes_the_gate(
    machines: Callable[..., list[Machine]], operator: Operator
) -> None:
    """Window, frames of the simulated sensor, doctor, all within the unit's sandbox."""
    (machine,) = machines()
    machine.read("systemd-run", "--unit=display", "Xvfb", ":7", "-ac", "-screen", "0", "800x480x24")
    folder = "/etc/systemd/system/baryta.service.d"
    machine.read("sh", "-c", f"mkdir -p {folder} && echo '{_DISPLAY}' >{folder}/display.conf")
    (wheel,) = (PROJECT / f"build/deploy/baryta-{platform.machine()}").glob("*.whl")
    answer = operator.run(
        "deploy",
        "--desktop",
        "--source=simulated:print",
        "--gate=500",
        f"--wheel={wheel}",
        f"--wheels={WHEELS}",
        machine.target,
    )
    print(machine.run("journalctl", "--no-pager", "-u", "baryta").stdout)
    assert answer.only["outcome"] == "live", answer.only["told"]
    assert machine.read("systemctl", "show", "-P", "StatusText", "baryta") == "ready"
    found = machine.read("sh", "-c", "cd / && HOME=/root baryta doctor")
    assert "core" in found
    machine.read("systemctl", "stop", "baryta")
    assert machine.read("systemctl", "show", "-P", "Result", "baryta") == "success"
