"""What is on disk: DNG, JPEG, their metadata and the numbered store."""
