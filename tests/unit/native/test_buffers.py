import numpy as np
import pytest

from native import NativeError, default_threads
from native.buffers import plane


def test_a_view_shares_the_array() -> None:
    """A plane is a view: same memory, rows may be padded."""
    wide = np.zeros((4, 10), np.uint16)
    view = plane(wide[:, :6], np.uint16)
    assert (view.width, view.height, view.stride) == (6, 4, 20)


@pytest.mark.parametrize(
    "array",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 3), np.uint16),
        np.zeros(16, np.uint16),
        np.zeros((0, 4), np.uint16),
        np.zeros((4, 4), np.uint16)[:, ::2],
        np.zeros((4, 4), np.uint16)[::-1],
        np.zeros((4, 4), np.uint16).T[1:],
        np.zeros(33, np.uint8)[1:].view(np.uint16).reshape(4, 4),
        [[1, 2], [3, 4]],
    ],
    ids=[
        "dtype",
        "channels",
        "flat",
        "empty",
        "skipping",
        "upside down",
        "transposed",
        "odd address",
        "list",
    ],
)
def test_other_layouts_are_refused(array: np.ndarray) -> None:
    """What C would read wrongly never reaches it."""
    with pytest.raises(NativeError):
        plane(array, np.uint16)


def test_read_only_outputs_are_refused() -> None:
    """C never writes into an array that Python holds constant."""
    array = np.zeros((4, 4), np.uint16)
    array.flags.writeable = False
    plane(array, np.uint16)
    with pytest.raises(NativeError, match="read-only"):
        plane(array, np.uint16, writable=True)


def test_threads_follow_the_affinity() -> None:
    """The default is what the process may use, at least one."""
    assert default_threads() >= 1
