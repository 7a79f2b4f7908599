"""Takes everything away but the pictures; can be cut short and done again."""

import shutil
import subprocess
from pathlib import Path

from .durable import locked
from .places import Config, Places
from .service import UNITS, Systemd

_CACHE = "var/cache/baryta"


def remove(places: Places) -> str:
    """Removes units, links and releases, and this tool last; tells where the pictures stay."""
    config = Config.of(places)
    with locked(places.lock):
        camera = Systemd(config.unit)
        camera.stop()
        camera.retire()
        # What was shipped and never went live is there in part.
        files = {*config.files, *Config.read(places.shipped_config).files}
        units = [Path(name).name for name in files if name.endswith(UNITS)]
        _systemctl("stop", "baryta-stick@*.service")
        if units:
            _systemctl("disable", *units)
        places.journal.unlink(missing_ok=True)  # nothing of it is to be finished any more
        places.current.unlink(missing_ok=True)
        for folder in (places.releases, places.base / _CACHE):
            shutil.rmtree(folder, ignore_errors=True)
        for name in files:
            Path(name).unlink(missing_ok=True)
        _systemctl("daemon-reload")
        _systemctl("reset-failed", *units)
        for path in set(places.root.iterdir()) - {places.tool}:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        shutil.rmtree(places.root)
    return f"pictures and settings stay in {config.home}, with their account {config.user}"


def _systemctl(*arguments: str) -> None:
    # What is gone already is no failure.
    command = ["systemctl", *arguments]
    subprocess.run(command, capture_output=True, check=False, timeout=60)  # noqa: S603 - commands are our own
