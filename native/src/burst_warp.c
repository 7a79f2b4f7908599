/* The frame brought over the reference: by its rigid motion, and by how it swayed while its rows
 * were read one after the other (rolling shutter).
 *
 * What the rigid motion leaves is found for each row of tiles by Gauss-Newton steps on all its
 * pixels (Lucas and Kanade 1981): so many that a few hundredths of a pixel show even in the dark.
 * Pixels that differ by more than noise and a shift of a pixel explain have moved by themselves and
 * are left out. */
#include "burst.h"
#include "lanes.h"

#include <math.h>
#include <omp.h>
#include <stdlib.h>
#include <string.h>

enum { AHEAD = 3 }; /* tiles before its turn one is asked for in time */
enum { TILE = BURST_TILE, STEPS = 4, ENOUGH = 4000, PARTS = TILE / LANES, SUMS = 6 };

/* A row of a tile, each pixel mixed with the next. */
static inline void mix_row(const uint8_t *row, float part, vf out[PARTS]) {
    for (int i = 0; i < PARTS; i++) {
        const uint8_t *p = row + i * LANES;
        out[i] = vf_load_bytes(p) * (32.0f - part) + vf_load_bytes(p + 1) * part;
    }
}

/* A tile from TILE + 1 rows of as many pixels, bilinear in steps of 1/32: exact in floats. */
static inline void mix_tile(const uint8_t *const source[TILE + 1], float fx, float fy, uint8_t *out,
                            int32_t width, int32_t nx, int32_t ny) {
    vf row[2][PARTS];
    mix_row(source[0], fx, row[0]);
    for (int32_t y = 0; y < ny; y++) {
        const vf *upper = row[y % 2], *lower = row[(y + 1) % 2];
        __builtin_prefetch(source[y + 1] + 64); /* for the tiles beside */
        mix_row(source[y + 1], fx, row[(y + 1) % 2]);
        uint8_t line[TILE], *to = out + (ptrdiff_t)y * width;
        for (int i = 0; i < PARTS; i++) {
            const vf sum = upper[i] * (32.0f - fy) + lower[i] * fy + 512.0f;
            vf_store_bytes((nx == TILE ? to : line) + i * LANES, sum * (1.0f / 1024.0f));
        }
        if (nx < TILE) {
            memcpy(to, line, (size_t)nx);
        }
    }
}

/* Every how many columns of tiles the sway is measured: in a large frame a part tells enough. */
static int32_t sparsity(const baryta_merge *merge) {
    const int32_t columns = merge->grey.width[0] / TILE, rows = merge->grey.height[0] / TILE;
    return 1 + columns * rows / ENOUGH;
}

/* Warps a row of tiles of the other frame's level 0 by their displacement, every so many of them.
 */
static void warp_row(baryta_merge *merge, const burst_pyramid *in, const burst_motion *motion,
                     double cosine, double sine, int32_t y0, int32_t every) {
    const int32_t width = in->width[0], height = in->height[0];
    for (int32_t x0 = every / 2 * TILE; x0 < width; x0 += every * TILE) {
        const int32_t nx = width - x0 < TILE ? width - x0 : TILE;
        const int32_t ny = height - y0 < TILE ? height - y0 : TILE;
        const double cx = 2.0 * x0 + TILE - 0.5, cy = 2.0 * y0 + TILE - 0.5;
        double tx, ty;
        burst_move(&merge->grid, motion, cosine, sine, cx, cy, &tx, &ty);
        const float dx =
            burst_clamp((float)(0.5 * (tx - cx)) + merge->sway.x[y0 / TILE], -30000.0f, 30000.0f);
        const float dy =
            burst_clamp((float)(0.5 * (ty - cy)) + merge->sway.y[y0 / TILE], -30000.0f, 30000.0f);
        const float floor_x = floorf(dx), floor_y = floorf(dy);
        const float fx = floorf(32.0f * (dx - floor_x) + 0.5f);
        const float fy = floorf(32.0f * (dy - floor_y) + 0.5f);
        const int32_t sx = x0 + (int32_t)floor_x, sy = y0 + (int32_t)floor_y;
        uint8_t copy[TILE + 1][TILE + 1];
        const uint8_t *source[TILE + 1];
        for (int32_t y = 0; y <= ny; y++) {
            const int32_t v = sy + y < 0 ? 0 : sy + y >= height ? height - 1 : sy + y;
            const uint8_t *row = in->data[0] + (ptrdiff_t)v * width;
            const int inside = sx >= 0 && sx + TILE + 1 <= width;
            source[y] = inside ? row + sx : copy[y];
            for (int32_t x = 0; x <= TILE && !inside; x++) {
                const int32_t u = sx + x < 0 ? 0 : sx + x >= width ? width - 1 : sx + x;
                copy[y][x] = row[u];
            }
        }
        mix_tile(source, fx, fy, merge->warped.data[0] + (ptrdiff_t)y0 * width + x0, width, nx, ny);
    }
}

/* All rows of tiles; halved: also the coarser levels. */
static void warp(baryta_merge *merge, const burst_pyramid *in, const burst_motion *motion,
                 int32_t every, int halved) {
    const int32_t width = in->width[0], height = in->height[0];
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t first = 0; first < height; first += BURST_BAND) {
        const int32_t last = first + BURST_BAND;
        for (int32_t y0 = first; y0 < (last < height ? last : height); y0 += TILE) {
            if (!burst_worked(merge, TILE * width / every)) {
                warp_row(merge, in, motion, cosine, sine, y0, every);
            }
        }
        if (halved) {
            burst_halve(&merge->warped, first, last);
        }
    }
}

typedef struct opinion {
    float value, weight;
} opinion;

static int ascending(const void *a, const void *b) {
    const float x = ((const opinion *)a)->value, y = ((const opinion *)b)->value;
    return (x > y) - (x < y);
}

static float weighted_median(opinion *opinions, int32_t count) {
    qsort(opinions, (size_t)count, sizeof *opinions, ascending);
    float total = 0.0f, sum = 0.0f;
    for (int32_t i = 0; i < count; i++) {
        total += opinions[i].weight;
    }
    int32_t i = 0;
    for (; i < count - 1 && sum + opinions[i].weight < 0.5f * total; i++) {
        sum += opinions[i].weight;
    }
    return total > 0.0f ? opinions[i].value : 0.0f;
}

/* Sixteen-bit numbers of a row, or half as many sums of two of their products. */
enum { WIDE = LANES > 4 ? 16 : 8 };
typedef uint8_t bytes __attribute__((vector_size(WIDE)));
typedef int16_t wide __attribute__((vector_size(2 * WIDE)));
typedef int32_t sums_of_two __attribute__((vector_size(2 * WIDE)));

static inline wide wide_row(const uint8_t *p) {
    bytes row;
    memcpy(&row, p, sizeof row);
    return __builtin_convertvector(row, wide);
}

static inline wide dot_add(wide sum, wide a, wide b) {
#if defined(__AVX512VNNI__)
    return (wide)_mm256_dpwssd_epi32((__m256i)sum, (__m256i)a, (__m256i)b);
#elif defined(__AVX2__)
    return (wide)_mm256_add_epi32((__m256i)sum, _mm256_madd_epi16((__m256i)a, (__m256i)b));
#else
    return (wide)vi_dot_add((vi)sum, (vi)a, (vi)b);
#endif
}

static inline float total_of(wide sums) {
    int32_t total = 0;
    for (int i = 0; i < WIDE / 2; i++) {
        total += ((sums_of_two)sums)[i];
    }
    return (float)total;
}

/* One tile's shift by one step, and whether its detail tells it; returns by how much it differs.
 * next: a tile that will follow soon, so many columns further. */
static float tile_shift(const baryta_merge *merge, int32_t x0, int32_t y0, int32_t next,
                        opinion *dx, opinion *dy) {
    const int32_t width = merge->grey.width[0];
    wide sum[SUMS] = {{0}};
    for (int32_t y = y0; y < y0 + TILE; y++) {
        for (int32_t x = x0; x < x0 + TILE; x += WIDE) {
            const uint8_t *a = merge->soft_grey.data[0] + (ptrdiff_t)y * width + x;
            const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)y * width + x;
            __builtin_prefetch(a + next);
            __builtin_prefetch(b + next);
            const wide gx = wide_row(a + 1) - wide_row(a - 1);
            const wide gy = wide_row(a + width) - wide_row(a - width);
            const wide r = wide_row(b) - wide_row(a), sign = r >> 15;
            sum[0] = dot_add(sum[0], gx, gx);
            sum[1] = dot_add(sum[1], gx, gy);
            sum[2] = dot_add(sum[2], gy, gy);
            sum[3] = dot_add(sum[3], gx, r);
            sum[4] = dot_add(sum[4], gy, r);
            sum[5] += (r ^ sign) - sign; /* at most TILE a column and half */
        }
    }
    float total[SUMS]; /* whole numbers below 2^24 */
    for (int i = 0; i < SUMS; i++) {
        sum[5] = i == 5 ? dot_add((wide){0}, sum[5], (wide){0} + 1) : sum[5];
        total[i] = total_of(sum[i]);
    }
    const float xx = total[0], xy = total[1], yy = total[2], xr = total[3], yr = total[4];
    /* Gradients are doubled. What noise alone makes of them tells nothing. */
    const float sigma = merge->stabiliser.sigma + 0.5f;
    const float none = 0.5f * sigma * sigma * (float)(TILE * TILE);
    const float sxx = xx + none, syy = yy + none, sxy = xy;
    const float determinant = sxx * syy - sxy * sxy;
    const float vx = -2.0f * (syy * xr - sxy * yr) / determinant;
    const float vy = -2.0f * (sxx * yr - sxy * xr) / determinant;
    const float tells_x = fmaxf(determinant / syy - 2.0f * none, 0.0f);
    const float tells_y = fmaxf(determinant / sxx - 2.0f * none, 0.0f);
    *dx = (opinion){burst_clamp(vx, -1.0f, 1.0f), tells_x / (tells_x + 4.0f * none)};
    *dy = (opinion){burst_clamp(vy, -1.0f, 1.0f), tells_y / (tells_y + 4.0f * none)};
    return total[5];
}

/* The shift that is left of a row of tiles, grey pixels: what most of them say. Returns how many of
 * them differ less than in the first step, less those that differ more. */
static int32_t measure_row(const baryta_merge *merge, int32_t j, int32_t every, int first,
                           opinion *x, opinion *y) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t y0 = (j + 1) * TILE < height ? j * TILE : height - TILE - 1;
    float *differed = merge->tile_flow + (ptrdiff_t)j * (width / TILE);
    int32_t count = 0, better = 0;
    const int32_t from = every > 1 ? every / 2 * TILE : 1;
    const int32_t to = height >= TILE + 2 ? width - TILE : 0; /* gradients reach a row beyond */
    for (int32_t x0 = from; x0 < to; x0 += every * TILE) {
        const float differs =
            tile_shift(merge, x0, y0 > 1 ? y0 : 1, AHEAD * every * TILE, &x[count], &y[count]);
        if (first) {
            differed[count] = differs;
        }
        better += differs < 0.98f * differed[count]   ? 1
                  : differs > 1.02f * differed[count] ? -1
                                                      : 0;
        count++;
    }
    merge->sway_left.x[j] = weighted_median(x, count);
    merge->sway_left.y[j] = weighted_median(y, count);
    return better;
}

/* Hands move smoothly: the mean of the rows near, the nearer the more. */
static float smoothed(const float *left, int32_t rows, int32_t j) {
    const int32_t reach = 1 + rows / 24;
    float sum = 0.0f, weights = 0.0f;
    for (int32_t k = -reach; k <= reach; k++) {
        if (j + k >= 0 && j + k < rows) {
            const float weight = (float)(reach + 1 - abs(k));
            sum += weight * left[j + k];
            weights += weight;
        }
    }
    return sum / weights;
}

int burst_bring_over(baryta_merge *merge, const burst_motion *motion) {
    const int32_t rows = (merge->grey.height[0] + TILE - 1) / TILE;
    float *x = merge->sway.x, *y = merge->sway.y;
    float *left_x = merge->sway_left.x, *left_y = merge->sway_left.y;
    memset(x, 0, sizeof(float) * (size_t)rows);
    memset(y, 0, sizeof(float) * (size_t)rows);
    const int32_t every = sparsity(merge);
    const int32_t few = rows * (merge->grey.width[0] / (every * TILE)) / 10 + 1;
    int32_t better = 0;
    for (int step = 0; step < (merge->aliased ? 0 : STEPS); step++) {
        if (burst_pause(merge)) {
            return 0;
        }
        warp(merge, &merge->soft_other, motion, every, 0);
        better = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)                  \
    reduction(+ : better)
        for (int32_t j = 0; j < rows; j++) {
            if (burst_worked(merge, TILE * merge->grey.width[0] / every)) {
                continue;
            }
            opinion *x_of = (opinion *)(void *)merge->strip[omp_get_thread_num()].tile;
            better += measure_row(merge, j, every, step == 0, x_of, x_of + merge->grid.columns);
        }
        float most = 0.0f;
        for (int32_t j = 0; j < rows; j++) {
            const float more_x = smoothed(left_x, rows, j), more_y = smoothed(left_y, rows, j);
            x[j] += more_x;
            y[j] += more_y;
            most = fmaxf(most, fmaxf(fabsf(more_x), fabsf(more_y)));
        }
        if (most < 0.03f || (step > 0 && better < few)) {
            break;
        }
    }
    if (better < few) { /* it did not sway */
        memset(x, 0, sizeof(float) * (size_t)rows);
        memset(y, 0, sizeof(float) * (size_t)rows);
    }
    for (int32_t j = 0; j < rows; j++) {
        merge->still &= x[j] == 0.0f && y[j] == 0.0f;
    }
    warp(merge, &merge->other, motion, 1, 1);
    return !burst_pause(merge);
}

void burst_sway_at(const baryta_merge *merge, double y, double *dx, double *dy) {
    const int32_t rows = (merge->grey.height[0] + TILE - 1) / TILE;
    const double at = fmin(fmax(y / (2.0 * TILE) - 0.5, 0.0), (double)(rows - 1));
    const int32_t j = (int32_t)at < rows - 1 ? (int32_t)at : rows > 1 ? rows - 2 : 0;
    const int32_t k = rows > 1 ? j + 1 : j;
    const double part = at - (double)j;
    const double x0 = (double)merge->sway.x[j], x1 = (double)merge->sway.x[k];
    const double y0 = (double)merge->sway.y[j], y1 = (double)merge->sway.y[k];
    *dx = 2.0 * (x0 + part * (x1 - x0));
    *dy = 2.0 * (y0 + part * (y1 - y0));
}
