"""What moved is taken whole or not at all."""

import numpy as np

from app.things import whole_things

SHAPE = (90, 120)
NONE = np.zeros(SHAPE, bool)


def box(rows: slice, columns: slice) -> np.ndarray:
    """Cells of a rectangle."""
    cells = np.zeros(SHAPE, bool)
    cells[rows, columns] = True
    return cells


def test_a_thing_that_is_partly_the_shortest_frame_s_stays_altogether() -> None:
    """Half before the dark, half before a bright pane: one moment; another thing is as before."""
    dark = box(slice(20, 50), slice(20, 35))
    pane = box(slice(20, 50), slice(36, 60))
    other = box(slice(20, 50), slice(90, 110))
    assert np.array_equal(whole_things(dark | other, pane, NONE), other)
    assert np.array_equal(whole_things(dark | other, NONE, NONE), dark | other)


def test_a_little_of_a_thing_spoils_nothing() -> None:
    """A lamp's edge behind a coat leaves the coat."""
    coat, edge = box(slice(20, 60), slice(20, 50)), box(slice(20, 24), slice(50, 60))
    assert np.array_equal(whole_things(coat, edge, NONE), coat)
    assert not whole_things(NONE, edge, NONE).any()


def test_a_thing_at_the_edge_is_a_thing() -> None:
    """Cells that fill no block count as well."""
    corner = box(slice(87, 90), slice(117, 120))
    assert np.array_equal(whole_things(corner, NONE, NONE), corner)


def test_what_hides_a_light_stays_at_both_places() -> None:
    """Legs under a pane, and the same a step on; specks of noise there and far things do not."""
    body, legs = box(slice(20, 40), slice(20, 32)), box(slice(40, 52), slice(20, 32))
    step, far = box(slice(40, 52), slice(44, 56)), box(slice(40, 52), slice(100, 112))
    speck = box(slice(60, 62), slice(48, 50))
    found = whole_things(legs | step | far | speck, NONE, body)
    assert np.array_equal(found, far | speck)
