"""What a device needs once: packages, the camera's user, folders, the tool, the units.

All of it is pyinfra's own operations, which look first and change only what differs. A fleet that
only looks (--dry-run) runs the same operations as far as that look.
"""

import io
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyinfra.api.exceptions import NestedOperationError
from pyinfra.api.operation import OperationMeta
from pyinfra.context import ctx_host
from pyinfra.operations import apt, files, server

from baryta_deploy.errors import DeployError
from baryta_deploy.facts import Facts
from baryta_deploy.fleet import LOST, Device
from baryta_deploy.tool import zipped_tool
from baryta_release.places import CHOICES, SESSION, Config, Places

PACKAGES = (
    "libgomp1",
    "python3-cffi-backend",
    "python3-kivy",
    "python3-numpy",
    "python3-pil",
    "python3-platformdirs",
    "python3-segno",
    "python3-waitress",
    "rsync",
)
PI_PACKAGES = ("python3-picamera2",)  # in Raspberry Pi's own archive; brings libcamera
GROUPS = ("video", "render", "input", "gpio", "tty")
_DEPLOY = Path(__file__).parents[1]
_TOOL = str(Places().tool)
RESUME = "/etc/systemd/system/baryta-resume.service"
_RELEASE = "/usr/local/sbin/baryta-release"
_FIRST = (_TOOL, _RELEASE, RESUME)
_RULE = "/etc/udev/rules.d/90-baryta-stick.rules"
_COMMANDS = {
    "/usr/local/sbin/baryta-set-clock": "clock/baryta-set-clock",
    "/usr/local/sbin/baryta-stick": "stick/baryta-stick",
    "/usr/local/sbin/baryta-wifi": "wifi/baryta-wifi",
    "/usr/local/bin/baryta": "command/baryta",
    SESSION: "desktop/baryta-in-session",
}


# The locks as apt-get has them, and before them all that a first start has to do.
_LOCKS = ("/var/lib/dpkg/lock-frontend", "/var/lib/apt/lists/lock")
_APT_FREE = f"""set -e
[ ! -d /run/cloud-init ] || timeout "$1" cloud-init status --wait >/dev/null 2>&1 || [ $? != 124 ]
timeout "$1" python3 -c 'import fcntl
for path in {json.dumps(_LOCKS)}: fcntl.lockf(open(path, "a"), fcntl.LOCK_EX)'
"""
_APT_LOOK, _APT_LONGEST = 5, 900  # seconds
_ANSWER = 20  # seconds
_CONFIGS = " ".join(map(str, Places().configs))
_OBJECT = "import json, sys; print(json.dumps(dict(json.load(open(sys.argv[1])).items())))"
_READABLE = f"for path in {_CONFIGS}; do python3 -c '{_OBJECT}' $path 2>/dev/null && break; done"
_OFFLINE = "has it a network?"
_REMEDIES = {
    "Unable to locate": _OFFLINE,
    "Failed to fetch": _OFFLINE,
    "Could not resolve": _OFFLINE,
    "dpkg was interrupted": "sudo dpkg --configure -a there, then deploy again",
    "is not a directory": "a link there is none: mount what it leads to (mount --bind, /etc/fstab)",
}

Ensure = Callable[..., None]


def chosen_options(device: Device, chosen: Mapping[str, Any]) -> Config:
    """What is chosen now; what is not stays as it was chosen for the device before.

    Args:
        device: that may have Baryta already.
        chosen: values of Config by name; None for what is left as it is.

    Raises:
        DeployError: another account would be given pictures that it cannot write to; or what was
            chosen cannot be read there, and no account is given.
    """
    # Of an installation that never went live nothing is kept.
    proven = f"{Places().recorded('*')} {Places().recorded_filled('*')}"
    there = device.run("sh", "-c", f"ls -d {proven} 2>/dev/null | grep -q .").well
    found = device.run("sh", "-c", _READABLE).out if there else "{}"
    try:
        before = dict(json.loads(found).items())
    except (ValueError, AttributeError) as error:
        if not chosen.get("user"):
            raise DeployError(
                "what was chosen for it cannot be read there: choose anew, "
                f"--user foremost ({Config().user} unless another was)"
            ) from error
        before = {}
    kept = {name: before[name] for name in CHOICES if name in before}
    options = Config(**kept | {key: value for key, value in chosen.items() if value is not None})
    if kept and options.user != kept.get("user", options.user):
        raise DeployError(
            f"it runs as {kept['user']}, and the pictures are that account's: "
            f"baryta-deploy remove leaves them, then deploy with --user {options.user}"
        )
    return options


def unit_texts() -> dict[str, str]:
    """The units by their path on the device; templates, see filling."""
    paths = sorted((_DEPLOY / "system").glob("baryta*.*"))
    return {f"/etc/systemd/system/{path.name}": path.read_text("utf-8") for path in paths}


def command_texts() -> dict[str, str]:
    """The commands by their path on the device, likewise."""
    return {path: (_DEPLOY / name).read_text("utf-8") for path, name in _COMMANDS.items()}


def rule_text() -> str:
    """Udev's rule for memory sticks."""
    return (_DEPLOY / "stick/90-baryta-stick.rules").read_text("utf-8")


def missing_packages(device: Device, facts: Facts) -> list[str]:
    """Those of apt that the device lacks, the board's own among them."""
    if not facts.model.startswith("Raspberry Pi"):
        return facts.missing
    return facts.missing + [name for name in PI_PACKAGES if not _installed(device, name)]


def _installed(device: Device, package: str) -> bool:
    shown = device.run("dpkg-query", "-W", "-f", "${db:Status-Status}", package, root=False)
    return shown.out == "installed"


def set_up(device: Device, facts: Facts, options: Config) -> list[str]:
    """Looks at a device, and changes what differs unless the fleet only looks.

    Returns:
        What differed, in words.

    Raises:
        DeployError: an operation failed; it names which.
        LineLostError: the line is cut; what was done need not be done again.
    """
    sudo = device.run("id", "-u", root=False).out.strip() != "0"
    shipped = device.run("find", str(Places().shipped), "-type", "f").out.splitlines()
    changed: list[str] = []

    def ensure(what: str, operation: Any, **arguments: Any) -> None:  # noqa: ANN401 - pyinfra's
        name = f"{device.name}: {what}"
        try:
            done: OperationMeta = operation(name=name, _sudo=sudo, **arguments)
        except (NestedOperationError, *LOST) as error:
            device.run("true", root=False, timeout=_ANSWER)  # tells if it is the line
            said = _said(device) if isinstance(error, NestedOperationError) else str(error)
            remedy = next((f"; {told}" for words, told in _REMEDIES.items() if words in said), "")
            raise DeployError(f"{what}: {said}{remedy}") from error
        if done.did_change() if done.is_complete() else done.will_change:
            changed.append(what)

    with ctx_host.use(device.host):
        _packages(ensure, facts)
        _account(ensure, device, facts, options)
        _contents(ensure, options, shipped)
    return changed


def _said(device: Device) -> str:
    """The last line of the operation that failed last."""
    state, name = device.host.state, device.host.op_hash_order[-1]
    done = state.get_op_data_for_host(device.host, name).operation_meta
    lines = done.stderr_lines or done.stdout_lines
    return lines[-1] if lines else "it failed; is there room, and is the network there?"


def wait_for_apt(device: Device, say: Callable[[str], None]) -> None:
    """Waits while others install packages, as a fresh card does at its first start.

    Raises:
        DeployError: they do not come to an end.
    """
    script = ("sh", "-c", _APT_FREE, "sh")
    if device.run(*script, str(_APT_LOOK)).well:
        return
    say(f"{device.name}: its apt is busy; waiting")
    if not device.run(*script, str(_APT_LONGEST), timeout=3 * _APT_LONGEST).well:
        raise DeployError("its apt is busy, or does not work: sudo apt update there tells")


def _packages(ensure: Ensure, facts: Facts) -> None:
    if facts.missing:
        names = list(facts.missing)
        ensure("package lists", apt.update)
        ensure(f"packages {' '.join(names)}", apt.packages, packages=names, no_recommends=True)


def _account(ensure: Ensure, device: Device, facts: Facts, options: Config) -> None:
    user, home, places = options.user, Config().home, Places()
    groups = [name for name in GROUPS if name in facts.groups]
    if user in facts.users:  # a person's account, or ours of the last time: only groups are added
        ensure(f"groups of {user}", server.user, user=user, groups=groups, append=True)
    else:
        own = {"system": True, "home": home, "shell": "/usr/sbin/nologin", "groups": groups}
        ensure(f"user {user}", server.user, user=user, ensure_home=False, **own)
    for folder in (places.root, places.incoming, places.releases):
        ensure(f"folder {folder}", files.directory, path=str(folder), mode="755")
    for path in (home, f"{home}/pictures"):
        ensure(f"folder {path}", files.directory, path=path, user=user, mode="750")
    # Another account's before, or brought back by root.
    if device.run("find", home, "!", "-user", user, "-print", "-quit").out:
        take = f"chown -R {user}: {home}"
        ensure(f"owner of what is in {home}", server.shell, commands=[take])


def _contents(ensure: Ensure, options: Config, before: list[str]) -> None:
    units, commands = unit_texts(), command_texts()
    commands[_RELEASE] = f'#!/bin/sh\nexec python3 -I {_TOOL} "$@"\n'
    config = replace(options, files=(*units, *commands, _RULE))
    texts = {str(Places().config): config.text(), _RULE: rule_text()} | units
    found = [(_TOOL, zipped_tool(), "644")]
    found += [(path, text.encode(), "755") for path, text in commands.items()]
    found += [(path, text.encode(), "644") for path, text in texts.items()]
    # What makes the change, and finishes it after a power cut, is there first; all else waits.
    places = {path: path if path in _FIRST else f"{Places().shipped}{path}" for path, *_ in found}
    for path, data, mode in found:
        ensure(path, files.put, src=io.BytesIO(data), dest=places[path], mode=mode)
    for path in sorted({*before} - {*places.values()}):
        ensure(f"no {path}", files.file, path=path, present=False)
