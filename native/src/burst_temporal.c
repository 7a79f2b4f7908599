/* One frame joins the merge, tile by tile, frequency by frequency.
 *
 * After Hasinoff et al. 2016 (HDR+) a tile's merged spectrum is the mean over the frames of
 * R + (1 - A) (F - R), R the reference, F the aligned frame. Only F - R has to be transformed. A is
 * 0 while the difference is what noise explains and grows to 1 linearly, judged jointly on the four
 * sites: D = |F - R|^2 / (2 sigma^2), mean over the sites; A = clip((D - 1.5) / 3, 0, 1).
 * The sums of (1 - A) (F - R), windowed and overlapped, are kept by cell, the sums of (1 - A) by
 * tile and frequency: so memory does not grow with the frames. */
#include "burst_routines.h"
#include "fft8.h"

#include <string.h>

static const float tolerated = 1.5f, slope = 1.0f / 3.0f;

/* 1 / (sigma^2 + sigma^2 of the frame) of a windowed coefficient, by site, over the four sites. */
static v4 inverse_noise(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const v4 sum = burst_tile_variance(merge, tx, ty);
    /* The windows' energy is 16, the blocks' mean sum / 4, the sites 4: 16 / 4 * 4. */
    return merge->options.robustness / (sum * (16.0f * (1.0f + 1.0f / merge->share)));
}

/* Scales the spectrum by (1 - A) share / 64, adds (1 - A) share to agreed so far as the frame
 * covers the tile; returns the mean of 1 - A. */
static float weigh(fft8_spectrum *s, v4 inverse, float share, float cover, uint16_t *agreed) {
    v4 total = v4_all(0.0f), last = total;
    for (int bin = 0; bin < BURST_BINS; bin += 4) {
        v4 d[4];
        for (int i = 0; i < 4; i++) {
            const int b = bin + i < FFT8_BINS ? bin + i : FFT8_BINS - 1;
            d[i] = (s->re[b] * s->re[b] + s->im[b] * s->im[b]) * inverse;
        }
        const v4 a = (v4_sums(d[0], d[1], d[2], d[3]) - tolerated) * slope;
        const v4 w = 1.0f - v4_min(v4_max(a, v4_all(0.0f)), v4_all(1.0f));
        const v4 part = w * (share * (1.0f / 64.0f));
        for (int i = 0; i < 4 && bin + i < FFT8_BINS; i++) {
            s->re[bin + i] *= part[i];
            s->im[bin + i] *= part[i];
        }
        const i4 counts = __builtin_convertvector(w * (share * cover * 256.0f) + 0.5f, i4);
        *(u16x4 *)(agreed + bin) += __builtin_convertvector(counts, u16x4);
        total += w;
        last = w;
    }
    return (total[0] + total[1] + total[2] + total[3] - last[2] - last[3]) * (1.0f / FFT8_BINS);
}

/* One row of tiles of a strip: its upper and lower block rows' differences go into their sums. */
static double add_tile_row(baryta_merge *merge, burst_strip *strip, int counted) {
    const burst_grid *grid = &merge->grid;
    const int32_t ty = strip->next;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    const float *above = strip->cover[0], *below = strip->cover[1];
    double weight = 0.0;
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        v4 tile[64];
        for (int y = 0; y < 8; y++) {
            const v4 *in = strip->difference[y / 4] + (size_t)(y % 4) * row + (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                tile[8 * y + x] = in[x] * merge->window[8 * y + x];
            }
        }
        fft8_spectrum spectrum;
        fft8_forward(tile, &spectrum);
        uint16_t ignored[BURST_BINS] = {0};
        const float cover = 0.25f * (above[tx] + above[tx + 1] + below[tx] + below[tx + 1]);
        weight += (double)weigh(&spectrum, inverse_noise(merge, tx, ty), merge->share, cover,
                                counted ? burst_agreed(merge, tx, ty) : ignored);
        fft8_inverse(&spectrum, tile);
        for (int y = 0; y < 8; y++) {
            v4 *out = strip->sum[y / 4] + (size_t)(y % 4) * row + (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                out[x] += tile[8 * y + x] * merge->window[8 * y + x];
            }
        }
    }
    return weight;
}

/* What a strip's next row of tiles needs below it: the block row above the strip comes first. */
static void sample_below(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t by) {
    burst_band_reach(merge, frame, &strip->band, merge->rows_high[by]);
    burst_difference(merge, frame, &strip->band, by, strip->reference, strip->difference[1],
                     strip->cover[1]);
}

void burst_strip_begin(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip) {
    const burst_grid *grid = &merge->grid;
    const size_t half = 16 * (size_t)(grid->blocks_w + 2);
    const int32_t above = strip->first > 0 ? strip->first - 1 : 0;
    strip->next = strip->first;
    memset(strip->difference[1], 0, sizeof(v4) * half);
    memset(strip->difference[0], 0, sizeof(v4) * half);
    memset(strip->sum[0], 0, sizeof(v4) * half);
    memset(strip->sum[1], 0, sizeof(v4) * half);
    burst_band_begin(merge, &strip->band, merge->rows_low[above]);
    if (strip->first > 0) {
        sample_below(merge, frame, strip, above);
        burst_swap_halves(grid, strip);
    }
}

void burst_strip_advance(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t rows) {
    const burst_grid *grid = &merge->grid;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    const size_t covers = sizeof(float) * (size_t)(grid->blocks_w + 2);
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int32_t ty = strip->next;
        if (ty < grid->blocks_h) {
            sample_below(merge, frame, strip, ty);
        } else {
            memset(strip->difference[1], 0, sizeof(v4) * 4 * row);
            memcpy(strip->cover[1], strip->cover[0], covers);
        }
        if (ty == 0) {
            memcpy(strip->cover[0], strip->cover[1], covers);
        }
        const int counted = ty < strip->last || strip->last == grid->blocks_h;
        const double weight = add_tile_row(merge, strip, counted);
        if (counted) {
            merge->row_sums[ty] = weight;
        }
        for (int32_t j = 0; ty > strip->first && j < 4; j++) { /* the block row above is complete */
            const int32_t y = (ty - 1) * 4 + j;
            if (y < grid->cells_h) {
                v4 *restrict out = merge->sum + (size_t)y * (size_t)grid->cells_w;
                const v4 *restrict in = strip->sum[0] + (size_t)j * row + 4;
                for (int32_t x = 0; x < grid->cells_w; x++) {
                    out[x] += in[x];
                }
            }
        }
        burst_swap_halves(grid, strip);
    }
}
