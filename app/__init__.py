"""What a person touches: the command line, the touchscreen, the session and the pictures."""
