"""What waits until the viewfinder shows something."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from app.status import Failure, SessionStatus


def test_looks_and_pages_nobody_asked_for_come_behind_the_first_frame(stage: Any) -> None:
    """Until then there is the chosen look and no page; all of them come soon after."""
    seen: list[tuple[set[str], bool]] = []
    send = stage.camera.preview

    def first_frame() -> Any:
        if not seen:
            end = time.monotonic() + 10.0
            while stage.root is None or not stage.screen.shelf.ready:
                assert time.monotonic() < end, "the chosen look never came"
                time.sleep(0.01)
            time.sleep(0.5)  # long enough for a few pages
            shelf, pages = stage.screen.shelf, stage.screen.pages
            seen.append((set(shelf.ready), bool(pages._kept)))  # noqa: SLF001 - what is made
        return send()

    stage.camera.preview = first_frame
    screen = stage.open()
    assert seen == [({stage.session.status.style}, False)]
    stage.until(lambda: screen.pages.ready)
    assert set(screen.shelf.ready) == set(stage.session.styles)


def test_a_camera_that_fails_holds_nothing_up(window: Any) -> None:
    """Without a frame looks and pages come too, for the library can be looked through."""
    from app.ui.bridge import Bridge

    assert window
    bridge = Bridge(Failed())
    assert not bridge.settled
    bridge.look()
    assert bridge.settled
    bridge.close()


def test_work_that_hangs_delays_no_end(window: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a medium that does not answer while it is copied to: the process ends without it."""
    from app.ui import bridge as module

    assert window
    monkeypatch.setattr(module, "ENDING", 0.1)
    bridge, begun, over = module.Bridge(Failed()), threading.Event(), threading.Event()
    done: list[object] = []
    bridge.background(lambda: (begun.set(), over.wait(10.0)), done.append, lane="hangs")
    bridge.background(lambda: done.append("begun"), done.append, lane="hangs")
    assert begun.wait(10.0)
    bridge.close()
    (thread,) = (thread for thread in threading.enumerate() if thread.name == "hangs")
    assert thread.daemon
    over.set()
    thread.join(10.0)
    assert not thread.is_alive()
    assert done == []


class Failed:
    """A session whose camera never came."""

    status = SessionStatus(failure=Failure("No camera.", "Connect one."))

    def check(self) -> None:
        """Nothing to open again."""

    def follow(self, viewer: Callable[[], None]) -> Callable[[], None]:
        """No frame that anybody is called for."""
        del viewer
        return lambda: None

    def preview(self) -> None:
        """No frame."""
