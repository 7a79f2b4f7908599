"""A look as data: what a TOML file says, checked, before anything is compiled."""

import math
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from styles.cube import Cube
from styles.frame import Frame
from styles.values import Checked, number

VERSION: Final = 1  # of the file format
LONGEST_NAME: Final = 40  # characters
_TAKEN: Final = {"none", "plain"}  # the command line's words for no look

# Oklab hue angles, degrees, of the colours that can be adjusted one by one.
HUES: Final = {
    "red": 25.0,
    "orange": 60.0,
    "yellow": 105.0,
    "green": 142.0,
    "aqua": 195.0,
    "blue": 255.0,
    "purple": 300.0,
    "magenta": 345.0,
}


def is_name(text: str) -> bool:
    """Whether a text can name a look: one line of plain text, 1 to 40 characters."""
    return 0 < len(text) <= LONGEST_NAME and text.isprintable() and bool(text.strip())


def is_taken(name: str) -> bool:
    """Whether a name means no look at all."""
    return name.casefold() in _TAKEN


@dataclass(frozen=True, slots=True)
class Tone(Checked):
    """Exposure and tone curve.

    Attributes:
        exposure: EV added before everything else.
        contrast: slope of the curve at middle grey, in stops of the picture a stop of the scene.
        toe: the same slope in the deepest shadows; below contrast it opens them.
        grey: where middle grey (0.18) lands, display-linear.
        black: where black lands, display-linear; above 0 the blacks are lifted.
        white: EV above middle grey that become white.
        inset: how far colours are drawn together before the curve and apart after it: more of it
            lets bright saturated light fade to white sooner.
        hue_preservation: 0 lets hues drift as a per-channel curve makes them, 1 holds them.
        local: how far a scene of more range than a picture shows is drawn together, shadows lifted
            and highlights held back with their detail kept; 0 not at all.
    """

    exposure: float = number(0.0, -3.0, 3.0, "EV")
    contrast: float = number(1.3, 0.8, 3.0)
    toe: float = number(1.0, 0.5, 2.0)
    grey: float = number(0.185, 0.1, 0.3)
    black: float = number(0.0, 0.0, 0.05)
    white: float = number(4.0, 2.0, 7.0, "EV")
    inset: float = number(0.2, 0.0, 0.5)
    hue_preservation: float = number(0.6, 0.0, 1.0)
    local: float = number(0.4, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class HueBand(Checked):
    """Changes to the colours round one hue, fading out towards its neighbours.

    Attributes:
        hue: turn of the hue, Oklab degrees; positive from red towards yellow, green, blue.
        chroma: factor.
        lightness: added to Oklab lightness where the colour is strong; greys are left alone.
    """

    hue: float = number(0.0, -30.0, 30.0, "degrees")
    chroma: float = number(1.0, 0.0, 2.0)
    lightness: float = number(0.0, -0.2, 0.2)


_SAME: Final = HueBand()


@dataclass(frozen=True, slots=True)
class Colour(Checked):
    """Colour in Oklab, after the tone curve.

    Attributes:
        chroma: factor on all colours.
        vibrance: further chroma for pale colours, as a share.
        density: darkening of strong colours, as dyes do; share of their lightness.
        shadows, highlights: chroma factors there.
        red, orange, ... magenta: the eight hues of HUES.
    """

    chroma: float = number(1.0, 0.0, 2.0)
    vibrance: float = number(0.0, -0.5, 1.0)
    density: float = number(0.0, 0.0, 0.4)
    shadows: float = number(1.0, 0.0, 2.0)
    highlights: float = number(1.0, 0.0, 2.0)
    red: HueBand = _SAME
    orange: HueBand = _SAME
    yellow: HueBand = _SAME
    green: HueBand = _SAME
    aqua: HueBand = _SAME
    blue: HueBand = _SAME
    purple: HueBand = _SAME
    magenta: HueBand = _SAME

    def __post_init__(self) -> None:
        # Explicit, for a slotted dataclass is a new class that super() does not know.
        Checked.__post_init__(self)
        names = [*HUES, next(iter(HUES))]
        for first, second in pairwise(names):
            gap = (HUES[second] - HUES[first]) % 360.0
            change = getattr(self, second).hue - getattr(self, first).hue
            # The raised cosine between two hues is at most pi/2 steeper than the straight line.
            if change * math.pi / 2.0 <= -gap:
                raise ValueError(
                    f"the hues of {first} and {second} would cross; turn them towards each other "
                    f"by less than {gap * 2.0 / math.pi:.0f} degrees in all"
                )


@dataclass(frozen=True, slots=True)
class SplitTone(Checked):
    """Tints of shadows and highlights; black and white stay neutral.

    Attributes:
        shadow_hue, highlight_hue: Oklab degrees (25 red, 60 orange, 105 yellow, 142 green,
            195 aqua, 255 blue, 300 purple).
        shadow_strength, highlight_strength: Oklab chroma added.
        balance: moves the border between both, -1 all shadows' .. 1 all highlights' tint.
    """

    shadow_hue: float = number(255.0, 0.0, 360.0, "degrees")
    shadow_strength: float = number(0.0, 0.0, 0.1)
    highlight_hue: float = number(75.0, 0.0, 360.0, "degrees")
    highlight_strength: float = number(0.0, 0.0, 0.1)
    balance: float = number(0.0, -1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Monochrome(Checked):
    """The response of a black-and-white film and its filter: shares of linear Rec.2020 light.

    Attributes:
        red, green, blue: relative; what counts is their proportion.
    """

    red: float = number(0.3, 0.0, 1.0)
    green: float = number(0.5, 0.0, 1.0)
    blue: float = number(0.2, 0.0, 1.0)

    def __post_init__(self) -> None:
        Checked.__post_init__(self)
        if self.red + self.green + self.blue < 0.1:
            raise ValueError("red, green and blue are all next to 0; give at least one a share")


@dataclass(frozen=True, slots=True)
class Spatial(Checked):
    """What depends on the neighbourhood. Lengths are shares of the picture's diagonal.

    Attributes:
        vignette: EV added in the corners.
        halation, bloom: share of the light scattered red (white) round highlights.
        local_contrast: negative softens.
        sharpening: amount; sharpening_radius in pixels.
        grain: standard deviation at middle grey, share of full scale.
        halation_radius, bloom_radius, local_contrast_radius, grain_size: lengths.
    """

    vignette: float = number(0.0, -3.0, 0.0, "EV")
    halation: float = number(0.0, 0.0, 0.5)
    halation_radius: float = number(0.004, 0.0005, 0.05, "of the diagonal")
    bloom: float = number(0.0, 0.0, 0.5)
    bloom_radius: float = number(0.01, 0.0005, 0.1, "of the diagonal")
    local_contrast: float = number(0.0, -1.0, 1.0)
    local_contrast_radius: float = number(0.02, 0.002, 0.1, "of the diagonal")
    sharpening: float = number(0.3, 0.0, 2.0)
    sharpening_radius: float = number(1.0, 0.3, 5.0, "pixels")
    grain: float = number(0.0, 0.0, 0.2)
    grain_size: float = number(0.0003, 0.0001, 0.005, "of the diagonal")


@dataclass(frozen=True, slots=True)
class Style:
    """A look.

    Attributes:
        name: for people, unique among the looks at hand.
        note: what it is for.
        monochrome: None for a look in colour.
        frame: round the finished JPEG.
        cube: a table that the picture goes through last; None for none.
    """

    name: str
    note: str = ""
    tone: Tone = Tone()
    colour: Colour = Colour()
    split_tone: SplitTone = SplitTone()
    monochrome: Monochrome | None = None
    spatial: Spatial = Spatial()
    frame: Frame = field(default_factory=Frame)
    cube: Cube | None = None
