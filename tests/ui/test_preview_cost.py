"""What the viewfinder's look costs the processor where that draws too (Mesa's llvmpipe)."""


def test_a_look_costs_little_beside_the_picture_as_it_is(window: object) -> None:
    """A frame in a look, uploaded and drawn, takes less than twice a Kivy Image."""
    from tests.bench.bench_preview import LOOK, PLAIN, costs

    assert window
    spent = costs(rounds=6)
    assert spent[LOOK] < 2.0 * spent[PLAIN], spent
