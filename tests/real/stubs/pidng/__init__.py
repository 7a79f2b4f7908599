"""Stands where PiDNG would: picamera2 cannot call PyPI's, and Baryta writes its own DNG."""
