"""Stands where the kernel mode setting library would: picamera2 imports it, no test shows with it.

Never install "kms" from PyPI instead: picamera2 tries that name first, and it is somebody else's.
"""


class _Names(type):
    def __getattr__(cls, name: str) -> str:
        return name


class PixelFormat(metaclass=_Names):
    """Any format's name."""
