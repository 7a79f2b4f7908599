"""Runs of baryta shoot on a card that fills up, and the commands about a folder of its own."""

import json
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from app.cli import Context
from app.main import main
from app.pictures.errors import StoreError
from app.store import Store, list_shots
from capture.plan import Metering
from capture.simulated import SimulatedSource
from capture.source import Abilities, CameraError, CameraSource
from tests.standing_clock import NoTime


@pytest.fixture(autouse=True)
def _small_camera(monkeypatch: pytest.MonkeyPatch) -> None:
    def small(_: str) -> CameraSource:
        return SimulatedSource("still-life", size=(128, 96), clock=NoTime())

    monkeypatch.setattr("app.main.open_source", small)


def shoot(out: Path, *options: str) -> int:
    """Three pictures, all taken before the first is developed."""
    run = ("--mode", "single", "--count", "3", "--drive", "continuous", "--style", "none")
    return main(["shoot", "--out", str(out), *run, *options])


def refuses(monkeypatch: pytest.MonkeyPatch, *turns: int) -> None:
    """The store saves no picture at these turns, from 0."""
    save, calls = Store.save, iter(range(100))

    def full(*values: object, **named: object) -> object:
        if next(calls) in turns:
            raise StoreError("the card is full; change it")
        return save(*values, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Store, "save", full)


def test_what_cannot_be_saved_waits_on_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The others are saved and told, the plan is told once, and recovery makes the rest."""
    refuses(monkeypatch, 0)
    assert shoot(tmp_path) == 1
    spoken = capsys.readouterr()
    kinds = [Path(line).suffix for line in spoken.out.splitlines()[:-1]]
    assert kinds == [".JPG", ".DNG"] * 2
    assert spoken.err.count("single: ") == 1
    assert spoken.err.splitlines()[-1] == (
        "baryta: 1 of 3 pictures is not made: the card is full; change it; the frames wait: "
        f"baryta library recover --out {tmp_path}"
    )
    assert main(["library", "recover", "--out", str(tmp_path)]) == 0
    assert len(list_shots(Store(tmp_path))) == 3


def test_what_has_no_room_at_all_is_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Where the frames find no room either, the end says how many pictures are lost."""
    refuses(monkeypatch, 1, 2)
    monkeypatch.setattr("app.spool.write_entry", _no_room)
    assert shoot(tmp_path, "--json") == 1
    spoken = capsys.readouterr()
    assert [Path(path).name for path in json.loads(spoken.out)["paths"]] == [
        "BARY0001.JPG",
        "BARY0001.DNG",
    ]
    assert spoken.err == "baryta: 2 of 3 pictures are lost: the card is full; change it\n"


def _no_room(*_: object) -> None:
    raise StoreError("no room")


def test_kept_frames_wait_when_their_picture_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """They are on the card already, once, and the end says so."""
    refuses(monkeypatch, 0)
    run = ("--mode", "single", "--style", "none", "--keep-burst")
    assert main(["shoot", "--out", str(tmp_path), *run]) == 1
    assert capsys.readouterr().err.endswith(
        f"change it; the frames wait: baryta library recover --out {tmp_path}\n"
    )
    assert len(list(Store(tmp_path).names.spool.iterdir())) == 1


def test_no_more_is_taken_than_has_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The run ends before the exposure, and what was taken is saved."""
    monkeypatch.setattr(Store, "free_pictures", lambda _: 2)
    assert shoot(tmp_path) == 1
    assert len(list_shots(Store(tmp_path))) == 2
    assert "no room for more; 2 of 3 pictures were taken" in capsys.readouterr().err


def test_a_camera_that_fails_takes_no_held_picture_along(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The pictures before it are saved and told."""
    capture, calls = SimulatedSource.capture, iter(range(100))

    def failing(*values: object, **named: object) -> object:
        if next(calls) == 2:
            raise CameraError("the cable is out; put it back")
        return capture(*values, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(SimulatedSource, "capture", failing)
    assert shoot(tmp_path) == 1
    assert len(list_shots(Store(tmp_path))) == 2
    assert capsys.readouterr().err.endswith(
        "baryta: the cable is out; put it back; 2 of 3 pictures were taken\n"
    )


def interrupts(monkeypatch: pytest.MonkeyPatch, what: type, name: str, turn: int) -> None:
    """A person presses Ctrl-C while this is done for that time, from 0."""
    done, calls = getattr(what, name), iter(range(100))

    def interrupted(*values: object, **named: object) -> object:
        if next(calls) == turn:
            raise KeyboardInterrupt
        return done(*values, **named)

    monkeypatch.setattr(what, name, interrupted)


@pytest.mark.parametrize(
    ("what", "name", "turn", "saved", "waiting"),
    [
        (SimulatedSource, "capture", 2, 0, "2 of 2 pictures are not made: interrupted"),
        (Store, "save", 1, 1, "2 of 3 pictures are not made: interrupted"),
    ],
    ids=["taking", "making"],
)
def test_ctrl_c_loses_no_picture_that_was_taken(
    what: type,
    name: str,
    turn: int,
    saved: int,
    waiting: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Its frames wait on the card at once, and recovery makes the rest."""
    with monkeypatch.context() as patch:
        interrupts(patch, what, name, turn)
        assert shoot(tmp_path) == 1
    assert capsys.readouterr().err.splitlines()[-1] == (
        f"baryta: {waiting}; the frames wait: baryta library recover --out {tmp_path}"
    )
    assert len(list_shots(Store(tmp_path))) == saved
    assert main(["library", "recover", "--out", str(tmp_path)]) == 0
    assert len(list_shots(Store(tmp_path))) == saved + int(waiting[0])


def test_ctrl_c_takes_no_more_pictures(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One after another: the one in the making waits, and the next is not taken."""
    interrupts(monkeypatch, Store, "save", 0)
    run = ("--mode", "single", "--count", "3", "--style", "none")
    assert main(["shoot", "--out", str(tmp_path), *run]) == 1
    assert "interrupted; the frames wait: " in capsys.readouterr().err
    assert len(list(Store(tmp_path).names.spool.iterdir())) == 1


def test_the_plan_is_told_before_the_self_timer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """And once: the light has not changed when the picture is taken."""
    told: list[str] = []
    waits = partial(Context, sleep=lambda _: told.append(read(capsys)))
    monkeypatch.setattr("app.main.Context", waits)
    run = ("--mode", "single", "--timer", "10", "--style", "none")
    assert main(["shoot", "--out", str(tmp_path), *run]) == 0
    before = "".join(told)
    assert before.count("single: 1 frame") == 1
    assert "after 10 s" in before
    assert "single: " not in read(capsys)


def read(capsys: pytest.CaptureFixture[str]) -> str:
    """What was said since the last time."""
    return capsys.readouterr().err


@pytest.mark.parametrize(
    "command",
    [
        ["list"],
        ["verify"],
        ["recover"],
        ["delete", "1"],
        ["trash"],
        ["empty-trash"],
        ["restyle", "1", "--style", "none"],
    ],
)
def test_a_mistyped_folder_is_told_and_not_made(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    """Only shoot makes folders."""
    typo = tmp_path / "typo"
    assert main(["library", *command, "--out", str(typo)]) == 1
    assert f"{typo}: there is no such folder" in capsys.readouterr().err
    assert not typo.exists()


def test_a_library_is_known_by_its_folders(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """--out may name the library's own folder, to look at it or to shoot into it."""
    Store.library(tmp_path).save(b"jpeg", b"dng")
    assert main(["library", "delete", "1", "--out", str(tmp_path)]) == 0
    assert capsys.readouterr().out == "0001  deleted  BARY0001.DNG  BARY0001.JPG\n"
    assert main(["library", "empty-trash", "--out", str(tmp_path)]) == 0
    said = "0001  BARY0001.DNG  BARY0001.JPG\n1 picture is deleted for good\n"
    assert capsys.readouterr().out == said
    assert Store.at(tmp_path).save(b"j", b"d")[0].parent.name == "100BARYT"


def test_an_unknown_sensor_is_told_at_the_shot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """A picture whose colour is a guess is saved with a word about it."""

    class Unknown(SimulatedSource):
        @property
        def abilities(self) -> Abilities:
            return replace(super().abilities, sensor_known=False)

    def unknown(_: str) -> CameraSource:
        return Unknown("still-life", size=(128, 96), clock=NoTime())

    monkeypatch.setattr("app.main.open_source", unknown)
    assert shoot(tmp_path) == 0
    assert capsys.readouterr().err.count("a sensor Baryta does not know") == 1


@pytest.mark.parametrize(("options", "mains"), [(("--mains", "50"), {50}), ((), {0})])
def test_lamps_that_are_not_to_flicker_reach_the_camera(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, options: tuple[str, ...], mains: set[int]
) -> None:
    """The option is what the shot is metered with."""
    heard: set[int] = set()

    class Hearing(SimulatedSource):
        def metering(self) -> Metering:
            metering = super().metering()
            heard.add(metering.mains)
            return metering

    def hearing(_: str) -> CameraSource:
        return Hearing("still-life", size=(128, 96), clock=NoTime())

    monkeypatch.setattr("app.main.open_source", hearing)
    assert shoot(tmp_path, *options) == 0
    assert heard == mains
