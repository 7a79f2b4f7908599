/* One frame joins the merge, tile by tile, frequency by frequency.
 *
 * After Hasinoff et al. 2016 (HDR+) a tile's merged spectrum is the mean over the frames of
 * R + (1 - A) (F - R), R the reference, F the aligned frame. Only F - R has to be transformed. A is
 * 0 while the difference is what noise explains and grows to 1 linearly, judged jointly on the four
 * sites: D = |F - R|^2 / (2 sigma^2), mean over the sites; A = clip((D - 1.5) / 3, 0, 1).
 * The sums of (1 - A) (F - R), windowed and overlapped, are kept by cell, the sums of (1 - A) by
 * tile and frequency: so memory does not grow with the frames. */
#include "burst_halves.h"
#include "burst_routines.h"

#include <string.h>

static const float tolerated = 1.5f, slope = 1.0f / 3.0f;

/* 1 / (sigma^2 + sigma^2 of the frame) of a windowed coefficient, by site, over the four sites. */
static void invert_noise(const baryta_merge *merge, int32_t ty, float *inverse) {
    const size_t columns = (size_t)merge->grid.columns;
    for (int32_t tx = 0; tx < merge->grid.tiles_w; tx++) {
        const v4 sum = burst_tile_variance(merge, tx, ty);
        /* The windows' energy is 16, the blocks' mean sum / 4, the sites 4: 16 / 4 * 4. */
        const v4 value = merge->options.robustness / (sum * (16.0f * (1.0f + 1.0f / merge->share)));
        for (size_t site = 0; site < 4; site++) {
            inverse[site * columns + (size_t)tx] = value[site];
        }
    }
}

/* Scales the spectra by (1 - A) share / 64, adds (1 - A) share to agreed so far as the frame
 * covers the tile; returns the mean of 1 - A. */
static inline vf weigh(fft8_spectrum site[4], const vf inverse[4], float share, vf cover,
                       uint16_t *agreed) {
    vf total = vf_all(0.0f);
    const vf count = cover * (share * 256.0f);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        vf d = vf_all(0.0f);
        for (int s = 0; s < 4; s++) {
            const vf re = site[s].re[bin], im = site[s].im[bin];
            d += (re * re + im * im) * inverse[s];
        }
        const vf a = (d - tolerated) * slope;
        const vf w = 1.0f - vf_min(vf_max(a, vf_all(0.0f)), vf_all(1.0f));
        const vf part = w * (share * (1.0f / 64.0f));
        for (int s = 0; s < 4; s++) {
            site[s].re[bin] *= part;
            site[s].im[bin] *= part;
        }
        vf_add_counts(agreed + bin * BURST_CHUNK, w * count);
        total += w;
    }
    return total * (1.0f / BURST_BINS);
}

/* LANES tiles of a row; done: the rows of coefficients of the block row above, now complete. */
static void blend_tiles(const baryta_merge *merge, burst_strip *strip, int32_t tx, uint16_t *agreed,
                        vf *done) {
    const int32_t columns = merge->grid.columns;
    float *upper = group_of(strip->rows[0], tx), *lower = group_of(strip->rows[1], tx);
    rows_forward(strip->cells[1], columns, tx, lower);
    fft8_spectrum spectrum[4];
    vf inverse[4];
    for (int site = 0; site < 4; site++) {
        for (int pair = 0; pair < 4; pair++) {
            vf z[2][8];
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 4; j++) {
                    const int at = at_row(site, 2 * pair + i, j);
                    z[i][j] = vf_load(upper + at) * burst_window[j];
                    z[i][4 + j] = vf_load(lower + at) * burst_window[4 + j];
                }
            }
            fft8_columns_forward(pair, z[0], z[1], &spectrum[site]);
        }
        inverse[site] = vf_load(strip->tile + (ptrdiff_t)site * columns + tx);
    }
    const float *above = strip->cover[0] + tx, *below = strip->cover[1] + tx;
    const vf cover =
        0.25f * (vf_load(above) + vf_load(above + 1) + vf_load(below) + vf_load(below + 1));
    vf_store(strip->tile + (ptrdiff_t)4 * columns + tx,
             weigh(spectrum, inverse, merge->share, cover, agreed));
    for (int site = 0; site < 4; site++) {
        columns_back(&spectrum[site], site, group_of(strip->back, tx), done);
    }
}

/* One row of tiles of a strip; the block row above it goes to the sum. Returns the tiles' weights'
 * sum. */
static double add_tile_row(baryta_merge *merge, burst_strip *strip, int counted) {
    const burst_grid *grid = &merge->grid;
    const int32_t ty = strip->next;
    invert_noise(merge, ty, strip->tile);
    memset(strip->pending, 0, sizeof(float) * 2 * MOST_LANES * BURST_RUNS);
    for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
        uint16_t ignored[BURST_BINS * BURST_CHUNK] = {0};
        vf done[GROUP / LANES], total[BURST_RUNS];
        blend_tiles(merge, strip, tx, counted ? burst_agreed(merge, tx, ty) : ignored, done);
        if (ty > strip->first) {
            rows_back(done, NULL, strip->pending, total);
            float *sum = burst_sum(merge, ty - 1, tx);
            for (ptrdiff_t n = 0; n < BURST_RUNS; n++) {
                vf_store(sum + n * BURST_CHUNK, vf_load(sum + n * BURST_CHUNK) + total[n]);
            }
        }
    }
    double weight = 0.0;
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        weight += (double)strip->tile[(ptrdiff_t)4 * grid->columns + tx];
    }
    return weight;
}

/* What a strip's next row of tiles needs below it: the block row above the strip comes first. */
static void sample_below(const baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t by) {
    burst_band_reach(merge, frame, &strip->band, merge->rows_high[by]);
    burst_difference(merge, frame, &strip->band, by, strip->reference, strip->cells[1],
                     strip->cover[1]);
}

void burst_strip_begin(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip) {
    const burst_grid *grid = &merge->grid;
    const size_t half = 2 * BURST_RUNS * (size_t)grid->columns * sizeof(float);
    const int32_t above = strip->first > 0 ? strip->first - 1 : 0;
    strip->next = strip->first;
    memset(strip->cells[1], 0, half / 2); /* columns beyond the blocks' too */
    memset(strip->cells[0], 0, half / 2);
    memset(strip->rows[0], 0, half);
    memset(strip->back, 0, half);
    burst_band_begin(merge, &strip->band, merge->rows_low[above]);
    if (strip->first > 0) {
        sample_below(merge, frame, strip, above);
        for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
            rows_forward(strip->cells[1], grid->columns, tx, group_of(strip->rows[1], tx));
        }
        burst_swap_halves(strip);
    }
}

void burst_strip_look(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                      int32_t ty) {
    burst_band_begin(merge, &strip->band, merge->rows_low[ty - 1]);
    sample_below(merge, frame, strip, ty - 1);
    burst_swap_halves(strip);
    sample_below(merge, frame, strip, ty);
}

void burst_strip_advance(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t rows) {
    const burst_grid *grid = &merge->grid;
    const size_t row = sizeof(float) * (size_t)grid->columns;
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int32_t ty = strip->next;
        if (ty < grid->blocks_h) {
            sample_below(merge, frame, strip, ty);
        } else {
            memset(strip->cells[1], 0, row * BURST_RUNS);
            memcpy(strip->cover[1], strip->cover[0], row);
        }
        if (ty == 0) {
            memcpy(strip->cover[0], strip->cover[1], row);
        }
        const int counted = ty < strip->last || strip->last == grid->blocks_h;
        const double weight = add_tile_row(merge, strip, counted);
        if (counted) {
            merge->row_sums[ty] = weight;
        }
        burst_swap_halves(strip);
    }
}
