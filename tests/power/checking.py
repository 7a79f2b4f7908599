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
from app.store import list_shots
from app.store.index import State
from app.store.rebuild import rebuild
from app.store.verify import verify
from app.workshop import Workshop
from tests.shooting import digest, settings_for, workshop_for


def check_card(root: Path, reported: Mapping[str, str]) -> int:
    """Recovers a card as the app does at its start, and looks at every picture.

    Args:
        root: of the library.
        reported: by path below root, the SHA-256 of what was reported saved.

    Returns:
        How many shots were finished or made of bursts that waited.

    Raises:
        AssertionError: if something reported is not whole, or something is half there.
    """
    workshop, settings = workshop_for(root), settings_for(root)
    try:
        return _check(workshop, settings, reported)
    finally:
        workshop.store.index.close()


def _check(workshop: Workshop, settings: Settings, reported: Mapping[str, str]) -> int:
    store, root = workshop.store, workshop.store.root
    recovered = len(list(finish_pictures(workshop, settings)))
    for shot in Spool(workshop).waiting():
        assert shot.entry is not None
        look, _ = look_or_own(shot.style, settings)
        make_picture(shot.burst, look, workshop, Stages(), taken=shot.taken, entry=shot.entry)
        recovered += 1
    for name, expected in reported.items():
        assert (root / name).is_file(), f"{name} was reported saved and is gone"
        assert digest(root / name) == expected, f"{name} was reported saved and is damaged"
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
    assert {record.state for record in kept} <= {State.SAVED}
    store.index.forget(*(record.number for record in kept))
    with store.locked():
        rebuild(store.names, store.index, hashes=True)
    assert store.index.all() == kept, "the index rebuilt from the files is another"
    return recovered
