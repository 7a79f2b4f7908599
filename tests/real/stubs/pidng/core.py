"""What picamera2 imports."""


class PICAM2DNG:
    """Not used."""
