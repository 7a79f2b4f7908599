"""What is made of a burst whose frames do not fit the first."""

from dataclasses import replace

import numpy as np
import pytest

from app.changed_scene import astray, best_alone, nearly_all_lost
from app.merging import MergedNegative, merge_burst
from app.negatives import unpack_frame
from app.stages import Stages
from capture.frames import Burst, Packing, RawFrame
from capture.plan import ExposurePlan, FrameExposure
from capture.plans.taking import take
from capture.simulated import SimulatedSource
from native import FrameReport

SIZE = (320, 240)
BRACKET = ExposurePlan(
    "bracket", tuple(FrameExposure(t, 1.0) for t in (1 / 960, 1 / 240, 1 / 60)), 4
)
TWO_STOPS = replace(BRACKET, frames=(FrameExposure(1 / 240, 1.0), *BRACKET.frames[-1:] * 5))
EQUAL = ExposurePlan("auto", (FrameExposure(1 / 240, 1.0),) * 8, 2.0)


def shot(scene: str, plan: ExposurePlan) -> Burst:
    """Of a scene, from a tripod."""
    camera = SimulatedSource(scene, size=SIZE, shake=0.0, seed=3)
    camera.start()
    return take(camera, plan)


def swung(first: str, others: str, plan: ExposurePlan) -> Burst:
    """The first frame is of another scene than the others."""
    burst = shot(others, plan)
    return replace(burst, frames=(shot(first, plan).frames[0], *burst.frames[1:]))


def light(found: MergedNegative) -> np.ndarray:
    """As bright as the picture is developed."""
    negative = found.negative
    black, white = negative.format.black[0], negative.format.white
    return (negative.mosaic - black) / (white - black) * 2.0**negative.push


def test_a_bracket_whose_first_frame_is_another_scene_is_the_best_of_the_others() -> None:
    """As bright as planned, its frames together; the story tells of it."""
    frames = (*BRACKET.frames, BRACKET.frames[-1], BRACKET.frames[-1], BRACKET.frames[-1])
    plan = replace(BRACKET, frames=frames)
    found = merge_burst(swung("print", "still-life", plan), Stages(), threads=2)
    assert found.reference in (2, 3)
    assert {0, 1} <= set(found.left_out)
    assert found.used >= 3
    assert "; the scene changed, " in (found.negative.info.plan or "")
    assert f"{found.used} of 6 frames fit" in (found.negative.info.plan or "")
    right = merge_burst(shot("still-life", plan), Stages(), threads=2)
    assert "changed" not in (right.negative.info.plan or "")
    unclipped = light(right) < 0.8
    off = np.abs(np.log2((light(found) + 0.01) / (light(right) + 0.01)))[unclipped]
    assert np.median(off) < 0.1


@pytest.mark.parametrize("count", [2, 7, 8])
def test_equal_frames_that_do_not_fit_leave_the_pressed_one(count: int) -> None:
    """It is as good alone as any; the story tells that it is alone."""
    plan = replace(EQUAL, frames=EQUAL.frames[:count])
    found = merge_burst(swung("still-life", "print", plan), Stages(), threads=2)
    assert (found.reference, found.used) == (0, 1)
    assert f"the scene changed, 1 of {count} frames fit" in (found.negative.info.plan or "")


@pytest.mark.parametrize(("first", "others"), [("print", "dead-leaves"), ("dead-leaves", "print")])
def test_frames_that_fit_a_drowned_reference_by_chance_are_lost(first: str, others: str) -> None:
    """Eight EV below the picture noise fits another scene somewhere, turned by degrees."""
    ladder = (1 / 15360, 1 / 3840, 1 / 960, *(1 / 240,) * 5)
    plan = ExposurePlan("bracket", tuple(FrameExposure(t, 1.0) for t in ladder), 8)
    found = merge_burst(swung(first, others, plan), Stages(), threads=2)
    assert found.reference == 3
    assert 0 in found.left_out
    assert "; the scene changed, " in (found.negative.info.plan or "")
    right = merge_burst(shot(first, plan), Stages(), threads=2)
    assert (right.reference, right.used) == (0, 8)


def smeared(burst: Burst, pairs: int) -> Burst:
    """All but the first frame along their rows, by so many pairs of samples."""

    def smear(frame: RawFrame) -> RawFrame:
        mosaic = unpack_frame(frame, 2)
        mean = np.mean([np.roll(mosaic, 2 * i - pairs, 1) for i in range(pairs)], 0)
        return replace(frame, data=np.rint(mean).astype(np.uint16), packing=Packing.U16)

    return replace(burst, frames=(burst.frames[0], *map(smear, burst.frames[1:])))


@pytest.mark.parametrize("plan", [TWO_STOPS, EQUAL])
def test_frames_that_are_merely_blurred_are_no_changed_scene(plan: ExposurePlan) -> None:
    """The sharp reference is the picture, however dark it is; the story tells how many fit."""
    found = merge_burst(smeared(shot("still-life", plan), 12), Stages(), threads=2)
    count = len(plan.frames)
    assert (found.reference, found.used) == (0, 1)
    assert (found.negative.info.plan or "").endswith(f"; 1 of {count} frames fit")


def report(x: float, rotation: float = 0.0, *, rejected: bool = False) -> FrameReport:
    """Of a frame that is so far from the reference, in pixels and degrees."""
    return FrameReport((x, 0.0), rotation, 1.0, rejected, 0.0, 0.0)


def test_what_no_hand_has_moved_is_astray_and_so_is_what_comes_after() -> None:
    """Where the reference drowns; a rejected frame has brought nothing."""
    shaken = {1: report(40.0, 0.9), 2: report(900.0, rejected=True), 3: report(49.0)}
    assert not astray(shaken, 1000, 8.0)
    assert astray({**shaken, 5: report(51.0), 4: report(0.0)}, 1000, 8.0) == {4, 5}
    assert astray({1: report(0.0, -1.1)}, 1000, 8.0) == {1}
    assert not astray({1: report(300.0)}, 1000, 4.0)


def test_a_long_frame_that_is_lost_is_not_nearly_all() -> None:
    """Nor is a burst without others, nor one that keeps half of its frames."""
    assert not nearly_all_lost({}, set())
    assert not nearly_all_lost({1: 16.0, 2: 256.0}, {1})
    assert not nearly_all_lost(dict.fromkeys(range(1, 8), 1.0), {1, 2, 3})
    assert nearly_all_lost({1: 4.0, 2: 16.0, 3: 64.0, 4: 256.0}, set())


@pytest.mark.parametrize(
    ("pushes", "best"), [({0: 4.0, 1: 2.0, 2: 0.0, 3: -2.0}, 2), ({0: 6.0}, 0)]
)
def test_the_best_frame_alone_is_about_as_bright_as_the_picture(
    pushes: dict[int, float], best: int
) -> None:
    """A little darker, for its lights."""
    assert best_alone(pushes) == best
