"""The targets: what is read, and the only errors that it may answer with."""

from collections.abc import Callable
from contextlib import closing
from io import BytesIO
from pathlib import Path

import numpy as np

from app.cameras import Camera, Cameras
from app.lenses import Lens, LensError, load_flat, read_book, write_book
from app.lenses.flat_file import flat_path
from app.pictures.dng import encode_dng
from app.pictures.errors import PictureError
from app.pictures.negative import Negative
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_stream_info
from app.pictures.thumbnail import read_thumbnail
from app.pictures.tiff_reader import TiffError
from app.settings import SettingsError, load_settings
from app.store import Store
from app.store.index import DamagedIndexError, FileRecord, Index, ShotRecord, State
from app.store.spool import waiting
from capture.simulated import SimulatedSource
from capture.source import MAINS
from fuzz.answers import one_line
from fuzz.leftovers import store_with_leftovers
from fuzz.store_use import use
from native import MosaicFormat, MosaicNoise
from styles import StyleError, compile_style, read_style

Target = Callable[[bytes, Path], None]

_NODES = 3  # of a compiled look: enough to go through every step
_LEAST = 22  # pixels a side, that LibRaw takes
_PREVIEW = np.zeros((8, 8, 3), np.uint8)


def dng(data: bytes, folder: Path) -> None:
    """A raw file: our parser of its tags, then LibRaw."""
    path = written(folder / "a.dng", data)
    with one_line(PictureError):
        read = read_dng(path)
        assert read.mosaic.dtype == np.uint16
        assert min(read.mosaic.shape) >= _LEAST
        assert 0 <= max(read.format.black) < read.format.white
        assert np.isfinite(read.neutral).all()
        for calibration in read.calibrations:
            assert np.isfinite(calibration.forward_matrix).all()
            assert np.isfinite(calibration.colour_matrix).all()
        assert read.shading is None or np.isfinite(read.shading).all()


def metadata(data: bytes, folder: Path) -> None:
    """The story of a JPEG or DNG, and the small picture inside a JPEG."""
    small = read_thumbnail(written(folder / "a.jpg", data))
    assert small is None or small.startswith(b"\xff\xd8")
    with one_line(TiffError):
        info = read_stream_info(BytesIO(data))
        repr(info).encode()
        assert info.frames_merged >= 1
        assert info.iso is None or info.iso > 0


def lossless_jpeg(data: bytes, folder: Path) -> None:
    """The encoder, through LibRaw: what was encoded comes back."""
    if len(data) < 4:
        return
    height, width = (_LEAST + 2 * (byte % 40) for byte in data[:2])
    samples = np.frombuffer(data[4 + len(data) % 2 :] or b"\0\0", "<u2")
    mosaic = np.resize(samples, (height, width)).astype(np.uint16) >> np.uint16(data[2] % 16)
    if data[3] % 2:
        mosaic = np.ascontiguousarray(mosaic.T.reshape(height, width))
    negative = Negative(
        mosaic=mosaic,
        format=MosaicFormat((1, 1, 1, 1), (0.0,) * 4, 65535.0),
        noise=MosaicNoise((1e-4,) * 4, (1e-6,) * 4),
        calibrations=(),
        neutral=(1.0, 1.0, 1.0),
        crop=0,
    )
    path = written(folder / "a.dng", encode_dng(negative))
    assert np.array_equal(read_dng(path).mosaic, mosaic)


def style(data: bytes, folder: Path) -> None:
    """A look in TOML, and its table."""
    _look(written(folder / "a.toml", data))


def cube(data: bytes, folder: Path) -> None:
    """A table of another program."""
    _look(written(folder / "a.cube", data))


def settings(data: bytes, folder: Path) -> None:
    """What a person has set."""
    with one_line(SettingsError):
        read = load_settings(written(folder / "settings.toml", data))
        for place in (read.pictures, read.styles, read.state):
            place.exists()
        assert 1 <= read.frames <= 64


def lenses(data: bytes, folder: Path) -> None:
    """The lens book, and a lens's shading: what is read can be written and comes back."""
    with one_line(LensError):
        written(folder / "lenses.toml", data)
        book = read_book(folder)
        write_book(folder, book)
        assert read_book(folder) == book
    with one_line(LensError):
        written(flat_path(folder, Lens("a"), "imx477"), data)
        gain = load_flat(folder, Lens("a"), "imx477")
        assert gain is not None
        assert np.isfinite(gain).all()
        assert gain.min() >= 1.0


def cameras(data: bytes, folder: Path) -> None:
    """What is remembered of cameras: nothing, or what a camera can do."""
    memory = written(folder / "cameras.json", data)
    kept = Cameras([Camera(name, SimulatedSource) for name in ("a", "b")], memory)
    assert kept.chosen in kept.names
    for name in kept.names:
        kept.choose(name)
        assert abs(kept.controls.exposure_value) <= 8.0
        assert kept.controls.mains in MAINS
    assert Cameras([Camera("b", SimulatedSource)], memory).chosen == "b"


def index(data: bytes, folder: Path) -> None:
    """The journal: damage is told as damage, and a store that holds it is of use again."""
    path = written(folder / "index.sqlite", data)
    with closing(Index(path)) as journal, one_line(DamagedIndexError, OSError):
        journal.check()
        journal.all()
        journal.put(ShotRecord(1, State.SAVED, None, None, (FileRecord("BARY0001.JPG", 1, ""),)))
        journal.set_state(1, State.DELETED)
        journal.get(1)
        journal.forget(1)
    store = Store.library(folder / "card")
    store.names.hidden.mkdir(parents=True)
    written(store.names.index, data)
    use(store, whole=True)


def story(data: bytes, folder: Path) -> None:
    """What a waiting burst tells of itself: whatever it says, the burst is there."""
    store = Store.library(folder)
    entry = store.names.spool / "0001"
    entry.mkdir(parents=True)
    written(entry / "burst.json", data)
    (found,) = waiting(store)
    with closing(found):
        repr(found.story).encode()
        found.story.style.encode()
        assert found.story.reference in range(64)


def leftovers(data: bytes, folder: Path) -> None:
    """A card with anything on it."""
    use(store_with_leftovers(data, folder), whole=False)
    assert (folder / "outside").read_bytes() == b"whole"


def _look(path: Path) -> None:
    with one_line(StyleError):
        look = compile_style(read_style(path), _NODES)
        assert np.isfinite(look.table).all()


def written(path: Path, data: bytes) -> Path:
    """A file with these bytes."""
    path.write_bytes(data)
    return path


TARGETS: dict[str, Target] = {
    target.__name__: target
    for target in (
        dng,
        metadata,
        lossless_jpeg,
        style,
        cube,
        settings,
        lenses,
        cameras,
        index,
        story,
        leftovers,
    )
}
