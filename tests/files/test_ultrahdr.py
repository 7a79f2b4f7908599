"""The gain map of a real shot in libultrahdr and in viewers that know nothing of it."""

from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import imagecodecs
import numpy as np
import numpy.typing as npt
import pytest
from multi_picture import both_images
from PIL import Image

from app.looks import look_named
from app.pipeline import make_picture
from app.stages import Stages
from app.store import Store
from app.workshop import Workshop
from capture.plan import plan_auto
from capture.profiles import profile
from capture.simulated import SimulatedSource
from styles.spaces import srgb_decode

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def jpeg(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A street at night, with lamps."""
    folder = tmp_path_factory.mktemp("night")
    camera = SimulatedSource("night-street", profile("imx477"), size=(1352, 1012))
    camera.start()
    burst = camera.capture(plan_auto(camera.metering(), camera.profile, frames=3))
    store = Store(folder)
    store.prepare()
    taken = datetime(2026, 1, 1, tzinfo=UTC)
    look = look_named("Night", folder)
    saved = make_picture(burst, look, Workshop(store), Stages(), taken=taken)
    return Path(saved.paths[0]).read_bytes()


def picture_of(jpeg: bytes) -> Array:
    """Linear light of the picture that every viewer shows."""
    with Image.open(BytesIO(jpeg)) as image:
        return srgb_decode(np.asarray(image) / 255.0)


def test_libultrahdr_makes_the_hdr_picture(jpeg: bytes) -> None:
    """Its own decoder gives the picture times the gain: 0.05 stops off in the mean."""
    seen = imagecodecs.ultrahdr_decode(jpeg)[..., :3].astype(float)
    with Image.open(BytesIO(both_images(jpeg)[1])) as image:
        stored = np.asarray(image) / 255.0
        said = image.info["xmp"].decode()
    stops = float(said.split('hdrgm:GainMapMax="')[1].split('"')[0])
    shown = picture_of(jpeg)
    gain = np.kron(stored, np.ones((2, 2)))[: shown.shape[0], : shown.shape[1], None] * stops
    wanted = (shown + 1 / 64) * 2.0**gain - 1 / 64
    error = np.abs(np.log2((seen + 1 / 64) / (wanted + 1 / 64)))
    assert seen.max() > 1.5 * shown.max()
    assert error.mean() < 0.05
    assert np.percentile(error, 99) < 0.3


def test_plain_viewers_show_the_picture(jpeg: bytes) -> None:
    """Two independent decoders that know no gain map show the same as the first image alone."""
    first, second = both_images(jpeg)
    assert first + second == jpeg
    plain = imagecodecs.jpeg8_decode(first)
    assert np.array_equal(imagecodecs.jpeg8_decode(jpeg), plain)
    with Image.open(BytesIO(jpeg)) as image:
        assert np.array_equal(np.asarray(image), plain)
