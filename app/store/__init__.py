"""The store: what has been reported saved stays whole, whatever happens to the device.

A library keeps DCIM/100BARYT/BARY0001.JPG and .DNG (DCF 2.0, JEITA CP-3461); a plain folder keeps
the same names without the DCIM level. All else lies in the hidden folder .baryta beside them:

    number         the highest number ever given
    lock           held while names change
    index.sqlite   the journal of shots being saved, and every file's size and SHA-256
    spool/         bursts that wait for processing
    trash/         deleted shots, until the trash is emptied
    aside/         what a crash left that is part of no picture

The index can always be rebuilt from the files.
"""

from app.store.shots import Shot, find_shot, list_shots
from app.store.store import Store

__all__ = ["Shot", "Store", "find_shot", "list_shots"]
