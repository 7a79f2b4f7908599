"""JPEG, TIFF, profiles, gain maps and the library, each against an independent reader."""

import json
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from io import BytesIO
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from PIL import ExifTags, Image, ImageCms

from app.pictures import icc
from app.pictures.dng import encode_dng
from app.pictures.errors import PictureError
from app.pictures.gain_map import encode_gain_maps, read_gain_maps
from app.pictures.jpeg import encode_jpeg
from app.pictures.negative import Negative, ShotInfo
from app.pictures.shot_info import read_shot_info
from app.pictures.tiff import encode_linear_tiff, encode_tiff
from app.pictures.xmp import encode_xmp, read_xmp
from app.store import Store, list_shots

MakeNegative = Callable[..., Negative]
Picture = npt.NDArray[np.uint8]

exiftool = pytest.mark.skipif(shutil.which("exiftool") is None, reason="exiftool is not installed")


def test_jpeg(make_negative: MakeNegative, preview: Picture) -> None:
    """Pillow opens it at full chroma with the pixels, the profile, EXIF and a thumbnail."""
    info = make_negative().info
    with Image.open(BytesIO(encode_jpeg(preview, info))) as image:
        assert (image.size, image.mode) == ((80, 48), "RGB")
        assert image.layer[1][1:3] == (1, 1)  # type: ignore[attr-defined]  # 4:4:4
        assert np.abs(np.asarray(image).astype(int) - preview)[10:14, 4:16].max() <= 3
        assert image.info["icc_profile"] == icc.display_p3()
        exif = image.getexif()
        assert exif[ExifTags.Base.Software] == "Baryta 0.1.0"
        details = exif.get_ifd(ExifTags.IFD.Exif)
        assert details[ExifTags.Base.ExposureTime] == pytest.approx(1 / 125)
        assert details[ExifTags.Base.ISOSpeedRatings] == 138
        assert details[ExifTags.Base.SubsecTimeOriginal] == "123456"
        assert details[ExifTags.Base.OffsetTimeOriginal] == "-03:30"
        assert details[ExifTags.Base.FocalLengthIn35mmFilm] == 33
        thumbnail = exif.get_ifd(ExifTags.IFD.IFD1)
        assert thumbnail[ExifTags.Base.JpegIFByteCount] > 300


@exiftool
@pytest.mark.parametrize("bare", [False, True])
def test_exiftool_accepts_jpeg_and_tiff(
    make_negative: MakeNegative,
    preview: Picture,
    tmp_path: Path,
    bare: bool,
) -> None:
    """Exiftool's validation finds neither error nor warning, with and without metadata."""
    info = ShotInfo() if bare else make_negative().info
    linear = preview.astype(np.float32) / 255
    files = {
        "a.jpg": encode_jpeg(preview, info),
        "linear.tif": encode_linear_tiff(linear, None if bare else info),
        "a.tif": encode_tiff(preview, None if bare else info),
    }
    for name, data in files.items():
        path = tmp_path / name
        path.write_bytes(data)
        command = ["exiftool", "-json", "-G1", "-validate", "-warning", "-a", str(path)]
        out = subprocess.run(command, capture_output=True, check=True, text=True)
        (tags,) = json.loads(out.stdout)
        assert tags["ExifTool:Validate"] == "OK", (name, tags)
        assert not [tag for tag in tags if "Warning" in tag or "Error" in tag], (name, tags)


def test_linear_tiff(tmp_path: Path) -> None:
    """1.0 is 65535, outside is clipped, and the samples stand where the tags say."""
    linear = np.zeros((70, 9, 3), np.float32)
    linear[1, 2] = (0.25, 1.0, 3.0)
    linear[69, 8] = (-1.0, np.nan, np.inf)
    data = encode_linear_tiff(linear)
    path = tmp_path / "a.tif"
    path.write_bytes(data)
    with Image.open(path) as image:
        offsets, counts = image.tag_v2[273], image.tag_v2[279]
        assert image.size == (9, 70)
        assert image.tag_v2[258] == (16, 16, 16)
        assert image.info["icc_profile"] == icc.linear_rec2020()
    samples = b"".join(data[o : o + n] for o, n in zip(offsets, counts, strict=True))
    read = np.frombuffer(samples, "<u2").reshape(70, 9, 3)
    assert read[1, 2].tolist() == [16384, 65535, 65535]
    assert read[69, 8].tolist() == [0, 0, 65535]
    assert read.sum() == 16384 + 3 * 65535


@pytest.mark.parametrize(
    ("profile", "red"),
    [
        # XYZ under D50 of full red: Display P3 and Rec.2020 as published with their profiles.
        (icc.display_p3, (0.5151, 0.2412, -0.0011)),
        (icc.linear_rec2020, (0.6735, 0.2790, -0.0019)),
        (icc.srgb, (0.4361, 0.2225, 0.0139)),
    ],
)
def test_profiles(profile: Callable[[], bytes], red: tuple[float, ...]) -> None:
    """Lcms accepts each profile, is told the published primaries, and maps white to white."""
    data = profile()
    assert len(data) < 600
    opened = ImageCms.ImageCmsProfile(BytesIO(data))
    assert opened.profile.version == 4.4
    assert opened.profile.red_colorant is not None
    assert opened.profile.red_colorant[0] == pytest.approx(red, abs=2e-4)
    assert opened.profile.media_white_point is not None
    lab = ImageCms.createProfile("LAB")
    transform = ImageCms.buildTransform(opened, lab, "RGB", "LAB")
    white = ImageCms.applyTransform(Image.new("RGB", (1, 1), (255, 255, 255)), transform)
    assert white is not None
    assert white.getpixel((0, 0)) == (255, 128, 128)


def test_srgb_profile_is_lcms_own() -> None:
    """Converting from our sRGB to the library's built-in one changes nothing."""
    ramp = np.random.default_rng(2).integers(0, 256, (40, 40, 3)).astype(np.uint8)
    ours = ImageCms.ImageCmsProfile(BytesIO(icc.srgb()))
    out = ImageCms.profileToProfile(Image.fromarray(ramp), ours, ImageCms.createProfile("sRGB"))
    assert out is not None
    assert np.abs(np.asarray(out).astype(int) - ramp).max() <= 1


def test_gain_maps_of_other_layouts() -> None:
    """One map for all sites, and maps not spread from corner to corner, are resampled rightly."""
    gain = np.ones((4, 3, 5), np.float32)
    gain += np.arange(5, dtype=np.float32) * 0.1
    opcodes = bytearray(encode_gain_maps(gain, 100, 60))
    assert np.array_equal(read_gain_maps(bytes(opcodes)), gain)  # type: ignore[arg-type]
    # Halve the horizontal spacing of the first map: it now covers the left half only.
    spacing_h = 4 + 16 + 40 + 8
    opcodes[spacing_h : spacing_h + 8] = np.array(0.125, ">f8").tobytes()
    read = read_gain_maps(bytes(opcodes))
    assert read is not None
    assert read[0, 0] == pytest.approx([1.0, 1.2, 1.4, 1.4, 1.4])
    assert np.array_equal(read[1:], gain[1:])
    single = bytes([0, 0, 0, 1]) + bytes(opcodes[4 : 4 + 16 + 76 + 60])
    assert read_gain_maps(single) is None  # one site of four


@pytest.mark.parametrize("damage", [slice(3, 200), slice(40, 60), slice(-4, None)])
def test_damaged_gain_maps(damage: slice) -> None:
    """A list that is cut or absurd is an error in one clause."""
    data = encode_gain_maps(np.ones((4, 3, 5), np.float32), 100, 60)
    broken = data[: damage.start] + b"\xff" * 20
    with pytest.raises(ValueError, match="lens shading is damaged"):
        read_gain_maps(broken)


def test_xmp_survives_rewriting() -> None:
    """Own properties are read as attributes or elements, with any character; foreign ones not."""
    style = 'a "b" <c> & d\'s ä ü'
    packet = encode_xmp("Baryta", None, {"Style": style, "FramesMerged": "8"})
    assert read_xmp(packet) == {"Style": style, "FramesMerged": "8"}
    other = b"<x xmlns:baryta='urn'><baryta:Style>As &amp; Is</baryta:Style></x>"
    assert read_xmp(other) == {"Style": "As & Is"}
    assert read_xmp(b"\xff\xfe garbage <") == {}
    assert read_xmp(encode_xmp("", None, {"Style": "a\x00b\nc"})) == {"Style": "a b\nc"}


def test_library(make_negative: MakeNegative, preview: Picture, tmp_path: Path) -> None:
    """Shots are listed by number with style and time, from the JPEG or from the DNG alone."""
    store = Store.library(tmp_path)
    assert list_shots(store) == []
    negative = make_negative()
    jpeg, dng = encode_jpeg(preview, negative.info), encode_dng(negative, preview)
    first, second, third = (store.save(jpeg, dng) for _ in range(3))
    second[0].unlink()
    third[0].write_bytes(b"damaged")
    third[1].write_bytes(b"")
    assert [shot.style for shot in list_shots(store)] == ["Authentic"] * 3, "the index knows"
    store.index.forget(1, 2, 3)
    shots = list_shots(store)
    assert [shot.id for shot in shots] == ["0001", "0002", "0003"]
    assert [shot.paths for shot in shots] == [first, second[1:], third]
    assert [shot.style for shot in shots] == ["Authentic", "Authentic", None]
    assert shots[0].taken == negative.info.taken
    assert shots[0].taken is not None
    assert shots[0].taken.utcoffset() == timedelta(hours=-3, minutes=-30)


def test_info_of_either_file(make_negative: MakeNegative, preview: Picture, tmp_path: Path) -> None:
    """JPEG and DNG tell the same story, all of it; other files are refused in a line."""
    negative = make_negative()
    path = tmp_path / "a"
    for data in (encode_jpeg(preview, negative.info), encode_dng(negative, preview)):
        path.write_bytes(data)
        assert read_shot_info(path) == negative.info
    for data in (b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\0\x08Exif", b"text"):
        path.write_bytes(data)
        with pytest.raises(PictureError):
            read_shot_info(path)
