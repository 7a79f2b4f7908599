import numpy as np
import numpy.typing as npt
import pytest
from bursts import BLACK, WHITE, TestBurst, make_burst, painted

from native import MosaicFormat, MosaicNoise, NativeError, sharpness

Floats = npt.NDArray[np.float32]


def judged(burst: TestBurst, *, noise_error: float = 1.0) -> float:
    """The figure of a burst's first frame."""
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot * noise_error,) * 4, (burst.read * noise_error,) * 4)
    return sharpness(burst.frames[0], layout, noise)


def blurred(scene: str, length: float) -> Floats:
    """A painted scene smeared along a row by so many sensor pixels."""
    plane = painted(scene, 384, 512, 1)
    taps = max(1, round(4 * length))
    return np.asarray(sum(np.roll(plane, i - taps // 2, 1) for i in range(taps)) / taps, np.float32)


@pytest.mark.parametrize("iso", [100, 1600])
@pytest.mark.parametrize("scene", ["landscape", "text", "night", "leaves"])
def test_blur_lowers_it(scene: str, iso: float) -> None:
    """The longer the smear the lower the figure, and three pixels are beyond the app's margin."""
    figures = [
        judged(make_burst(scene, iso=iso, frames=1, plane=blurred(scene, length)))
        for length in (0.25, 1.5, 3.0, 6.0)
    ]
    assert figures == sorted(figures, reverse=True)
    assert figures[2] < figures[0] / 1.1


@pytest.mark.parametrize("scene", ["landscape", "text", "night"])
def test_noise_does_not_raise_it(scene: str) -> None:
    """At ISO 1600 a scene is as sharp as at ISO 100, or less where noise is cut off at 0."""
    quiet, noisy = (judged(make_burst(scene, iso=iso, frames=1)) for iso in (100, 1600))
    assert 0.75 * quiet < noisy < 1.03 * quiet


@pytest.mark.parametrize("ratio", [0.25, 0.5])
def test_exposure_does_not_change_it(ratio: float) -> None:
    """A darker frame of a scene without clipped light is as sharp as a brighter one."""
    plane = painted("landscape", 384, 512, 1) * np.float32(0.5)
    bright = judged(make_burst("landscape", frames=1, plane=plane))
    dark = judged(make_burst("landscape", frames=1, plane=plane * np.float32(ratio)))
    assert dark == pytest.approx(bright, rel=0.06)


def test_subpixel_motion_hardly_changes_it() -> None:
    """Frames of one burst that differ by hand shake alone lie within the app's margin."""
    burst = make_burst("text", frames=5, iso=400)
    layout = MosaicFormat(burst.colours, (BLACK,) * 4, WHITE)
    noise = MosaicNoise((burst.shot,) * 4, (burst.read,) * 4)
    figures = [sharpness(frame, layout, noise) for frame in burst.frames]
    assert max(figures) < 1.08 * min(figures)


@pytest.mark.parametrize("level", [0.0, 0.3, 1.0])
def test_noise_alone_is_not_sharp(level: float) -> None:
    """Of a wall, of darkness and of clipped light there is nothing to choose by."""
    plane = np.full((1792, 2304, 3), level, np.float32)
    assert judged(make_burst("flat", frames=1, plane=plane)) == 0.0


def test_a_wrong_noise_model_keeps_the_order() -> None:
    """A model wrong by two moves the figures, but not past each other."""
    planes = [blurred("landscape", length) for length in (0.25, 3.0)]
    for error in (0.5, 2.0):
        sharp, smeared = (
            judged(make_burst("landscape", iso=800, frames=1, plane=plane), noise_error=error)
            for plane in planes
        )
        assert sharp > 1.1 * smeared


@pytest.mark.parametrize("colours", [(2, 1, 1, 0), (1, 0, 2, 1), (1, 2, 0, 1)])
def test_cfa_orders_agree(colours: tuple[int, int, int, int]) -> None:
    """It is the same scene, whichever colour comes first."""
    first = judged(make_burst("landscape", frames=1))
    assert judged(make_burst("landscape", frames=1, colours=colours)) == pytest.approx(
        first, rel=0.05
    )


def test_what_cannot_be_judged_is_refused() -> None:
    """Sizes and noise out of range are errors that name themselves."""
    layout, noise = MosaicFormat((1,) * 4, (0.0,) * 4, 1023.0), MosaicNoise((0.1,) * 4, (0.1,) * 4)
    with pytest.raises(NativeError, match="cannot be judged"):
        sharpness(np.zeros((64, 3), np.uint16), layout, noise)
    with pytest.raises(NativeError, match="shot noise"):
        sharpness(np.zeros((64, 64), np.uint16), layout, MosaicNoise((2.0,) * 4, (0.0,) * 4))
    assert sharpness(np.zeros((64, 64), np.uint16), layout, noise, threads=2) == 0.0
