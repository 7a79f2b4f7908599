"""Releases on the device: installed whole, proven, or taken back. Python's own library only."""
