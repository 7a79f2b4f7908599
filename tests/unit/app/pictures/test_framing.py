from datetime import UTC, datetime
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from app.pictures.framing import caption_of, framed
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import ShotInfo
from styles import Frame

PICTURE = np.random.default_rng(4).integers(0, 256, (300, 400, 3), np.uint8)  # diagonal 500
INFO = ShotInfo(
    model="A camera",
    taken=datetime(2026, 5, 4, 12, tzinfo=UTC),
    exposure_time=1 / 60,
    iso=398.7,
    f_number=2.8,
    focal_length=6.0,
    style="Sepia",
)


def test_the_picture_stands_in_its_frame() -> None:
    """Borders have the widths and the colour asked for, the picture's own pixels are unchanged."""
    page = framed(PICTURE, Frame(width=0.02, base=0.1, colour="#f4f0e6"), INFO)
    assert page.shape == (300 + 10 + 60, 400 + 20, 3)
    assert (page[10:310, 10:410] == PICTURE).all()
    border = np.ones(page.shape[:2], bool)
    border[10:310, 10:410] = False
    assert np.ptp(page[border], axis=0).max() == 0
    cream = page[0, 0].astype(int)
    assert np.abs(cream - (0xF4, 0xF0, 0xE6)).max() <= 3  # pale, so near the same in Display P3
    assert cream[0] > cream[1] > cream[2]


def test_colours_are_srgb() -> None:
    """Pure sRGB red has its place inside Display P3; greys are the same."""
    red = framed(PICTURE, Frame(width=0.02, colour="#ff0000"), INFO)[0, 0]
    assert np.abs(red.astype(int) - (234, 51, 35)).max() <= 1  # CSS Color 4: 0.9175 0.2003 0.1386
    assert (framed(PICTURE, Frame(width=0.02, colour="#808080"), INFO)[0, 0] == 128).all()


@pytest.mark.parametrize("colour", ["#ffffff", "#000000"])
def test_a_caption_can_be_read(colour: str) -> None:
    """The line stands below the picture, in the middle, in ink that differs from the frame."""
    page = framed(PICTURE, Frame(width=0.01, colour=colour, caption=("camera",)), INFO)
    base = page[305:].astype(int)
    assert len(base) > 20
    ink = np.abs(base - int(colour[1:3], 16)).max(-1) > 120
    rows, columns = np.nonzero(ink)
    assert abs(columns.mean() - page.shape[1] / 2) < 15
    assert rows.min() > 3
    assert rows.max() < len(base) - 4
    assert (np.abs(page[:5].astype(int) - int(colour[1:3], 16)) == 0).all()


def test_captions_tell_what_is_known() -> None:
    """Each item is told as photographers write it; what is unknown leaves no gap."""
    every = ("camera", "lens", "exposure", "date", "look")
    told = caption_of(INFO, every)
    assert told == "A camera   6 mm   f/2.8   1/60 s   ISO 399   2026-05-04   Sepia"
    assert caption_of(INFO, ("look", "camera")) == "Sepia   A camera"
    assert caption_of(ShotInfo(exposure_time=2.5), ("exposure", "lens")) == "2.5 s"
    assert caption_of(INFO, ()) == ""


def test_framed_jpegs_are_upright() -> None:
    """A turned picture is turned before it is framed, and its EXIF says so."""
    frame = Frame(width=0.02, base=0.1)
    coded = encode_jpeg(PICTURE, INFO, orientation=6, frame=frame)
    with Image.open(BytesIO(coded)) as image:
        assert image.size == (300 + 20, 400 + 10 + 60)
        exif = image.getexif()
        assert exif[274] == 1
        assert exif.get_ifd(34665)[40962] == 320
        below = np.asarray(image)[420:]
    assert below.min() > 250
    plain = encode_jpeg(PICTURE, INFO, orientation=6, frame=Frame())
    with Image.open(BytesIO(plain)) as image:
        assert image.size == (400, 300)
        assert image.getexif()[274] == 6
