"""Local tone mapping, seen through a render with an identity table."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from native import Look, NativeError, apply_table, render, tone_maps

Image = npt.NDArray[np.float32]
SCALE, MAXIMUM = 0.004, 64.0
WEIGHTS = np.array([0.2627, 0.6780, 0.0593])  # luminance, ITU-R BT.2020


def look(strength: float, **spatial: float) -> Look:
    """An identity table with tone mapping."""
    axis = np.linspace(0, 1, 2, dtype=np.float32)
    table = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    return Look("test", SCALE, MAXIMUM, table, tone_mapping=strength, **spatial)


def light(picture: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
    """The linear light behind the identity table."""
    return np.asarray(np.sinh(picture / 255 * np.arcsinh(MAXIMUM / SCALE)) * SCALE)


def stops_of(linear: Image, strength: float, noise: float = 0.0) -> npt.NDArray[np.float64]:
    """The rendered picture's luminance, log2; rows averaged, which evens out the dither."""
    picture = render(linear, look(strength), noise=noise).astype(float)
    return np.asarray(np.log2(light(picture.mean(0)) @ WEIGHTS))


def grey(luminance: npt.NDArray[np.floating]) -> Image:
    """A neutral picture."""
    return np.repeat(luminance[..., None], 3, -1).astype(np.float32)


def room(height: int = 320, width: int = 480) -> Image:
    """A dark room with texture, and a bright window of coloured panes in it."""
    y, x = np.mgrid[0:height, 0:width] / height
    luminance = 0.006 * 2 ** (0.4 * np.sin(60 * x) * np.cos(50 * y))
    inside = (x > 0.5) & (x < 1.1) & (y > 0.15) & (y < 0.7)
    panes = 2.5 * 2 ** (0.5 * np.sin(20 * x) * np.sin(25 * y))
    colour = np.where(inside[..., None], [1.0, 0.7, 0.4], [0.8, 1.0, 1.1])
    return (np.where(inside, panes, luminance)[..., None] * colour).astype(np.float32)


def test_a_scene_of_ordinary_range_is_left_alone() -> None:
    """Four stops round middle grey come out byte by byte as without tone mapping."""
    rng = np.random.default_rng(1)
    linear = grey(0.18 * 2 ** rng.uniform(-2, 2, (300, 400)))
    assert np.array_equal(render(linear, look(1.0)), render(linear, look(0.0)))


def test_a_large_range_is_drawn_together_by_its_strength() -> None:
    """The dark side is lifted by up to 2 EV, the bright one held back, in the order of strength."""
    linear = grey(np.where(np.arange(600) < 300, 0.005, 4.0) * np.ones((200, 1)))
    before = stops_of(linear, 0.0)
    half, full = stops_of(linear, 0.5) - before, stops_of(linear, 1.0) - before
    assert 0.5 < half[150] < full[150] - 0.3
    assert 1.0 < full[150] <= 2.05
    assert -0.3 > half[450] > full[450] + 0.2
    assert full[450] >= -1.55
    assert before[450] - before[150] > full[150] - full[450] + 5  # still a dark and a bright side


@pytest.mark.parametrize("width", [1.0, 6.0, 20.0])
def test_edges_have_no_halos(width: float) -> None:
    """Beside an edge of ten stops no side over- or undershoots by more than a tenth of one."""
    x = np.arange(900)
    share = 1 / (1 + np.exp(-(x - 450) / width))
    linear = grey((0.004 + 4.0 * share) * np.ones((300, 1)))
    before, after = stops_of(linear, 0.0), stops_of(linear, 1.0)
    assert after[60] > before[60] + 0.5
    assert after.min() > after[60] - 0.1
    assert after.max() < after[-60] + 0.1


def test_a_lamp_keeps_its_glow() -> None:
    """From a lamp outwards through its glow, light only ever falls: no dark ring, no plateau."""
    y, x = np.mgrid[0:500, 0:700]
    far = np.hypot(x - 350, y - 250)
    linear = grey(0.003 + 12.0 / (1 + np.exp(far - 9)) + 0.4 / (1 + (far / 9) ** 2) ** 1.5)
    picture = render(linear, look(1.0)).astype(float)
    plain = render(linear, look(0.0)).astype(float)
    rings = far.astype(int)
    counts = np.bincount(rings.ravel())
    profile = [np.bincount(rings.ravel(), p[..., 1].ravel()) / counts for p in (picture, plain)]
    assert profile[0][200] > profile[1][200] + 5  # the night is lifted
    assert np.diff(profile[0][:200]).max() < 0.1
    assert (np.diff(profile[0][4:60]) < 0.02).all()


def test_detail_keeps_its_contrast() -> None:
    """Texture on both sides of a large range keeps nine tenths of its contrast or more."""
    rng = np.random.default_rng(3)
    texture = np.kron(rng.choice([-0.25, 0.25], (40, 120)), np.ones((8, 8)))
    side = np.where(np.arange(960) < 480, -7.5, 1.5)
    linear = grey(2.0 ** (side + texture))
    shown = [np.log2(light(render(linear, look(s)).astype(float))[..., 1]) for s in (0.0, 1.0)]
    for part in (np.s_[:, 80:400], np.s_[:, 560:880]):
        before, after = shown[0][part], shown[1][part]
        assert after.std() > 0.9 * before.std()
    assert shown[1][:, :400].mean() > shown[0][:, :400].mean() + 0.8


def test_hues_stay() -> None:
    """The proportion of red, green and blue is that of the scene, within the rounding to 8 bits."""
    linear = room()
    shown = light(render(linear, look(1.0)).astype(float))
    for part in (np.s_[100:200, 200:300], np.s_[250:310, 20:450]):
        ratio = shown[part].mean((0, 1)) / linear[part].mean((0, 1))
        assert ratio / ratio[1] == pytest.approx([1, 1, 1], abs=0.01)


def test_noise_in_black_is_not_lifted() -> None:
    """Told the noise, tone mapping lifts what lies in it by less than half a stop."""
    rng = np.random.default_rng(4)
    black = np.where(np.arange(600) < 300, 0.002, 4.0) * np.ones((200, 1))
    noisy = grey(np.maximum(black + 0.002 * rng.standard_normal(black.shape), 0))
    before = stops_of(noisy, 0.0)[:250].mean()
    assert stops_of(noisy, 1.0)[:250].mean() > before + 0.9
    assert stops_of(noisy, 1.0, 0.004)[:250].mean() < before + 0.5


@pytest.mark.parametrize("times", [2, 3, 4])
def test_a_preview_has_the_tones_of_the_picture(times: int) -> None:
    """Made small, then rendered: a sixteenth of a stop from the other order, in the mean."""
    full = room(960, 1440)
    rows, columns = full.shape[0] // times, full.shape[1] // times
    small = full.reshape(rows, times, columns, times, 3).mean((1, 3), dtype=np.float32)
    shown = light(render(full, look(1.0)).astype(float))
    wanted = shown.reshape(rows, times, columns, times, 3).mean((1, 3))
    got = light(render(np.ascontiguousarray(small), look(1.0)).astype(float))
    away = np.abs(np.log2(got[..., 1] / wanted[..., 1]))
    assert away.mean() < 1 / 16
    assert np.quantile(away, 0.99) < 0.3


def test_the_whole_picture_counts() -> None:
    """A dark corner rendered with the rest is lifted, by itself it is not."""
    linear = room()
    corner = np.ascontiguousarray(linear[:, :140])
    alone = light(render(corner, look(1.0)).astype(float)).mean()
    within = light(render(linear, look(1.0))[:, :140].astype(float)).mean()
    assert within > 1.3 * alone


@pytest.mark.parametrize("noise", [-0.1, 2.0, float("nan")])
def test_impossible_noise_is_refused(noise: float) -> None:
    """A deviation below 0 or above 1 is an error."""
    with pytest.raises(NativeError):
        render(room(32, 48), look(0.5), noise=noise)


def test_another_renderer_can_apply_the_maps() -> None:
    """Lines of gain put on in NumPy give the picture that render gives, but for its dither."""
    linear, mapped = room(200, 300), look(1.0)
    maps = tone_maps(linear, mapped, noise=0.001)
    assert maps.most > 0.5
    stops = np.log2(linear @ WEIGHTS + maps.floor)
    gain = np.clip(maps.lines[..., 0] * stops + maps.lines[..., 1], maps.least, maps.most)
    shown = apply_table((linear * 2.0 ** gain[..., None]).astype(np.float32), mapped) * 255
    assert np.abs(shown - render(linear, mapped, noise=0.001)).max() < 1.1
    with pytest.raises(NativeError):
        tone_maps(np.zeros((385, 10, 3), np.float32), mapped)


@pytest.mark.parametrize("strength", [-0.5, 0.8])
@pytest.mark.parametrize("tones", [0.0, 1.0])
def test_the_maps_hold_local_contrast(strength: float, tones: float) -> None:
    """Put on in NumPy, with the vignette, they give the picture that render gives."""
    linear = room(200, 300)
    mapped = replace(look(tones), local_contrast=strength, vignette=-1.0)
    maps = tone_maps(linear, mapped)
    assert maps.least < 0.0 < maps.most
    stops = np.log2(linear @ WEIGHTS + maps.floor)
    gain = np.clip(maps.lines[..., 0] * stops + maps.lines[..., 1], maps.least, maps.most)
    y, x = np.mgrid[0:200, 0:300] + 0.5
    radius = ((x - 150) ** 2 + (y - 100) ** 2) / (150**2 + 100**2)
    light = linear * (2.0**gain / (1.0 + (2.0**0.5 - 1.0) * radius) ** 2)[..., None]
    shown = apply_table(light.astype(np.float32), mapped) * 255
    difference = np.abs(shown - render(linear, mapped))
    assert difference.max() < 1.3, difference.max()
    plain = render(linear, replace(mapped, local_contrast=0.0))
    assert np.abs(shown - plain).max() > 3.0


def test_contrast_is_added_where_tone_mapping_gives_none() -> None:
    """In a scene of patches, most of which are light enough: the lines' cut ends are level."""
    rng = np.random.default_rng(4)
    patches = 2.0 ** rng.uniform(-7.5, 0.0, (10, 15))
    linear = grey(patches.repeat(20, 0).repeat(20, 1))
    mapped = replace(look(0.8), local_contrast=0.15)
    maps = tone_maps(linear, mapped)
    stops = np.log2(linear @ WEIGHTS + maps.floor)
    gain = np.clip(maps.lines[..., 0] * stops + maps.lines[..., 1], maps.least, maps.most)
    shown = apply_table((linear * 2.0 ** gain[..., None]).astype(np.float32), mapped) * 255
    middles = np.abs(shown - render(linear, mapped))[10::20, 10::20]
    assert middles.max() < 1.1, middles.max()
    bare = tone_maps(linear, look(0.8)).lines[10::20, 10::20]
    told = bare[..., 0] * stops[10::20, 10::20] + bare[..., 1]
    assert (told < 0.0).mean() > 0.2, "what the lines would take away is cut off"
