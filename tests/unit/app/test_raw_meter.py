from math import log2

import pytest

from app.raw_meter import Lights, raw_metering
from capture.frames import PreviewFrame
from capture.plans.bracket import plan_hdr
from capture.simulated import SimulatedSource
from tests.blind_camera import Blind


@pytest.mark.parametrize("scene", ["window", "night-street", "still-life"])
def test_a_dark_frame_tells_how_far_lights_clip(scene: str) -> None:
    """Lights far beyond clipping come out within a stop, for a frame where they clip at all."""
    knowing, blind = (kind(scene, size=(640, 480)) for kind in (SimulatedSource, Blind))
    knowing.start()
    blind.start()
    wanted, found = knowing.metering(), raw_metering(blind)
    assert found.highlight_seen
    assert found.histogram == wanted.histogram
    assert abs(log2(found.highlight / wanted.highlight)) < 1.1  # lamps are as small as the quantile
    assert blind.taken == (wanted.highlight >= 1.0)
    first, second = (plan_hdr(seen, knowing.profile).frames for seen in (wanted, found))
    assert abs(log2(first[0].exposure_time / second[0].exposure_time)) < 1.1
    assert raw_metering(knowing) == wanted


def test_the_scenes_have_lights_of_both_kinds() -> None:
    """The test above would be none if no light clipped, or all did."""
    clips = []
    for scene in ("window", "night-street", "still-life"):
        source = SimulatedSource(scene, size=(640, 480))
        source.start()
        clips.append(source.metering().highlight >= 1.0)
    assert {True, False} == set(clips)


@pytest.fixture
def time() -> list[float]:
    """Now, in seconds."""
    return [0.0]


@pytest.fixture
def blind() -> Blind:
    """A street whose lamps clip, started."""
    source = Blind("night-street", size=(640, 480))
    source.start()
    return source


@pytest.fixture
def lights(time: list[float]) -> Lights:
    """What is seen of it."""
    return Lights(lambda: time[0])


def test_lights_are_looked_at_now_and_then(time: list[float], blind: Blind, lights: Lights) -> None:
    """A plan told twice a second is that of the press, at the cost of a frame in ten seconds."""
    pressed = raw_metering(blind)
    blind.taken = 0
    for _ in range(19):
        told = lights.lately(blind)
        assert told.highlight_seen
        assert abs(log2(told.highlight / pressed.highlight)) < 0.5  # the hand moves lamps on pixels
        time[0] += 0.5
    assert blind.taken == 1
    time[0] += 2.0
    lights.lately(blind)
    assert blind.taken == 2
    lights.now(blind)
    assert blind.taken == 3


def test_a_changing_light_does_not_hold_the_viewfinder_still(
    time: list[float], blind: Blind, lights: Lights
) -> None:
    """A look in three seconds, however the light changes, and its frames are shown."""
    shown: list[PreviewFrame] = []
    streamed = blind.preview().metadata.exposure or 0.0
    for count in range(40):  # ten seconds
        blind.darker = 4.0 ** (count % 2)
        lights.lately(blind, shown.append)
        time[0] += 0.25
    assert 2 <= blind.taken <= 4
    assert len(shown) >= blind.taken
    assert all((frame.metadata.exposure or 0.0) > 2.0 * 2.0**-6 * streamed for frame in shown)


def test_no_look_is_taken_while_a_press_is_near(
    time: list[float], blind: Blind, lights: Lights
) -> None:
    """The camera's guess, or the lights that were seen, have to do."""
    assert not lights.lately(blind, look=False).highlight_seen
    seen = lights.lately(blind)
    time[0] += 100.0
    assert lights.lately(blind, look=False).highlight == pytest.approx(seen.highlight, rel=0.1)
    assert blind.taken == 1


def test_a_look_that_fails_leaves_the_plan_as_it_was(
    time: list[float], blind: Blind, lights: Lights
) -> None:
    """Ahead of a press as at it; it is not tried again and again."""
    seen = lights.lately(blind)
    blind.fails = True
    for _ in range(4):
        time[0] += 12.0
        for _ in range(3):
            again = lights.lately(blind)
            assert again.highlight == pytest.approx(seen.highlight, rel=0.1)
    assert blind.taken == 4
    assert lights.now(blind).highlight == pytest.approx(seen.highlight, rel=0.1)
    blind.darker = 4.0
    assert not lights.now(blind).highlight_seen


def test_a_press_after_a_look_that_failed_waits_for_no_other(
    time: list[float], blind: Blind, lights: Lights, caplog: pytest.LogCaptureFixture
) -> None:
    """It goes by what is known, and the journal says by what; one that succeeds ends that."""
    seen = lights.lately(blind)
    blind.fails = True
    time[0] += 12.0
    lights.lately(blind)
    taken = blind.taken
    for _ in range(2):
        assert lights.now(blind).highlight == pytest.approx(seen.highlight, rel=0.1)
        time[0] += 100.0
    assert "goes by the last look" in caplog.text
    blind.darker = 4.0
    assert not lights.now(blind).highlight_seen
    assert "goes by the camera's guess" in caplog.text
    assert blind.taken == taken
    blind.fails = False
    lights.lately(blind)
    lights.now(blind)
    assert blind.taken == taken + 2


def test_a_look_that_memory_was_short_for_silences_no_press(
    blind: Blind, lights: Lights, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No sensor refused it: the press looks again."""

    def short(_frame: object, _threads: object = None) -> None:
        raise MemoryError

    with monkeypatch.context() as patched:
        patched.setattr("app.raw_meter.unpack_frame", short)
        assert not lights.lately(blind).highlight_seen
    assert lights.now(blind).highlight_seen
    assert blind.taken == 2


def test_looks_that_fail_become_rare(
    time: list[float], blind: Blind, lights: Lights, caplog: pytest.LogCaptureFixture
) -> None:
    """A sensor that takes four seconds to refuse one still streams, and the journal tells once."""

    def passing(_frame: PreviewFrame) -> None:
        time[0] += 4.0 / 3.0

    blind.fails = True
    while time[0] < 60.0:
        lights.lately(blind, passing)
        time[0] += 0.5
    assert 2 <= blind.taken <= 5
    assert caplog.text.count("WARNING") == 1
    blind.fails = False
    time[0] += 60.0
    assert lights.lately(blind).highlight_seen
    taken = blind.taken
    blind.darker = 4.0
    time[0] += 3.0
    lights.lately(blind)
    assert blind.taken == taken + 1, "one that succeeds ends the waiting"
