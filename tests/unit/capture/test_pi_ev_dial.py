"""The EV dial on a real camera's adapter: plan, stream and what is shown of it."""

import sys
from math import log2

import numpy as np
import pytest
from pi_camera import HEIGHT, WIDTH, FakeCamera, module

from app.modes import Wish, plan_wish
from app.negatives import unpack_frame
from capture.frames import Packing, PreviewFrame
from capture.pi.protected import _LIGHT, _SHOWN, brightening
from capture.pi.source import PiSource
from capture.plan import ExposurePlan
from capture.plans.motion import HAND
from capture.profiles import profile
from capture.simulated import SimulatedSource
from capture.source import Controls


class Scene(FakeCamera):
    """A camera whose automatics meter a scene, and whose stream shows a grey of it."""

    scene = "window"
    light = 0.05  # of what its stream shows, at the automatics' exposure

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self._sensor = SimulatedSource(
            self.scene, profile("imx477"), size=(WIDTH, HEIGHT), packing=Packing.U16, shake=0.0
        )
        self._sensor.start()
        found = self._sensor.metering()
        self._sensor.stop()
        self.automatic = {
            "ExposureTime": round(found.exposure_time * 1e6),
            "AnalogueGain": found.analogue_gain,
        }
        self.values = dict(self.automatic)

    @property
    def grey(self) -> int:  # type: ignore[override]
        now, own = (v["ExposureTime"] * v["AnalogueGain"] for v in (self.values, self.automatic))
        return round(float(np.interp(self.light * now / own, _LIGHT, _SHOWN)) * 255.0)


def _started(monkeypatch: pytest.MonkeyPatch, scene: str, light: float = 0.05) -> PiSource:
    kind = type("Camera", (Scene,), {"scene": scene, "light": light})
    monkeypatch.setitem(sys.modules, "picamera2", module(kind))
    source = PiSource(
        unpack_frame, ring_depth=lambda _size: 6, stamp_clocks=(lambda: inner.now + 1,)
    )
    source.start()
    inner = source._camera  # noqa: SLF001  (the stand-in's books)
    return source


def _light(frame: PreviewFrame) -> float:
    """What the frame shows, linear."""
    return float(np.interp(frame.pixels[..., 1].mean() / 255.0, _SHOWN, _LIGHT))


def _settle(source: PiSource, wish: Wish, ev: float) -> tuple[ExposurePlan, PreviewFrame]:
    """The plan of a dial, and the stream that was told of it."""
    source.set_controls(Controls(exposure_value=ev))
    for _ in range(4):
        for _ in range(7):
            frame = source.preview()
        plan = plan_wish(source.metering(), source.profile, wish, HAND)
        source.expect(plan)
    return plan, frame


def _bright(plan: ExposurePlan) -> float:
    first = plan.frames[0]
    return log2(first.exposure_time * first.analogue_gain) + plan.push


@pytest.mark.parametrize(
    ("scene", "mode"),
    [
        (scene, mode)
        for scene in ("window", "night-street", "still-life")
        for mode in ("auto", "single", "bracket")
    ]
    + [("window", "hdr"), ("still-life", "hdr")],
)
def test_the_dial_is_in_ev(monkeypatch: pytest.MonkeyPatch, scene: str, mode: str) -> None:
    """Of the plan and of what is shown, however the stream is exposed for it; there and back."""
    source = _started(monkeypatch, scene, 0.02 if mode == "hdr" else 0.05)
    base, shown = _settle(source, Wish(mode), 0.0)
    for ev in (1.0, 1 / 3, -1.0, -2.0, 2.0, 0.0):
        plan, frame = _settle(source, Wish(mode), ev)
        assert _bright(plan) - _bright(base) == pytest.approx(ev, abs=0.1)
        assert log2(_light(frame) / _light(shown)) == pytest.approx(ev, abs=0.2)


@pytest.mark.parametrize("ev", [1.0, -1.0, -2.0])
def test_a_press_finds_its_frames_in_the_stream(monkeypatch: pytest.MonkeyPatch, ev: float) -> None:
    """The stream is exposed as the dial wants it: there is no shutter lag, and lights are seen."""
    source = _started(monkeypatch, "still-life")
    plan, frame = _settle(source, Wish("auto"), ev)
    stamp = frame.metadata.timestamp or 0
    burst = source.capture(plan, since_press=0.0)
    assert sum((one.metadata.timestamp or 0) <= stamp for one in burst.frames) >= 2
    wanted = plan.frames[0].exposure_time * plan.frames[0].analogue_gain
    assert frame.metadata.exposure == pytest.approx(wanted, rel=0.08)


@pytest.mark.parametrize("ev", [-1.0, 1.0])
def test_frames_of_a_burst_are_shown_as_the_stream_is(
    monkeypatch: pytest.MonkeyPatch, ev: float
) -> None:
    """They are exposed by the dial: made up for once more they would flash."""
    source = _started(monkeypatch, "print")
    source.set_controls(Controls(exposure_value=ev))
    before = [source.preview() for _ in range(4)][-1]
    plan = plan_wish(source.metering(), source.profile, Wish("auto", frames=4), HAND)
    seen: list[PreviewFrame] = []
    source.capture(plan, seen=seen.append)
    after = [source.preview() for _ in range(8)]
    for frame in (*seen, *after):
        assert log2(_light(frame) / _light(before)) == pytest.approx(0.0, abs=0.2)


@pytest.mark.parametrize("lights", [0.0, 0.6, 3.0])
@pytest.mark.parametrize("value", [-2.0, -0.5])
def test_a_stream_that_clips_is_shown_darker(value: float, lights: float) -> None:
    """Middle tones are, by so many EV; what clips is as bright as it is known to be saved."""
    table = brightening(value, lights=lights).astype(int)
    assert (np.diff(table) >= 0).all()
    light = np.interp(table / 255.0, _SHOWN, _LIGHT)
    for level in (0.1, 0.3, 0.6):
        place = round(float(np.interp(level, _LIGHT, _SHOWN)) * 255.0)
        assert light[place] == pytest.approx(level * 2.0**value, rel=0.06)
    assert light[255] == pytest.approx(min(max(lights, 2.0**value), 1.0), rel=0.03)
