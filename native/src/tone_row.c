/* Applies the maps of tone.c to part of a row. */
#include <math.h>

#include "highlight.h"
#include "tone.h"
#include "tone_curve.h"

static const float brightest = 64.0f; /* light beyond it does not count for more */

void baryta_tone_luminance(const float *const rgb[3], int32_t count, float *restrict luminance) {
    const float *restrict red = rgb[0];
    const float *restrict green = rgb[1];
    const float *restrict blue = rgb[2];
    for (int32_t x = 0; x < count; x++) {
        const float sum = baryta_luminance[0] * baryta_light_of(red[x]) +
                          baryta_luminance[1] * baryta_light_of(green[x]) +
                          baryta_luminance[2] * baryta_light_of(blue[x]);
        luminance[x] = sum < brightest ? sum : brightest;
    }
}

void baryta_tone_row(const baryta_tone *tone, int32_t y, int32_t x0, int32_t count,
                     float *const rgb[3]) {
    float slope[BARYTA_TONE_CHUNK + BARYTA_ENLARGE_MORE];
    float offset[BARYTA_TONE_CHUNK + BARYTA_ENLARGE_MORE];
    float factor[BARYTA_TONE_CHUNK];
    const float floor = tone->floor;
    const float least = tone->least;
    const float most = tone->most;
    baryta_enlarge(&tone->blocks, tone->slope, y, x0, count, slope);
    baryta_enlarge(&tone->blocks, tone->offset, y, x0, count, offset);
    const float *const light[3] = {rgb[0], rgb[1], rgb[2]};
    baryta_tone_luminance(light, count, factor);
    for (int32_t x = 0; x < count; x++) {
        float gain = slope[x] * baryta_tone_stops(factor[x], floor) + offset[x];
        gain = gain > least ? gain : least;
        gain = gain < most ? gain : most;
        factor[x] = baryta_exp2(gain);
    }
    for (int c = 0; c < 3; c++) {
        float *restrict plane = rgb[c];
        for (int32_t x = 0; x < count; x++) {
            plane[x] = baryta_light_of(plane[x]) * factor[x];
        }
    }
}

float baryta_tone_factor(const baryta_tone *tone, int32_t x, int32_t y) {
    if (tone->maps == NULL) {
        return 1.0f;
    }
    const float gain = baryta_enlarged(&tone->blocks, tone->gain, x, y);
    return baryta_exp2(fminf(fmaxf(gain, tone->least), tone->most));
}
