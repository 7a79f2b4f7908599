from time import perf_counter, sleep

import pytest

from app.stages import Stages


def test_times_add_up_by_stage() -> None:
    """A stage entered twice and time measured elsewhere count together, in order of meeting."""
    stages = Stages()
    for _ in range(2):
        with stages.timed("read"):
            pass
    stages.add("merge", 0.25)
    stages.add("merge", 0.25)
    assert list(stages.milliseconds) == ["read", "merge"]
    assert stages.milliseconds["merge"] == pytest.approx(500)


def test_time_within_another_stage_counts_once() -> None:
    """However deep they lie in one another, all stages together take no more than the clock."""
    stages = Stages()
    start = perf_counter()
    with stages.timed("merge"):
        sleep(0.01)
        with stages.timed("defects"):
            sleep(0.02)
            for _ in range(2):
                with stages.timed("read"):
                    sleep(0.04)
        stages.add("align", 0.005)
    whole = (perf_counter() - start) * 1e3
    assert stages.milliseconds["read"] >= 80.0
    assert stages.milliseconds["defects"] >= 20.0
    assert sum(stages.milliseconds.values()) <= whole


def test_progress_reaches_the_listener() -> None:
    """The listener hears each stage's start and its fractions."""
    heard: list[tuple[str, float]] = []
    stages = Stages(lambda stage, fraction: heard.append((stage, fraction)))
    with stages.timed("develop") as progress:
        progress(0.5)
    assert heard == [("develop", 0.0), ("develop", 0.5)]


def test_a_listener_can_cancel() -> None:
    """What the listener raises ends the stage and passes through."""

    def stop(_stage: str, _fraction: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), Stages(stop).timed("merge"):
        pass
