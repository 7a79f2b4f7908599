"""What the camera, the store and the pictures can say on the screen when something goes wrong.

They say it in English, as "cause; remedy", and know of no screen. Here stands the form of each of
their messages, once; what is in braces stays as it is, or is a message of its own.
"""

from typing import Final

from app.ui.language import marked

MESSAGES: Final = (
    # The camera.
    marked("the camera sends no frames"),
    marked("the camera has stopped answering"),
    marked("the camera cannot be {doing}: {error}"),
    marked("opened"),
    marked("configured"),
    marked("started"),
    marked("controlled"),
    marked("focused"),
    marked("read"),
    marked("listed"),
    marked("closed"),
    marked("given its buffers back"),
    marked("there is not enough memory for the camera"),
    marked("there is no memory for the burst"),
    marked("no camera {number} was found"),
    marked("no camera: {reason}"),
    marked("none is connected"),
    marked("picamera2 cannot be imported ({error})"),
    marked("picamera2 is broken ({error})"),
    marked("the camera gives no raw"),
    marked("the camera gives no raw to meter"),
    marked("the camera is running already"),
    marked("the camera is not running"),
    marked("{name} is no raw format Baryta knows"),
    marked("the camera grants the raw format {name}, which Baryta cannot unpack"),
    marked("the camera states rows of {bytes} bytes for {count} samples of {name}"),
    marked("the camera's buffers hold {bytes} bytes, less than a frame of {name}"),
    marked(
        "the camera's frames do not tell their exposure, so that none can be known for the "
        "one asked for"
    ),
    marked(
        "the camera did not take the exposures it was asked for: {missing} of {count} frames "
        "are missing, the first of {time} s at gain {gain}"
    ),
    marked("check its cable, then try again"),
    marked("check the camera's cable, then try again"),
    marked("check that its cable sits straight, then try again"),
    marked("is another program using it?"),
    marked("close other programs"),
    marked("close programs"),
    marked("close other programs that use the camera; if that does not help, restart the device"),
    marked("there are {count}, counted from 0"),
    marked("Baryta needs one that does, on a Raspberry Pi"),
    marked("start it again"),
    marked("start Baryta again"),
    marked("the settings are mended"),
    marked("{file}: not valid TOML: {error}"),
    marked("{file}: cannot be read ({error})"),
    marked("{file}: unknown setting {name}"),
    marked("mend or remove it"),
    marked("start it first"),
    marked("update Baryta or libcamera"),
    marked("update libcamera and picamera2"),
    marked("try again, or with another exposure"),
    marked("an exposure plan without frames takes no picture"),
    # The card, and what is saved on it.
    marked("the card of {place} is gone"),
    marked("put it back"),
    marked("the card of {place} is read-only"),
    marked("unlock or change it"),
    marked("{place} may not be written to"),
    marked("allow it or choose another folder"),
    marked("the card of {place} takes no more"),
    marked("copy it and change it"),
    marked("{place}: all numbers are used"),
    marked("{place}: has the last numbers there are, so none come after it"),
    marked("rename it or move it elsewhere"),
    marked("{place}: cannot save ({reason})"),
    marked("{place}: cannot be opened ({reason})"),
    marked("{place}: cannot be read ({reason})"),
    marked("{place}: cannot delete ({reason})"),
    marked("{place}: cannot restore ({reason})"),
    marked("{place}: cannot mark ({reason})"),
    marked("{place}: cannot read the trash ({reason})"),
    marked("{place}: is damaged ({reason})"),
    marked("{place}: another shot {number} is in the trash"),
    marked("{place}: a file is in the way"),
    marked("{place}: {count} MB of bursts wait there already"),
    marked("this burst may take {size} MB, and kept ones take {kept} of burst_quota, {quota} MB"),
    marked("raise it in the settings"),
    marked("raise it in the settings, or delete old ones and empty the trash"),
    marked("let them be developed, or raise spool_limit in the settings"),
    marked("shot {number} is protected"),
    marked("{place}: no shot {number}"),
    marked("{place}: no shot {number} in the trash"),
    marked("{place}: nothing in the trash"),
    marked("restore or empty it first"),
    marked("choose another folder"),
    marked("choose another name"),
    marked("{place}: is protected"),
    marked("move it elsewhere"),
    marked("remove it"),
    marked("delete it"),
    marked("make it writable"),
    marked("allow writing there"),
    marked("make it"),
    marked("a file is in the way; move it"),
    marked("make it writable or choose another folder"),
    marked("allow writing there or choose another folder"),
    marked("make it or choose another folder"),
    marked("a file is in the way; move it or choose another folder"),
    marked("a folder is in the way; move it or choose another name"),
    marked("copy what can be read and replace the disk"),
    marked("not enough memory"),
    # What the system says.
    marked("no space left on device"),
    marked("disk quota exceeded"),
    marked("read-only file system"),
    marked("permission denied"),
    marked("operation not permitted"),
    marked("no such file or directory"),
    marked("not a directory"),
    marked("file exists"),
    marked("is a directory"),
    marked("input/output error"),
    # A picture of the library.
    marked("picture {number} has no negative"),
    marked("choose another"),
    marked("{place}: not enough memory to open it"),
    marked("{name} is damaged or no picture"),
    marked("{place}: {problem}"),
    marked("it is damaged ({reason})"),
    marked("it is cut short"),
    marked("it is empty"),
    marked("it holds no frames"),
    marked("it holds too little pixel data"),
    marked("it is already demosaiced"),
    marked("it is not a raw file, or of an unknown kind"),
    marked("it is neither a JPEG nor a DNG"),
    marked("its colour filter is no Bayer pattern"),
    marked("copy it again from the camera"),
    marked("give a raw file of a Bayer sensor"),
    # A memory stick.
    marked("{name}: cannot be copied to ({reason})"),
    marked("check that it is there and has room"),
    marked("{name} is full"),
    marked("take another medium, or make room on it"),
    marked("{name} does not give back what was written to it"),
    marked("take another one"),
    marked("{name} holds too many files called {other}"),
    marked("tidy it up"),
    marked("{place}: cannot empty the trash ({reason})"),
    # A lens's shading.
    marked("a picture for a shading profile is 256 pixels a side at least"),
    marked("the white surface is too dark"),
    marked("give it more light, or raise the EV"),
    marked("the white surface is too bright"),
    marked("give it less light, or lower the EV"),
    marked("the light on the surface is uneven"),
    marked("turn it, or take another wall"),
    marked("the surface is not plain"),
    marked("put it out of focus, or take a white sheet"),
    marked("the corners are nearly black"),
    marked("see whether something covers the lens"),
)

# What cannot be done at the screen, or is said there more simply: the message, and what the screen
# says in its place. Commands are for whoever has a keyboard.
_ROOM = marked("delete pictures, then empty the trash in the library")
_CARD = marked("check the card")
HERE: Final = {
    "{place}: cannot save (no space left on device)": marked(
        "the card is full: nothing more can be saved"
    ),
    "try again, or give the picture up": marked("try again, or discard the picture"),
    "delete pictures": _ROOM,
    "delete pictures or choose another folder": _ROOM,
    "make room: baryta library empty-trash, or move a file elsewhere": marked(
        "make room: empty the trash in the library"
    ),
    "first: baryta library unprotect {number}": marked(
        "take the mark of picture {number} away first"
    ),
    "baryta library list shows all": marked("the library shows all"),
    "baryta library trash lists it": marked("the library's trash shows what is there"),
    "check the cable at both ends, then try rpicam-hello --list-cameras": marked(
        "switch off, check the cable at both ends, then start again"
    ),
    "sudo apt install python3-picamera2, in a venv made with --system-site-packages": marked(
        "install Baryta again (sudo apt install python3-picamera2)"
    ),
    "{remedy}; without one, use --source simulated": "{remedy}",
    "check the folder": _CARD,
    "check the path": _CARD,
    "without one, use --source simulated": marked("connect one, then try again"),
}
