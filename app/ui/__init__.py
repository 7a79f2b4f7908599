"""The touchscreen app. Kivy lives here only; importing this package loads none of it."""

from app.ui.start import run

__all__ = ["run"]
