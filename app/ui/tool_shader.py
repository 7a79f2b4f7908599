"""Peaking and zebra in the viewfinder's shader.

Both look at clean data, never at what is drawn. Peaking is the C core's rule (native/src/peaking.c)
on the frame's own pixels. Zebra stripes what clips: in the raw, by colour, where the camera gives a
map of that; else what is nearly clipped in the frame, whose white is a little below the raw's.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from app.ui.style_shader import ANY
from app.ui.theme import coloured
from native import PEAKING_THRESHOLD

_DECLARED = """
uniform vec2 pixels;         // of the frame
uniform vec3 peak_colour;
uniform float peak_least;    // second difference in 8-bit levels; 1000 for no peaking
uniform float zebra;         // 1 stripes what clips
uniform float zebra_least;   // encoded value from which on that is so; above 1: the map tells
uniform sampler2D clip;      // red, green, blue: 1 where the raw clips
uniform vec4 clip_part;      // of the map: left, top, width, height of what the frame shows
uniform float stripe;        // pixels of the window
uniform vec4 stripes;        // their colour, and 1 if they have it whatever clips

const vec3 LUMINANCE = vec3(0.2126, 0.7152, 0.0722);

float luma_at(vec2 at) {     // at the middle of a pixel, in whole levels: (R + 2 G + B + 2) / 4
    return floor(dot(texture2D(texture0, at).rgb, vec3(63.75, 127.5, 63.75)) + 0.51);
}

bool sharp(vec2 at, vec2 way, float here) {
    float bend = abs(2.0 * here - luma_at(at - way) - luma_at(at + way));
    if (bend <= peak_least) {
        return false;
    }
    return 4.0 * bend >= abs(luma_at(at + 2.0 * way) - luma_at(at - 2.0 * way));
}

void main("""

_DRAWN = """    if (peak_least < 1000.0) {
        vec2 middle = (floor(tex_coord0 * pixels) + 0.5) / pixels;
        float here = luma_at(middle);
        if (sharp(middle, vec2(1.0 / pixels.x, 0.0), here)
            || sharp(middle, vec2(0.0, 1.0 / pixels.y), here)) {
            styled = peak_colour;
        }
    }
    if (zebra > 0.0) {
        vec3 told = texture2D(clip, clip_part.xy + tex_coord0 * clip_part.zw).rgb;
        vec3 over = zebra_least > 1.0 ? step(0.5, told) : step(zebra_least, encoded);
        float phase = mod(gl_FragCoord.x + gl_FragCoord.y, 2.0 * stripe) / stripe;
        if (phase < 1.0 && over.r + over.g + over.b > 0.0) {
            bool all_clip = over.r * over.g * over.b > 0.0 && stripes.a < 1.0;
            styled = all_clip ? vec3(step(dot(LUMINANCE, styled), 0.5))
                : max(over, stripes.a) * step(0.4, phase);  // in its colour, with a dark edge
            styled *= stripes.rgb;
        }
    }
    gl_FragColor"""

TOOLED = ANY.replace("\nvoid main(", _DECLARED, 1).replace("    gl_FragColor", _DRAWN, 1)

PEAKS = {"red": (1.0, 0.1, 0.1), "yellow": (1.0, 0.9, 0.1), "cyan": (0.1, 0.95, 1.0)}
NEARLY_CLIPPED = 250.5 / 255.0
NEVER = 1000.0
TOLD = 2.0  # by the map
LIGHT = 0.9  # of stripes by day


@dataclass(frozen=True, slots=True, eq=False)
class Clip:
    """What clips in the raw.

    Attributes:
        texture: a map of it, RGBA, 1 where a colour clips; its rows from the top.
        seen: the part of it that the frame shows: left, top, right, bottom, 0..1.
    """

    texture: Any
    seen: tuple[float, float, float, float]

    @property
    def part(self) -> tuple[float, float, float, float]:
        """That part: left, top, width, height."""
        left, top, right, bottom = self.seen
        return (left, top, right - left, bottom - top)


@dataclass(frozen=True, slots=True)
class Marks:
    """What is marked in the viewfinder.

    Attributes:
        peaking: name of a colour, or "none".
        zebra: whether what clips is striped.
    """

    peaking: str = "none"
    zebra: bool = False

    @property
    def peaks(self) -> bool:
        """Whether peaking is wanted."""
        return self.peaking in PEAKS

    @property
    def wanted(self) -> bool:
        """Whether there is anything to mark."""
        return self.zebra or self.peaks

    def uniforms(
        self,
        size: tuple[int, int],
        stripe: float,
        clip: Clip | None = None,
        over: Sequence[float] = (1.0, 1.0, 1.0),
    ) -> dict[str, object]:
        """What the shader needs to know.

        Args:
            size: of the frame, pixels.
            stripe: pixels of the window.
            clip: what clips in the raw; None goes by the frame.
            over: colour of what lies over the picture, which stripes have where it is one.
        """
        one = coloured(over)
        return {
            "pixels": (float(size[0]), float(size[1])),
            "peak_colour": PEAKS.get(self.peaking, (0.0, 0.0, 0.0)),
            "peak_least": float(PEAKING_THRESHOLD) if self.peaks else NEVER,
            "zebra": float(self.zebra),
            "zebra_least": TOLD if clip else NEARLY_CLIPPED,
            "clip_part": clip.part if clip else (0.0, 0.0, 1.0, 1.0),
            "stripe": float(stripe),
            "stripes": (*over[:3], 1.0) if one else (LIGHT, LIGHT, LIGHT, 0.0),
        }
