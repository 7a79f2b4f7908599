/* Which light is bright enough to scatter visibly. Shared by the maps and by the picture, so that
 * what is taken away at a pixel is what was given to its surroundings. */
#ifndef BARYTA_HIGHLIGHT_H
#define BARYTA_HIGHLIGHT_H

#include "colour.h"

typedef struct baryta_highlight {
    float rgb[3]; /* finite, not negative */
    float luminance;
    float share; /* that blooms, 0..1 */
    float glow; /* light that reaches the film's base */
} baryta_highlight;

/* Any number to light: NaN and negative to 0, at most the largest half float. */
static inline float baryta_light_of(float x) {
    const float positive = x > 0.0f ? x : 0.0f;
    return positive < 65504.0f ? positive : 65504.0f;
}

static inline baryta_highlight baryta_highlight_of(const float *rgb) {
    baryta_highlight at;
    for (int c = 0; c < 3; c++) {
        at.rgb[c] = baryta_light_of(rgb[c]);
    }
    const float sum = baryta_luminance[0] * at.rgb[0] + baryta_luminance[1] * at.rgb[1] +
                      baryta_luminance[2] * at.rgb[2];
    const float square = sum * sum;
    /* Half of the light at luminance 0.6 blooms; halation needs more. */
    at.luminance = sum;
    at.share = square / (square + 0.36f);
    at.glow = sum * at.share * at.share;
    return at;
}

#endif
