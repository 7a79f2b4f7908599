/* After white balance the channels clip at different levels, so that plain clipping turns white
 * light magenta. A channel loses trust as it nears its level; what it lost is taken from the
 * channels still trusted, as if the light were neutral, but never less than it shows itself. Where
 * nothing can be trusted the result is white at the highest of the three levels. */
#include "highlights.h"

static const float trust_ends = 0.995f; /* of the clipping level */
static const float trust_begins = 0.94f;

/* 1 well below the clipping level, 0 at it. */
static inline float trust(float value, float level) {
    float t = (trust_ends * level - value) / ((trust_ends - trust_begins) * level);
    t = t < 0.0f ? 0.0f : t;
    t = t > 1.0f ? 1.0f : t;
    return t * t * (3.0f - 2.0f * t);
}

static void rebuild(float *rgb, const float level[3]) {
    const float top = level[0] > level[1] ? (level[0] > level[2] ? level[0] : level[2])
                                          : (level[1] > level[2] ? level[1] : level[2]);
    float trusted[3];
    float weight = 0.0f;
    float sum = 0.0f;
    float filled = 1.0f;
    for (int c = 0; c < 3; c++) {
        trusted[c] = trust(rgb[c], level[c]);
        weight += trusted[c];
        sum += trusted[c] * rgb[c];
        const float part = rgb[c] / (trust_ends * level[c]);
        filled = part < filled ? part : filled;
    }
    /* The last channel to clip hands over to white. */
    const float white = weight < 1.0f ? 1.0f - weight : 0.0f;
    const float neutral = (sum + white * top) / (weight + white);
    for (int c = 0; c < 3; c++) {
        const float rebuilt = rgb[c] > neutral ? rgb[c] : neutral;
        rgb[c] = rebuilt + trusted[c] * (rgb[c] - rebuilt);
    }
    /* With one channel left the hue is a guess, the worse the nearer that channel is to clipping
     * too: the colour fades as it fills. */
    const float most =
        rgb[0] > rgb[1] ? (rgb[0] > rgb[2] ? rgb[0] : rgb[2]) : (rgb[1] > rgb[2] ? rgb[1] : rgb[2]);
    filled = filled > 0.0f ? filled : 0.0f;
    const float guess = weight < 1.0f ? 1.0f : weight < 2.0f ? 2.0f - weight : 0.0f;
    const float colourful = 1.0f - guess * filled * filled * filled;
    for (int c = 0; c < 3; c++) {
        rgb[c] = most + colourful * (rgb[c] - most);
    }
}

void baryta_highlights_row(float *const rgb[3], int32_t count, const float *const clip[3]) {
    int32_t bright = 0;
    for (int c = 0; c < 3; c++) {
        const float *restrict light = rgb[c];
        const float *restrict level = clip[c];
        for (int32_t x = 0; x < count; x++) {
            bright |= light[x] > trust_begins * level[x];
        }
    }
    for (int32_t x = 0; bright && x < count; x++) {
        float pixel[3] = {rgb[0][x], rgb[1][x], rgb[2][x]};
        const float level[3] = {clip[0][x], clip[1][x], clip[2][x]};
        if (pixel[0] > trust_begins * level[0] || pixel[1] > trust_begins * level[1] ||
            pixel[2] > trust_begins * level[2]) {
            rebuild(pixel, level);
            for (int c = 0; c < 3; c++) {
                rgb[c][x] = pixel[c];
            }
        }
    }
}
