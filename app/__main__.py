"""The way in: ends cleanly on Ctrl-C and SIGTERM, from the first moment to the last."""

import gc
import signal
import sys
from types import FrameType


def main() -> int:
    """Runs Baryta; see app.main."""
    signal.signal(signal.SIGTERM, _interrupt)
    gc.disable()  # what is loaded stays; app.main sees to it when there may be garbage
    try:
        from app.main import main as run  # noqa: PLC0415  (the loading is what takes time)

        return run()
    except KeyboardInterrupt:
        sys.stderr.write("baryta: interrupted; nothing half-written is left\n")
        return 1
    finally:
        # What is done is done: a late signal must not turn a good ending into a traceback.
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    """SIGTERM ends a command as Ctrl-C does."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main())
