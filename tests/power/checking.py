"""Whether a card is as it should be after an accident."""

from collections.abc import Mapping
from pathlib import Path

from PIL import Image

from app.pictures.read_dng import read_dng
from app.pipeline import make_picture
from app.recovering import finish_pictures, look_or_own
from app.settings import Settings
from app.spool import Spool
from app.stages import Stages
from app.store import Store, list_shots
from app.store.index import State
from app.store.rebuild import rebuild
from app.store.verify import verify
from app.workshop import Workshop
from tests.power.told import Told, check_told
from tests.shooting import settings_for, workshop_for


def check_card(root: Path, reported: Mapping[int, Told], begun: Mapping[int, Told]) -> int:
    """Recovers a card as the app does at its start, and looks at every picture.

    Args:
        root: of the library.
        reported: what was told of each shot before the accident.
        begun: what was told until the camera stood still.

    Returns:
        How many shots were finished or made of bursts that waited.

    Raises:
        AssertionError: if something reported is not whole, or something is half there.
    """
    workshop, settings = workshop_for(root), settings_for(root)
    try:
        recovered = _recover(workshop, settings)
        check_told(workshop.store.names, reported, begun)
        _check(workshop.store)
        return recovered
    finally:
        workshop.store.index.close()


def _recover(workshop: Workshop, settings: Settings) -> int:
    recovered = len(list(finish_pictures(workshop, settings)))
    for shot in Spool(workshop).waiting():
        assert shot.entry is not None
        look, _ = look_or_own(shot.style, settings)
        make_picture(shot.burst, look, workshop, Stages(), taken=shot.taken, entry=shot.entry)
        recovered += 1
    return recovered


def _check(store: Store) -> None:
    """No shot is half there, whoever told of it, and the index is right."""
    root = store.root
    for shot_there in list_shots(store):
        kinds = [path.suffix for path in shot_there.paths]
        assert kinds[:2] == [".JPG", ".DNG"], f"{shot_there.id} is half there: {kinds}"
        with Image.open(shot_there.paths[0]) as picture:
            picture.load()
        read_dng(shot_there.paths[1])
    found = verify(store)
    assert not found.damaged, f"damaged: {found.damaged}"
    assert not found.missing, f"missing: {found.missing}"
    assert not found.recorded, f"out of the journal: {found.recorded}"
    left = [path for path in root.rglob("*.part") if path.exists()]
    assert not left, f"left behind: {left}"
    assert not store.names.spool.is_dir() or not list(store.names.spool.iterdir())
    kept = store.index.all()
    assert {record.state for record in kept} <= {State.SAVED, State.DELETED}
    store.index.forget(*(record.number for record in kept))
    with store.locked():
        rebuild(store.names, store.index, hashes=True)
    assert store.index.all() == kept, "the index rebuilt from the files is another"
