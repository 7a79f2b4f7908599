"""A process that is killed before one of its steps on the disk."""

import os
import traceback
from collections.abc import Callable, Sequence
from itertools import count


def dies_at(step: int, act: Callable[[], object], calls: Sequence[tuple[object, str]]) -> bool:
    """Runs act in a process that is killed before its step-th call to the disk; True if it was.

    Args:
        step: from 0.
        act: what is tried.
        calls: the steps, each an owner and its function's name.
    """
    pid = os.fork()
    if pid == 0:
        made = count()

        def deadly(call: Callable[..., object]) -> Callable[..., object]:
            def stop(*values: object, **named: object) -> object:
                if next(made) == step:
                    os._exit(9)
                return call(*values, **named)

            return stop

        for owner, name in calls:
            setattr(owner, name, deadly(getattr(owner, name)))
        try:
            act()
        except BaseException:  # noqa: BLE001 - told by the exit status
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    _, status = os.waitpid(pid, 0)
    code = os.waitstatus_to_exitcode(status)
    assert code in (0, 9)
    return code == 9
