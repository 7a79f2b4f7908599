/* What tiles share with those beside, above and below them.
 *
 * Of four rows of cells each tile's rows are transformed once, for the tiles above and below; the
 * way back is summed as rows of coefficients, and transformed once as well. A group is as many
 * tiles as there are lanes. */
#ifndef BARYTA_BURST_HALVES_H
#define BARYTA_BURST_HALVES_H

#include "burst.h"
#include "fft8.h"

/* Floats of a group: by site, coefficient of a row, and row of cells. */
enum { GROUP = 4 * 8 * 4 * LANES, GROUP_SITE = GROUP / 4 };

static inline float *group_of(float *rows, int32_t tx) {
    return rows + (size_t)(tx / LANES) * GROUP;
}

static inline int at_row(int site, int k, int j) {
    return ((site * 8 + k) * 4 + j) * LANES;
}

/* A site's part of a group. cells: the runs of a row of blocks, so far apart, from the first tile's
 * left block on. */
static inline void site_forward(const float *cells, int32_t columns, int site, float *group) {
    for (int j = 0; j < 4; j++) {
        vf x[8], out[8];
        for (int c = 0; c < 4; c++) {
            /* Not loaded at once: what was just written in two pieces would have to be waited for.
             */
            const float *run = cells + (ptrdiff_t)(4 * (4 * j + site) + c) * columns;
            const vf right = vf_load(run + 1);
            x[c] = vf_behind(run, right) * burst_window[c];
            x[4 + c] = right * burst_window[4 + c];
        }
        fft8_row_forward(x, out);
        for (int k = 0; k < 8; k++) {
            vf_store(group + at_row(0, k, j), out[k]);
        }
    }
}

static inline void rows_forward(const float *cells, int32_t columns, float *group) {
    for (int site = 0; site < 4; site++) {
        site_forward(cells, columns, site, group + at_row(site, 0, 0));
    }
}

/* Adds the upper half of a site's spectrum, weighed by bin if there are weights, to what the tiles
 * above have left in the site's part of a group, which is then complete, and leaves the lower half
 * there. */
static inline void columns_back(const fft8_spectrum *spectrum, const vf *weight, float *group,
                                vf done[GROUP_SITE / LANES]) {
    for (int pair = 0; pair < 4; pair++) {
        vf z[2][8];
        fft8_columns_inverse(pair, spectrum, weight, z[0], z[1]);
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 4; j++) {
                float *kept = group + at_row(0, 2 * pair + i, j);
                done[at_row(0, 2 * pair + i, j) / LANES] =
                    vf_load(kept) + z[i][j] * burst_window[j];
                vf_store(kept, z[i][4 + j] * burst_window[4 + j]);
            }
        }
    }
}

/* A site's complete rows of coefficients back to cells, a group after the other from left to right.
 * total: by row of cells and cell of a block, columns tx to tx + LANES - 1; pending: BURST_RUNS *
 * MOST_LANES floats, zero at the row's begin; level: NULL, or what to add to the tiles under the
 * squared window, by row of cells and site. */
static inline void site_back(const vf done[GROUP_SITE / LANES], const vf *level, int site,
                             float *pending, vf total[16]) {
    for (int j = 0; j < 4; j++) {
        const int n = 4 * j + site;
        vf in[8], x[8];
        for (int k = 0; k < 8; k++) {
            in[k] = done[at_row(0, k, j) / LANES];
        }
        fft8_row_inverse(in, x);
        for (int i = 0; i < 8; i++) {
            x[i] = level != NULL ? x[i] + level[n] * burst_window[i] : x[i];
            x[i] *= burst_window[i];
        }
        for (int c = 0; c < 4; c++) { /* a tile's right half is the next one's left half */
            float *left = pending + (4 * n + c) * MOST_LANES;
            total[4 * j + c] = x[c] + vf_behind(left + LANES - 1, x[4 + c]);
            vf_store(left, x[4 + c]);
        }
    }
}

#endif
