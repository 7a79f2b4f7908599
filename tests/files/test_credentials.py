"""Content credentials in both files, as c2pa's own reader sees them."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import c2pa
import imagecodecs
import numpy as np
import pytest
import rawpy
from certificates import chain_for, new_key, pem_of
from chart_shot import ChartShot
from multi_picture import both_images
from PIL import Image
from same_negative import assert_same

from app.looks import look_named
from app.main import main
from app.pictures.credentials import DNG, JPEG, TIFF, Credentials, Parent, load_credentials
from app.pictures.dng import encode_dng
from app.pictures.errors import StoreError
from app.pictures.hdr_gain_map import make_gain_map
from app.pictures.jpeg import encode_jpeg
from app.pictures.read_dng import read_dng
from app.pictures.shot_info import read_shot_info
from app.restyling import restyle_picture
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop

Run = Callable[..., str]
CAPTURE = "http://cv.iptc.org/newscodes/digitalsourcetype/"


@pytest.fixture(scope="module", name="files")
def _files(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate and its key."""
    folder, key = tmp_path_factory.mktemp("certificate"), new_key("es256")
    (folder / "chain.pem").write_bytes(chain_for(key))
    (folder / "key.pem").write_bytes(pem_of(key))
    return folder / "chain.pem", folder / "key.pem"


@pytest.fixture(scope="module")
def credentials(files: tuple[Path, Path]) -> Credentials:
    """Ready to sign."""
    return load_credentials(*files)


def read(kind: str, data: bytes) -> tuple[str, dict[str, Any], list[str]]:
    """What c2pa finds: its verdict, the manifest in force, and what it objects to."""
    told = json.loads(c2pa.Reader(kind, BytesIO(data)).json())
    codes = [status["code"] for status in told.get("validation_status", [])]
    return told["validation_state"], told["manifests"][told["active_manifest"]], codes


def actions(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    """What the manifest says was done."""
    (assertion,) = (each for each in manifest["assertions"] if "actions" in each["label"])
    done: list[dict[str, Any]] = assertion["data"]["actions"]
    return done


def test_both_files_are_valid_and_a_flipped_bit_is_found(
    shot: ChartShot, credentials: Credentials
) -> None:
    """Only that nobody knows the certificate is objected to; a merged picture says so."""
    info = read_shot_info(shot.dng)
    for kind, path in ((JPEG, shot.jpeg), (DNG, shot.dng)):
        signed = credentials.sign(path.read_bytes(), kind, info)
        verdict, manifest, codes = read(kind, signed)
        assert (verdict, codes) == ("Valid", ["signingCredential.untrusted"])
        (action,) = actions(manifest)
        assert action["action"] == "c2pa.created"
        assert action["digitalSourceType"] == f"{CAPTURE}computationalCapture"
        assert manifest["claim_generator_info"][0]["name"] == "Baryta"
        damaged = bytearray(signed)
        damaged[len(damaged) * 3 // 4] ^= 1
        assert read(kind, bytes(damaged))[0] == "Invalid"


@pytest.mark.parametrize(
    ("frames", "simulated", "origin"),
    [(1, False, "digitalCapture"), (8, True, "algorithmicMedia")],
)
def test_they_tell_no_more_than_is_true(
    shot: ChartShot, credentials: Credentials, frames: int, simulated: bool, origin: str
) -> None:
    """A single frame is no computation, a simulated one no capture."""
    info = replace(read_shot_info(shot.jpeg), frames_merged=frames)
    signer = replace(credentials, simulated=simulated)
    _, manifest, _ = read(JPEG, signer.sign(shot.jpeg.read_bytes(), JPEG, info))
    assert actions(manifest)[0]["digitalSourceType"] == f"{CAPTURE}{origin}"


def test_a_signed_dng_is_the_same_negative(
    shot: ChartShot, credentials: Credentials, run: Run, tmp_path: Path
) -> None:
    """LibRaw, dcraw and Baryta read it bit for bit; exiftool and exiv2 find nothing wrong."""
    path = tmp_path / "signed.dng"
    negative = read_dng(shot.dng)
    path.write_bytes(credentials.sign(encode_dng(negative), DNG, negative.info))
    assert_same(read_dng(path), negative)
    with rawpy.imread(str(path)) as raw:
        assert np.array_equal(raw.raw_image_visible, negative.mosaic)
    run("dcraw", "-D", "-4", "-T", path)
    with Image.open(path.with_suffix(".tiff")) as image:
        assert np.array_equal(np.asarray(image), negative.mosaic)
    assert "Warning" not in run("exiv2", "-pa", path)


def test_a_signed_jpeg_keeps_its_gain_map(credentials: Credentials, shot: ChartShot) -> None:
    """The index finds the map behind the credentials, and libultrahdr gives the same picture."""
    y, x = np.mgrid[:96, :160]
    lamp = 12.0 * np.exp(-((y - 40) ** 2 + (x - 100) ** 2) / 300.0)
    light = ((0.04 + lamp)[..., None] * [1.0, 0.8, 0.6]).astype(np.float32)
    picture = np.rint(255.0 * (light / (light + 0.3)) ** (1 / 2.2)).astype(np.uint8)
    info, gain = read_shot_info(shot.jpeg), make_gain_map(light)
    assert gain is not None
    plain = encode_jpeg(picture, info, gain=gain)
    signed = encode_jpeg(
        picture, info, gain=gain, seal=lambda data: credentials.sign(data, JPEG, info)
    )
    assert read(JPEG, signed)[0] == "Valid"
    seen, wanted = imagecodecs.ultrahdr_decode(signed), imagecodecs.ultrahdr_decode(plain)
    assert np.array_equal(seen, wanted)
    first, second = both_images(signed)
    assert first + second == signed
    assert second == both_images(plain)[1]


def test_restyling_names_the_negative(
    shot: ChartShot, credentials: Credentials, tmp_path: Path
) -> None:
    """A JPEG made later was opened from the DNG, which is in its history."""
    info = read_shot_info(shot.dng)
    source = tmp_path / "BARY0001.DNG"
    source.write_bytes(credentials.sign(shot.plain.read_bytes(), DNG, info))
    workshop = Workshop(Store(tmp_path / "store"), credentials=credentials)
    workshop.store.prepare()
    saved = restyle_picture(source, look_named("Sepia", tmp_path), workshop, Stages())
    verdict, manifest, _ = read(JPEG, saved.paths[0].read_bytes())
    assert verdict == "Valid"
    assert [each["action"] for each in actions(manifest)] == [
        "c2pa.opened",
        "c2pa.color_adjustments",
    ]
    (ingredient,) = manifest["ingredients"]
    assert (ingredient["title"], ingredient["relationship"]) == ("BARY0001.DNG", "parentOf")


@pytest.fixture
def signing(files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A person's settings that ask for credentials."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    settings = tmp_path / ".config/baryta/settings.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text(f'certificate = "{files[0]}"\ncertificate_key = "{files[1]}"\n')


@pytest.mark.usefixtures("signing")
@pytest.mark.parametrize(
    ("output", "style", "kind"),
    [("a.jpg", "Sepia", JPEG), ("a.tif", "Sepia", TIFF), ("linear.tif", "none", TIFF)],
)
def test_developing_names_the_negative(
    shot: ChartShot, tmp_path: Path, output: str, style: str, kind: str
) -> None:
    """What is developed by hand is signed as what is restyled is."""
    out = tmp_path / output
    assert main(["develop", str(shot.plain), "--style", style, "-o", str(out)]) == 0
    verdict, manifest, _ = read(kind, out.read_bytes())
    assert verdict == "Valid"
    assert [each["action"] for each in actions(manifest)] == [
        "c2pa.opened",
        "c2pa.color_adjustments",
    ]
    (ingredient,) = manifest["ingredients"]
    assert (ingredient["title"], ingredient["relationship"]) == (shot.plain.name, "parentOf")


@pytest.mark.usefixtures("signing")
def test_merging_names_every_frame(shot: ChartShot, tmp_path: Path) -> None:
    """A merged DNG follows its reference, and holds the frames that were merged into it."""
    random = np.random.default_rng(5)
    negative = read_dng(shot.plain)
    frames = []
    for i in range(3):
        noise = random.normal(0.0, 40.0, negative.mosaic.shape)
        mosaic = np.clip(np.rint(negative.mosaic + noise), 0, 65535).astype(np.uint16)
        single = replace(negative.info, frames_merged=1)
        frames.append(tmp_path / f"FRAME{i}.DNG")
        frames[-1].write_bytes(encode_dng(replace(negative, mosaic=mosaic, info=single)))
    out = tmp_path / "merged.dng"
    command = ["merge", *map(str, frames), "--reference", "1", "-o", str(out)]
    assert main(command) == 0
    verdict, manifest, _ = read(DNG, out.read_bytes())
    assert verdict == "Valid"
    assert [each["action"] for each in actions(manifest)] == [
        "c2pa.opened",
        "c2pa.placed",
        "c2pa.edited",
    ]
    assert actions(manifest)[-1]["digitalSourceType"] == f"{CAPTURE}computationalCapture"
    told = [(each["title"], each["relationship"]) for each in manifest["ingredients"]]
    assert told == [
        ("FRAME1.DNG", "parentOf"),
        ("FRAME0.DNG", "componentOf"),
        ("FRAME2.DNG", "componentOf"),
    ]


def test_a_parent_that_c2pa_cannot_read_is_named_all_the_same(
    shot: ChartShot, credentials: Credentials, tmp_path: Path
) -> None:
    """Foreign raw files, by their name or by what is in them; one that is gone is told."""
    info, data = read_shot_info(shot.jpeg), shot.jpeg.read_bytes()
    for name in ("strange.dng", "other.cr2"):
        path = tmp_path / name
        path.write_bytes(b"neither II nor MM" * 50)
        verdict, manifest, _ = read(JPEG, credentials.sign(data, JPEG, info, [Parent(path)]))
        assert verdict == "Valid"
        assert [each["title"] for each in manifest["ingredients"]] == [name]
    path.unlink()
    with pytest.raises(StoreError, match=r"other\.cr2: cannot be read any more .*; check the path"):
        credentials.sign(data, JPEG, info, [Parent(path)])


@pytest.mark.parametrize("kind", ["es384", "ps256", "ed25519"])
def test_other_keys_sign_too(shot: ChartShot, tmp_path: Path, kind: str) -> None:
    """Each kind of key that C2PA allows is known by itself."""
    key = new_key(kind)
    (tmp_path / "chain.pem").write_bytes(chain_for(key))
    (tmp_path / "key.pem").write_bytes(pem_of(key))
    credentials = load_credentials(tmp_path / "chain.pem", tmp_path / "key.pem")
    assert credentials.algorithm == kind
    signed = credentials.sign(shot.jpeg.read_bytes(), JPEG, read_shot_info(shot.jpeg))
    assert read(JPEG, signed)[0] == "Valid"


def test_what_does_not_work_is_told_before_the_shot(
    files: tuple[Path, Path], tmp_path: Path
) -> None:
    """Another's key, an expired certificate, no key at all: one line each, with the remedy."""
    chain, key = files
    other, garbage, expired = (tmp_path / name for name in ("other.pem", "no.pem", "old.pem"))
    other.write_bytes(pem_of(new_key("es256")))
    garbage.write_bytes(b"not a key")
    old = new_key("es256")
    expired.write_bytes(chain_for(old, days=0))
    (tmp_path / "old-key.pem").write_bytes(pem_of(old))
    for pair in (
        (chain, other),
        (chain, garbage),
        (chain, tmp_path / "missing.pem"),
        (garbage, key),
        (expired, tmp_path / "old-key.pem"),
    ):
        with pytest.raises(StoreError, match="remove certificate from the settings") as caught:
            load_credentials(*pair)
        assert re.fullmatch(r"[^\n]+; [^\n]+|[^\n]+: [^\n]+", str(caught.value))


@pytest.mark.usefixtures("signing")
def test_a_shot_is_signed_by_the_settings(tmp_path: Path) -> None:
    """Both files of a simulated shot say that no camera took them; a replayed one says nothing."""
    out, again = tmp_path / "out", tmp_path / "again"
    carrots = Path(__file__).parents[1] / "data" / "carrots.exr"
    shoot = ["shoot", "--frames", "2", "--source"]
    assert main([*shoot, f"simulated:{carrots}", "--keep-burst", "--out", str(out)]) == 0
    for name, kind in (("BARY0001.JPG", JPEG), ("BARY0001.DNG", DNG)):
        verdict, manifest, _ = read(kind, (out / name).read_bytes())
        assert verdict == "Valid"
        assert actions(manifest)[0]["digitalSourceType"] == f"{CAPTURE}algorithmicMedia"
    assert main([*shoot, f"replay:{out / 'BARY0001.BURST'}", "--out", str(again)]) == 0
    assert b"c2pa" not in (again / "BARY0001.JPG").read_bytes()
