import contextlib
from dataclasses import fields

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from styles import Style, StyleError, parse_style
from styles.cube import apply_cube
from styles.lines import key_lines
from styles.read_cube import parse_cube
from styles.reference import render_colour
from styles.style import Colour, HueBand, Monochrome, Spatial, SplitTone, Tone


def numbers(kind: type) -> st.SearchStrategy[dict[str, float]]:
    """Any allowed numbers for some of a part's fields."""
    limits = {f.name: f.metadata["limits"] for f in fields(kind) if "limits" in f.metadata}
    choices = {
        name: st.floats(limit.low, limit.high, allow_subnormal=False)
        for name, limit in limits.items()
    }
    return st.fixed_dictionaries({}, optional=choices)


PARTS = {"tone": Tone, "colour": Colour, "split_tone": SplitTone, "spatial": Spatial}
TABLES = st.fixed_dictionaries({name: numbers(kind) for name, kind in PARTS.items()})
MONOCHROMES = st.one_of(
    st.none(),
    st.builds(Monochrome, st.floats(0.1, 1.0), st.floats(0.0, 1.0), st.floats(0.0, 1.0)),
)
BANDS = st.builds(HueBand, st.floats(-9.0, 9.0), st.floats(0.0, 2.0), st.floats(-0.2, 0.2))


@given(TABLES)
@settings(max_examples=60)
def test_what_is_written_is_what_is_read(tables: dict[str, dict[str, float]]) -> None:
    """Any allowed numbers survive the way through TOML."""
    text = 'version = 1\nname = "x"\n'
    for name, table in tables.items():
        text += f"[{name}]\n" + "".join(f"{key} = {value!r}\n" for key, value in table.items())
    parts = {name: PARTS[name](**table) for name, table in tables.items()}
    assert parse_style(text, "x.toml") == Style("x", **parts)


@given(TABLES, MONOCHROMES, BANDS, BANDS)
@settings(max_examples=60)
def test_every_allowed_look_gives_a_picture(
    tables: dict[str, dict[str, float]],
    monochrome: Monochrome | None,
    red: HueBand,
    blue: HueBand,
) -> None:
    """Whatever the allowed numbers, output is finite, in [0, 1], and grey ramps never fall."""
    style = Style(
        "x",
        tone=Tone(**tables["tone"]),
        colour=Colour(**tables["colour"], red=red, blue=blue),
        monochrome=monochrome,
    )
    corners = np.array(np.meshgrid([0, 0.2, 16], [0, 0.2, 16], [0, 0.2, 16])).reshape(3, -1).T
    out = render_colour(style, corners.astype(float))
    assert np.isfinite(out).all()
    assert out.min() >= 0.0
    assert out.max() <= 1.0
    ramp = render_colour(style, np.geomspace(1e-4, 16.0, 200)[:, None] * np.ones(3))
    assert np.diff(ramp, axis=0).min() > -1e-6


@given(st.text(alphabet="ab=[]\"'#.\n \\{},1_é", max_size=60))
@settings(max_examples=300)
def test_no_text_upsets_the_reader(text: str) -> None:
    """Any text is a look or a StyleError, never another error; the line scan always ends."""
    key_lines(text)
    with contextlib.suppress(StyleError):
        parse_style(text, "x.toml")


CUBE_LINES = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "LUT_3D_SIZE 2",
                "LUT_1D_SIZE 2",
                'TITLE "x"',
                "DOMAIN_MAX 2 2 2",
                "# note",
                "",
                "KEY 1",
            ]
        ),
        st.text(alphabet='LUT_13D_SIZE 0123456789.-+e\t"#nainf\x00é', max_size=24),
        st.just("0.5 0.5 0.5"),
    ),
    max_size=14,
)


@given(CUBE_LINES)
@settings(max_examples=300)
def test_no_text_upsets_the_reader_of_tables(lines: list[str]) -> None:
    """Any text is a table whose colours are finite, or a StyleError of one line."""
    told = ""
    try:
        cube = parse_cube("\n".join(lines), "x.cube")
        colours = apply_cube(cube, np.random.default_rng(1).random((9, 3)) * 3.0)
        assert np.isfinite(colours).all()
    except StyleError as error:
        told = str(error)
    assert len(told.splitlines()) <= 1
