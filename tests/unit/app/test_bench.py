import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest

import native
from app.cli.bench_history import append, board, circumstances, commit
from app.main import main


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty home, so that nobody's history is touched."""
    for name in ("XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    return tmp_path


def test_a_run_is_told_and_remembered(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each stage has its time, floor ratio and bytes a second; each run is a line of history."""
    run = ["bench", "--megapixels", "0.1", "--runs", "1"]
    assert main([*run, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    stages = {"floor", "read", "align", "merge", "fast", "develop", "style", "jpeg", "dng"}
    assert stages <= told["stages"].keys()
    for stage in told["stages"].values():
        assert stage.keys() == {
            "milliseconds",
            "floor_ratio",
            "libraw_ratio",
            "gigabytes_per_second",
        }
        assert min(stage.values()) >= 0.0
    assert told["stages"]["floor"]["floor_ratio"] == 1.0
    assert told["picture"].keys() == {"libraw_ratio", "libraw_processor_ratio"}
    assert min(told["picture"].values()) > 0.0
    assert told["compiler"] == native.core_build()
    assert all(told[key] for key in ("time", "commit", "board", "megapixels", "threads"))

    history = home / ".local/state/baryta/bench.jsonl"
    assert [json.loads(line) for line in history.read_text().splitlines()] == [told]
    assert main(run) == 0
    said = capsys.readouterr().out
    assert "GB/s" in said
    assert "of its processor time" in said
    assert len(history.read_text().splitlines()) == 2


def test_another_history_may_be_named(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """--history names the file; one that cannot be written is told, and the result still comes."""
    run = ["bench", "--megapixels", "0.1", "--runs", "1", "--history"]
    assert main([*run, str(home / "here/own.jsonl")]) == 0
    assert (home / "here/own.jsonl").exists()
    assert not (home / ".local").exists()
    capsys.readouterr()
    assert main([*run, str(home)]) == 0
    captured = capsys.readouterr()
    assert "cannot be written (Is a directory)" in captured.err
    assert "floor" in captured.out


def test_lines_are_added(tmp_path: Path) -> None:
    """What stands in a history stays."""
    for number in (1, 2):
        append(tmp_path / "new" / "history", {"run": number})
    assert (tmp_path / "new" / "history").read_text() == '{"run": 1}\n{"run": 2}\n'


@pytest.mark.skipif(shutil.which("git") is None, reason="git is missing")
def test_a_checkout_tells_its_commit_and_an_installation_its_version(tmp_path: Path) -> None:
    """Times can be traced to the code they were measured with."""
    assert commit(tmp_path) == native.core_version()
    (tmp_path / ".git").write_text("gitdir: nowhere")
    assert commit(tmp_path) == native.core_version()
    (tmp_path / ".git").unlink()
    git = ["git", "-C", str(tmp_path), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    described = commit(tmp_path)
    assert len(described) >= 7
    assert int(described, 16) > 0


@pytest.mark.parametrize(
    ("files", "name"),
    [
        (
            {"device-tree/model": "Raspberry Pi 5 Model B Rev 1.0\0"},
            "Raspberry Pi 5 Model B Rev 1.0",
        ),
        ({"cpuinfo": "processor\t: 0\nmodel name\t: Some CPU: 4 GHz\n"}, "Some CPU: 4 GHz"),
    ],
)
def test_the_board_is_named(tmp_path: Path, files: dict[str, str], name: str) -> None:
    """A board has a name in its device tree, a computer a processor."""
    for file, text in files.items():
        (tmp_path / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file).write_text(text)
    assert board(tmp_path) == name
    assert board(tmp_path / "nothing")


def test_circumstances_carry_the_time_with_its_offset() -> None:
    """Runs are ordered by when they were made."""
    assert (
        circumstances(datetime(2026, 5, 1, 12, tzinfo=UTC))["time"] == "2026-05-01T12:00:00+00:00"
    )
