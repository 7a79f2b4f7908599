"""Sidecars: what makes darktable and RawTherapee open a DNG in the look it was shot in.

Each is two files: the program's own small one beside the DNG, found by its name, and the look as a
table, which the program looks for in its folder of tables. The tables take the linear light that
these programs develop, 1 where the raw clips; the push of the shot is in them, since exposure
clips before the table and a table does not.

Formats: RawTherapee's processing profile (rawpedia.rawtherapee.com, "Sidecar files") and HaldCLUT,
whose name ends in its colour space; darktable's XMP (its manual, "sidecar files") with the
parameters of two of its modules, white balance (version 3) and 3D LUT (version 1).
"""

import struct

import numpy as np

from app.pictures.negative import Negative
from app.pictures.tiff import encode_samples
from app.pictures.xmp import quoted
from styles import Style
from styles.light_table import light_table
from styles.spaces import ADOBE_RGB_TO_REC2020, Array, srgb_decode, srgb_encode

_HALD_LEVEL = 8
_CUBE_NODES = 33
_ADOBE_GAMMA = 563 / 256  # Adobe RGB (1998)
_ADOBE_RGB, _TETRAHEDRAL = 1, 0  # of darktable's 3D LUT
_LUT_PATH = 512  # bytes
_ORDER_OF_MODULES = 2  # darktable's 3.0 order for raws


def encode_sidecars(dng: str, name: str, negative: Negative, style: Style) -> dict[str, bytes]:
    """The files beside a DNG.

    Args:
        dng: the DNG's file name, "BARY0001.DNG".
        name: what the tables' names begin with, "BARY0001".
        negative: what is in it.
        style: the look it is to open in; its spatial part cannot be expressed.

    Returns:
        Contents by file name; empty for a mono sensor's, whose files hold no colour.

    Raises:
        ValueError: for a name of more bytes than darktable has room for, or than files may have.
    """
    if not negative.calibrations:
        return {}
    hald, cube = f"{name}-Rec2020.tif", f"{name}.cube"
    if len(cube.encode()) >= _LUT_PATH:
        raise ValueError(f"a name of {len(cube.encode())} bytes is too long for a table")
    return {
        f"{dng}.pp3": _rawtherapee(hald),
        hald: _hald(style, negative.push),
        f"{dng}.xmp": _darktable(dng, cube, negative),
        cube: _cube(name, style, negative.push),
    }


def _hald(style: Style, push: float) -> bytes:
    """The table as a picture: level^2 nodes a side, in Rec.2020 as sRGB encodes it."""
    level, identity = _HALD_LEVEL, np.eye(3)
    nodes = light_table(style, level**2, srgb_decode, srgb_encode, identity, push)
    samples = np.rint(nodes * 65535.0).astype(np.uint16)
    return encode_samples(samples.reshape(level**3, level**3, 3))


def _cube(title: str, style: Style, push: float) -> bytes:
    """The table as text (Adobe, "Cube LUT Specification 1.0"), in Adobe RGB."""
    nodes = light_table(
        style, _CUBE_NODES, _adobe_decode, _adobe_encode, ADOBE_RGB_TO_REC2020, push
    )
    rows = "\n".join("{:.6f} {:.6f} {:.6f}".format(*row) for row in nodes.tolist())
    title = " ".join(title.replace('"', "'").split())
    return f'TITLE "{title}"\nLUT_3D_SIZE {_CUBE_NODES}\n{rows}\n'.encode()


def _adobe_decode(encoded: Array) -> Array:
    linear: Array = encoded**_ADOBE_GAMMA
    return linear


def _adobe_encode(linear: Array) -> Array:
    encoded: Array = linear ** (1.0 / _ADOBE_GAMMA)
    return encoded


def _rawtherapee(hald: str) -> bytes:
    """A plain development: as-shot white, no curves, the lens's shading where it can, the table."""
    return (
        "[Version]\nAppVersion=5.9\nVersion=349\n\n"
        "[Exposure]\nAuto=false\nCompensation=0\nHistogramMatching=false\n\n"
        "[White Balance]\nEnabled=true\nSetting=Camera\n\n"
        "[Color Management]\nInputProfile=(cameraICC)\nToneCurve=false\nApplyLookTable=false\n"
        "ApplyBaselineExposureOffset=false\nApplyHueSatMap=false\nWorkingProfile=ProPhoto\n\n"
        "[RAW]\nFlatFieldFromMetaData=true\n\n"
        f"[Film Simulation]\nEnabled=true\nClutFilename={hald}\nStrength=100\n"
    ).encode()


def _darktable(dng: str, cube: str, negative: Negative) -> bytes:
    """As-shot white and the table, and none of the modules that a person's settings would add."""
    red, _, blue = negative.neutral
    modules = (
        ("temperature", 3, struct.pack("<4f", 1.0 / red, 1.0, 1.0 / blue, 1.0)),
        ("lut3d", 1, struct.pack(f"<{_LUT_PATH}s2l", cube.encode(), _ADOBE_RGB, _TETRAHEDRAL)),
    )
    history = "".join(
        f'\n     <rdf:li darktable:num="{number}" darktable:operation="{operation}"'
        f'\n      darktable:enabled="1" darktable:modversion="{version}"'
        f'\n      darktable:multi_name="" darktable:multi_priority="0"'
        f'\n      darktable:params="{parameters.hex()}"/>'
        for number, (operation, version, parameters) in enumerate(modules)
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">\n'
        ' <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">\n'
        '  <rdf:Description rdf:about=""\n'
        '   xmlns:xmpMM="http://ns.adobe.com/xap/1.0/mm/"\n'
        '   xmlns:darktable="http://darktable.sf.net/"\n'
        f"   xmpMM:DerivedFrom={quoted(dng)}\n"
        '   darktable:xmp_version="4"\n'
        '   darktable:raw_params="0"\n'
        '   darktable:auto_presets_applied="1"\n'
        f'   darktable:history_end="{len(modules)}"\n'
        f'   darktable:iop_order_version="{_ORDER_OF_MODULES}">\n'
        f"   <darktable:history>\n    <rdf:Seq>{history}\n    </rdf:Seq>\n   </darktable:history>\n"
        "  </rdf:Description>\n </rdf:RDF>\n</x:xmpmeta>\n"
    ).encode()
