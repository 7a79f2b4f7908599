"""How large an X display is: its server tells whoever connects, before any window is open."""

import os
from ctypes import CDLL, c_char_p, c_int, c_void_p
from functools import cache


def size() -> tuple[int, int] | None:
    """Width and height of the screen of DISPLAY in pixels; None if nobody tells.

    Asked through Xlib, which SDL's windows need too. The connection stays open until the process
    ends: a server begins anew when its last client has left, and refuses those that come meanwhile.
    """
    xlib = _xlib()
    name = os.environ.get("DISPLAY", "")
    display = xlib.XOpenDisplay(name.encode()) if xlib is not None and name else None
    if xlib is None or not display:
        return None
    screen = xlib.XDefaultScreen(display)
    return xlib.XDisplayWidth(display, screen), xlib.XDisplayHeight(display, screen)


@cache
def _xlib() -> CDLL | None:
    try:
        xlib = CDLL("libX11.so.6")
    except OSError:
        return None
    xlib.XOpenDisplay.argtypes, xlib.XOpenDisplay.restype = (c_char_p,), c_void_p
    xlib.XDefaultScreen.argtypes = (c_void_p,)
    for function in (xlib.XDisplayWidth, xlib.XDisplayHeight):
        function.argtypes = (c_void_p, c_int)
    return xlib
