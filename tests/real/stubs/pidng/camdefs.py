"""What picamera2 imports."""


class Picamera2Camera:
    """Not used."""
