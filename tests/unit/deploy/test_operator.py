"""The operator's side, as far as it needs no device."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest

from baryta_deploy.bundles import EPOCH, PROJECT, _run, write_bundle
from baryta_deploy.command import main
from baryta_deploy.debian import maintainer
from baryta_deploy.errors import DeployError
from baryta_deploy.facts import _ASK, Facts
from baryta_deploy.fleet import Answer, Device, Result, remedy_of
from baryta_deploy.inventory import Target, targets
from baryta_deploy.live import start
from baryta_deploy.setup import RESUME, chosen_options, unit_texts
from baryta_deploy.table import as_json, plain, table
from baryta_deploy.tool import zipped_tool
from baryta_release.bundle import unpack
from baryta_release.filling import filled
from baryta_release.places import Config

UNIT = "/etc/systemd/system/baryta.service"
GOOD = Facts("trixie", "aarch64", "3.13", 9000, 9000, [], [], [], "", 1, True, True, False, False)


@pytest.mark.parametrize(
    ("text", "target"),
    [
        ("camera.local", Target("camera.local", "camera.local")),
        ("pi@10.0.0.7:2222", Target("pi@10.0.0.7:2222", "10.0.0.7", "pi", 2222)),
        ("pi@[fe80::1]:22", Target("pi@[fe80::1]:22", "fe80::1", "pi", 22)),
    ],
)
def test_hosts_as_people_name_them(text: str, target: Target) -> None:
    """A name alone, or with user and port."""
    assert Target.parse(text) == target


@pytest.mark.parametrize(
    "text", ["", "-oProxyCommand=x", "a b", "pi@", "a:99999", "a:0", "x;y", "a\nb"]
)
def test_what_names_no_host(text: str) -> None:
    """Nothing that ssh could take for an option or a shell for a command."""
    with pytest.raises(DeployError, match="no host"):
        Target.parse(text)


def test_an_inventory_and_a_command_line_together(tmp_path: Path) -> None:
    """Comments and blank lines do not count, and each device counts once."""
    listed = tmp_path / "drawer"
    listed.write_text("# all of them\none\n\ntwo  # on the left\n")
    assert [t.name for t in targets(["one", "three"], listed)] == ["one", "three", "two"]
    with pytest.raises(DeployError, match="which device"):
        targets([], None)
    with pytest.raises(DeployError, match="cannot be read"):
        targets([], tmp_path / "none")


def test_a_bundle_comes_out_as_it_went_in(tmp_path: Path) -> None:
    """What the operator packs is what the device unpacks, under the same name."""
    wheels = []
    for name in ("baryta-0.1.0-cp311-abi3-linux_aarch64.whl", "rawpy-1-cp313-cp313-any.whl"):
        wheels.append(tmp_path / name)
        wheels[-1].write_bytes(os.urandom(5000))
    manifest, bundle = write_bundle(wheels, "3.13", "aarch64", tmp_path / "out")
    assert manifest.release.startswith("0.1.0-")
    assert unpack(bundle, tmp_path / "new", manifest.release) == manifest
    for wheel in wheels:
        assert (tmp_path / "new/wheels" / wheel.name).read_bytes() == wheel.read_bytes()


def test_the_tool_is_one_file_that_runs(tmp_path: Path) -> None:
    """The zip runs by itself, and is the same each time it is made."""
    assert zipped_tool() == zipped_tool()
    tool = tmp_path / "tool.pyz"
    tool.write_bytes(zipped_tool())
    command = [sys.executable, "-I", str(tool), f"--root={tmp_path}", "install", "../etc"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "no release's name" in done.stderr or "only root" in done.stderr


@pytest.mark.parametrize(
    ("board", "told"),
    [
        ('import os, types; os.uname = lambda: types.SimpleNamespace(machine="armv7l")', "armv7l"),
        ("import sys; sys.maxsize = 2**31 - 1", "32-bit"),  # below a kernel of 64
    ],
)
def test_a_32_bit_system_is_refused_in_one_line(board: str, told: str) -> None:
    """As the device's own answer tells of it, whatever else it lacks."""
    script = f"{board}\n{_ASK.replace('WANTED', '[]')}"
    command = [sys.executable, "-"]
    done = subprocess.run(command, input=script, capture_output=True, text=True, check=True)
    with pytest.raises(DeployError) as refused:
        Facts(**json.loads(done.stdout)).check()
    assert str(refused.value) == (
        f"it is {told}; a 64-bit system is needed: write a new card with one"
    )


def test_what_a_device_says_stays_in_its_row() -> None:
    """No second line, and nothing that a terminal obeys."""
    shown = table([Result("a", False, "failed", "", "x\x1b[2J\nsecond")])
    assert shown.splitlines()[1:] == ["a       failed   -        x?[2J second"]
    assert plain("   2 s\t\x1b[31mx") == "   2 s  ?[31mx"


class _There:
    """A device on which something was chosen before, or nothing."""

    def __init__(self, text: str) -> None:
        self.text = text

    def run(self, *_command: str) -> Answer:
        return Answer(bool(self.text), self.text, "")


def test_what_was_chosen_for_a_device_stays_so() -> None:
    """An update without options changes none; another account for the same pictures is refused."""
    nothing = dict.fromkeys(("user", "source", "gate", "console", "hand_over"))
    fresh = cast("Device", _There(""))
    assert chosen_options(fresh, nothing) == Config()
    before = Config("pi", source="picamera2", console=False, hand_over=True).text()
    there = cast("Device", _There(before))
    assert chosen_options(there, nothing) == Config(
        "pi", source="picamera2", console=False, hand_over=True
    )
    back = chosen_options(there, nothing | {"hand_over": False, "gate": 60.0})
    assert back == Config("pi", gate=60.0, source="picamera2", console=False)
    with pytest.raises(DeployError, match="remove leaves them, then deploy with --user anna"):
        chosen_options(there, nothing | {"user": "anna"})


@pytest.mark.parametrize("left", ["{]", "null", "[]", "\n"])
def test_choices_that_cannot_be_read_are_not_guessed(left: str) -> None:
    """The library would be given to another account; who is named is believed."""
    nothing = dict.fromkeys(("user", "source", "gate", "console", "hand_over"))
    spoilt = cast("Device", _There(left))
    with pytest.raises(DeployError, match="choose anew, --user foremost"):
        chosen_options(spoilt, nothing)
    assert chosen_options(spoilt, nothing | {"user": "anna"}) == Config("anna")


def test_what_finishes_a_killed_deployment_is_finished_itself() -> None:
    """And what eats the memory takes only the doctor along, which is an answer."""
    unit = unit_texts()[RESUME]
    assert {"Restart=on-abnormal", "OOMPolicy=continue"} <= set(unit.splitlines())
    said = list[str]()

    class _Listens:
        def check(self, *command: str) -> None:
            said.extend(command)

    start(cast("Device", _Listens()), "install", "one")
    assert "--property=OOMPolicy=continue" in said


def test_units_are_filled_in() -> None:
    """User and source are the person's; a desktop's unit takes no console."""
    anna = Config("anna", source="picamera2")
    units = {path: filled(text, anna) for path, text in unit_texts().items()}
    camera = units[UNIT]
    assert "User=anna\n" in camera
    assert "--source picamera2\n" in camera
    assert "TTYPath=/dev/tty1\n" in camera
    assert "@" not in "".join(units.values()).replace("getty@tty1", "").replace("@system", "")
    desktop = filled(unit_texts()[UNIT], Config(console=False))
    assert "tty1" not in desktop
    assert "# console" not in camera + desktop
    assert "baryta-in-session" not in camera + desktop
    theirs = filled(unit_texts()[UNIT], Config("anna", console=False))
    assert "ExecStart=/usr/local/bin/baryta-in-session /opt/baryta/current/venv/" in theirs
    assert "AF_INET" not in camera
    assert "IPAddressDeny=any\n" in camera
    sending = filled(unit_texts()[UNIT], Config(hand_over=True))
    assert "AF_INET AF_INET6\n" in sending
    assert "# hand-over" not in camera + sending
    for unit in (camera, desktop, theirs):  # lgpio makes a pipe where the app starts
        assert "RuntimeDirectory=baryta\n" in unit
        assert "WorkingDirectory=/run/baryta\n" in unit
    assert "PathExists=/run/baryta/power-off" in units["/etc/systemd/system/baryta-power.path"]


@pytest.mark.parametrize("gate", [30.0, 999.0])
def test_the_slowest_failures_reach_the_safe_mode(gate: float) -> None:
    """Four of a camera that starts as late as it may, hangs, and does not heed being stopped."""
    unit = filled(unit_texts()[UNIT], Config(gate=gate))
    values = dict(line.split("=", 1) for line in unit.splitlines() if "=" in line)
    names = ("TimeoutStartSec", "WatchdogSec", "TimeoutAbortSec", "RestartSec")
    slowest = sum(float(values[name]) for name in names)
    assert float(values["StartLimitIntervalSec"]) >= float(values["StartLimitBurst"]) * slowest


def test_files_in_what_is_built_have_one_date() -> None:
    """So the same sources give the same wheel, and a device is left alone that has it."""
    wanted = f"import os, sys; sys.exit(os.environ['SOURCE_DATE_EPOCH'] != {EPOCH!r})"
    _run([sys.executable, "-c", wanted], "the date is not set")


def test_a_card_lets_its_owner_in() -> None:
    """SSH is off on a fresh Raspberry Pi OS, and nobody has a keyboard to switch it on."""
    text = (PROJECT / "deploy/cloud-init/user-data").read_text("utf-8")
    assert "\nenable_ssh: true\n" in text
    assert '["systemctl", "enable", "--now", "ssh"]' in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"codename": "bullseye", "python": "3.9"}, "trixie is needed"),
        ({"machine": "armv7l"}, "64-bit"),
        ({"systemd": False}, "systemd"),
        ({"read_only": True}, "overlay"),
        ({"packaged": True}, "apt remove baryta"),
    ],
)
def test_devices_that_cannot_be_cameras(change: dict[str, object], why: str) -> None:
    """The reason is told before anything is changed."""
    GOOD.check()
    values = {name: getattr(GOOD, name) for name in Facts.__slots__}
    with pytest.raises(DeployError, match=why):
        Facts(**values | change).check()


def test_room_is_asked_for_what_is_missing() -> None:
    """A second run needs none; packages of apt need more than a release."""
    replace(GOOD, free=0).check_room(there=True)
    assert "only 90 MB are free for pictures" in replace(GOOD, room=90).notes()
    with pytest.raises(DeployError, match="90 MB are free, 100 are needed"):
        replace(GOOD, free=90).check_room(there=False)
    with pytest.raises(DeployError, match="690 MB are free, 700 are needed"):
        replace(GOOD, free=690, missing=["rsync"]).check_room(there=True)


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (["--wheel", "/none.whl"], "no wheel of Baryta"),
        (["--wheels", "/none"], "no folder"),
        (["--gate", "nan"], "no time"),
        (["--gate", "0"], "no time"),
        (["--parallel", "0"], "no count"),
        (["--user", "root"], "not root"),
        (["--key", "/none"], "is no file"),
    ],
)
def test_wrong_usage_is_told_before_any_line_is_opened(
    words: list[str], why: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2 and the cause."""
    with pytest.raises(SystemExit) as ended:
        main(["deploy", "camera.invalid", *words])
    assert ended.value.code == 2
    assert why in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["--inventory", "drawer", "status"],
        ["--parallel", "2", "remove", "camera.invalid"],
        ["rolback", "--inventory", "drawer"],
        ["roll-back", "--inventory", "drawer"],
        ["uninstall", "--inventory", "drawer"],
    ],
)
def test_a_command_that_was_not_taken_for_one_deploys_nothing(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """Behind options or mistyped, it would be a device's name, and all others updated."""
    with pytest.raises(SystemExit) as ended:
        main(words)
    assert ended.value.code == 2
    assert "comes first" in capsys.readouterr().err


def test_what_prints_lines_offers_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    """JSON is of tables; a command that has none does not take the option."""
    with pytest.raises(SystemExit):
        main(["logs", "camera.invalid", "--json"])
    assert "unrecognized arguments: --json" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        ("Authentication failed.", "ssh-copy-id"),
        ("Name or service not known: could not resolve", "is the name right"),
        ("[Errno 113] No route to host", "is it on"),
        ("Connection refused", "enable --now ssh"),
        ("Private key file (k) is encrypted, set ssh_key_password to use this key", "ssh-add"),
        ("Host key for server does not match", "ssh-keygen -R"),
        ("StrictPolicy: No host key for a found in known_hosts", "ssh there once"),
        ("Authentication error (Private key file is encrypted)", "ssh-add"),
        ("something never seen", ""),
    ],
)
def test_a_device_that_is_not_reached_has_a_remedy(said: str, remedy: str) -> None:
    """Where it is known what helps, it is said."""
    told = remedy_of(OSError(said))
    assert remedy in told
    assert bool(told) == bool(remedy)


def test_who_builds_a_package_answers_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Debian's own tools are told it; what would be another field is refused."""
    monkeypatch.setenv("DEBFULLNAME", "Anna Atkins")
    monkeypatch.setenv("DEBEMAIL", "anna@example.org")
    assert maintainer() == "Anna Atkins <anna@example.org>"
    monkeypatch.setenv("DEBFULLNAME", "Anna\nDepends: other")
    with pytest.raises(DeployError, match="no maintainer"):
        maintainer()


def test_without_a_builders_name_the_last_commit_answers(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """So the same sources give the same package; without a history it is plainly nobody."""
    monkeypatch.delenv("DEBFULLNAME", raising=False)
    monkeypatch.delenv("DEBEMAIL", raising=False)
    assert maintainer(tmp_path) == "The Baryta authors <nobody@baryta.invalid>"
    for command in (
        ["init", "-q"],
        [
            "-c",
            "user.name=Anna",
            "-c",
            "user.email=a@example.org",
            "commit",
            "-qm.",
            "--allow-empty",
        ],
    ):
        subprocess.run(["git", "-C", str(tmp_path), *command], check=True)  # noqa: S607
    assert maintainer(tmp_path) == "Anna <a@example.org>"


def test_the_table_and_its_object_tell_the_same() -> None:
    """A line a device, the reason last; JSON for scripts."""
    results = [
        Result("one", well=True, outcome="live", release="0.1.0-aaaaaaaaaaaa"),
        Result("pi@two:22", well=False, outcome="unreachable", told="No route to host"),
    ]
    head, first, second = table(results).splitlines()
    assert head.split() == ["device", "outcome", "release"]
    assert first.index("live") == second.index("unreachable") == head.index("outcome")
    assert second.endswith("-                   No route to host")
    assert [row["well"] for row in json.loads(as_json(results))["devices"]] == [True, False]
