"""The desktop session that the camera and its owner's commands look for."""

import os
import subprocess
from pathlib import Path

from baryta_deploy.setup import command_texts
from baryta_release.filling import filled
from baryta_release.places import SESSION, Config


def test_a_command_by_hand_waits_for_no_session(tmp_path: Path) -> None:
    """The camera's unit would: its display may come at any time."""
    script = tmp_path / "in-session"
    script.write_text(command_texts()[SESSION])
    clean = {key: value for key, value in os.environ.items() if "DISPLAY" not in key}
    # An earlier release's script takes no option: the way to say so is no argument.
    *at_once, last = Config("pi", console=False).session_at_once
    assert last == SESSION
    command = [*at_once, "sh", str(script), "echo", "a b"]
    done = subprocess.run(
        command, env=clean, capture_output=True, text=True, timeout=20, check=True
    )
    assert done.stdout == "a b\n"


def test_the_command_looks_where_the_camera_does() -> None:
    """In the session of an account that the camera shares, on the console in none."""
    text = command_texts()["/usr/local/bin/baryta"]
    assert f'set -- env BARYTA_AT_ONCE=1 {SESSION} "$@"' in filled(
        text, Config("pi", console=False)
    )
    for config in (Config(), Config("pi"), Config(console=False)):
        assert SESSION not in filled(text, config)
        assert "@SESSION" not in filled(text, config)
