/* One frame joins the merge, tile by tile, frequency by frequency.
 *
 * After Hasinoff et al. 2016 (HDR+) a tile's merged spectrum is the mean over the frames of
 * R + (1 - A) (F - R), R the reference, F the aligned frame. Only F - R has to be transformed. A is
 * 0 while the difference is what noise explains and grows to 1 linearly, judged jointly on the four
 * sites: D = |F - R|^2 / (2 sigma^2), mean over the sites; A = clip((D - 1.5) / 3, 0, 1).
 * The sums of (1 - A) (F - R), windowed and overlapped, are kept by cell, the sums of (1 - A) by
 * tile and frequency: so memory does not grow with the frames. */
#include "burst.h"

#include <math.h>
#include <string.h>

/* sin(pi (n + 1/2) / 8) */
const float burst_window[8] = {0.19509032f, 0.55557023f, 0.83146961f, 0.98078528f,
                               0.98078528f, 0.83146961f, 0.55557023f, 0.19509032f};

static const float tolerated = 1.5f, slope = 1.0f / 3.0f;

/* 1 / (sigma^2 + sigma^2 of the frame) of a windowed coefficient, by site, over the four sites. */
static v4 inverse_noise(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const v4 sum = burst_tile_variance(merge, tx, ty);
    /* The windows' energy is 16, the blocks' mean sum / 4, the sites 4: 16 / 4 * 4. */
    return merge->options.robustness / (sum * (16.0f * (1.0f + 1.0f / merge->share)));
}

/* Scales the spectrum by (1 - A) share, adds that to agreed so far as the frame covers the tile;
 * returns the mean of 1 - A. */
static float weigh(fft8_spectrum *s, v4 inverse, float share, float cover, uint16_t *agreed) {
    v4 total = v4_all(0.0f);
    for (int bin = 0; bin < 36; bin += 4) {
        v4 d[4];
        for (int i = 0; i < 4; i++) {
            const int b = bin + i < FFT8_BINS ? bin + i : FFT8_BINS - 1;
            d[i] = (s->re[b] * s->re[b] + s->im[b] * s->im[b]) * inverse;
        }
        const v4 a = (v4_sums(d[0], d[1], d[2], d[3]) - tolerated) * slope;
        const v4 w = 1.0f - v4_min(v4_max(a, v4_all(0.0f)), v4_all(1.0f));
        const int count = FFT8_BINS - bin < 4 ? FFT8_BINS - bin : 4;
        for (int i = 0; i < count; i++) {
            const float part = w[i] * share;
            s->re[bin + i] *= part;
            s->im[bin + i] *= part;
            agreed[bin + i] =
                (uint16_t)(agreed[bin + i] + (uint16_t)(part * cover * 256.0f + 0.5f));
        }
        total += count == 4 ? w : (v4){w[0], w[1], 0.0f, 0.0f};
    }
    return (total[0] + total[1] + total[2] + total[3]) * (1.0f / FFT8_BINS);
}

/* One row of tiles; upper and lower are the four rows of cells of either block row. */
static double add_tile_row(baryta_merge *merge, int32_t ty, const v4 *upper, const v4 *lower,
                           v4 *sum_upper, v4 *sum_lower, const float *cover_upper,
                           const float *cover_lower, int counted) {
    const burst_grid *grid = &merge->grid;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4;
    double weight = 0.0;
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        v4 tile[64];
        for (int y = 0; y < 8; y++) {
            const v4 *in =
                (y < 4 ? upper + (size_t)y * row : lower + (size_t)(y - 4) * row) + (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                tile[8 * y + x] = in[x] * (burst_window[x] * burst_window[y]);
            }
        }
        fft8_spectrum spectrum;
        fft8_forward(tile, &spectrum);
        uint16_t ignored[FFT8_BINS] = {0};
        uint16_t *agreed =
            counted ? merge->agreed + ((size_t)ty * (size_t)grid->tiles_w + (size_t)tx) * FFT8_BINS
                    : ignored;
        weight += (double)weigh(
            &spectrum, inverse_noise(merge, tx, ty), merge->share,
            0.25f * (cover_upper[tx] + cover_upper[tx + 1] + cover_lower[tx] + cover_lower[tx + 1]),
            agreed);
        fft8_inverse(&spectrum, tile);
        for (int y = 0; y < 8; y++) {
            v4 *out = (y < 4 ? sum_upper + (size_t)y * row : sum_lower + (size_t)(y - 4) * row) +
                      (size_t)tx * 4;
            for (int x = 0; x < 8; x++) {
                out[x] += tile[8 * y + x] * (burst_window[x] * burst_window[y] * (1.0f / 64.0f));
            }
        }
    }
    return weight;
}

int32_t burst_chunk_rows(const baryta_merge *merge, int32_t first, int32_t last, int32_t *start) {
    const burst_grid *grid = &merge->grid;
    const int32_t from = first > 0 ? first - 1 : 0;
    const int32_t to = last < grid->blocks_h ? last + 1 : last;
    float low = (float)grid->height, high = -9.0f;
    for (int32_t by = from; by < to; by++) {
        const float *y = merge->flow.y + (size_t)by * (size_t)grid->blocks_w;
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            low = fminf(low, y[bx] + (float)(8 * by));
            high = fmaxf(high, y[bx] + (float)(8 * by));
        }
    }
    /* Blocks wholly outside the frame are not sampled. The demosaic needs 7 rows on either side,
     * the kernel 2 before and 3 after the block's 8. */
    low = fminf(fmaxf(low, -9.0f), (float)grid->height);
    high = fminf(fmaxf(high, -9.0f), (float)grid->height);
    *start = (int32_t)floorf(low) - 10;
    return (int32_t)floorf(high) + 20 - *start;
}

double burst_add_chunk(baryta_merge *merge, const baryta_plane *frame, int32_t first, int32_t last,
                       burst_scratch *scratch) {
    const burst_grid *grid = &merge->grid;
    const size_t row = (size_t)(grid->blocks_w + 2) * 4, half = 4 * row;
    scratch->band.rows = burst_chunk_rows(merge, first, last, &scratch->band.first);
    burst_fill_band(merge, frame, &scratch->band);
    v4 *upper = scratch->difference, *lower = upper + half;
    v4 *sum_upper = scratch->sum, *sum_lower = sum_upper + half;
    float *cover_upper = scratch->cover, *cover_lower = cover_upper + grid->blocks_w + 2;
    memset(scratch->difference, 0, sizeof(v4) * 2 * half);
    memset(scratch->sum, 0, sizeof(v4) * 2 * half);
    if (first > 0) {
        burst_difference(merge, frame, &scratch->band, first - 1, scratch->reference, upper,
                         cover_upper);
    }
    double weight = 0.0;
    for (int32_t ty = first; ty <= last; ty++) {
        if (ty < grid->blocks_h) {
            burst_difference(merge, frame, &scratch->band, ty, scratch->reference, lower,
                             cover_lower);
            if (ty == 0) {
                memcpy(cover_upper, cover_lower, sizeof(float) * (size_t)(grid->blocks_w + 2));
            }
        } else {
            memset(lower, 0, sizeof(v4) * half);
            memcpy(cover_lower, cover_upper, sizeof(float) * (size_t)(grid->blocks_w + 2));
        }
        const int counted = ty < last || last == grid->blocks_h;
        const double added = add_tile_row(merge, ty, upper, lower, sum_upper, sum_lower,
                                          cover_upper, cover_lower, counted);
        weight += counted ? added : 0.0;
        if (ty > first) { /* the block row above is complete */
            for (int32_t j = 0; j < 4; j++) {
                const int32_t y = (ty - 1) * 4 + j;
                if (y < grid->cells_h) {
                    v4 *restrict out = merge->sum + (size_t)y * (size_t)grid->cells_w;
                    const v4 *restrict in = sum_upper + (size_t)j * row + 4;
                    for (int32_t x = 0; x < grid->cells_w; x++) {
                        out[x] += in[x];
                    }
                }
            }
        }
        v4 *swap = upper;
        upper = lower;
        lower = swap;
        swap = sum_upper;
        sum_upper = sum_lower;
        sum_lower = swap;
        memset(sum_lower, 0, sizeof(v4) * half);
        float *other = cover_upper;
        cover_upper = cover_lower;
        cover_lower = other;
    }
    return weight;
}

void burst_lower_reference(baryta_merge *merge, int32_t x, int32_t y, float by) {
    const burst_grid *grid = &merge->grid;
    const int32_t cx = x / 2, cy = y / 2;
    const int site = 2 * (y & 1) + (x & 1);
    for (int32_t ty = cy / 4; ty <= cy / 4 + 1; ty++) {
        for (int32_t tx = cx / 4; tx <= cx / 4 + 1; tx++) {
            const int32_t x0 = 4 * (tx - 1), y0 = 4 * (ty - 1);
            v4 tile[64] = {{0.0f}};
            const int at = 8 * (cy - y0) + (cx - x0);
            tile[at][site] = by * burst_window[cx - x0] * burst_window[cy - y0];
            fft8_spectrum s;
            fft8_forward(tile, &s);
            const uint16_t *agreed =
                merge->agreed + ((size_t)ty * (size_t)grid->tiles_w + (size_t)tx) * FFT8_BINS;
            for (int bin = 0; bin < FFT8_BINS; bin++) {
                const float weight = (float)agreed[bin] * (1.0f / (256.0f * 64.0f));
                s.re[bin] *= weight;
                s.im[bin] *= weight;
            }
            fft8_inverse(&s, tile);
            for (int32_t i = 0; i < 64; i++) {
                const int32_t u = x0 + i % 8, v = y0 + i / 8;
                if (u >= 0 && v >= 0 && u < grid->cells_w && v < grid->cells_h) {
                    merge->sum[(size_t)v * (size_t)grid->cells_w + (size_t)u] +=
                        tile[i] * (burst_window[i % 8] * burst_window[i / 8]);
                }
            }
        }
    }
}
