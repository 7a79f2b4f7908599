/* How much brighter a frame is than its exposure tells: lamps flicker, shutters and gains are
 * rounded, metadata may be a frame late.
 *
 * Each tile's mean light over that of the reference's is a ratio; the weighted median of them
 * counts, if most of the tiles that can tell agree on it, the dark ones as well as the bright. */
#include "burst.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

enum { SIDE = 2 * BURST_TILE, ENOUGH = 3000 };

static const float least = 0.01f, most = 2.0f; /* change of light that is made up for, factor */
static const float misplaced = 0.02f; /* what detail out of place adds to a ratio's deviation */
static const double agreement = 0.6;

typedef struct vote {
    float ratio, weight; /* weight: 1 / standard deviation of the ratio; 0: nothing to tell */
    float light;
} vote;

static int by_ratio(const void *a, const void *b) {
    const float x = ((const vote *)a)->ratio, y = ((const vote *)b)->ratio;
    return (x > y) - (x < y);
}

/* Of every so many rows of cells both rows of samples. */
static inline int32_t next_row(int32_t row, int32_t every) {
    return row % 2 == 0 ? row + 1 : row + 2 * every - 1;
}

int32_t burst_tile_sums(const uint16_t *samples, ptrdiff_t stride, int32_t x, int32_t y,
                        int32_t every, int32_t next, float sum[4], float top[4]) {
    u32x4 total[4] = {{0}};
    u16x8 highest[2] = {{0}};
    int32_t count = 0;
    for (int32_t r = 0; r < SIDE; r = next_row(r, every)) {
        const uint16_t *row = samples + (y + r) * stride + x;
        __builtin_prefetch(row + next); /* rows are far apart in memory */
        __builtin_prefetch(row + next + SIDE - 1);
        u16x8 *high = &highest[r & 1];
        for (int32_t c = 0; c < SIDE; c += 8) {
            u16x8 eight;
            memcpy(&eight, row + c, sizeof eight);
            const u16x8 higher = (u16x8)(eight > *high);
            *high = (eight & higher) | (*high & ~higher);
            total[2 * (r & 1)] += (u32x4)eight & 0xffffu;
            total[2 * (r & 1) + 1] += (u32x4)eight >> 16;
        }
        count += r % 2 == 0 ? SIDE / 2 : 0;
    }
    for (int site = 0; site < 4; site++) {
        const u32x4 t = total[site];
        sum[site] = (float)((t[0] + t[1]) + (t[2] + t[3]));
        top[site] = 0.0f;
        for (int i = site % 2; i < 8; i += 2) {
            top[site] = fmaxf(top[site], (float)highest[site / 2][i]);
        }
    }
    return count;
}

float burst_mean_light(const baryta_merge *merge, const uint16_t *samples, ptrdiff_t stride,
                       int32_t x, int32_t y, int32_t every, int32_t next) {
    float sum = 0.0f, high = 0.0f, of_site[4], top[4];
    const int32_t count = burst_tile_sums(samples, stride, x, y, every, next, of_site, top);
    for (int site = 0; site < 4; site++) {
        const float black = merge->scale.black[site], gain = merge->scale.gain[site];
        sum += (of_site[site] - (float)count * black) * gain;
        high = fmaxf(high, (fmaxf(top[site], top[site ^ 1]) - black) * gain);
    }
    return high < BURST_CLIPPED ? sum / (float)(4 * count) : 2.0f;
}

int burst_tile_place(const baryta_merge *merge, const burst_motion *motion, int32_t x, int32_t y,
                     int32_t *u, int32_t *v) {
    const burst_grid *grid = &merge->grid;
    const double cx = x + 0.5 * (SIDE - 1), cy = y + 0.5 * (SIDE - 1);
    double to_x, to_y;
    burst_move(grid, motion, cos(motion->angle), sin(motion->angle), cx, cy, &to_x, &to_y);
    *u = x + 2 * (int32_t)lrint(0.5 * (to_x - cx));
    *v = y + 2 * (int32_t)lrint(0.5 * (to_y - cy));
    return *u >= 0 && *v >= 0 && *u + SIDE <= grid->width && *v + SIDE <= grid->height;
}

static vote ask(const baryta_merge *merge, const baryta_plane *frame, const burst_motion *motion,
                int32_t i, int32_t j, int32_t next) {
    const vote nothing = {1.0f, 0.0f, 0.0f};
    const burst_grid *grid = &merge->grid;
    const int32_t x = i * SIDE, y = j * SIDE;
    int32_t u, v;
    if (!burst_tile_place(merge, motion, x, y, &u, &v)) {
        return nothing;
    }
    float *known = &merge->own_light[j * (grid->width / SIDE) + i];
    if (*known == 0.0f) {
        *known = burst_mean_light(merge, merge->reference, grid->width, x, y, 2, next);
    }
    const float own = *known;
    const float other = burst_mean_light(merge, frame->data, frame->stride / 2, u, v, 2, next);
    if (own >= 2.0f || other >= 2.0f || own <= 0.0f) {
        return nothing;
    }
    float shot = 0.0f, read = 0.0f;
    for (int site = 0; site < 4; site++) {
        shot += 0.25f * merge->options.noise.shot[site];
        read += 0.25f * merge->options.noise.read[site];
    }
    const float noise = sqrtf(2.0f * (shot * own + read) / (float)(SIDE * SIDE / 2)) / own;
    if (noise > 0.3f) {
        return nothing;
    }
    return (vote){other / merge->exposure / own, 1.0f / (noise + misplaced), own};
}

/* The weighted median of votes in order, of those darker or brighter than a border. */
static float median(const vote *votes, int32_t count, float border, int brighter) {
    double total = 0.0, below = 0.0;
    for (int pass = 0; pass < 2; pass++) {
        for (int32_t i = 0; i < count; i++) {
            if ((votes[i].light >= border) != brighter) {
                continue;
            }
            if (pass == 0) {
                total += (double)votes[i].weight;
            } else if ((below += (double)votes[i].weight) >= 0.5 * total) {
                return votes[i].ratio;
            }
        }
    }
    return 1.0f;
}

static float decide(const vote *votes, int32_t count) {
    const float ratio = median(votes, count, 0.0f, 1), change = fabsf(ratio - 1.0f);
    double total = 0.0, agree = 0.0, precision = 0.0, light = 0.0;
    for (int32_t i = 0; i < count; i++) {
        const double weight = (double)votes[i].weight;
        const float off = fabsf(votes[i].ratio - ratio);
        total += weight;
        precision += weight * weight;
        light += weight * (double)votes[i].light;
        agree += off < 3.0f / votes[i].weight + 0.1f * change ? weight : 0.0;
    }
    const float error = precision > 0.0 ? (float)(1.25 / sqrt(precision)) : 1.0f;
    if (!(change > least && change > 4.0f * error && ratio < most && ratio > 1.0f / most &&
          agree > agreement * total)) {
        return 1.0f;
    }
    /* What is added to the light, stray light or another black level, shows in the dark most. */
    const float border = (float)(light / total);
    const float dark = median(votes, count, border, 0), bright = median(votes, count, border, 1);
    return fabsf(dark - bright) < 0.2f * change + 4.0f * error ? ratio : 1.0f;
}

/* Variance of a tile's greens, or of what stands at their first place; the mean comes with it.
 * Negative where some are clipped, which no gain moves. */
static float vary(const baryta_merge *merge, const uint16_t *samples, ptrdiff_t stride, int32_t x,
                  int32_t y, float *mean) {
    const float black = merge->scale.black[1], gain = merge->scale.gain[1];
    float sum = 0.0f, squares = 0.0f, high = 0.0f;
    for (int32_t r = 0; r < SIDE; r += 2) {
        const uint16_t *row = samples + (y + r) * stride + x + 1;
        for (int32_t c = 0; c < SIDE; c += 2) {
            const float light = ((float)row[c] - black) * gain;
            sum += light;
            squares += light * light;
            high = light > high ? light : high;
        }
    }
    *mean = sum * (4.0f / (SIDE * SIDE));
    const float variance = squares * (4.0f / (SIDE * SIDE)) - *mean * *mean;
    return high < BURST_CLIPPED ? fmaxf(variance, 0.0f) : -1.0f;
}

/* Whether the tiles' contrast rises with their light rather than staying as it is: what is added to
 * tiles that are all equally bright looks like a gain. Yes if noise hides it. */
static int contrast_rises(const baryta_merge *merge, const baryta_plane *frame,
                          const burst_motion *motion, float gain) {
    const burst_grid *grid = &merge->grid;
    const int32_t columns = grid->width / SIDE, rows = grid->height / SIDE;
    const int32_t every = 1 + columns * rows / ENOUGH;
    const float shot = merge->options.noise.shot[1], read = merge->options.noise.read[1];
    const float e = merge->exposure, own_gain = merge->frame_gain;
    double own = 0.0, other = 0.0, noise = 0.0;
    for (int32_t k = 0; k < columns * rows; k += every) {
        const int32_t x = k % columns * SIDE, y = k / columns * SIDE;
        int32_t u, v;
        if (!burst_tile_place(merge, motion, x, y, &u, &v)) {
            continue;
        }
        float mean, other_mean;
        const float a = vary(merge, merge->reference, grid->width, x, y, &mean);
        const float b = vary(merge, frame->data, frame->stride / 2, u, v, &other_mean) / (e * e);
        if (a < 0.0f || b < 0.0f) {
            continue;
        }
        const float of_own = shot * fmaxf(mean, 0.0f) + read;
        own += (double)(a - of_own);
        const float other_light = fmaxf(other_mean, 0.0f);
        const float of_other = own_gain * (shot * other_light + own_gain * read);
        other += (double)(b - of_other / (e * e));
        noise += (double)of_own;
    }
    const double rises = sqrt(fmax(other, 0.0) / fmax(own, 1e-12));
    return own < noise || fabs(rises - (double)gain) < fabs(rises - 1.0);
}

float burst_find_gain(const baryta_merge *merge, const baryta_plane *frame,
                      const burst_motion *motion) {
    const int32_t all = merge->grid.width / SIDE, rows = merge->grid.height / SIDE;
    const int32_t every = 1 + all * rows / ENOUGH, columns = (all + every - 1) / every;
    vote *votes = malloc((size_t)columns * (size_t)rows * sizeof *votes);
    if (votes == NULL) {
        return 1.0f; /* the frame is then judged as it was told */
    }
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < rows; j++) {
        for (int32_t i = 0; i < columns; i++) {
            votes[j * columns + i] = ask(merge, frame, motion, i * every, j, 2 * every * SIDE);
        }
    }
    int32_t count = 0;
    for (int32_t k = 0; k < columns * rows; k++) {
        if (votes[k].weight > 0.0f) {
            votes[count++] = votes[k];
        }
    }
    qsort(votes, (size_t)count, sizeof *votes, by_ratio);
    const float gain = decide(votes, count);
    free(votes);
    return gain == 1.0f || contrast_rises(merge, frame, motion, gain) ? gain : 1.0f;
}
