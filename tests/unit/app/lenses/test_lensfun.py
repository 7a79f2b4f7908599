import sys
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from app.lenses import Lens, LensError, lens_warp, read_book
from app.lenses.lensfun import _filled
from app.main import main
from app.settings import Settings
from app.workshop import Workshop
from capture.profiles import profile
from native import Warp

WIDE = Lens("Wide", 28.0, 2.8, "M", "Optics Wide 28")
SIZE, PITCH = (4056, 3040), 0.00155


@dataclass(frozen=True)
class Known:
    """A lens of a database."""

    maker: str
    model: str
    type: str = "LensType.RECTILINEAR"
    crop_factor: float = 1.0
    min_focal: float = 28.0
    max_focal: float = 28.0


class Modifier:
    """Distortion as lensfun's poly3 has it, linear lateral colour: of half the frame's height."""

    def __init__(self, lens: Known, _crop: float, width: int, height: int) -> None:
        self.middle = np.array((width - 1, height - 1)) / 2.0
        self.k = 0.0 if "plain" in lens.model.lower() else -0.02

    def initialize(self, *_: object, **__: object) -> None:
        pass

    def apply_subpixel_geometry_distortion(
        self, x: float, y: float, _w: int, _h: int
    ) -> np.ndarray | None:
        if not self.k:
            return None
        unit = self.middle[1]
        at = (np.array((x, y)) - self.middle) / unit
        f = 1.0 - self.k + self.k * float(at @ at)
        return np.array([[[at * f * s * unit + self.middle for s in (1.0004, 1.0, 0.9995)]]])

    def apply_geometry_distortion(self, *_: object) -> None:
        return None


@pytest.fixture(name="library")
def _library(monkeypatch: pytest.MonkeyPatch) -> None:
    lenses = [
        Known("Optics", "Wide 28"),
        Known("Optics", "Wide 28", crop_factor=1.5),
        Known("Optics", "Plain 50"),
        Known("Optics", "Round 8", type="LensType.FISHEYE"),
    ]
    fake = SimpleNamespace(
        Database=lambda: SimpleNamespace(lenses=lenses),
        Modifier=Modifier,
        ModifyFlags=SimpleNamespace(DISTORTION=8, TCA=1),
    )
    monkeypatch.setitem(sys.modules, "lensfunpy", fake)


def places(warp: Warp, colour: int, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """(n, 2): where a warp puts pixels."""
    middle = np.array((SIZE[0] - 1, SIZE[1] - 1)) / 2.0
    far = np.hypot(*middle)
    at = (np.stack([x, y], 1) - middle) / far
    r2 = (at * at).sum(1)
    k = warp.radial[colour]
    f = k[0] + r2 * (k[1] + r2 * (k[2] + r2 * k[3]))
    return middle + at * f[:, None] * far


@pytest.mark.usefixtures("library")
def test_the_opcode_says_what_lensfun_says() -> None:
    """Up to the scale that fills the frame, to a twentieth of a pixel, for each colour."""
    warp = lens_warp(WIDE, SIZE, PITCH)
    assert warp is not None
    random = np.random.default_rng(3)
    x, y = random.uniform(100, 3900, 50), random.uniform(100, 2900, 50)
    lens = Modifier(Known("Optics", "Wide 28"), 1.0, *SIZE)
    middle = np.array((SIZE[0] - 1, SIZE[1] - 1)) / 2.0
    ours = np.stack([places(warp, colour, x, y) for colour in range(3)], 1)

    def off(scale: float) -> float:
        theirs = np.array(
            [
                lens.apply_subpixel_geometry_distortion(*(middle + (p - middle) * scale), 1, 1)
                for p in np.stack([x, y], 1)
            ]
        )
        return float(np.abs(theirs.reshape(-1, 3, 2) - ours).max())

    assert min(off(scale) for scale in np.linspace(0.97, 1.03, 6001)) < 0.1


@pytest.mark.usefixtures("library")
def test_the_frame_is_filled_and_nothing_is_invented() -> None:
    """The outermost source lies on the frame's edge, none beyond it."""
    for radial in ((0.98, 0.05, 0.0, 0.0), (1.02, -0.05, 0.0, 0.0)):
        warp = _filled(np.array([radial] * 3), *SIZE)
        edge = np.linspace(0, SIZE[0] - 1, 300)
        ends = [(edge, np.full(300, y)) for y in (0.0, SIZE[1] - 1.0)]
        side = np.linspace(0, SIZE[1] - 1, 300)
        ends += [(np.full(300, x), side) for x in (0.0, SIZE[0] - 1.0)]
        found = np.concatenate([places(warp, 1, x, y) for x, y in ends])
        room = np.minimum(found, np.array(SIZE) - 1 - found).min()
        assert -0.01 < room < 1.0


@pytest.mark.usefixtures("library")
@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Optics Wide 35", "no lens called"),
        ("Optics", "like it are Optics Plain 50, Optics Round 8, Optics Wide 28"),
        ("Plain 50", "no distortion"),
        ("Round 8", "fisheye"),
    ],
)
def test_what_lensfun_does_not_know_is_told(name: str, said: str) -> None:
    """One line names the lens and what is like it."""
    with pytest.raises(LensError, match=said):
        lens_warp(replace(WIDE, lensfun=name), SIZE, PITCH)


def test_without_the_library_the_remedy_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody needs lensfunpy who does not ask for a correction."""
    monkeypatch.setitem(sys.modules, "lensfunpy", None)
    assert lens_warp(replace(WIDE, lensfun=""), SIZE, PITCH) is None
    with pytest.raises(LensError, match="pip install"):
        lens_warp(WIDE, SIZE, PITCH)


@pytest.mark.usefixtures("library")
def test_another_focal_length_is_another_lens() -> None:
    """A wide lens's distortion is no fifty's; what is engraved may be a little off."""
    with pytest.raises(LensError, match="with 28 mm, and Wide has 50 mm; name another lens"):
        lens_warp(replace(WIDE, focal_length=50.0), SIZE, PITCH)
    for focal in (0.0, 27.5, 28.5):
        assert lens_warp(replace(WIDE, focal_length=focal), SIZE, PITCH) is not None


@pytest.mark.usefixtures("library")
def test_a_list_says_what_cannot_be_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that was put into the file by hand may be none; without lensfunpy none is."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for name in ("wide", "other"):
        assert main(["lens", "add", name]) == 0
    assert main(["lens", "correct", "wide", "Wide 28"]) == 0
    book = next(tmp_path.rglob("lenses.toml"))
    book.write_text(book.read_text() + 'lensfun = "Nonsense lens"\n')
    capsys.readouterr()
    assert main(["lens", "list"]) == 0
    wide, other = capsys.readouterr().out.splitlines()
    assert "corrected as Optics Wide 28" in wide
    assert "not corrected (lensfun knows no lens called 'Nonsense lens')" in other
    monkeypatch.setitem(sys.modules, "lensfunpy", None)
    assert main(["lens", "list"]) == 0
    assert "not corrected (lensfunpy is missing" in capsys.readouterr().out.splitlines()[0]


@pytest.mark.usefixtures("library")
def test_the_book_says_which_lens_is_corrected(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Off until a person asks for it; then every picture of that lens has its warp."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    for line in (
        ("add", "Old wide", "--focal-length", "28"),
        ("use", "Old wide"),
    ):
        assert main(["lens", *line]) == 0
    sensor = profile("imx477")
    folder = next(tmp_path.rglob("lenses.toml")).parent
    settings = replace(Settings(), lenses=folder, pictures=tmp_path / "pictures")
    assert Workshop.of(settings)._warp(sensor) is None  # noqa: SLF001  (no public way to ask)
    assert main(["lens", "correct", "Old wide", "optics wide 28"]) == 0
    assert Workshop.of(settings)._warp(sensor) is not None  # noqa: SLF001
    capsys.readouterr()
    assert main(["lens", "list"]) == 0
    assert "corrected as Optics Wide 28" in capsys.readouterr().out
    assert main(["lens", "correct", "Old wide", "wide"]) == 0
    assert "corrected as Optics Wide 28" in capsys.readouterr().out
    assert read_book(folder).find("old").lensfun == "Optics Wide 28"
    assert main(["lens", "correct", "Old wide", "Nothing 1"]) == 1
    assert "no lens called 'Nothing 1'" in capsys.readouterr().err
    assert main(["lens", "correct", "Old wide", "none"]) == 0
    assert Workshop.of(settings)._warp(sensor) is None  # noqa: SLF001


def test_a_real_lens_of_the_database() -> None:
    """A wide M lens on a frame of film, as lensfun itself warps it, to 0.6 of 3000 pixels."""
    library = pytest.importorskip("lensfunpy", reason="the extra `lenses` is not installed")
    lens = Lens("Wide", 28.0, 2.8, "M", "Elmarit-M 1:2.8/28 ASPH.")
    size, pitch = (3000, 2000), 0.012
    warp = lens_warp(lens, size, pitch)
    assert warp is not None
    known = next(one for one in library.Database().lenses if one.model == lens.lensfun)
    modifier = library.Modifier(known, 1.0, *size)
    modifier.initialize(28.0, 2.8, 1000.0, 1.0, flags=library.ModifyFlags.DISTORTION)
    middle = np.array((size[0] - 1, size[1] - 1)) / 2.0
    far = np.hypot(*middle)
    k = warp.radial[1]
    shares = np.linspace(0.05, 0.95, 10)
    ours = []
    for share in shares:
        at = middle * share
        r2 = float(at @ at) / far**2
        ours.append(at * (k[0] + r2 * (k[1] + r2 * (k[2] + r2 * k[3]))))

    def off(scale: float) -> float:
        theirs = [
            modifier.apply_geometry_distortion(*(middle * (1.0 + share * scale)), 1, 1)[0, 0]
            for share in shares
        ]
        return float(np.abs(np.array(ours) + middle - theirs).max())

    assert min(off(scale) for scale in np.linspace(0.95, 1.05, 2001)) < 0.6
    bent = np.hypot(*ours[-1]) - np.hypot(*ours[0]) * shares[-1] / shares[0]
    assert abs(bent) > 2.0
