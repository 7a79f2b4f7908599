"""Wi-Fi by NetworkManager, which is a recording stand-in here."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy/wifi/baryta-wifi"
SECRET = " correct horse\\battery"  # noqa: S105 - of no network
CONNECTIONS = "etc/NetworkManager/system-connections"

_NMCLI = """#!/bin/sh
echo "nmcli $*" >>"$LOG"
case "$*" in
*DEVICE,TYPE*) echo "eth0:ethernet"; echo "wlan0:wifi" ;;
*CON-UUID*) echo "old-uuid" ;;
*"up baryta-new"*) exit "$UP" ;;
esac
"""


@pytest.fixture
def system(tmp_path: Path) -> Path:
    """A file system whose nmcli and systemd write down what they are told; one timer at a time."""
    if os.geteuid() != 0:
        pytest.skip("only root changes networks")
    for name in ("bin", "run", CONNECTIONS):
        (tmp_path / name).mkdir(parents=True)
    timer = '#!/bin/sh\necho "systemd-run $*" >>"$LOG"\nmkdir "$LOG.timer"\n'
    stop = '#!/bin/sh\n[ "$*" = "stop baryta-wifi-back.timer" ] && rmdir "$LOG.timer"\n'
    for name, text in (("nmcli", _NMCLI), ("systemd-run", timer), ("systemctl", stop)):
        (tmp_path / "bin" / name).write_text(text)
        (tmp_path / "bin" / name).chmod(0o755)
    return tmp_path


def _wifi(system: Path, *words: str, up: int = 0, said: str = "") -> tuple[int, str, str]:
    environment = os.environ | {
        "PATH": f"{system}/bin:{os.environ['PATH']}",
        "BARYTA_WIFI_ROOT": str(system),
        "LOG": str(system / "log"),
        "UP": str(up),
    }
    done = subprocess.run(
        [SCRIPT, *words], input=said, env=environment, capture_output=True, text=True, check=False
    )
    log = system / "log"
    return done.returncode, done.stderr, log.read_text() if log.exists() else ""


def test_a_change_is_kept_when_confirmed(system: Path) -> None:
    """It goes back by itself until then; the password is in root's file and nowhere else."""
    status, told, log = _wifi(system, "home", "My net", said=f"{SECRET}\n")
    assert status == 0
    assert log.index("systemd-run") < log.index("up baryta-new")
    assert SECRET not in told + log
    new = system / CONNECTIONS / "baryta-new.nmconnection"
    assert stat.S_IMODE(new.stat().st_mode) == 0o600
    assert "psk=\\scorrect\\shorse\\\\battery\n" in new.read_text()
    assert "autoconnect=false\n" in new.read_text()
    assert _wifi(system, "confirm")[0] == 0
    kept = system / CONNECTIONS / "baryta.nmconnection"
    assert "autoconnect=true\n" in kept.read_text()
    assert not new.exists()
    _wifi(system, "unless-confirmed")
    assert "old-uuid" not in (system / "log").read_text().replace("CON-UUID", "")


@pytest.mark.parametrize("name", ["Anna's caf\u00e9", "Home&Co; [x]", "a"])
def test_a_network_may_have_any_name(system: Path, name: str) -> None:
    """It is written as its bytes, as NetworkManager's own files have what is no plain word."""
    assert _wifi(system, "home", name, said="0" * 64)[0] == 0
    lines = (system / CONNECTIONS / "baryta-new.nmconnection").read_text().splitlines()
    (written,) = (line.removeprefix("ssid=") for line in lines if line.startswith("ssid="))
    assert bytes(map(int, written.rstrip(";").split(";"))).decode() == name


def test_unconfirmed_it_goes_back(system: Path) -> None:
    """The timer takes the new connection away and brings the old one up."""
    assert _wifi(system, "hotspot", "Camera", said=SECRET)[0] == 0
    assert "mode=ap\n" in (system / CONNECTIONS / "baryta-new.nmconnection").read_text()
    assert _wifi(system, "home", "Other", said=SECRET)[0] == 1, "one change at a time"
    _, told, log = _wifi(system, "unless-confirmed")
    assert "as it was before" in told
    assert log.rstrip().endswith("connection up uuid old-uuid")
    assert os.listdir(system / CONNECTIONS) == []  # noqa: PTH208 - hidden names count
    assert _wifi(system, "confirm")[0] == 1


def test_a_network_that_does_not_come_up(system: Path) -> None:
    """The old one is back at once, and the remedy is told."""
    status, told, log = _wifi(system, "home", "Far away", up=4, said=SECRET)
    assert status == 1
    assert "is the password right" in told
    assert "up uuid old-uuid" in log
    assert _wifi(system, "home", "Far away", said="another one")[0] == 0, "at once, anew"
    assert _wifi(system, "confirm")[0] == 0
    assert _wifi(system, "hotspot", "Camera", said=SECRET)[0] == 0
    assert _wifi(system, "back")[0] == 0


def test_what_could_not_go_back_is_not_begun(system: Path) -> None:
    """The last change is on its way back just now: nothing of the new one is left behind."""
    (system / "log.timer").mkdir()
    status, told, log = _wifi(system, "home", "My net", said=SECRET)
    assert (status, "try again in a minute" in told, "up baryta-new" in log) == (1, True, False)
    assert not list((system / CONNECTIONS).iterdir())
    assert _wifi(system, "confirm")[0] == 1


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("home", "x\npsk=y"), SECRET),
        (("home", ""), SECRET),
        (("home", "n" * 33), SECRET),
        (("home", "net"), "g" * 64),
        (("home", "net"), "short"),
        (("home", "net"), ""),
    ],
)
def test_bad_names_and_passwords_change_nothing(
    system: Path, words: tuple[str, ...], said: str
) -> None:
    """One line tells why, before anything is touched."""
    status, told, _ = _wifi(system, *words, said=said)
    assert status == 1
    assert told.count("\n") == 1
    assert not list((system / CONNECTIONS).iterdir())
