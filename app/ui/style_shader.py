"""The look in a fragment shader: the same compiled table and tone mapping as the saved picture's.

GLSL ES 1.00. The table lies as 33 slices side by side in one texture (1089 x 33: within the
2048 of the smallest Pi). Tetrahedral interpolation after Kasson et al., "Performing color space
conversions with three-dimensional linear interpolation", J. Electronic Imaging 4(3), 1995.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
from kivy.graphics.opengl import GL_MAX_TEXTURE_SIZE, glGetIntegerv
from kivy.graphics.texture import Texture

from native import Look

SIZE = 33

FRAGMENT = """$HEADER$
#ifdef GL_ES
#ifndef GL_FRAGMENT_PRECISION_HIGH
#error "ten bits do not hold a place in the table: the picture is shown as it is"
#endif
#endif
uniform sampler2D table;
uniform float shaper_scale;  // 1 / scale
uniform float shaper_gain;   // 1 / asinh(maximum / scale)
uniform vec2 vignette;       // k r^2 of x^2 and of y^2: the light is divided by (1 + k r^2)^2
uniform sampler2D tone;      // slope and offset of the gain, coded (tone_map.py)
uniform vec2 tone_slope;     // least, and range of what is coded
uniform vec2 tone_offset;
uniform vec3 tone_range;     // luminance of the floor; EV, least and most

const vec3 LUMINANCE = vec3(0.2627, 0.6780, 0.0593);

const mat3 TO_REC2020 = mat3(  // columns; from sRGB's primaries, both D65 (ITU-R BT.2087)
    0.627404, 0.069097, 0.016391,
    0.329283, 0.919540, 0.088013,
    0.043313, 0.011362, 0.895595);

const vec2 RED = vec2(1.0 / 1089.0, 0.0);  // from a node to the next, on the table's texture
const vec2 GREEN = vec2(0.0, 1.0 / 33.0);
const vec2 BLUE = vec2(33.0 / 1089.0, 0.0);

vec3 node(vec2 at) {
    return texture2D(table, at).rgb;
}

void main(void) {
    vec3 encoded = texture2D(texture0, tex_coord0).rgb;
    // sRGB's transfer function but for 0.43 of an 8-bit level: a power costs as much as a table.
    vec3 linear = encoded * (0.06643398 + encoded * (0.19515131 + encoded * (1.76821874
                + encoded * (encoded * 0.75007251 - 1.77604767))));
    vec3 light = max(TO_REC2020 * linear, 0.0);

    vec2 line = texture2D(tone, tex_coord0).rg;
    float stops = log2(dot(LUMINANCE, light) + tone_range.x);
    float gain = (tone_slope.x + tone_slope.y * line.r) * stops
               + tone_offset.x + tone_offset.y * line.g;
    vec2 offset = tex_coord0 - 0.5;
    float fall = 1.0 + dot(offset * offset, vignette);
    light *= exp2(clamp(gain, tone_range.y, tone_range.z)) * shaper_scale / (fall * fall);
    vec3 shaped = log2(light + sqrt(light * light + 1.0)) * shaper_gain;

    vec3 place = clamp(shaped, 0.0, 1.0) * 32.0;
    vec3 base = min(floor(place), 31.0);
    vec3 part = place - base;
    float high = max(part.r, max(part.g, part.b));
    float low = min(part.r, min(part.g, part.b));
    float middle = part.r + part.g + part.b - high - low;
    vec2 from = vec2(base.b * 33.0 + base.r + 0.5, base.g + 0.5) * vec2(1.0 / 1089.0, 1.0 / 33.0);
    vec2 to = from + RED + GREEN + BLUE;
    vec2 first = high == part.r ? RED : high == part.g ? GREEN : BLUE;
    vec2 last = low == part.b ? BLUE : low == part.g ? GREEN : RED;
    vec3 styled = (1.0 - high) * node(from) + (high - middle) * node(from + first)
                + (middle - low) * node(to - last) + low * node(to);
    gl_FragColor = vec4(styled, 1.0) * frag_color;
}
"""

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


def uniforms(look: Look, aspect: float) -> dict[str, float | tuple[float, ...]]:
    """What the shader needs to know of a look, for a picture of this aspect."""
    # k of 1 / (1 + k r^2)^2, r = 1 in the corners.
    strength = 2.0 ** (-look.vignette / 2.0) - 1.0
    across = 4.0 * aspect * aspect / (aspect * aspect + 1.0)
    return {
        "shaper_scale": float(1.0 / look.shaper_scale),
        "shaper_gain": float(np.log(2.0) / np.arcsinh(look.shaper_maximum / look.shaper_scale)),
        "vignette": (float(strength * across), float(strength * (4.0 - across))),
    }


def resized(table: npt.NDArray[np.float32], size: int = SIZE) -> npt.NDArray[np.float32]:
    """A table of (n, n, n, 3) at size nodes: taken where they coincide, else interpolated."""
    nodes = table.shape[0]
    if (nodes - 1) % (size - 1) == 0:
        step = (nodes - 1) // (size - 1)
        return table[::step, ::step, ::step]
    place = np.linspace(0.0, nodes - 1.0, size)
    base = np.minimum(place.astype(int), nodes - 2)
    part = (place - base).astype(np.float32)
    for axis in range(3):
        shape = [1, 1, 1, 1]
        shape[axis] = size
        weight = part.reshape(shape)
        low, high = np.take(table, base, axis), np.take(table, base + 1, axis)
        table = low + weight * (high - low)
    return table


def decode(encoded: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function (IEC 61966-2-1), encoded to linear, 0..1."""
    low = encoded <= 0.04045
    return np.where(low, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)


def encode(linear: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The sRGB transfer function, linear to encoded, 0..1."""
    low = linear <= 0.0031308
    return np.where(low, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055)


def packed(look: Look) -> npt.NDArray[np.uint8]:
    """The table as (33, 1089, 4) uint8 for a screen with sRGB's primaries.

    Row: green; column: blue times 33 plus red. Panels without colour management show sRGB.
    """
    p3 = resized(look.table).astype(np.float64)
    srgb = encode(np.clip(decode(p3) @ P3_TO_SRGB.T, 0.0, 1.0))
    image = np.full((SIZE, SIZE, SIZE, 4), 255, np.uint8)  # green, blue, red
    image[..., :3] = np.rint(srgb.transpose(1, 2, 0, 3) * 255.0)
    return image.reshape(SIZE, SIZE * SIZE, 4)


def fits() -> bool:
    """Whether this driver's textures are as wide as the packed table."""
    return int(glGetIntegerv(GL_MAX_TEXTURE_SIZE)[0]) >= SIZE * SIZE


def upload(look: Look) -> Any:  # noqa: ANN401 - a Kivy texture
    """The packed table as a texture, its texels read singly."""
    texture = Texture.create(size=(SIZE * SIZE, SIZE), colorfmt="rgba", bufferfmt="ubyte")
    texture.mag_filter = texture.min_filter = "nearest"
    texture.wrap = "clamp_to_edge"
    texture.blit_buffer(packed(look).tobytes(), colorfmt="rgba", bufferfmt="ubyte")
    return texture
