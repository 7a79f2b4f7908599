/* Which light is bright enough to scatter visibly. Shared by the maps and by the picture, so that
 * what is taken away at a pixel is what was given to its surroundings. */
#ifndef BARYTA_HIGHLIGHT_H
#define BARYTA_HIGHLIGHT_H

#include <stddef.h>

#include "colour.h"

/* Any number to light: NaN and negative to 0, at most the largest half float. */
static inline float baryta_light_of(float x) {
    const float positive = x > 0.0f ? x : 0.0f;
    return positive < 65504.0f ? positive : 65504.0f;
}

/* By pixel: luminance (may be NULL), the share that blooms, 0..1, and the light that reaches the
 * film's base. Half of the light at luminance 0.6 blooms; halation needs more. */
static inline void baryta_highlight_row(const float *const rgb[3], int32_t count,
                                        float *restrict luminance, float *restrict share,
                                        float *restrict glow) {
    const float *restrict red = rgb[0];
    const float *restrict green = rgb[1];
    const float *restrict blue = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float sum = baryta_luminance[0] * baryta_light_of(red[x]) +
                          baryta_luminance[1] * baryta_light_of(green[x]) +
                          baryta_luminance[2] * baryta_light_of(blue[x]);
        const float square = sum * sum;
        const float part = square / (square + 0.36f);
        share[x] = part;
        glow[x] = sum * part * part;
        if (luminance != NULL) {
            luminance[x] = sum;
        }
    }
}

#endif
