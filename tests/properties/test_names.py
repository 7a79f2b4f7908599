"""Names of pictures: what the store takes for one of its own, it can also keep a record of."""

from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from app.store.names import Names

_NAMES = st.from_regex(r"BARY[0-9]{1,11}\.(JPG|DNG|BURST)", fullmatch=True)
_FOLDERS = st.from_regex(r"[0-9]{3}(BARYT|CANON)", fullmatch=True)


@given(folder=_FOLDERS, name=_NAMES, dcim=st.booleans())
def test_a_number_leads_back_to_its_name(folder: str, name: str, dcim: bool) -> None:
    """Whatever has a number is the file of that number and of no other, and may be recorded."""
    names = Names(Path("/card"), dcim=dcim)
    path = names.base / folder / name if dcim else names.base / name
    number = names.number_of(path)
    if number is not None:
        assert path in names.files(number)
        assert names.belongs(number, f"{name}/x" if name.endswith("BURST") else name)


@given(number=st.integers(1, 8_999_100), dcim=st.booleans())
def test_every_number_has_a_name_of_its_own(number: int, dcim: bool) -> None:
    """And the name tells the number again."""
    names = Names(Path("/card"), dcim=dcim)
    assert {names.number_of(path) for path in names.files(number)} == {number}
