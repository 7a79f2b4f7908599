"""Shading profiles on disk: one JSON file for a lens on a sensor, beside the lens book."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.lenses.book import LensError
from app.lenses.flat import Flat
from app.pictures.files import write_file

_LARGEST_FILE = 1 << 18  # bytes
_MOST_NODES = 64  # a side


def flat_path(folder: Path, lens: str, sensor: str) -> Path:
    """Where the profile of a lens on a sensor lies: a name of any letters, kept apart by a hash."""
    slug = re.sub(r"[^a-z0-9]+", "-", lens.casefold()).strip("-")[:40]
    return folder / f"{slug}-{zlib.crc32(lens.encode()):08x}-{sensor}.json"


def save_flat(folder: Path, lens: str, sensor: str, flat: Flat) -> Path:
    """Writes a profile; PictureError if it cannot be saved."""
    path = flat_path(folder, lens, sensor)
    told = {
        "lens": lens,
        "sensor": sensor,
        "gain": np.round(flat.gain.astype(np.float64), 5).tolist(),
        "dust": [[round(v, 5) for v in (s.x, s.y, s.radius, s.loss)] for s in flat.dust],
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps(told).encode())
    return path


def load_flat(folder: Path, lens: str, sensor: str) -> npt.NDArray[np.float32] | None:
    """The gains of a lens on a sensor; None if none were measured.

    Returns:
        (4, rows, columns) float32 by CFA site, at least 1.

    Raises:
        LensError: if the file is damaged.
    """
    path = flat_path(folder, lens, sensor)
    try:
        with path.open("rb") as file:
            told: Any = json.loads(file.read(_LARGEST_FILE))
        with np.errstate(over="ignore"):
            gain = np.asarray(told["gain"], np.float32)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, ArithmeticError, KeyError, TypeError, RecursionError) as error:
        raise LensError(f"{path}: is damaged; measure it again: baryta lens flat") from error
    right = gain.ndim == 3 and gain.shape[0] == 4
    right = right and all(2 <= side <= _MOST_NODES for side in gain.shape[1:])
    if not (right and np.isfinite(gain).all() and gain.min() >= 1.0 and gain.max() <= 16.0):
        raise LensError(f"{path}: is damaged; measure it again: baryta lens flat")
    return gain
