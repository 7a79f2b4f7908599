"""What can go wrong in the C core, as exceptions."""


class NativeError(Exception):
    """The C core refused a call; the message says why."""


class CancelledError(NativeError):
    """The caller's progress callback asked to stop."""
