"""baryta-release: the command line on the device."""

import argparse
import json
import os
import sys
import traceback
from dataclasses import asdict
from pathlib import Path

from .bundle import valid_name
from .deploying import Deployer
from .errors import ReleaseError
from .explaining import explain
from .journal import Entry, Outcome, read_entry
from .places import Config, Places
from .removing import remove
from .starting import chain, shown, start_time

_WELL = {Outcome.LIVE, Outcome.UNCHANGED}


def main(arguments: list[str] | None = None) -> int:
    """Runs a command; 0 done, 1 failed with one line, 2 wrong usage or a fault of this program."""
    parsed = _parser().parse_args(arguments)
    try:
        return _run(parsed, Places(parsed.root))
    except (ReleaseError, OSError) as error:
        sys.stderr.write(f"baryta-release: {error}\n")
        return 1
    except Exception:  # noqa: BLE001 - whatever it is: Python's own 1 would count as told
        traceback.print_exc()
        return 2


def _run(parsed: argparse.Namespace, places: Places) -> int:
    if look := _LOOKS.get(parsed.command):
        print(look(places))
        return 0
    if os.geteuid() != 0:
        raise ReleaseError("only root changes releases; use sudo")
    if parsed.command == "remove":
        print(remove(places))
        return 0
    deployer = Deployer.of(places)
    if parsed.command == "resume":
        return _tell(deployer.resume(started=parsed.started))
    if parsed.command == "install":
        release = valid_name(parsed.release)
        return _tell(deployer.install(release, parsed.run))
    release = valid_name(parsed.release) if parsed.release else ""
    return _tell(deployer.rollback(release, parsed.run))


def _tell(entry: Entry | None) -> int:
    if entry is None:
        return 0
    print(f"{entry.target}: {entry.outcome}{f', {entry.reason}' if entry.reason else ''}")
    return 0 if entry.outcome in _WELL else 1


def _status(places: Places) -> str:
    """What runs, what else is there, and how the last deployment went."""
    deployer = Deployer.of(places)
    entry, unit = read_entry(places.journal), deployer.service.state()
    values = {
        "current": deployer.current(),
        "releases": deployer.whole(),
        "earlier": deployer.earlier(),
        "last": asdict(entry) if entry else None,
        "unit": asdict(unit),
        "said": "" if unit.active == "active" else deployer.service.last_words(),
        "differing": deployer.differing(),
    }
    return json.dumps(values, indent=2)


def _start_time(places: Places) -> str:
    unit = Config.of(places).unit
    return f"{start_time(unit, shown)}\n{chain(unit)}"


# What changes nothing, and so is not root's alone.
_LOOKS = {"status": _status, "explain": explain, "start-time": _start_time}


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="baryta-release", description="Baryta's releases.")
    parser.add_argument("--root", type=Path, default=Places().root, help=argparse.SUPPRESS)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    commands.add_parser("status", help="what runs, as JSON")
    commands.add_parser("explain", help="why the camera does not start, for its screen")
    commands.add_parser("start-time", help="from power to the first frame: its parts")
    install = commands.add_parser("install", help="a shipped release")
    install.add_argument("release")
    install.add_argument("--run", default="by hand", help="a name to find it by in the status")
    rollback = commands.add_parser("rollback", help="back to the release before, or to one")
    rollback.add_argument("release", nargs="?", default="")
    rollback.add_argument("--run", default="by hand", help="as of install")
    resume = commands.add_parser("resume", help="finish what was cut short")
    resume.add_argument("--started", action="store_true", help="the device has just started")
    commands.add_parser("remove", help="everything but the pictures")
    return parser
