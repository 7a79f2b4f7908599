"""What eight merged frames show of texture and edges, beside one frame, noise-free or not."""

import numpy as np
from bursts import make_burst
from darkroom import merged_light, scene_light, single_light
from edges import FIGURES, edge_samples, painted_edges
from scenes import painted
from texture import acutance, mtf50, texture_response

HEIGHT, WIDTH = 384, 512
EDGE = 16  # pixels all round that are not looked at


def texture_kept(scene: str, iso: float, seed: int = 1) -> tuple[float, float]:
    """Acutances of the merged and of the single frame over that of the noise-free frame.

    All are developed, each with its own noise model, and compared with the scene.

    Args:
        scene: a name in SCENES, dead leaves.
        iso: of the burst.
        seed: of scene, motion and noise.
    """
    plane = painted(scene, HEIGHT, WIDTH, seed)
    inside = np.s_[EDGE:-EDGE, EDGE:-EDGE]
    truth = scene_light(plane, HEIGHT, WIDTH)[inside]
    burst = make_burst(scene, plane=plane, iso=iso, seed=seed)
    clean = make_burst(scene, plane=plane, iso=iso, seed=seed, frames=1, noise_free=True)
    merged, single, whole = (
        acutance(texture_response(light[inside], truth))
        for light in (
            merged_light(burst),
            single_light(burst),
            single_light(clean, noise_free=True),
        )
    )
    return merged / whole, single / whole


def edges_kept(iso: float, seeds: tuple[int, ...]) -> dict[tuple[str, bool], tuple[float, float]]:
    """MTF50 of the merged and of the single frame, developed, cycles a pixel.

    Args:
        iso: of the bursts.
        seeds: of motion and noise: a burst of the chart each, their edges' samples together.

    Returns:
        By figure of the chart and whether its edges are the near-vertical ones.
    """
    plane = painted_edges(HEIGHT, WIDTH)
    bursts = [make_burst("edges", plane=plane, iso=iso, seed=seed) for seed in seeds]
    pairs = [(merged_light(burst), single_light(burst)) for burst in bursts]
    result = {}
    for name in FIGURES:
        for upright in (True, False):
            merged, single = (
                mtf50(
                    *np.concatenate(
                        [edge_samples(pair[of], name, upright=upright) for pair in pairs], axis=1
                    )
                )
                for of in (0, 1)
            )
            result[name, upright] = merged, single
    return result
