/* Where the sensor clips in all colours, white balance makes magenta of white, and demosaicing
 * carries that magenta over the edge of the clipped light, where nothing later can tell it from
 * colour. So what is certain to be white is made white first. */
#include "calibrate.h"

static const float clipped = 0.98f; /* of the way from black to white */

typedef struct row {
    const uint16_t *samples;
    float black[2]; /* by parity of x */
    float scale[2];
} row;

static row row_of(const baryta_plane *mosaic, const baryta_mosaic_format *format, int32_t y) {
    row at = {.samples = baryta_row(mosaic, y)};
    for (int32_t phase = 0; phase < 2; phase++) {
        at.black[phase] = format->black[2 * (y & 1) + phase];
        at.scale[phase] = 1.0f / (format->white - at.black[phase]);
    }
    return at;
}

static inline float level(const row *at, int32_t x) {
    return ((float)at->samples[x] - at->black[x & 1]) * at->scale[x & 1];
}

static inline float least(float a, float b) {
    return a < b ? a : b;
}

static inline float most(float a, float b) {
    return a > b ? a : b;
}

/* The lowest level in the cell of this sample, the one beside it and the two of the other row. */
static inline float cell(float own, const row *at, const row *other, int32_t x, int32_t beside) {
    return least(least(own, level(at, beside)), least(level(other, x), level(other, beside)));
}

/* Whether any sample is so bright that it needs a closer look. */
static int any_above(const uint16_t *samples, int32_t count, float low) {
    const uint16_t bound = (uint16_t)(low < 0.0f ? 0.0f : low < 65534.0f ? low : 65534.0f);
    uint16_t top = 0;
    for (int32_t x = 0; x < count; x++) {
        top = samples[x] > top ? samples[x] : top;
    }
    return top >= bound;
}

void baryta_whiten_row(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t y,
                       int32_t x0, int32_t count, float *restrict out) {
    const baryta_mosaic_format *format = &options->format;
    const float *balance = options->white_balance;
    const float top = most(balance[0], most(balance[1], balance[2]));
    const row at = row_of(mosaic, format, y);
    const float low = least(at.black[0] + 0.99f * clipped / at.scale[0],
                            at.black[1] + 0.99f * clipped / at.scale[1]);
    if (!any_above(at.samples + x0, count, low)) {
        return;
    }
    const row above = row_of(mosaic, format, y > 0 ? y - 1 : 1);
    const row below = row_of(mosaic, format, y + 1 < mosaic->height ? y + 1 : y - 1);
    for (int32_t i = 0; i < count; i++) {
        const int32_t x = x0 + i;
        const float own = level(&at, x);
        if (own < clipped) {
            continue;
        }
        /* Of the four cells that the sample is part of, one with all colours clipped is enough. */
        const int32_t left = x > 0 ? x - 1 : 1;
        const int32_t right = x + 1 < mosaic->width ? x + 1 : x - 1;
        const float full =
            most(most(cell(own, &at, &above, x, left), cell(own, &at, &above, x, right)),
                 most(cell(own, &at, &below, x, left), cell(own, &at, &below, x, right)));
        if (full >= clipped) {
            out[i] *= top / balance[format->colour[2 * (y & 1) + (x & 1)]];
        }
    }
}
