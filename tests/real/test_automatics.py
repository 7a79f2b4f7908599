"""The automatics of a software camera: states, locks and delays that an application can rely on."""

from collections.abc import Callable
from typing import Any

import pytest
from rig import Rig

Open = Callable[..., Any]
FASTEST = 33_334  # microseconds: of faster frames some pass without the automatics
CONVERGED, SEARCHING = 2, 1  # AeState; idle is 0
SCANNING, FOCUSED, FAILED = 1, 2, 3  # AfState


def _streaming(open_camera: Open, **controls: object) -> Any:
    camera = open_camera()
    camera.configure(
        camera.create_preview_configuration(
            main={"size": (160, 120)},
            raw={"format": "SRGGB12", "size": camera.sensor_resolution},
            controls={"FrameDurationLimits": (FASTEST, 120000)} | controls,
        )
    )
    camera.start()
    return camera


def _frames(camera: Any, count: int) -> list[dict[str, Any]]:
    return [camera.capture_metadata(wait=20) for _ in range(count)]


def _total(metadata: dict[str, Any]) -> float:
    return float(metadata["ExposureTime"] * metadata["AnalogueGain"])


def test_compensation_is_reached_in_steps(open_camera: Open) -> None:
    """A stop more doubles the exposure over some frames, told as searching until it is there."""
    camera = _streaming(open_camera)
    before = _frames(camera, 2)[-1]
    assert before["AeState"] == CONVERGED
    camera.set_controls({"ExposureValue": 1.0})
    after = _frames(camera, 45)
    assert SEARCHING in {m["AeState"] for m in after}
    assert after[-1]["AeState"] == CONVERGED
    assert _total(after[-1]) == pytest.approx(2.0 * _total(before), rel=0.12)
    totals = [_total(m) for m in after]
    assert len({round(t) for t in totals}) > 4  # not in one jump


def test_locked_exposure_stays(open_camera: Open) -> None:
    """AeEnable off keeps the automatic's last exposure, whatever is metered; on, it moves again."""
    camera = _streaming(open_camera)
    before = _total(_frames(camera, 2)[-1])
    camera.set_controls({"AeEnable": False})
    _frames(camera, 8)
    camera.set_controls({"ExposureValue": 1.0})
    locked = _frames(camera, 12)[-1]
    assert _total(locked) == pytest.approx(before, rel=0.01)
    assert locked["AeState"] == 0
    camera.set_controls({"AeEnable": True})
    assert _total(_frames(camera, 30)[-1]) > 1.5 * before


def test_the_frame_length_limits_the_shutter(open_camera: Open) -> None:
    """A longer exposure than the longest frame is cut to it, as on a Pi."""
    camera = _streaming(open_camera, FrameDurationLimits=(FASTEST, 40000))
    camera.set_controls({"ExposureTime": 100_000, "AnalogueGain": 1.0})
    assert _frames(camera, 12)[-1]["ExposureTime"] == 40_000
    camera.set_controls({"FrameDurationLimits": (FASTEST, 200_000), "ExposureTime": 100_000})
    last = _frames(camera, 12)[-1]
    assert (last["ExposureTime"], last["FrameDuration"]) == (100_000, 100_000)


def test_white_balance_by_hand_and_back(open_camera: Open) -> None:
    """Gains set by hand are obeyed and seen in the picture; the automatic returns in steps."""
    camera = _streaming(open_camera)
    first = _frames(camera, 2)[-1]["ColourGains"]
    neutral = camera.capture_array("main", wait=20)
    camera.set_controls({"ColourGains": (2.0 * first[0], first[1])})
    assert _frames(camera, 8)[-1]["ColourGains"] == pytest.approx((2.0 * first[0], first[1]))
    red = camera.capture_array("main", wait=20)
    assert red[..., 0].mean() > neutral[..., 0].mean() + 5
    camera.set_controls({"AwbEnable": True})
    back = [m["ColourGains"][0] for m in _frames(camera, 24)]
    assert back[-1] == pytest.approx(first[0], rel=0.02)
    assert len({round(gain, 2) for gain in back}) > 4


def test_single_focus_scans_and_finds(rig: Rig, open_camera: Open) -> None:
    """A trigger moves the lens through its range to where the scene is sharp."""
    rig.install({"lens": True})
    camera = _streaming(open_camera, AfMode=1)
    camera.set_controls({"AfTrigger": 0})
    seen = _frames(camera, 70)
    states = [m["AfState"] for m in seen]
    assert SCANNING in states
    assert states[-1] == FOCUSED
    assert seen[-1]["FocusFoM"] == max(m["FocusFoM"] for m in seen) == 20_000
    assert len({m["LensPosition"] for m in seen}) > 3


def test_focus_can_fail(rig: Rig, open_camera: Open) -> None:
    """Where there is nothing to focus on, the search says so."""
    rig.install({"lens": True})
    rig.fault("no-focus")
    camera = _streaming(open_camera, AfMode=1)
    camera.set_controls({"AfTrigger": 0})
    assert _frames(camera, 70)[-1]["AfState"] == FAILED


def test_a_lens_by_hand_stays_where_it_is_put(rig: Rig, open_camera: Open) -> None:
    """LensPosition counts in manual mode; the continuous automatic looks by itself."""
    rig.install({"lens": True})
    camera = _streaming(open_camera, AfMode=0, LensPosition=4.0)
    assert {m["LensPosition"] for m in _frames(camera, 4)} == {4.0}
    camera.set_controls({"AfMode": 2})
    after = _frames(camera, 70)
    assert after[-1]["AfState"] == FOCUSED
    assert after[-1]["LensPosition"] != 4.0
