"""The real camera, through picamera2 (0.3.x: its source and manual).

One configuration for preview and pictures, at full size: a mode switch costs half a second and is
the moment when buffers run out (picamera2 issues 972, 1102, 1125). Raw frames are copied out and
their buffers given back at once, for a camera without free buffers stalls.
"""
