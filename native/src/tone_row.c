/* Applies the maps of tone.c to part of a row. */
#include <math.h>

#include "highlight.h"
#include "tone.h"
#include "tone_curve.h"
#include "vec4.h"

static const float brightest = 64.0f; /* light beyond it does not count for more */

static inline v4 clean(const float *p) {
    return v4_min(v4_max(v4_load(p), v4_all(0.0f)), v4_all(65504.0f));
}

void baryta_tone_luminance(const float *restrict rgb, int32_t count, float *restrict luminance) {
    int32_t x = 0;
    for (; x + 4 <= count; x += 4) {
        const v4 a = clean(rgb + 3 * x); /* r g b r */
        const v4 b = clean(rgb + 3 * x + 4); /* g b r g */
        const v4 c = clean(rgb + 3 * x + 8); /* b r g b */
        const v4 red = V4_SHUFFLE(V4_SHUFFLE(a, b, 0, 3, 6, 6), c, 0, 1, 2, 5);
        const v4 green = V4_SHUFFLE(V4_SHUFFLE(a, b, 1, 4, 7, 7), c, 0, 1, 2, 6);
        const v4 blue = V4_SHUFFLE(V4_SHUFFLE(a, b, 2, 5, 5, 5), c, 0, 1, 4, 7);
        const v4 sum = v4_all(baryta_luminance[0]) * red + v4_all(baryta_luminance[1]) * green +
                       v4_all(baryta_luminance[2]) * blue;
        v4_store(luminance + x, v4_min(sum, v4_all(brightest)));
    }
    for (; x < count; x++) {
        const float sum = baryta_luminance[0] * baryta_light_of(rgb[3 * x]) +
                          baryta_luminance[1] * baryta_light_of(rgb[3 * x + 1]) +
                          baryta_luminance[2] * baryta_light_of(rgb[3 * x + 2]);
        luminance[x] = fminf(sum, brightest);
    }
}

static void scale(const float *restrict factor, int32_t count, float *restrict rgb) {
    int32_t x = 0;
    for (; x + 4 <= count; x += 4) {
        const v4 f = v4_load(factor + x);
        float *p = rgb + 3 * x;
        v4_store(p, clean(p) * V4_SHUFFLE(f, f, 0, 0, 0, 1));
        v4_store(p + 4, clean(p + 4) * V4_SHUFFLE(f, f, 1, 1, 2, 2));
        v4_store(p + 8, clean(p + 8) * V4_SHUFFLE(f, f, 2, 3, 3, 3));
    }
    for (; x < count; x++) {
        for (int c = 0; c < 3; c++) {
            rgb[3 * x + c] = baryta_light_of(rgb[3 * x + c]) * factor[x];
        }
    }
}

void baryta_tone_row(const baryta_tone *tone, int32_t y, int32_t x0, int32_t count,
                     float *restrict rgb) {
    float slope[BARYTA_TONE_CHUNK];
    float offset[BARYTA_TONE_CHUNK];
    float factor[BARYTA_TONE_CHUNK];
    const float floor = tone->floor;
    const float least = tone->least;
    const float most = tone->most;
    baryta_enlarge(&tone->blocks, tone->slope, y, x0, count, slope);
    baryta_enlarge(&tone->blocks, tone->offset, y, x0, count, offset);
    baryta_tone_luminance(rgb, count, factor);
    for (int32_t x = 0; x < count; x++) {
        float gain = slope[x] * baryta_tone_stops(factor[x], floor) + offset[x];
        gain = gain > least ? gain : least;
        gain = gain < most ? gain : most;
        factor[x] = baryta_exp2(gain);
    }
    scale(factor, count, rgb);
}

float baryta_tone_factor(const baryta_tone *tone, int32_t x, int32_t y) {
    if (tone->maps == NULL) {
        return 1.0f;
    }
    const float gain = baryta_enlarged(&tone->blocks, tone->gain, x, y);
    return baryta_exp2(fminf(fmaxf(gain, tone->least), tone->most));
}
