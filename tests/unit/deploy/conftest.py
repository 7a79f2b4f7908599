"""What tests of several crashes share."""

import os

import pytest


@pytest.fixture
def quick_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is killed leaves what is written with the system: nothing has to wait for the disk."""
    monkeypatch.setattr(os, "fsync", lambda _file: None)
    monkeypatch.setattr(os, "sync", lambda: None)
