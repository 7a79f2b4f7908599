"""The look in a fragment shader: the same compiled table and tone mapping as the saved picture's.

GLSL ES 1.00. The table (look_table.py) is the look's own, sampled anew at places that cost the
shader little: the 2.4th root of light in sRGB's primaries, which is sRGB's own curve but for its
darkest. It lies as 45 slices side by side in one texture, so that the sampler interpolates red and
green in the nearest slice. What up to half a slice more or less of blue makes comes from a second
texture of the nearest node, for it is nearly the same at its neighbours: where a processor draws,
texels that are fetched are what costs most.
"""

import numpy as np
import numpy.typing as npt

from native import Look

SIZE = 45  # nodes a side of the table
POWER = 2.4  # of sRGB's curve (IEC 61966-2-1), of the table's axes, and what gains are a root by
BRIGHTEST = (
    2.0  # light of the last node: white is 1, but tone mapping may lift a vivid colour beyond
)
NONE = 128.0 / 255.0  # of the changes where blue makes none

NEAR = 20.25 / 21.25  # encoded value from which what is bright in all colours is led to BRIGHTEST
_WHITE = (SIZE - 1) / BRIGHTEST ** (1.0 / POWER)  # its place among the nodes
_LOW = 6.0 * _WHITE  # places by encoded value of the darkest

_SOURCE = """$HEADER$
#ifdef GL_ES
#ifndef GL_FRAGMENT_PRECISION_HIGH
#error "ten bits do not hold a place in the table: the picture is shown as it is"
#endif
#endif
uniform sampler2D table;
uniform sampler2D changes;   // of its nodes by a slice of blue, but for
uniform float change;        // what 1 of them is
#ifdef SHADED
uniform vec2 vignette;       // k r^2 of x^2 and of y^2: light's root is divided by 1 + k r^2
#endif
#ifdef TONED
uniform vec2 weakening;      // one by the gain's root: where alpha is 0, and how much more at 1
#endif

void main(void) {
    vec4 frame = texture2D(texture0, tex_coord0);
    vec3 encoded = frame.rgb;
    // The root of light by sRGB's curve, whose foot is a line: in the six darkest levels it is up
    // to 1.3 too bright, black and the first two excepted.
    vec3 place = min(encoded * @low, encoded * @slope + @start);
    // Where the stream clips the light is that, or any beyond it: in the picture it is white, or
    // nearly. The last twelve levels lead there, without an edge.
    float near = max(min(min(encoded.r, encoded.g), encoded.b) * @near - @from, 0.0);
    place = place + near * near;
#ifdef TONED
    float weaker = weakening.x + weakening.y * frame.a;
#else
    float weaker = 1.0;
#endif
#ifdef SHADED
    vec2 offset = tex_coord0 - 0.5;
    weaker = weaker * (1.0 + dot(offset * offset, vignette));
#endif
    place = place * (1.0 / weaker);
#ifdef TONED
    place = min(place, 44.0);
#endif
    float slice = floor(place.b + 0.5);
    vec2 at = vec2(slice * 45.0 + place.r + 0.5, place.g + 0.5) * vec2(1.0 / 2025.0, 1.0 / 45.0);
    vec3 styled = texture2D(table, at).rgb
        + ((place.b - slice) * change) * (texture2D(changes, at).rgb - @none);
    gl_FragColor = vec4(styled, 1.0);
}
"""
_OVER = (SIZE - 1.0 - _WHITE) ** 0.5  # its square leads from white to BRIGHTEST
_CONSTANTS = {
    "low": _LOW,
    "slope": _WHITE / 1.055,
    "start": _WHITE * 0.055 / 1.055,
    "near": _OVER / (1.0 - NEAR),
    "from": _OVER * NEAR / (1.0 - NEAR),
    "none": NONE,
}


def _shader(*kinds: str) -> str:
    """The source of a shader of some of SHADED and TONED."""
    defined = "".join(f"\n#define {kind}" for kind in kinds)
    source = _SOURCE.replace("$HEADER$", "$HEADER$" + defined, 1)
    for name, value in _CONSTANTS.items():
        source = source.replace(f"@{name}", f"{value:.7f}")
    return source


FRAGMENT = _shader("SHADED")
# With local tone mapping, whose price a scene without range is spared; its gain has the vignette.
TONED = _shader("TONED")
# Of either, the other one's part doing nothing: for the tools, which cost more than both.
ANY = _shader("SHADED", "TONED")

SRGB_TO_REC2020 = np.array(
    [
        [0.627404, 0.329283, 0.043313],
        [0.069097, 0.919540, 0.011362],
        [0.016391, 0.088013, 0.895595],
    ]
)
# Display P3 to sRGB, linear, both D65: from the primaries of SMPTE EG 432-1 and IEC 61966-2-1.
P3_TO_SRGB = np.array(
    [
        [1.2249402, -0.2249402, 0.0],
        [-0.0420570, 1.0420570, 0.0],
        [-0.0196376, -0.0786361, 1.0982736],
    ]
)


def uniforms(look: Look, aspect: float, *, toned: bool) -> dict[str, tuple[float, float]]:
    """What the shader needs to know of a look, for a picture of this aspect.

    Args:
        look: the look.
        aspect: width / height.
        toned: the frame has a gain, which has the vignette.
    """
    # k of 1 + k r^2, r = 1 in the corners: in between within 0.004 EV of the vignette's own.
    strength = 0.0 if toned else 1.0 / float(fall(look, 1.0)) - 1.0
    across = 4.0 * aspect * aspect / (aspect * aspect + 1.0)
    return {"vignette": (strength * across, strength * (4.0 - across))}


def fall(look: Look, radius: npt.NDArray[np.float64] | float) -> npt.NDArray[np.float64]:
    """The root of a vignette's gain, by r^2, which is 1 in the corners."""
    # 1 / (1 + k r^2)^2 of light.
    strength = 2.0 ** (-look.vignette / 2.0) - 1.0
    gain: npt.NDArray[np.float64] = (1.0 + strength * np.asarray(radius)) ** (-2.0 / POWER)
    return gain


def led_on(encoded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The light that a frame's pixels stand for in the shader, (..., 3), linear sRGB.

    Args:
        encoded: (..., 3), 0..1.
    """
    near = np.maximum((encoded.min(axis=-1, keepdims=True) - NEAR) / (1.0 - NEAR), 0.0)
    over = BRIGHTEST ** (1.0 / POWER) - 1.0
    light: npt.NDArray[np.float64] = (decode(encoded) ** (1.0 / POWER) + over * near**2) ** POWER
    return light


def decode(encoded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function (IEC 61966-2-1), encoded to linear, 0..1."""
    low = encoded <= 0.04045
    return np.where(low, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encode(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function, linear to encoded, 0..1."""
    low = linear <= 0.0031308
    return np.where(low, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)
