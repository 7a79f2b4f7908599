"""Content credentials where they cannot be made."""

import importlib
from pathlib import Path

import pytest

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


def test_half_a_setting_is_told(tmp_path: Path) -> None:
    """A certificate without its key, or a key without its certificate."""
    place = {"pictures": tmp_path, "styles": tmp_path}
    with pytest.raises(SettingsError, match="certificate_key is missing"):
        Workshop.of(Settings(certificate=tmp_path / "a.pem", **place))
    with pytest.raises(SettingsError, match="setting certificate is missing"):
        Workshop.of(Settings(certificate_key=tmp_path / "a.pem", **place))
    assert Workshop.of(Settings(**place)).credentials is None
