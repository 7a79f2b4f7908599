"""The look in a fragment shader: the same compiled table and tone mapping as the saved picture's.

GLSL ES 1.00. The table is the look's own, sampled anew at places that cost the shader little: the
square root of light in sRGB's primaries. It lies as 45 slices side by side in one texture (2025 x
45: within the 2048 of the smallest Pi), so that the sampler interpolates red and green, and two
fetches make a colour.
"""

import numpy as np
import numpy.typing as npt
from kivy.graphics.opengl import GL_MAX_TEXTURE_SIZE, glGetIntegerv

from native import Look, apply_table

SIZE = 45
BRIGHTEST = (
    2.0  # light of the last node: white is 1, but tone mapping may lift a vivid colour beyond
)

NEAR = 20.25 / 21.25  # encoded value from which what is bright in all colours is led to BRIGHTEST
_OVER = BRIGHTEST**0.5 - 1.0  # of the root of light, over what the stream ends at

FRAGMENT = """$HEADER$
#ifdef GL_ES
#ifndef GL_FRAGMENT_PRECISION_HIGH
#error "ten bits do not hold a place in the table: the picture is shown as it is"
#endif
#endif
uniform sampler2D table;
uniform vec2 vignette;       // k r^2 of x^2 and of y^2: the light is divided by (1 + k r^2)^2
#ifdef TONED
uniform vec2 weakening;      // one by the gain's root: where alpha is 0, and how much more at 1
#endif

vec3 node(vec2 at) {
    return texture2D(table, at).rgb;
}

void main(void) {
    vec4 frame = texture2D(texture0, tex_coord0);
    vec3 encoded = frame.rgb;
    // The root of light, as sRGB's transfer function but for 0.22 of an 8-bit level; in the six
    // darkest it is up to 1.3 too bright, black and one excepted.
    vec3 root = min(encoded * 4.44, 0.02611656 + encoded * (0.70825643
              + encoded * (0.38891793 - 0.12427528 * encoded)));
    // Where the stream clips the light is that, or any beyond it: in the picture it is white, or
    // nearly. The last twelve levels lead there, without an edge.
    float near = max(min(min(encoded.r, encoded.g), encoded.b) * 13.676378 - 13.032784, 0.0);
    root += near * near;
    vec2 offset = tex_coord0 - 0.5;
    float weaker = 1.0 + dot(offset * offset, vignette);
#ifdef TONED
    weaker *= weakening.x + weakening.y * frame.a;
#endif
    // By a gain's root, for the table's axis is that of the light; light of 2 lies at node 44.
    vec3 place = root * (31.112698 / weaker);
#ifdef TONED
    place = min(place, 43.999);
#endif
    float slice = floor(place.b);
    vec2 at = vec2(slice * 45.0 + place.r + 0.5, place.g + 0.5) * vec2(1.0 / 2025.0, 1.0 / 45.0);
    vec3 styled = mix(node(at), node(at + vec2(45.0 / 2025.0, 0.0)), place.b - slice);
    gl_FragColor = vec4(styled, 1.0);
}
"""

# With local tone mapping, whose price a scene without range is spared.
TONED = FRAGMENT.replace("$HEADER$", "$HEADER$\n#define TONED", 1)

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


def uniforms(look: Look, aspect: float) -> dict[str, tuple[float, float]]:
    """What the shader needs to know of a look, for a picture of this aspect."""
    # k of 1 / (1 + k r^2)^2, r = 1 in the corners.
    strength = 2.0 ** (-look.vignette / 2.0) - 1.0
    across = 4.0 * aspect * aspect / (aspect * aspect + 1.0)
    return {"vignette": (float(strength * across), float(strength * (4.0 - across)))}


def led_on(encoded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The light that a frame's pixels stand for in the shader, (..., 3), linear sRGB.

    Args:
        encoded: (..., 3), 0..1.
    """
    near = np.maximum((encoded.min(axis=-1, keepdims=True) - NEAR) / (1.0 - NEAR), 0.0)
    light: npt.NDArray[np.float64] = (np.sqrt(decode(encoded)) + _OVER * near**2) ** 2
    return light


def decode(encoded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function (IEC 61966-2-1), encoded to linear, 0..1."""
    low = encoded <= 0.04045
    return np.where(low, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encode(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function, linear to encoded, 0..1."""
    low = linear <= 0.0031308
    return np.where(low, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def packed(look: Look) -> npt.NDArray[np.uint8]:
    """The table as (45, 2025, 4) uint8 for a screen with sRGB's primaries.

    Row: green; column: blue times 45 plus red. Panels without colour management show sRGB.
    """
    axis = BRIGHTEST * np.linspace(0.0, 1.0, SIZE) ** 2
    green, blue, red = np.meshgrid(axis, axis, axis, indexing="ij")
    light = np.stack([red, green, blue], axis=-1).reshape(SIZE, SIZE * SIZE, 3) @ SRGB_TO_REC2020.T
    p3 = apply_table(light.astype(np.float32), look, threads=1).astype(np.float64)
    srgb = encode(np.clip(decode(p3) @ P3_TO_SRGB.T, 0.0, 1.0))
    image = np.full((SIZE, SIZE * SIZE, 4), 255, np.uint8)
    levels = _midway((srgb * 255.0).reshape(SIZE, SIZE, SIZE, 3))
    image[..., :3] = np.rint(levels).reshape(SIZE, SIZE * SIZE, 3)
    return image


def _midway(nodes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Nodes between which straight lines lie about a curve, and not all on one side of it.

    A chord is off by a twelfth of the second difference in the mean.

    Args:
        nodes: (n, n, n, channels) of the curve itself, 0..255.
    """
    made = nodes.copy()
    for axis in range(3):
        bend = np.diff(nodes, 2, axis)
        inner = [slice(None)] * 4
        inner[axis] = slice(1, -1)
        made[tuple(inner)] -= np.clip(bend / 12.0, -2.0, 2.0)
    return np.clip(made, 0.0, 255.0)


def fits() -> bool:
    """Whether this driver's textures are as wide as the packed table."""
    return int(glGetIntegerv(GL_MAX_TEXTURE_SIZE)[0]) >= SIZE * SIZE
