"""The looks: what they are, and how they are compiled for rendering."""
