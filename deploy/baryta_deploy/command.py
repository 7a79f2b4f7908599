"""baryta-deploy: the command line."""

import argparse
import logging
import re
import sys
from collections.abc import Callable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import Any

from baryta_deploy.bundles import Bundles
from baryta_deploy.errors import DeployError
from baryta_deploy.facts import ask
from baryta_deploy.fleet import Device, Fleet, Result
from baryta_deploy.inventory import targets
from baryta_deploy.live import NOTHING, TOOL, follow, persist, ship, start, status_of
from baryta_deploy.logs import lines_of
from baryta_deploy.pull import pull, ssh_command
from baryta_deploy.setup import (
    PACKAGES,
    RESUME,
    chosen_options,
    missing_packages,
    set_up,
    wait_for_apt,
)
from baryta_deploy.table import as_json, plain, table
from baryta_release.places import Places

STOPPED = 130  # as of a shell, for Ctrl-C
_COMMANDS = ("deploy", "status", "logs", "boot", "pull", "rollback", "remove")
_LIKE_COMMANDS = ("dryrun", "install", "uninstall", "update", "upgrade", "help")
_LINES = ("logs", "boot")  # these print what devices say

Act = Callable[[Device], Result]


def main(arguments: list[str] | None = None) -> int:
    """Runs a command on every device.

    Returns:
        0 if all devices are as asked for, 1 if one is not, 2 for wrong usage, 130 for Ctrl-C.
    """
    given = sys.argv[1:] if arguments is None else arguments
    named = bool(given) and given[0] in (*_COMMANDS, "-h", "--help")
    parser = _parser()
    parsed = parser.parse_args(given if named else ["deploy", *given])
    for host in parsed.hosts:
        word = host.replace("-", "")
        meant = get_close_matches(word, _COMMANDS, 1, cutoff=0.8) if word.isalpha() else []
        if meant or word in _LIKE_COMMANDS:
            parser.error(
                f"{host}: a command ({', '.join(_COMMANDS)}) comes first, before all options; "
                f"a device that has such a name is USER@{host}"
            )
    level = logging.INFO if parsed.verbose else logging.CRITICAL
    logging.basicConfig(stream=sys.stderr, level=level, format="%(name)s: %(message)s")
    try:
        fleet = Fleet(
            targets(parsed.hosts, parsed.inventory),
            parsed.key,
            parsed.known_hosts,
            strict=parsed.strict,
            parallel=parsed.parallel,
            look=getattr(parsed, "dry_run", False),
        )
        results = fleet.each(_ACTS[parsed.command](parsed))
    except DeployError as error:
        sys.stderr.write(f"baryta-deploy: {error}\n")
        return 2
    except KeyboardInterrupt:
        told = "stopped; what a device has begun it finishes, baryta-deploy status tells how"
        sys.stderr.write(f"baryta-deploy: {told}\n")
        return STOPPED
    if parsed.command in _LINES:  # what was asked for is printed; the rest is told
        for result in results:
            if not result.well:
                _say(f"{result.device}: {result.outcome}: {result.told}")
    else:
        print(as_json(results) if parsed.json else table(results))
    return 0 if all(result.well for result in results) else 1


def _say(text: str) -> None:
    sys.stderr.write(f"{plain(text)}\n")


def _deploy(parsed: argparse.Namespace) -> Act:
    chosen = {
        "user": parsed.user,
        "source": parsed.source,
        "gate": parsed.gate,
        "console": None if parsed.desktop is None else not parsed.desktop,
        "hand_over": parsed.hand_over,
    }
    bundles = Bundles(parsed.wheel, parsed.wheels)
    return partial(_deploy_one, chosen=chosen, bundles=bundles, look=parsed.dry_run)


def _deploy_one(
    device: Device, chosen: Mapping[str, Any], bundles: Bundles, *, look: bool
) -> Result:
    facts = ask(device, PACKAGES)
    facts.check()
    facts = replace(facts, missing=missing_packages(device, facts))
    notes = "; ".join(facts.notes())
    options = chosen_options(device, chosen)
    manifest, bundle = bundles.make(facts.python, facts.machine)
    release = str(Places().release(manifest.release))
    facts.check_room(there=device.run("test", "-d", release).well)

    def prepare() -> list[str]:
        if facts.missing and not look:  # a cut line's own apt may be at it still
            wait_for_apt(device, _say)
        return set_up(device, facts, options)

    changed = persist(device, prepare, _say)
    if look:
        try:
            status = status_of(device)
            running, there = status.current, manifest.release in status.releases
            changed += [f"put back {name}" for name in status.differing if name not in changed]
            if status.unit != "active":
                changed.append(f"start it, which is {status.unit}")
        except DeployError:
            running, there = "", False
        if running != manifest.release:
            changed.append(f"{'switch to' if there else 'install'} {manifest.release}")
        told = f"would change: {', '.join(changed)}" if changed else notes
        outcome = "would change" if changed else "unchanged"
        return Result(device.name, well=True, outcome=outcome, release=running, told=told)
    enable = ("systemctl", "enable", "-q", Path(RESUME).name)  # before there is what it finishes
    persist(device, partial(device.check, *enable), _say)
    persist(device, partial(ship, device, manifest, bundle), _say)
    result = follow(device, start(device, "install", manifest.release), _say)
    return result if result.told else replace(result, told=notes)


def _status(_parsed: argparse.Namespace) -> Act:
    def act(device: Device) -> Result:
        status = status_of(device)
        last = status.last
        told = f"last: {last.outcome or 'going on'} {last.target}" if last else ""
        told += f" {last.reason}" if last and last.reason else ""
        well = status.unit == "active"
        others = [name for name in status.releases if name != status.current]
        told += f"; there too: {', '.join(others)}" if others else ""
        if not well:
            told = f"{status.why}; logs tells more, rollback goes back; {told}"
        return Result(device.name, well, status.unit, status.current, told.strip())

    return act


def _logs(parsed: argparse.Namespace) -> Act:
    def act(device: Device) -> Result:
        return _shown(device, lines_of(device, parsed.lines, parsed.shot or ""))

    return act


def _shown(device: Device, lines: list[str]) -> Result:
    for line in lines:
        print(f"{device.name}: {plain(line)}")
    return Result(device.name, well=True, outcome="shown")


def _boot(_parsed: argparse.Namespace) -> Act:
    def act(device: Device) -> Result:
        status_of(device)  # tells where Baryta is not installed
        return _shown(device, device.check(TOOL, "start-time").splitlines())

    return act


def _pull(parsed: argparse.Namespace) -> Act:
    try:
        parsed.into.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DeployError(f"{parsed.into} cannot be written to: {error.strerror}") from error

    def act(device: Device) -> Result:
        ssh = ssh_command(device, parsed.key, parsed.known_hosts)
        return pull(device, parsed.into, ssh, _say)

    return act


def _rollback(parsed: argparse.Namespace) -> Act:
    def act(device: Device) -> Result:
        words = [parsed.release] if parsed.release else []
        status = status_of(device)  # tells where Baryta is not installed
        if parsed.dry_run:
            wanted = parsed.release or status.earlier
            if wanted not in status.releases:
                raise DeployError("there is no such release to go back to; see status")
            if wanted == status.current and status.unit == "active":
                return Result(device.name, True, "unchanged", wanted)
            return Result(device.name, True, "would change", status.current, f"to {wanted}")
        return follow(device, start(device, "rollback", *words), _say)

    return act


def _remove(parsed: argparse.Namespace) -> Act:
    def act(device: Device) -> Result:
        tool = str(Places().tool)  # the last that goes: what was cut short is taken up again
        if not device.run("test", "-e", tool).well:
            return Result(device.name, well=True, outcome="unchanged", told=NOTHING)
        if parsed.dry_run:
            told = "everything but pictures and settings"
            return Result(device.name, well=True, outcome="would remove", told=told)
        told = device.check("python3", "-I", tool, "remove", timeout=300).strip()
        return Result(device.name, well=True, outcome="removed", told=told)

    return act


_ACTS: dict[str, Callable[[argparse.Namespace], Act]] = {
    "deploy": _deploy,
    "status": _status,
    "logs": _logs,
    "boot": _boot,
    "pull": _pull,
    "rollback": _rollback,
    "remove": _remove,
}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="baryta-deploy",
        usage="%(prog)s [COMMAND] [OPTIONS] HOST...",
        description="Baryta on devices over SSH. Without a command: deploy.",
        epilog="baryta-deploy COMMAND --help tells of its options.",
    )
    commands = parser.add_subparsers(
        dest="command", required=True, metavar="COMMAND", prog=parser.prog
    )
    deploy = _command(commands, "deploy", "install or update, prove, and roll back if need be")
    deploy.epilog = "What is not given stays as it was chosen for a device before."
    _dry_run(deploy)
    either = argparse.BooleanOptionalAction
    deploy.add_argument("--user", type=_user, help="that the camera runs as (baryta)")
    deploy.add_argument("--source", type=_source, help="as of baryta --source (auto)")
    deploy.add_argument("--desktop", action=either, help="do not take the first console")
    told = "let Send's page be reached from the local network"
    deploy.add_argument("--hand-over", action=either, help=told)
    deploy.add_argument("--gate", type=_gate, metavar="S", help="time to come up in (30)")
    deploy.add_argument(
        "--wheel", type=_wheel, metavar="FILE", help="of Baryta, instead of building"
    )
    deploy.add_argument("--wheels", type=_folder, metavar="DIR", help="the others, not downloaded")
    _command(commands, "status", "who is where")
    logs = _command(commands, "logs", "what the cameras logged")
    logs.add_argument("--lines", type=_count, default=50, metavar="N")
    told = "only of one: its number, or its picture's name as BARY0012"
    logs.add_argument("--shot", type=_shot, metavar="N", help=told)
    _command(commands, "boot", "from power to the first frame on the screen, in parts")
    pulling = _command(commands, "pull", "new pictures")
    pulling.add_argument("--into", type=Path, default=Path("pictures"), metavar="DIR")
    rollback = _command(commands, "rollback", "to the release before, or to one")
    _dry_run(rollback)
    rollback.add_argument("--release", default="", metavar="ID", help="as status shows it")
    _dry_run(_command(commands, "remove", "everything but the pictures"))
    return parser


def _user(text: str) -> str:
    if not re.fullmatch(r"[a-z_][a-z0-9_-]{0,30}", text) or text == "root":
        raise argparse.ArgumentTypeError("letters, digits, - and _; not root")
    return text


def _shot(text: str) -> str:
    if not re.fullmatch(r"[0-9]{1,9}|[A-Z0-9_]{8}", text):
        raise argparse.ArgumentTypeError("a shot's number, or a picture's name as BARY0012")
    return text


def _gate(text: str) -> float:
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]+)?", text) or float(text) < 1:
        raise argparse.ArgumentTypeError(f"{text} is no time of 1 to 999 seconds")
    return float(text)


def _count(text: str) -> int:
    if not re.fullmatch(r"[1-9][0-9]{0,5}", text):
        raise argparse.ArgumentTypeError(f"{text} is no count from 1 on")
    return int(text)


def _wheel(text: str) -> Path:
    path = Path(text)
    if not path.is_file() or not re.fullmatch(r"baryta-[^-]+-.+\.whl", path.name):
        raise argparse.ArgumentTypeError(f"{text} is no wheel of Baryta; make one, or leave it out")
    return path


def _key(text: str) -> Path:
    if not (path := Path(text)).is_file():
        raise argparse.ArgumentTypeError(f"{text} is no file; leave it out for agent and ~/.ssh")
    return path


def _folder(text: str) -> Path:
    if not (path := Path(text)).is_dir():
        raise argparse.ArgumentTypeError(f"{text} is no folder; leave it out to download them")
    return path


def _source(text: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9:/._-]+", text):
        raise argparse.ArgumentTypeError("as of baryta --source, without spaces")
    return text


_Commands = argparse._SubParsersAction  # noqa: SLF001 - the only name typeshed has for it


def _command(
    commands: "_Commands[argparse.ArgumentParser]", name: str, what: str
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name, help=what, description=what)
    parser.add_argument("hosts", nargs="*", metavar="HOST", help="[USER@]NAME[:PORT]")
    parser.add_argument("--inventory", type=Path, metavar="FILE", help="a host a line")
    parser.add_argument("--key", type=_key, metavar="FILE", help="of SSH; else agent and ~/.ssh")
    parser.add_argument("--known-hosts", type=Path, metavar="FILE", help="instead of ~/.ssh's")
    parser.add_argument("--strict", action="store_true", help="refuse hosts not met before")
    parser.add_argument("--parallel", type=_count, default=20, metavar="N", help="devices at once")
    if name not in _LINES:
        parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument("--verbose", action="store_true", help="tell every step")
    return parser


def _dry_run(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="only tell what would change")
