"""Bad input for everything that reads a file: `make fuzz` runs it, CONTRIBUTING.md tells how.

A target takes bytes and a folder of its own, lets a reader of ours read them, and returns whether
the reader answers with what it promises or with its own one-line error. Anything else that comes
out of a target is a finding. Those are kept in tests/data/fuzz, a folder a target.
"""
