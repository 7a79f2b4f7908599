from pathlib import Path

import numpy as np
import pytest
from delta_e import delta_e_2000, p3_to_lab
from tetrahedral import apply_look_table

from styles import Style, StyleError, catalogue, compile_style, export_cube, load, read_style
from styles.cube import Cube, apply_cube
from styles.read_cube import parse_cube
from styles.reference import render_colour
from styles.spaces import (
    REC2020_TO_P3,
    REC2020_TO_SRGB,
    SRGB_TO_REC2020,
    Array,
    srgb_decode,
    srgb_encode,
)

SCENE = np.random.default_rng(5).random((500, 3)) ** 2 @ SRGB_TO_REC2020.T


def cube_text(size: int, function: str = "identity", head: str = "", span: float = 1.0) -> str:
    """A 3D .cube of a simple function, red fastest, over 0 to span."""
    axis = np.linspace(0.0, span, size)
    blue, green, red = np.meshgrid(axis, axis, axis, indexing="ij")
    nodes = np.stack([red, green, blue], -1).reshape(-1, 3)
    if function == "negative":
        nodes = 1.0 - nodes
    elif function == "swapped":
        nodes = nodes[:, ::-1]
    elif function == "curve":
        nodes = nodes**2
    rows = "\n".join("{:.7f} {:.7f} {:.7f}".format(*row) for row in nodes.tolist())
    return f"{head}LUT_3D_SIZE {size}\n{rows}\n"


def parse(text: str) -> Cube:
    """Reads a text that messages call film.cube."""
    return parse_cube(text, "film.cube")


@pytest.mark.parametrize("size", [2, 3, 17, 33, 65])
def test_sizes_and_order(size: int) -> None:
    """Tables of any size leave linear functions exact, red being the fastest axis."""
    colours = np.random.default_rng(1).random((400, 3))
    colours[:8] = np.array(np.meshgrid([0, 1], [0, 1], [0, 1])).reshape(3, -1).T
    assert apply_cube(parse(cube_text(size)), colours) == pytest.approx(colours, abs=1e-6)
    swapped = apply_cube(parse(cube_text(size, "swapped")), colours)
    assert swapped == pytest.approx(colours[:, ::-1], abs=1e-6)


def test_curves_are_near_between_the_nodes() -> None:
    """Between nodes a square is off by a quarter of a step squared at most, on nodes not at all."""
    cube = parse(cube_text(17, "curve"))
    ramp = np.linspace(0.0, 1.0, 33)[:, None] * np.ones(3)
    error = apply_cube(cube, ramp) - ramp**2
    assert np.abs(error[::2]).max() < 1e-6
    assert error[1::2] == pytest.approx(1.0 / 16.0**2 / 4.0, abs=1e-6)


def test_one_dimension_bends_each_channel() -> None:
    """A 1D table has a curve of its own for each channel."""
    text = "LUT_1D_SIZE 3\n0 0 1\n0.25 0.5 0.5\n1 1 0\n"
    out = apply_cube(parse(text), np.array([[0.5, 0.25, 0.75], [2.0, -1.0, 0.5]]))
    assert out == pytest.approx(np.array([[0.25, 0.25, 0.25], [1.0, 0.0, 0.5]]))


@pytest.mark.parametrize(
    "head",
    [
        "DOMAIN_MIN 0 0 0\nDOMAIN_MAX 2 2 2\n",
        "LUT_3D_INPUT_RANGE 0.0 2.0\n",
        "# DOMAIN_MAX 5 5 5\nDOMAIN_MAX\t2 2 2\nSOME_PROGRAMS_OWN 1\n\n",
    ],
)
def test_domains_are_honoured(head: str) -> None:
    """The domain says which input the first and the last node stand for."""
    cube = parse(cube_text(5, "identity", head, span=2.0))
    colours = np.array([[0.5, 1.0, 1.5], [3.0, -1.0, 2.0]])
    assert apply_cube(cube, colours) == pytest.approx(np.clip(colours, 0.0, 2.0), abs=1e-6)


GOOD = cube_text(2, head='TITLE "Film"\nDOMAIN_MIN 0 0 0\n')
MISTAKES = [
    ("LUT_3D_SIZE 2", "", 1, "neither LUT_1D_SIZE nor LUT_3D_SIZE"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE 1", 3, "is out of range; use 2 to 129"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE 300", 3, "is out of range; use 2 to 129"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE two", 3, "is out of range; use 2 to 129"),
    ("LUT_3D_SIZE 2", f"LUT_3D_SIZE {'9' * 99}", 3, "is out of range"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE 3", 11, "is cut short: 8 lines of 27"),
    ("LUT_3D_SIZE 2", "LUT_1D_SIZE 2", 11, "is too long: 8 lines of 2"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE 2\nLUT_1D_SIZE 2", 3, "holds a 1D and a 3D table"),
    ("LUT_3D_SIZE 2", "LUT_3D_SIZE 2\nLUT_3D_SIZE 2", 4, "stands there twice"),
    ("DOMAIN_MIN 0 0 0", "DOMAIN_MIN 0 0", 2, "DOMAIN_MIN needs 3 numbers"),
    ("DOMAIN_MIN 0 0 0", "DOMAIN_MIN 0 0 nan", 2, "DOMAIN_MIN needs 3 numbers"),
    ("DOMAIN_MIN 0 0 0", "DOMAIN_MIN 0 1 0", 2, "does not lie above its beginning"),
    ("0.0000000 0.0000000 0.0000000\n", "0.0 0.0\n", 4, "has 3 numbers, not 2"),
    ("0.0000000 0.0000000 0.0000000\n", "0.0 0.0 zero\n", 4, "is not 3 numbers"),
    ("0.0000000 0.0000000 0.0000000\n", "0.0 0.0 nan\n", 4, "is not 3 numbers"),
    ("0.0000000 0.0000000 0.0000000\n", "0.0 0.0 1e50\n", 4, "is not 3 numbers"),
    ("TITLE", "<html>", 1, "'<html>' is no part of a .cube file"),
    (GOOD, "", 1, "the table has no numbers"),
    (GOOD, "LUT_3D_SIZE 2\n", 1, "the table has no numbers"),
    (GOOD, "LUT_3D_SIZE -4\n", 1, "LUT_3D_SIZE -4 is out of range; use 2 to 129"),
    (GOOD, f"LUT_3D_SIZE {'9' * 24}\n", 1, f"LUT_3D_SIZE {'9' * 19}… is out of range"),
]


@pytest.mark.parametrize(("right", "wrong", "line", "message"), MISTAKES)
def test_damaged_tables_are_one_line(right: str, wrong: str, line: int, message: str) -> None:
    """Each mistake is one message with file, line, what is wrong and what to do."""
    assert right in GOOD
    with pytest.raises(StyleError) as caught:
        parse(GOOD.replace(right, wrong, 1))
    told = str(caught.value)
    assert told.startswith(f"film.cube:{line}: ")
    assert message in told
    assert "\n" not in told


def test_binary_files_are_told(tmp_path: Path) -> None:
    """A picture that ends in .cube, a folder and a missing file each give one clear message."""
    path = tmp_path / "x.cube"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20)
    with pytest.raises(StyleError, match=r"x\.cube:\d+: .*is no part of a \.cube"):
        read_style(path)
    with pytest.raises(StyleError, match=r"none\.cube: cannot be read \(No such file"):
        read_style(tmp_path / "none.cube")
    (tmp_path / "a.cube").mkdir()
    with pytest.raises(StyleError, match="cannot be read"):
        read_style(tmp_path / "a.cube")


def look_of(folder: Path, text: str) -> Style:
    """A .cube text as a look."""
    path = folder / "film.cube"
    path.write_text(text)
    return read_style(path)


def test_what_a_table_is_given(tmp_path: Path) -> None:
    """A table gets the finished picture of the look Neutral in sRGB, and gives sRGB."""
    style = look_of(tmp_path, cube_text(2))
    neutral = load("Neutral")
    picture = render_colour(neutral, SCENE, REC2020_TO_SRGB)
    shown = srgb_encode(srgb_decode(picture) @ (REC2020_TO_P3 @ SRGB_TO_REC2020).T)
    assert render_colour(style, SCENE) == pytest.approx(shown, abs=2e-6)
    negative = render_colour(look_of(tmp_path, cube_text(2, "negative")), SCENE, REC2020_TO_SRGB)
    assert negative == pytest.approx(1.0 - picture, abs=2e-6)


def test_a_tables_look_compiles_like_any_other(tmp_path: Path) -> None:
    """The compiled table of a contrasty .cube is within dE00 0.5 of the truth for 99 of 100."""
    style = look_of(tmp_path, cube_text(33, "curve"))
    scene = np.maximum(SCENE, 0.0)
    table = apply_look_table(scene, compile_style(style))
    error = delta_e_2000(p3_to_lab(table), p3_to_lab(render_colour(style, scene)))
    assert np.percentile(error, 99) < 0.5


def test_an_own_export_comes_back(tmp_path: Path) -> None:
    """An exported look dropped into the folder again is known for what it is: the same look."""
    path = tmp_path / "back.cube"
    look = load("Authentic")
    path.write_bytes(export_cube(look, 65))
    style = read_style(path)
    assert style.name == "Authentic"
    assert style.cube is not None
    assert style.cube.light
    scene = np.clip(SCENE @ REC2020_TO_SRGB.T, 0.0, 1.0) @ SRGB_TO_REC2020.T
    truth = render_colour(look, scene, REC2020_TO_SRGB)
    error = delta_e_2000(p3_to_lab(render_colour(style, scene, REC2020_TO_SRGB)), p3_to_lab(truth))
    assert error.mean() < 0.2


def test_tables_appear_beside_the_looks(tmp_path: Path) -> None:
    """A dropped .cube is a look under its title; without a good one under its file's name."""
    texts = {
        "a.cube": 'TITLE "Sunday film"\n',
        "b.CUBE": 'TITLE "Sunday film"\n',  # programs call all they write the same
        "c d.cube": "",
        "e.cube": f'TITLE "{"very " * 20}long"\n',
        "f.cube": 'TITLE "none"\n',
        "g.cube": 'TITLE "Sepia"\n',
    }
    for name, head in texts.items():
        (tmp_path / name).write_text(cube_text(2, head=head))
    (tmp_path / "none.cube").write_text(cube_text(2))
    found = catalogue(tmp_path)
    own = set(catalogue().looks)
    assert set(found.looks) - own == {"Sunday film", "b", "c d", "e", "f"}
    assert found.paths["Sepia"] == tmp_path / "g.cube"
    assert load("sunday film", tmp_path).cube is not None
    assert load("b", tmp_path).name == "b"
    (error,) = found.damaged.values()
    assert "none.cube: has no name for a look" in str(error)
    with pytest.raises(StyleError, match="has no name for a look"):
        load("none.cube", tmp_path)


def test_a_changed_file_is_read_again(tmp_path: Path) -> None:
    """A table exported anew takes effect."""
    path = tmp_path / "x.cube"
    path.write_text(cube_text(2))
    assert read_style(path) == read_style(path)
    path.write_text(cube_text(3))
    cube = read_style(path).cube
    assert cube is not None
    assert cube.size == 3


def as_array(cube: Cube) -> Array:
    """The nodes in double precision."""
    return cube.nodes().astype(np.float64)


def test_nodes_are_what_the_file_says() -> None:
    """Numbers are kept as they are, below 0 and above 1 too."""
    text = "LUT_1D_SIZE 2\n-0.5 0 1e-3\n# between\n\n1.5 +1 .5\n"
    assert as_array(parse(text)) == pytest.approx(np.array([[-0.5, 0, 1e-3], [1.5, 1, 0.5]]))
