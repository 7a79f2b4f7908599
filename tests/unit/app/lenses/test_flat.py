from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.lenses import Lens, LensError, load_flat, measure_flat, measured, save_flat
from app.lenses.flat_file import flat_path
from app.modes import WHITE, plan_wish
from app.negatives import unpack_frame
from capture.scenes import Layer, Scene, View
from capture.simulated import SimulatedSource
from native import MosaicFormat

LAYOUT = MosaicFormat((0, 1, 1, 2), (256.0,) * 4, 4095.0)
HEIGHT, WIDTH = 576, 768


def falloff(steep: float = 0.0) -> np.ndarray:
    """(4, height, width) transmission by site: dark corners, red leaning left, blue right.

    A steep one's corners lose that share more, nearly all of it in the outermost tenth.
    """
    y, x = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
    r = 0.64 * x * x + 0.36 * y * y
    fall = 1.0 / (1.0 + 0.5 * r) ** 2 * (1.0 - steep * r**8)
    tints = (1.0 - 0.06 * x, 1.0 + 0.0 * x, 1.0 + 0.0 * x, 1.0 + 0.06 * x)
    return np.stack([fall * tint for tint in tints])


def wall(
    level: float = 0.5,
    slope: float = 0.0,
    texture: float = 0.0,
    dust: float = 0.0,
    steep: float = 0.0,
) -> np.ndarray:
    """A white wall through that lens, noisy, lit from one side as asked."""
    random = np.random.default_rng(8)
    light = falloff(steep)
    sites = np.empty((HEIGHT, WIDTH))
    for site in range(4):
        part = (slice(site // 2, None, 2), slice(site % 2, None, 2))
        sites[part] = light[site][part]
    x = np.linspace(-1, 1, WIDTH)
    sites = sites * level * (1.0 + slope * x)
    sites *= 1.0 + texture * random.normal(size=(HEIGHT // 16, WIDTH // 16)).repeat(16, 0).repeat(
        16, 1
    )
    j, i = np.ogrid[:HEIGHT, :WIDTH]
    sites *= 1.0 - dust * (np.hypot(j - 150, i - 500) < 28)
    sites += random.normal(0.0, 0.004, sites.shape)
    return np.clip(np.rint(sites * 3839 + 256), 0, 4095).astype(np.uint16)


@pytest.mark.parametrize("slope", [0.0, 0.08])
def test_the_lens_is_found_whatever_the_light(slope: float) -> None:
    """Fall-off and tint come out within 1 %, light that leans by 8 % to a side does not."""
    gain = measure_flat(wall(slope=slope), LAYOUT).gain
    true = falloff()
    nodes = true[:, :: (HEIGHT - 1) // 12, :: (WIDTH - 1) // 16][:, :13, :17]
    j = np.linspace(0, HEIGHT - 1, 13).round().astype(int)
    i = np.linspace(0, WIDTH - 1, 17).round().astype(int)
    nodes = true[:, j][:, :, i]
    corrected = gain * nodes
    corrected /= corrected.mean(axis=(1, 2), keepdims=True)
    assert gain.min() == pytest.approx(1.0, abs=1e-6)
    assert np.abs(corrected - 1.0).max() < (0.01 if slope == 0.0 else 0.02)


def test_tinted_edges_leave_the_middle_its_white() -> None:
    """A lens whose edges are red on one side and blue on the other: white stays white."""
    surface = wall().astype(np.float64)
    tilt = np.linspace(0.9, 1.1, WIDTH)
    black = LAYOUT.black[0]
    for site, light in ((0, tilt), (3, tilt[::-1])):
        part = surface[site // 2 :: 2, site % 2 :: 2]
        part[...] = (part - black) * light[site % 2 :: 2] + black
    gain = measure_flat(np.rint(surface).astype(np.uint16), LAYOUT).gain
    middle = gain[:, gain.shape[1] // 2, gain.shape[2] // 2]
    assert np.ptp(middle) < 0.004
    assert gain.min() == pytest.approx(1.0, abs=1e-6)


def test_dust_is_found_and_not_corrected() -> None:
    """A speck is told with its place and depth; the profile is the same without it."""
    plain, dusty = measure_flat(wall(), LAYOUT), measure_flat(wall(dust=0.1), LAYOUT)
    assert plain.dust == ()
    assert len(dusty.dust) == 1
    spot = dusty.dust[0]
    assert (spot.x, spot.y) == pytest.approx((500 / WIDTH, 150 / HEIGHT), abs=0.02)
    assert spot.loss == pytest.approx(0.1, abs=0.03)
    assert spot.radius == pytest.approx(28 / WIDTH, abs=0.015)
    np.testing.assert_allclose(dusty.gain, plain.gain, rtol=0.004)


@pytest.mark.parametrize("steep", [0.05, 0.2, 0.4])
def test_corners_are_no_dust(steep: float) -> None:
    """However steeply they fall, a clean wall is clean, and a speck on it is the only one."""
    assert measure_flat(wall(steep=steep), LAYOUT).dust == ()
    assert len(measure_flat(wall(steep=steep, dust=0.1), LAYOUT).dust) == 1


@pytest.mark.parametrize("size", [(1016, 760), (2028, 1520)])
def test_a_clean_wall_of_the_simulated_camera_has_no_dust(size: tuple[int, int]) -> None:
    """The simulated sensor's own shading is met to half a per cent."""
    white = np.full((3, 1, 1), 0.8, np.float32)

    def plain(view: View) -> np.ndarray:
        return white * np.ones_like(view.x + view.y)

    scene = Scene("wall", 5000.0, 300.0, (Layer(plain, 1.0),), focus=1.0)
    camera = SimulatedSource(scene, size=size, shake=0.0)
    camera.start()
    burst = camera.capture(plan_wish(camera.metering(), camera.profile, WHITE))
    mean = np.mean([unpack_frame(frame) for frame in burst.frames], axis=0)
    layout = replace(LAYOUT, black=camera.profile.black_level, white=camera.profile.white_level)
    assert measure_flat(np.rint(mean).astype(np.uint16), layout).dust == ()


@pytest.mark.parametrize(
    ("picture", "said"),
    [
        (wall(level=0.02), "too dark"),
        (wall(level=1.2), "too bright"),
        (wall(slope=0.3), "uneven"),
        (wall(texture=0.1), "not plain"),
        (wall()[:200], "256 pixels"),
    ],
    ids=["dark", "bright", "uneven", "textured", "small"],
)
def test_what_is_no_white_wall_is_refused(picture: np.ndarray, said: str) -> None:
    """Each with its remedy."""
    with pytest.raises(LensError, match=said):
        measure_flat(picture, LAYOUT)


def test_a_profile_comes_back_for_its_lens_aperture_and_sensor_only(tmp_path: Path) -> None:
    """Other names, apertures and sensors have none; a damaged one is told."""
    flat = measure_flat(wall(dust=0.1), LAYOUT)
    lens = Lens("Fast fifty, f/1", 50.0, 1.0)
    path = save_flat(tmp_path, lens, "imx477", flat)
    found = load_flat(tmp_path, lens, "imx477")
    assert found is not None
    np.testing.assert_allclose(found, flat.gain, atol=1e-5)
    assert load_flat(tmp_path, replace(lens, name="Fast fifty, f-1"), "imx477") is None
    assert load_flat(tmp_path, replace(lens, f_number=2.8), "imx477") is None
    assert load_flat(tmp_path, lens, "imx708") is None
    save_flat(tmp_path, replace(lens, f_number=2.8), "imx477", flat)
    save_flat(tmp_path, replace(lens, f_number=0.0), "imx477", flat)
    save_flat(tmp_path, lens, "imx708", flat)
    assert measured(tmp_path, lens) == {0.0: ["imx477"], 1.0: ["imx477", "imx708"], 2.8: ["imx477"]}
    assert measured(tmp_path, Lens("Fast fifty, f-1")) == {}
    for bad in (b"", b"{}", b'{"gain": [[[0.5]]]}', b'{"gain": "x"}', path.read_bytes()[:-40]):
        flat_path(tmp_path, lens, "imx477").write_bytes(bad)
        with pytest.raises(LensError, match="damaged"):
            load_flat(tmp_path, lens, "imx477")


@pytest.mark.parametrize(("loss", "radius"), [(0.3, 9.0), (0.1, 9.0), (0.05, 14.0)])
def test_the_loss_of_a_small_speck_is_told(loss: float, radius: float) -> None:
    """Smaller than the blocks that are looked at, it takes what it takes."""
    j, i = np.ogrid[:HEIGHT, :WIDTH]
    light = (wall().astype(float) - 256.0) * (1.0 - loss * (np.hypot(j - 340, i - 200) < radius))
    (spot,) = measure_flat(np.rint(light + 256.0).astype(np.uint16), LAYOUT).dust
    assert (spot.x, spot.y) == pytest.approx((200 / WIDTH, 340 / HEIGHT), abs=0.02)
    assert spot.loss == pytest.approx(loss, rel=0.35)


def test_a_rim_that_cuts_the_corners_off_is_corrected_as_it_is() -> None:
    """Where no smooth fall-off fits, the corners get what was measured in them."""
    y, x = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
    distance = np.sqrt(0.64 * x * x + 0.36 * y * y)
    edge = np.minimum(1.0, 1.35 - 0.9 * distance)
    plain = 0.7 / falloff()[1]
    light = (wall().astype(float) - 256.0) * plain * edge + 256.0
    gain = measure_flat(np.rint(light).astype(np.uint16), LAYOUT).gain[1]
    middle = gain[6, 8]
    ends = gain[::12, ::16] / middle * edge[:: HEIGHT - 1, :: WIDTH - 1]
    assert np.abs(ends - 1.0).max() < 0.06


def test_a_fast_lens_s_corners_are_not_nearly_black() -> None:
    """Three stops of fall-off, the sensor's and the lens's together, are corrected."""
    y, x = np.meshgrid(np.linspace(-1, 1, HEIGHT), np.linspace(-1, 1, WIDTH), indexing="ij")
    r = 0.64 * x * x + 0.36 * y * y
    light = (wall(level=0.8).astype(float) - 256.0) / falloff()[1] / (1.0 + 2.2 * r) ** 2 + 256.0
    assert 8.0 < measure_flat(np.rint(light).astype(np.uint16), LAYOUT).gain.max() < 12.0
