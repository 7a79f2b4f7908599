"""Accidents, for real: power cuts on a mounted card image, and processes that are killed.

    python -m tests.power --cuts 200 --kills 500

A camera shoots on a card without a pause, while older pictures are deleted, restored and protected
and the trash is emptied. At random instants its card is copied as it is (a power cut), or the
camera is killed. Then the card is recovered as the app does at its start, and every picture that
was reported saved must be whole, with the frames it keeps, where it was said to be, and none half
there.
"""
