"""Stands where PiDNG would: what PyPI has cannot be called by picamera2, and Baryta writes its own DNG."""
