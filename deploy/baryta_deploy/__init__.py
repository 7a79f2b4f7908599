"""From the operator's machine to one device or twenty, over SSH."""
