"""The touchscreen app. Kivy lives here only; importing this package loads none of it."""

from app.ui.start import Screen, run

__all__ = ["Screen", "run"]
