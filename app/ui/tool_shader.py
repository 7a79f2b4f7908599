"""Peaking and zebra in the viewfinder's shader.

Both look at the clean frame, never at what is drawn. Peaking marks where the gradient of luminance
(Sobel's operator) is large against the brightness around it; zebra stripes what is nearly clipped
in any colour. The frame is a processed one, not the raw: its white is a little below the raw's.
"""

from dataclasses import dataclass

from app.ui.style_shader import FRAGMENT

_DECLARED = """
uniform vec2 texel;          // of the frame
uniform vec3 peak_colour;
uniform float peak_least;    // gradient over brightness; 0 for no peaking
uniform float zebra_least;   // encoded value from which on it is striped; 2 for none
uniform float stripe;        // pixels of the window

float light_at(float x, float y) {
    return dot(LUMINANCE, texture2D(texture0, tex_coord0 + vec2(x, y) * texel).rgb);
}

vec3 node("""

_DRAWN = """    if (peak_least > 0.0) {
        float nw = light_at(-1.0, -1.0), n = light_at(0.0, -1.0), ne = light_at(1.0, -1.0);
        float w = light_at(-1.0, 0.0), e = light_at(1.0, 0.0);
        float sw = light_at(-1.0, 1.0), s = light_at(0.0, 1.0), se = light_at(1.0, 1.0);
        vec2 slope = vec2(ne + 2.0 * e + se - nw - 2.0 * w - sw,
                          sw + 2.0 * s + se - nw - 2.0 * n - ne);
        float around = 0.125 * (nw + n + ne + w + e + sw + s + se) + 0.08;
        float sharp = length(slope) / around;
        styled = mix(styled, peak_colour, smoothstep(peak_least, 1.4 * peak_least, sharp));
    }
    float highest = max(encoded.r, max(encoded.g, encoded.b));
    if (highest >= zebra_least && mod(gl_FragCoord.x + gl_FragCoord.y, 2.0 * stripe) < stripe) {
        styled = vec3(0.9 * step(dot(LUMINANCE, styled), 0.5));
    }
    gl_FragColor"""

TOOLED = FRAGMENT.replace("\nvec3 node(", _DECLARED, 1).replace("    gl_FragColor", _DRAWN, 1)

PEAKS = {"red": (1.0, 0.1, 0.1), "yellow": (1.0, 0.9, 0.1), "cyan": (0.1, 0.95, 1.0)}
SHARP = 0.85  # gradient over brightness, of an edge in focus
NEARLY_CLIPPED = 250.5 / 255.0
NEVER = 2.0


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in the viewfinder.

    Attributes:
        peaking: name of a colour, or "none".
        zebra: whether what is nearly clipped is striped.
    """

    peaking: str = "none"
    zebra: bool = False

    @property
    def wanted(self) -> bool:
        """Whether there is anything to mark."""
        return self.zebra or self.peaking in PEAKS

    def uniforms(self, size: tuple[int, int], stripe: float) -> dict[str, object]:
        """What the shader needs to know, for a frame of this size and stripes of so many pixels."""
        return {
            "texel": (1.0 / size[0], 1.0 / size[1]),
            "peak_colour": PEAKS.get(self.peaking, (0.0, 0.0, 0.0)),
            "peak_least": SHARP if self.peaking in PEAKS else 0.0,
            "zebra_least": NEARLY_CLIPPED if self.zebra else NEVER,
            "stripe": float(stripe),
        }
