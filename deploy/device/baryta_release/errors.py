"""What goes wrong with a release."""


class ReleaseError(Exception):
    """A step failed; the message names the cause and the remedy in one line."""
