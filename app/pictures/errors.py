"""What can go wrong on disk, each in one line: what, why, what to do."""


class PictureError(Exception):
    """A picture file cannot be read; the message names the file, the cause and the remedy."""


class StoreError(Exception):
    """Pictures cannot be stored; the message names the folder, the cause and the remedy."""
