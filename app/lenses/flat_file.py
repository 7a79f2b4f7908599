"""Shading profiles on disk: a JSON file for a lens at an aperture on a sensor, by the lens book."""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.lenses.book import Lens, LensError
from app.lenses.flat import STRONGEST, Flat
from app.pictures.files import write_file

_LARGEST_FILE = 1 << 18  # bytes
_MOST_NODES = 64  # a side


def flat_path(folder: Path, lens: Lens, sensor: str) -> Path:
    """Where the profile of a lens, at its aperture, on a sensor lies."""
    aperture = f"-f{lens.f_number:g}" if lens.f_number else ""
    return folder / f"{_stem(lens)}{aperture}-{sensor}.json"


def measured(folder: Path, lens: Lens) -> dict[float, list[str]]:
    """The sensors that a lens was measured on, by f-number; 0 for one that was not told."""
    found: dict[float, list[str]] = {}
    form = re.compile(re.escape(_stem(lens)) + r"(?:-f([0-9.]{1,8}))?-(\w+)\.json")
    for path in sorted(folder.glob(f"{_stem(lens)}-*.json")):
        if match := form.fullmatch(path.name):
            found.setdefault(_number(match[1]), []).append(match[2])
    return found


def _stem(lens: Lens) -> str:
    """A name of any letters, kept apart by a hash."""
    slug = re.sub(r"[^a-z0-9]+", "-", lens.name.casefold()).strip("-")[:40]
    return f"{slug}-{zlib.crc32(lens.name.encode()):08x}"


def _number(told: str | None) -> float:
    try:
        return float(told or 0.0)
    except ValueError:
        return 0.0


def save_flat(folder: Path, lens: Lens, sensor: str, flat: Flat) -> Path:
    """Writes a profile; PictureError if it cannot be saved."""
    path = flat_path(folder, lens, sensor)
    told = {
        "lens": lens.name,
        "f_number": lens.f_number,
        "sensor": sensor,
        "gain": np.round(flat.gain.astype(np.float64), 5).tolist(),
        "dust": [[round(v, 5) for v in (s.x, s.y, s.radius, s.loss)] for s in flat.dust],
    }
    folder.mkdir(parents=True, exist_ok=True)
    write_file(path, json.dumps(told).encode())
    return path


def load_flat(folder: Path, lens: Lens, sensor: str) -> npt.NDArray[np.float32] | None:
    """The gains of a lens, at its aperture, on a sensor; None if none were measured.

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
    if not (right and np.isfinite(gain).all() and gain.min() >= 1.0 and gain.max() <= STRONGEST):
        raise LensError(f"{path}: is damaged; measure it again: baryta lens flat")
    return gain
