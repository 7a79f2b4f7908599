/* A defect found late is taken out of what the frames have added against it. */
#include "burst.h"
#include "fft8.h"

/* One tile's part, in the first lane. */
static void lower_tile(baryta_merge *merge, int32_t tx, int32_t ty, int32_t cx, int32_t cy,
                       int site, float by) {
    const burst_grid *grid = &merge->grid;
    const int32_t x = cx - 4 * (tx - 1), y = cy - 4 * (ty - 1);
    vf tile[64] = {{0.0f}};
    tile[8 * y + x][0] = by * burst_window[x] * burst_window[y];
    fft8_spectrum spectrum;
    fft8_forward(tile, &spectrum);
    const uint16_t *agreed = burst_agreed(merge, tx, ty);
    for (ptrdiff_t bin = 0; bin < BURST_BINS; bin++) {
        const float weight = (float)agreed[bin * BURST_CHUNK] * (1.0f / (BURST_UNIT * 64.0f));
        spectrum.re[bin] *= weight;
        spectrum.im[bin] *= weight;
    }
    fft8_inverse(&spectrum, tile);
    for (int i = 0; i < 64; i++) {
        const int32_t bx = tx - 1 + i % 8 / 4, row = ty - 1 + i / 32;
        if (bx >= 0 && row >= 0 && bx < grid->blocks_w && row < grid->blocks_h) {
            const ptrdiff_t run = (4 * (i / 8 % 4) + site) * 4 + i % 4;
            uint16_t *sum = burst_sum(merge, row, bx + 1) + run * BURST_CHUNK;
            _Alignas(64) uint16_t copy[LANES] = {*sum};
            const float added = tile[i][0] * (burst_window[i % 8] * burst_window[i / 8]);
            vf_store_half(copy, vf_load_half(copy) + added * BURST_SUM_UNIT);
            *sum = copy[0];
        }
    }
}

void burst_lower_reference(baryta_merge *merge, int32_t x, int32_t y, float by) {
    const int32_t cx = x / 2, cy = y / 2;
    for (int32_t ty = cy / 4; ty <= cy / 4 + 1; ty++) {
        for (int32_t tx = cx / 4; tx <= cx / 4 + 1; tx++) {
            lower_tile(merge, tx, ty, cx, cy, 2 * (y & 1) + (x & 1), by);
        }
    }
}
