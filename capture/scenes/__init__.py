"""Scenes in linear light, with known truth, at any size."""

from capture.scenes.library import load_scene, names
from capture.scenes.scene import Frame, Layer, Mover, Patch, Scene, View

__all__ = ["Frame", "Layer", "Mover", "Patch", "Scene", "View", "load_scene", "names"]
