"""What goes wrong with looks."""


class StyleError(Exception):
    """A look that cannot be used: "FILE:LINE: what is wrong; what to do"."""
