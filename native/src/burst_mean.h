/* The mean of reference and frames, by cells: what the result is made of. */
#ifndef BARYTA_BURST_MEAN_H
#define BARYTA_BURST_MEAN_H

#include "burst.h"
#include "lanes.h"

enum { AHEAD_OF_ROW = 1024 }; /* samples that are asked for in time, across the ends of pages */

/* A row of the reference, normalised, even and odd columns apart, behind one block's place. */
static inline void split_row(const baryta_merge *merge, int32_t y, float *even, float *odd) {
    const int32_t width = merge->grid.width, pairs = width / 2;
    const uint16_t *restrict in = merge->reference + (size_t)y * (size_t)width;
    const float *gain = &merge->scale.gain[2 * (y & 1)], *black = &merge->scale.black[2 * (y & 1)];
    even += 4;
    odd += 4;
    int32_t i = 0;
    for (; i + LANES <= pairs; i += LANES) {
        vf a, b;
        __builtin_prefetch(in + 2 * i + AHEAD_OF_ROW);
        vf_split_samples(in + 2 * i, &a, &b);
        vf_store(even + i, (a - black[0]) * gain[0]);
        vf_store(odd + i, (b - black[1]) * gain[1]);
    }
    for (; i < pairs; i++) {
        even[i] = ((float)in[2 * i] - black[0]) * gain[0];
        odd[i] = ((float)in[2 * i + 1] - black[1]) * gain[1];
    }
    if (width % 2 != 0) { /* a cell that the edge cuts borrows from the cell before */
        even[pairs] = ((float)in[width - 1] - black[0]) * gain[0];
        odd[pairs] = odd[pairs - 1];
    }
}

/* What two rows of tiles say of the cells of a row, which is the j-th of its block: it blends like
 * the tiles. blended: by cell of a block, columns from the tiles' own on. */
static inline void blend_rows(const float *upper, const float *lower, int j, vf blended[4]) {
    const float up = burst_window[4 + j] * burst_window[4 + j];
    const float low = burst_window[j] * burst_window[j];
    const vf left = vf_load(upper - 1) * up + vf_load(lower - 1) * low;
    const vf right = vf_load(upper) * up + vf_load(lower) * low;
    for (int c = 0; c < 4; c++) {
        blended[c] = left * (burst_window[4 + c] * burst_window[4 + c]) +
                     right * (burst_window[c] * burst_window[c]);
    }
}

/* Asks in time for a row of cells of a site of the sums, which lie far apart. */
static inline void ask_ahead(const uint16_t *sum) {
    enum { AHEAD = 4 * BURST_RUNS * BURST_CHUNK };
    __builtin_prefetch(sum + AHEAD);
    __builtin_prefetch(sum + AHEAD + 2 * BURST_CHUNK);
}

/* 1 / frames of the cells of a row. */
static inline void shares(const baryta_merge *merge, int32_t by, int j, int32_t tx, vf share[4]) {
    blend_rows(burst_present(merge, tx, by), burst_present(merge, tx, by + 1), j, share);
    for (int c = 0; c < 4; c++) {
        share[c] = 1.0f / (1.0f + share[c]);
    }
}

#endif
