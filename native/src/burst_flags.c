/* Where an outlier of the reference may be: a quick look at every sample. */
#include "burst_routines.h"

#include <math.h>

static inline uint16_t higher(uint16_t a, uint16_t b) {
    return a > b ? a : b;
}

static inline uint16_t lower(uint16_t a, uint16_t b) {
    return a < b ? a : b;
}

void burst_flag_row(const baryta_merge *merge, int32_t y, float sigmas, uint8_t *restrict flags) {
    const int32_t width = merge->grid.width;
    const uint16_t *restrict row = merge->reference + (size_t)y * (size_t)width;
    const uint16_t *restrict up = row - (ptrdiff_t)2 * width;
    const uint16_t *restrict low = row + (ptrdiff_t)2 * width;
    /* Squares of the least that counts, by level: of the sites the one that lets most pass. */
    float slope = INFINITY, floor = INFINITY, black = 0.0f;
    for (int site = 0; site < 4; site++) {
        const float gain = merge->scale.gain[site], scale = 0.99f * sigmas * sigmas / gain;
        slope = fminf(slope, scale * merge->options.noise.shot[site]);
        floor = fminf(floor, scale * merge->options.noise.read[site] / gain);
        black = fmaxf(black, merge->scale.black[site]);
    }
    for (int32_t x = 2; x < width - 2; x++) {
        const uint16_t across[2] = {row[x - 2], row[x + 2]}, down[2] = {up[x], low[x]};
        const uint16_t falling[2] = {up[x - 2], low[x + 2]}, rising[2] = {low[x - 2], up[x + 2]};
        /* Of each line the upper end, of these the second highest; and the other way round. */
        const uint16_t a = higher(across[0], across[1]), b = higher(down[0], down[1]);
        const uint16_t c = higher(falling[0], falling[1]), d = higher(rising[0], rising[1]);
        const uint16_t high =
            higher(higher(lower(a, b), lower(c, d)), lower(higher(a, b), higher(c, d)));
        const uint16_t e = lower(across[0], across[1]), f = lower(down[0], down[1]);
        const uint16_t g = lower(falling[0], falling[1]), h = lower(rising[0], rising[1]);
        const uint16_t least =
            lower(lower(higher(e, f), higher(g, h)), higher(lower(e, f), lower(g, h)));
        const uint16_t above = (uint16_t)(higher(row[x], high) - high);
        const uint16_t below = (uint16_t)(least - lower(row[x], least));
        const float by = (float)higher(above, below), level = (float)high - black;
        flags[x] = by * by > (level > 0.0f ? level : 0.0f) * slope + floor;
    }
}
