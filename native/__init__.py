"""The C core and its one binding: ndarray in, ndarray out."""

import os

from native.loading import load_core

# Threads of ours that wait must not spin: the preview and the interface need the processor too.
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
load_core(os.environ.get("BARYTA_CORE"))

from native.buffers import core_build, core_version, default_threads
from native.convert import Conversion, convert
from native.develop import Development, calibrate, correct_defects, demosaic, develop
from native.errors import CancelledError, NativeError
from native.floor import memory_floor
from native.frame import fit_frame, tone_frame
from native.halve import halve_mosaic
from native.lossless_jpeg import encode_lossless_jpeg
from native.merge import FrameReport, Merged, Merger
from native.mosaic import Mosaic, MosaicFormat, MosaicNoise
from native.peaking import DEFAULT_THRESHOLD as PEAKING_THRESHOLD
from native.peaking import peaking
from native.rectify import Warp, rectify
from native.render import Look, ToneMaps, apply_table, render, tone_maps
from native.sharpness import sharpness
from native.unpack import unpack
from native.ycc import ycc

__all__ = [
    "PEAKING_THRESHOLD",
    "CancelledError",
    "Conversion",
    "Development",
    "FrameReport",
    "Look",
    "Merged",
    "Merger",
    "Mosaic",
    "MosaicFormat",
    "MosaicNoise",
    "NativeError",
    "ToneMaps",
    "Warp",
    "apply_table",
    "calibrate",
    "convert",
    "core_build",
    "core_version",
    "correct_defects",
    "default_threads",
    "demosaic",
    "develop",
    "encode_lossless_jpeg",
    "fit_frame",
    "halve_mosaic",
    "memory_floor",
    "peaking",
    "rectify",
    "render",
    "sharpness",
    "tone_frame",
    "tone_maps",
    "unpack",
    "ycc",
]
