"""What the screen says when the camera does not start: the safe mode."""

import socket
from collections.abc import Callable
from pathlib import Path

from .deploying import Deployer
from .errors import ReleaseError
from .gate import doctor_of
from .journal import read_entry
from .places import Config, Places
from .service import Systemd

_BACK = "    sudo baryta-release rollback              goes back to the release before"


def explain(places: Places) -> str:
    """Why there is no camera, and what a person can do; for a console.

    The doctor can take a minute to answer: the first lines are printed before.
    """
    print("\n  The camera does not start. The pictures are safe.\n", flush=True)
    config = Config.of(places)
    link = places.current
    release = link.readlink().name if link.is_symlink() else ""
    python = places.python(release)
    found = _seen(lambda: doctor_of(python, config)) if release else "no release is installed"
    entry = read_entry(places.journal)
    lines = [
        f"  release   {release or 'none'}",
        f"  it said   {Systemd(config.unit).last_words() or 'nothing'}",
        f"  doctor    {found or 'finds nothing wrong'}",
    ]
    if entry is not None and entry.reason:
        lines.append(f"  deployed  {entry.target}: {entry.outcome}, {entry.reason}")
    lines += [
        "",
        "  Switch it off, check the camera's cable and the card, and switch it on again; or:",
        f"    ssh ACCOUNT@{_address()}",
        f"    sudo systemctl restart {config.unit}     tries again",
        *([_BACK] if _seen(Deployer.of(places).earlier) else []),
        f"    journalctl -u {Path(config.unit).stem}                   tells more",
        "",
    ]
    return "\n".join(lines)


def _seen(look: Callable[[], str]) -> str:
    """What is seen, or why nothing is: a bad card keeps no other line from the screen."""
    try:
        return look()
    except (ReleaseError, OSError) as error:
        return str(error)


def _address() -> str:
    return f"{socket.gethostname()}.local"
