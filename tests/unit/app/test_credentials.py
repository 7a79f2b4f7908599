"""Content credentials where they cannot be made."""

import importlib
from pathlib import Path

import pytest

from app import ui
from app.main import main
from app.settings import Settings, SettingsError
from app.workshop import Workshop


def test_without_the_package_a_shot_says_so_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One line that names the package, before anything is shot or written."""
    usual = importlib.import_module

    def missing(name: str, package: str | None = None) -> object:
        if name == "c2pa":
            raise ImportError(name)
        return usual(name, package)

    monkeypatch.setattr(importlib, "import_module", missing)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    settings = tmp_path / ".config/baryta/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('certificate = "a.pem"\ncertificate_key = "b.pem"\n')
    out = tmp_path / "out"
    assert main(["shoot", "--source", "simulated", "--out", str(out)]) == 1
    said = capsys.readouterr().err
    assert "need the package c2pa-python: pip install 'baryta[credentials]'" in said
    assert said.count("\n") == 1
    assert not out.exists()


@pytest.fixture(name="broken")
def _broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home whose settings name a certificate that is not there; its library."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    settings = tmp_path / ".config/baryta/settings.toml"
    settings.parent.mkdir(parents=True)
    library = tmp_path / "library"
    settings.write_text(
        f'certificate = "/no/a.pem"\ncertificate_key = "/no/b.pem"\npictures = "{library}"\n'
    )
    return library


def test_recovery_needs_no_certificate(broken: Path) -> None:
    """It signs nothing, so one that does not work is no reason to leave pictures unfinished."""
    broken.mkdir()
    assert main(["library", "recover"]) == 0


@pytest.mark.usefixtures("broken")
def test_a_replay_needs_no_certificate(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Replayed pictures are not signed: what stops this one is that there is nothing to replay."""
    assert main(["shoot", "--source", f"replay:{tmp_path / 'none'}"]) == 1
    assert "does not exist; give a folder of .dng files" in capsys.readouterr().err


@pytest.mark.usefixtures("broken")
def test_the_app_starts_without_its_certificate(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A camera on which a certificate has run out still takes pictures, and says so."""
    monkeypatch.setattr(ui, "run", lambda *_: 0)
    assert main(["--source", "simulated"]) == 0
    assert "remove certificate from the settings; pictures are not signed" in caplog.text


def test_half_a_setting_is_told(tmp_path: Path) -> None:
    """A certificate without its key, or a key without its certificate."""
    place = {"pictures": tmp_path, "styles": tmp_path}
    with pytest.raises(SettingsError, match="certificate_key is missing"):
        signing(Settings(certificate=tmp_path / "a.pem", **place))
    with pytest.raises(SettingsError, match="setting certificate is missing"):
        signing(Settings(certificate_key=tmp_path / "a.pem", **place))
    assert signing(Settings(**place)).credentials is None


def signing(settings: Settings) -> Workshop:
    """A workshop that signs."""
    return Workshop.of(settings).with_credentials(settings)
