"""From light to a burst of raw frames."""
