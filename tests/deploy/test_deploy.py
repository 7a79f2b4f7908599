"""Deployment over SSH to devices with systemd: good days and bad days."""

import os
import random
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from machine import HERE, SUBNET, Machine, wait_for
from operating import Operator
from stand_in import stand_in

Machines = Callable[..., list[Machine]]


def _waited_for(machine: Machine, unit: str) -> set[str]:
    """All units that come before one at the device's start."""
    found, new = set[str](), {unit}
    while new:
        told = machine.read("systemctl", "show", "-P", "After", "--", *sorted(new))
        found |= new
        new = set(told.split()) - found
    return found


def _current(machine: Machine) -> str:
    return machine.read("readlink", "/opt/baryta/current").removeprefix("releases/")


@pytest.mark.short
def test_from_nothing_to_a_camera_and_back(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """Looking changes nothing, the first run installs, the second leaves all, remove clears."""
    (machine,) = machines()
    good = stand_in(place)
    told = operator.deploy(good, machine.target, "--dry-run")
    assert told.status == 0
    assert "install 0.1.0-" in told.only["told"]
    assert machine.run("ls", "/opt/baryta").returncode != 0

    assert operator.deploy(good, machine.target).only["outcome"] == "live"
    assert machine.is_up()
    assert machine.read("stat", "-c", "%U %a", "/var/lib/baryta/pictures") == "baryta 750"
    assert not {"network.target", "network-online.target"} & _waited_for(machine, "baryta.service")
    began = machine.read("systemctl", "show", "-P", "ExecMainPID", "baryta")

    again = operator.deploy(good, machine.target)
    assert (again.status, again.only["outcome"]) == (0, "unchanged")
    assert machine.read("systemctl", "show", "-P", "ExecMainPID", "baryta") == began
    assert operator.deploy(good, machine.target, "--dry-run").only["outcome"] == "unchanged"

    told = operator.run("logs", machine.target).out.splitlines()
    assert any(line.startswith(f"{machine.target}: ") and ": live" in line for line in told)

    shot = operator.run("logs", machine.target, "--shot=2").out.splitlines()
    assert [line.rpartition(": ")[2] for line in shot] == [
        "finished after a stop",
        "begun 2",
        "saved 2",
    ]
    named = operator.run("logs", machine.target, "--shot=BARY0001").out.splitlines()
    assert [line.rpartition(": ")[2] for line in named] == ["begun 1", "saved 1"]
    unknown = operator.run("logs", machine.target, "--shot=7")
    assert unknown.status == 1
    assert "knows no shot 7" in unknown.err
    boot = operator.run("boot", machine.target).out.splitlines()
    assert [line.rpartition(" s  ")[2] for line in boot[:2]] == [
        "app: first frame",
        "together, without the firmware",
    ]

    machine.read("touch", "/var/lib/baryta/pictures/kept")
    assert operator.run("remove", machine.target).only["outcome"] == "removed"
    assert not machine.is_up()
    found = machine.read("sh", "-c", "ls -d /opt/baryta /etc/systemd/system/baryta* || true")
    assert found == ""
    machine.read("test", "-e", "/var/lib/baryta/pictures/kept")


def test_a_first_installation_that_fails_leaves_no_choice(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """The next one, without options, is as on a new device, and its account has the folders."""
    (machine,) = machines()
    words = ("--user=anna", "--hand-over", "--source=picamera2", machine.target)
    failed = operator.deploy(stand_in(place, "crashes"), *words)
    assert failed.only["outcome"] == "failed"
    assert "there is no earlier release" in failed.only["told"]
    machine.read("runuser", "-u", "anna", "--", "touch", "/var/lib/baryta/pictures/settings")
    package = "useradd -r baryta && chown baryta /var/lib/baryta /var/lib/baryta/pictures"
    machine.read("sh", "-c", package)  # one that was there in between
    assert operator.deploy(stand_in(place), machine.target).only["outcome"] == "live"
    unit = machine.read("systemctl", "cat", "baryta")
    assert "User=baryta" in unit
    assert "--source auto" in unit
    assert "AF_INET" not in unit
    assert machine.read("stat", "-c", "%U", "/var/lib/baryta/pictures/settings") == "baryta"


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        pytest.param("crashes", "no such camera", marks=pytest.mark.short),
        ("dies", "the cable is loose"),
        ("silent", "within 8 s (it says: waiting for a frame)"),
        ("sick", "cannot be written"),
        ("broken", "half a module"),
    ],
)
def test_a_broken_release_rolls_back(
    machines: Machines, operator: Operator, place: Path, behaviour: str, why: str
) -> None:
    """The earlier release runs again, and the table says why."""
    (machine,) = machines(cameras=True)
    good = _current(machine)
    gate = 8.0 if behaviour == "silent" else 60.0
    broken = operator.deploy(stand_in(place, behaviour), machine.target, gate=gate)
    assert broken.status == 1
    assert broken.only["outcome"] == ("failed" if behaviour == "broken" else "rolled back")
    assert why in broken.only["told"]
    assert _current(machine) == good
    assert machine.is_up()


@pytest.mark.short
def test_a_power_cut_in_the_middle(machines: Machines, operator: Operator, place: Path) -> None:
    """Cut at several instants, it starts with one of the two releases, whole, and can go on."""
    (machine,) = machines(cameras=True)
    luck = random.Random(10)  # noqa: S311 - not for secrets
    for turn in range(3):
        process = operator.begin_deploy(stand_in(place, mark=str(turn)), machine.target)
        wait_for(lambda: machine.run("ls", "/opt/baryta/incoming").stdout.strip() != "")
        time.sleep(luck.uniform(0, 12))
        machine.cut_power()
        operator.interrupt(process)
        machine.switch_on()
        machine.wait_for()
        wait_for(lambda: machine.run("systemctl", "is-active", "baryta-resume").returncode != 0)
        assert machine.is_up()
        assert operator.run("status", machine.target).only["outcome"] == "active"
        assert machine.run("sh", "-c", "ls -d /opt/baryta/*/*.part").returncode != 0
    assert operator.deploy(stand_in(place, mark="2"), machine.target).status == 0


def test_a_worker_that_is_killed_is_finished_by_another(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """For want of memory, in the middle of a proof: no camera stays stopped."""
    (machine,) = machines(cameras=True)
    process = operator.begin_deploy(stand_in(place, mark="2"), machine.target)
    _kill_while_it_proves(machine, "baryta-deploy-*")
    assert operator.end(process).only["outcome"] == "live"
    assert machine.is_up()


def test_what_finishes_it_is_killed_too(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """What fells everybody who proves it goes."""
    (machine,) = machines(cameras=True)
    good = _current(machine)
    process = operator.begin_deploy(stand_in(place, mark="2"), machine.target)
    _kill_while_it_proves(machine, "baryta-deploy-*")
    wait_for(lambda: '"boots": 1' in machine.read("cat", "/opt/baryta/journal.json"))
    _kill_while_it_proves(machine, "baryta-resume.service")
    assert operator.end(process).only["outcome"] == "rolled back"
    assert _current(machine) == good
    assert machine.is_up()


def _kill_while_it_proves(machine: Machine, unit: str) -> None:
    kill = f"grep -q prove /opt/baryta/journal.json && systemctl kill -s KILL '{unit}'"
    wait_for(lambda: machine.run("sh", "-c", kill).returncode == 0)


def test_a_full_card(machines: Machines, operator: Operator, place: Path) -> None:
    """No room for a release: a line says so, and what ran goes on; with room it works, and back."""
    (machine,) = machines(opt="900M")
    operator.deploy(stand_in(place), machine.target)
    good = _current(machine)
    fill = ("sh", "-c", "cat /dev/zero >/opt/filler 2>/dev/null || true")
    process = operator.begin_deploy(stand_in(place, mark="2"), machine.target)
    wait_for(lambda: machine.run("ls", "/opt/baryta/incoming").stdout.strip() != "")
    machine.read(*fill)
    full = operator.end(process)
    assert full.status == 1
    assert any(word in full.only["told"] for word in ("free", "space", "room"))
    assert _current(machine) == good
    assert machine.is_up()
    refused = operator.deploy(stand_in(place, mark="2"), machine.target)
    assert "MB are free" in refused.only["told"]
    machine.read("rm", "/opt/filler")
    assert operator.deploy(stand_in(place, mark="2"), machine.target).only["outcome"] == "live"
    assert operator.run("rollback", machine.target, "--dry-run").only["told"] == f"to {good}"
    assert operator.run("rollback", machine.target).only["outcome"] == "live"
    assert _current(machine) == good


def test_what_is_chosen_outlives_a_roll_back(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """The older code runs with what was chosen since, and so does the next update."""
    (machine,) = machines()
    new = stand_in(place, mark="new")
    assert operator.deploy(stand_in(place), machine.target).only["outcome"] == "live"
    old = _current(machine)
    assert operator.deploy(new, machine.target).only["outcome"] == "live"
    chosen = operator.deploy(new, "--hand-over", "--source=picamera2", machine.target)
    assert chosen.only["outcome"] == "live"
    back = operator.run("rollback", machine.target)
    assert (back.only["outcome"], back.only["told"]) == ("live", "")
    assert _current(machine) == old
    assert _sends(machine)
    assert operator.deploy(new, machine.target).only["outcome"] == "live"
    assert _current(machine) != old
    assert _sends(machine)


def _sends(machine: Machine) -> bool:
    unit = machine.read("systemctl", "cat", "baryta")
    return "AF_INET" in unit and "--source picamera2" in unit


def test_a_lost_line(machines: Machines, operator: Operator, place: Path) -> None:
    """The cable out in the set-up, while the bundle is sent, and after: all is taken up again."""
    (machine,) = machines()
    process = operator.begin_deploy(stand_in(place, megabytes=100), machine.target)
    for sign in ("/opt/baryta/releases", "/opt/baryta/incoming/*.part", "/opt/baryta/journal.json"):
        wait_for(lambda: machine.run("sh", "-c", f"ls {sign}").returncode == 0)  # noqa: B023
        machine.plug(connected=False)
        time.sleep(45)
        machine.plug(connected=True)
    answer = operator.end(process)
    assert answer.only["outcome"] == "live"
    assert answer.err.count("the line is cut") >= 2


def test_twenty_at_once_of_which_most_are_off(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """Those that are off, refuse or lack room are told in their rows, and stop no other."""
    three, (small,) = machines(3), machines(1, opt="40M")
    off = [f"pi@{SUBNET}.{number}" for number in range(230, 242)]
    refusing = [f"pi@{HERE}:{port}" for port in range(9001, 9005)]
    names = [three[0].target, *off, small.target, three[1].target, *refusing, three[2].target]
    assert len(names) == 20
    listed = place / "devices"
    listed.write_text("\n".join(["# the drawer", *names]))
    answer = operator.deploy(stand_in(place), f"--inventory={listed}")
    assert answer.status == 1
    outcomes = {row["device"]: row["outcome"] for row in answer.devices}
    assert list(outcomes) == names
    assert {outcomes[name] for name in (*off, *refusing)} == {"unreachable"}
    assert outcomes[small.target] == "failed"
    assert "MB are free" in next(r["told"] for r in answer.devices if r["device"] == small.target)
    assert {outcomes[machine.target] for machine in three} == {"live"}
    assert all(map(Machine.is_up, three))
    back = operator.run("rollback", three[0].target)
    assert "no earlier release" in back.only["told"]


def test_a_pull_goes_on_where_it_stopped(
    machines: Machines, operator: Operator, place: Path
) -> None:
    """Interrupted in the middle of a file, the next pull brings the rest, each file whole."""
    (machine,) = machines(cameras=True)
    folder = "/var/lib/baryta/pictures/Baryta/DCIM/100BARYT"
    machine.read("sh", "-c", f"umask 077; mkdir -p {folder}")
    for number in range(1, 5):
        path = f"{folder}/BARY{number:04}.DNG"
        machine.read("sh", "-c", f"head -c 60M /dev/urandom >{path}; chown baryta {path}")
    machine.read("chown", "-R", "baryta", "/var/lib/baryta/pictures/Baryta")
    into = place / "pulled"
    words = (f"--into={into}", machine.target)
    process = operator.begin("pull", *words)
    coming = into / machine.address / ".baryta-pull"
    wait_for(lambda: sum(path.stat().st_size for path in coming.rglob("*.DNG")) > 1 << 20)
    operator.interrupt(process)
    part = next(path for path in coming.rglob("*.DNG") if path.stat().st_size < 60 << 20)
    place = part.stat().st_ino
    assert operator.run("pull", *words).only["outcome"] == "4 files"
    assert (into / machine.address / part.relative_to(coming)).stat().st_ino == place, "new again"
    sums = machine.read("sh", "-c", f"cd {folder}; sha256sum *.DNG")
    here = into / machine.address / "DCIM/100BARYT"
    subprocess.run(["sha256sum", "-c", "--quiet"], input=sums, cwd=here, text=True, check=True)
    assert operator.run("pull", *words).only["outcome"] == "nothing new"


def test_a_hanging_camera_is_restarted_and_a_falling_one_explained(
    machines: Machines,
    operator: Operator,
) -> None:
    """The watchdog restarts it; four falls, and the safe mode tells what is wrong."""
    (machine,) = machines(cameras=True)
    drop_in = "/etc/systemd/system/baryta-safe.service.d"  # there is no screen
    text = "[Service]\nStandardOutput=journal\nTTYPath=\n"
    machine.read("sh", "-c", f"mkdir -p {drop_in}; printf '{text}' >{drop_in}/journal.conf")
    machine.read("systemctl", "daemon-reload")
    machine.read("touch", "/var/lib/baryta/hang")
    wait_for(lambda: machine.read("systemctl", "show", "-P", "NRestarts", "baryta") == "1")
    machine.read("rm", "/var/lib/baryta/hang")
    machine.wait_for()
    machine.read("touch", "/var/lib/baryta/fall")
    told = ("journalctl", "--no-pager", "-o", "cat", "-u", "baryta-safe")
    wait_for(lambda: "tells more" in machine.read(*told))
    said = machine.read(*told)
    assert "The pictures are safe" in said
    assert "the sensor has gone" in said
    assert "systemctl restart baryta.service" in said
    assert "rollback" not in said, "there is no release to go back to"
    status = operator.run("status", machine.target)
    assert (status.status, status.only["outcome"]) == (1, "failed")
    assert "exit status 1, RuntimeError: the sensor has gone; " in status.only["told"]
    assert "The pictures are safe" in operator.run("logs", machine.target).out


def test_the_camera_is_switched_off_when_it_asks(machines: Machines) -> None:
    """The wish of an app without rights, whose battery is empty: it stops, the device is off."""
    (machine,) = machines(cameras=True)
    machine.read("runuser", "-u", "baryta", "--", "touch", "/run/baryta/power-off")
    assert machine.process is not None
    wait_for(lambda: machine.process is not None and machine.process.poll() is not None)
    assert (machine.place / "upper/var/lib/baryta/stopped").exists()
    machine.cut_power()
    machine.switch_on()
    machine.wait_for()


@pytest.mark.skipif("BARYTA_BOOKWORM" not in os.environ, reason="make test-deploy makes its root")
def test_bookworm_is_served_too(machines: Machines, operator: Operator, place: Path) -> None:
    """Its older Python and systemd: preflight, installation, gate, and back from what is broken."""
    (machine,) = machines(suite="bookworm")
    first = operator.deploy(stand_in(place), machine.target)
    assert first.only["outcome"] == "live", first.only["told"]
    assert "3.11" in machine.read("ls", "/opt/baryta/current/venv/lib")
    good = _current(machine)
    broken = operator.deploy(stand_in(place, "crashes"), machine.target)
    assert broken.only["outcome"] == "rolled back"
    assert "no such camera" in broken.only["told"]
    assert _current(machine) == good
    assert machine.is_up()
