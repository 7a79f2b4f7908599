"""How many more pictures fit."""

import shutil
from pathlib import Path

PICTURE_BYTES = 30_000_000  # a DNG and a JPEG of a 12-megapixel sensor, generously


def free_pictures(root: Path) -> int:
    """How many more pictures fit on the disk that holds a folder.

    Args:
        root: the folder; where it does not exist yet, its nearest parent counts.

    Raises:
        OSError: if the disk does not answer.
    """
    while not root.exists() and root != root.parent:
        root = root.parent
    return shutil.disk_usage(root).free // PICTURE_BYTES
