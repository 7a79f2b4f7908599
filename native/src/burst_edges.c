/* A frame that swung, is out of focus or shows something else, hidden by noise: it counts less
 * the more of the reference's edges it lacks and the more of them a tile has. Where the reference
 * is smooth it serves.
 *
 * An edge goes on from pixel to pixel, noise does not. So of the grey, whose noise is alike at
 * every level, differences across are multiplied with those a row below, differences down with
 * those a column beside, which comes to nothing in the mean where there is only noise, whatever
 * the model says. Those of the frame at both places, where the flow has found the tile, tell what
 * it has of the edges: a product is never more than the mean of both squares, so a sharp frame
 * has hardly less. No tile is to tell by itself: what all have together stands out of noise in
 * which none does; what a tile by itself has proven foreign is not asked again. But a blur is
 * everywhere, and who walks past hides only what is behind him: a frame that has the edges in the
 * parts of the picture which have half of them lacks none. */
#include "burst.h"
#include "tiles.h"

#include <math.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef int32_t i32x4 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

enum { FINE = 0, COARSE = 1, LEVELS = 2 }; /* of the grey: the finer shows a slight blur */
enum { ENOUGH = 2048 }; /* tiles that are asked */
enum { AHEAD = 2 }; /* of those, before its turn one is asked for in time */

static const float rounding = 1.0f / 12.0f; /* to whole grey levels: its variance */
static const float most = 3.0f; /* that a tile counts, over the noise: no lamp outvotes a street */
/* Edges that stand out of chance by so many standard deviations; of those a sharp frame has that
 * much at least, less so many deviations; what has so much less lacks them. */
static const double certain = 4.0, kept = 0.55, chance = 1.0, lost = 0.25;
static const double more_than_all = 1.2; /* of the coarse edges: from the finer ones' aliases */
/* By how much edges of the noise's own energy outweigh what a blurred frame clears of noise. */
static const float weight = 40.0f;

/* Eight of a tile's columns of a row: the pixels, and their differences to the next ones. */
typedef struct eight {
    i16x8 own, next, across;
} eight;

static inline i16x8 widened(const uint8_t *p) {
    u8x8 bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, i16x8);
}

static inline eight eight_of(const uint8_t *p) {
    const i16x8 own = widened(p), next = widened(p + 1);
    return (eight){own, next, next - own};
}

/* Pairs of products, added. */
static inline i32x4 dot(i16x8 a, i16x8 b) {
#if defined(__SSE2__)
    return (i32x4)_mm_madd_epi16((__m128i)a, (__m128i)b);
#else
    const i32x4 x = (i32x4)a, y = (i32x4)b;
    return ((i32x4)((u32x4)x << 16) >> 16) * ((i32x4)((u32x4)y << 16) >> 16) +
           (x >> 16) * (y >> 16);
#endif
}

static inline int32_t total_of(i32x4 sums) {
    return (sums[0] + sums[1]) + (sums[2] + sums[3]);
}

/* Adds what eight columns of a tile have; next: columns to the tile that follows, which is asked
 * for in time; counted: 0 for the column in which differences end. */
static inline void add_columns(const uint8_t *a, const uint8_t *b, ptrdiff_t width, int32_t side,
                               int32_t next, i16x8 counted, i32x4 *own, i32x4 *common) {
    eight upper = eight_of(a), other = eight_of(b);
    upper.across &= counted;
    for (int32_t v = 1; v < side; v++) {
        a += width;
        b += width;
        __builtin_prefetch(a + next);
        __builtin_prefetch(b + next);
        eight lower = eight_of(a);
        const eight below = eight_of(b);
        lower.across &= counted;
        const i16x8 down = (lower.own - upper.own) & counted;
        const i16x8 beside = (lower.next - upper.next) & counted;
        *own += dot(upper.across, lower.across) + dot(down, beside);
        *common += dot(upper.across, other.across) + dot(lower.across, below.across);
        *common += dot(down, below.own - other.own) + dot(beside, below.next - other.next);
        upper = lower;
        other = below;
    }
}

int burst_measure_edges(const baryta_merge *merge, int level, int32_t i, int32_t j, int32_t dx,
                        int32_t dy, int32_t next, burst_edges *found) {
    static const i16x8 all = {-1, -1, -1, -1, -1, -1, -1, -1},
                       but_last = {-1, -1, -1, -1, -1, -1, -1, 0};
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    const int32_t side = BURST_TILE >> level, last = side - 1;
    const int32_t x = baryta_min(i * side, width - side), y = baryta_min(j * side, height - side);
    if (x + dx < 0 || y + dy < 0 || x + dx + side > width || y + dy + side > height) {
        return 0;
    }
    const uint8_t *a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    const uint8_t *b = merge->warped.data[level] + (ptrdiff_t)(y + dy) * width + x + dx;
    i32x4 own = {0}, common = {0};
    for (int32_t u = 0; u < side; u += 8) {
        add_columns(a + u, b + u, width, side, next * side, u + 8 < side ? all : but_last, &own,
                    &common);
    }
    const float sigma = merge->stabiliser.sigma / (float)(1 << level);
    const float noise = 2.0f * (sigma * sigma + rounding) * (float)(last * last);
    *found = (burst_edges){(float)total_of(own) / noise, 0.5f * (float)total_of(common) / noise};
    return 1;
}

/* Where the flow puts a tile beyond the hand's motion, grey pixels; 0 if that leaves the frame. */
static int displaced(const baryta_merge *merge, const burst_motion *motion, int32_t i, int32_t j,
                     float *dx, float *dy) {
    const burst_grid *grid = &merge->grid;
    const int32_t bx = baryta_min(4 * i + 2, grid->blocks_w - 1);
    const int32_t by = baryta_min(4 * j + 2, grid->blocks_h - 1);
    const double x = 8.0 * bx + 3.5, y = 8.0 * by + 3.5, margin = 0.75 * BURST_TILE;
    double to_x, to_y, sway_x, sway_y;
    burst_move(grid, motion, cos(motion->angle), sin(motion->angle), x, y, &to_x, &to_y);
    burst_sway_at(merge, y, &sway_x, &sway_y);
    to_x += sway_x;
    to_y += sway_y;
    const size_t block = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
    *dx = 0.5f * (float)(x + (double)merge->flow.x[block] - to_x);
    *dy = 0.5f * (float)(y + (double)merge->flow.y[block] - to_y);
    return to_x >= margin && to_y >= margin && to_x <= grid->width - margin &&
           to_y <= grid->height - margin;
}

static void add(burst_answers *sum, const burst_answers *more) {
    sum->tiles += more->tiles;
    for (int level = 0; level < LEVELS; level++) {
        sum->own[level] += more->own[level];
        sum->common[level] += more->common[level];
    }
}

/* What a row of tiles has, of those that are asked: one in `every`. */
static void ask_row(const baryta_merge *merge, const burst_motion *motion, int32_t columns,
                    int32_t j, int32_t every, burst_answers parts[BURST_ACROSS]) {
    for (int k = 0; k < BURST_ACROSS; k++) {
        parts[k] = (burst_answers){.tiles = 0.0};
    }
    for (int32_t i = 0; i < columns; i++) {
        float dx, dy;
        if ((j * columns + i) % every != 0 || !displaced(merge, motion, i, j, &dx, &dy)) {
            continue;
        }
        burst_edges found[LEVELS];
        int inside = 1;
        for (int level = 0; level < LEVELS && inside; level++) {
            const float part = 1.0f / (float)(1 << level);
            inside = burst_measure_edges(merge, level, i, j, (int32_t)lrintf(part * dx),
                                         (int32_t)lrintf(part * dy), AHEAD * every, &found[level]);
        }
        burst_answers *part = &parts[BURST_ACROSS * i / columns];
        const float trust = merge->trust[j * columns + i];
        part->tiles += inside ? (double)(trust * trust) : 0.0; /* whose chances add up */
        for (int level = 0; level < LEVELS && inside; level++) {
            const float own = found[level].own, counts = trust * (own > most ? most / own : 1.0f);
            part->own[level] += (double)(counts * own);
            part->common[level] += (double)(counts * found[level].common);
        }
    }
}

void burst_ask_for_edges(baryta_merge *merge, const burst_motion *motion,
                         burst_answers parts[BURST_PARTS]) {
    burst_answers(*of_rows)[BURST_ACROSS] = (void *)merge->row_sums;
    const int32_t columns = (merge->grey.width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (merge->grey.height[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t every = 1 + columns * rows / ENOUGH;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < rows; j++) {
        if (!burst_worked(merge, (int64_t)columns * BURST_TILE * BURST_TILE / every)) {
            ask_row(merge, motion, columns, j, every, of_rows[j]);
        }
    }
    for (int k = 0; k < BURST_PARTS; k++) {
        parts[k] = (burst_answers){.tiles = 0.0};
    }
    for (int32_t j = 0; j < rows; j++) {
        for (int k = 0; k < BURST_ACROSS; k++) {
            add(&parts[BURST_ACROSS * (BURST_ACROSS * j / rows) + k], &of_rows[j][k]);
        }
    }
}

/* Products one beside another share pixels: 3/2 of the variance of independent ones. */
static double error_of(const burst_answers *answers, int level) {
    return sqrt(3.0 * answers->tiles) / ((BURST_TILE >> level) - 1);
}

/* Of a level's edges, 0 none or as many as a blur leaves to .. 1; chance speaks for the frame by so
 * many deviations, or against it. */
static double missed(const burst_answers *answers, int level, double deviations) {
    const double own = answers->own[level];
    const double less = kept * own - answers->common[level];
    return fmin(fmax((less - deviations * error_of(answers, level)) / (lost * own), 0.0), 1.0);
}

static double missing(const burst_answers *part, int level) {
    return kept * part->own[level] - part->common[level];
}

/* The parts of the picture that have half of a level's edges and miss least of them. */
static burst_answers best_half(const burst_answers parts[BURST_PARTS], int level, double own) {
    int order[BURST_PARTS];
    for (int k = 0; k < BURST_PARTS; k++) { /* those that miss most come last */
        int at = k;
        for (; at > 0 && missing(&parts[order[at - 1]], level) > missing(&parts[k], level); at--) {
            order[at] = order[at - 1];
        }
        order[at] = k;
    }
    burst_answers half = {.tiles = 0.0};
    for (int k = 0; k < BURST_PARTS && half.own[level] < 0.5 * own; k++) {
        add(&half, &parts[order[k]]);
    }
    return half;
}

static double lacking_at(const burst_answers parts[BURST_PARTS], const burst_answers *all,
                         int level) {
    if (!(all->own[level] > certain * error_of(all, level))) {
        return 0.0;
    }
    const burst_answers half = best_half(parts, level, all->own[level]);
    return fmin(missed(all, level, chance), missed(&half, level, -chance));
}

/* Whether the coarse edges are all there, and more: what the fine grey then lacks is aliased. */
static int aliased(const burst_answers *all) {
    const double own = all->own[COARSE], error = error_of(all, COARSE);
    return own > certain * error && all->common[COARSE] - chance * error > more_than_all * own;
}

float burst_lacks_edges(baryta_merge *merge, const burst_motion *motion) {
    if (merge->grey.levels < LEVELS) {
        return 0.0f; /* a picture of a few tiles */
    }
    burst_answers parts[BURST_PARTS];
    burst_ask_for_edges(merge, motion, parts);
    burst_answers all = {.tiles = 0.0};
    for (int k = 0; k < BURST_PARTS; k++) {
        add(&all, &parts[k]);
    }
    const double lacking = lacking_at(parts, &all, COARSE);
    return (float)(aliased(&all) ? lacking : fmax(lacking, lacking_at(parts, &all, FINE)));
}

float burst_doubt_edges(baryta_merge *merge, float lacking) {
    const int32_t columns = (merge->grey.width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (merge->grey.height[0] + BURST_TILE - 1) / BURST_TILE;
    double trusted = 0.0;
    float *own = merge->medians[0]; /* which the frame's light has been judged by */
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < rows; j++) {
        if (burst_worked(merge, (int64_t)columns * BURST_TILE * BURST_TILE)) {
            continue;
        }
        for (int32_t i = 0; i < columns; i++) {
            burst_edges found = {0.0f, 0.0f};
            burst_measure_edges(merge, FINE, i, j, 0, 0, AHEAD, &found);
            own[j * columns + i] = found.own;
        }
    }
    for (int32_t j = 0; j < rows; j++) {
        for (int32_t i = 0; i < columns; i++) { /* a blur carries light to the tiles beside */
            float sum = 0.0f, count = 0.0f;
            for (int32_t y = baryta_max(j - 1, 0); y <= baryta_min(j + 1, rows - 1); y++) {
                for (int32_t x = baryta_max(i - 1, 0); x <= baryta_min(i + 1, columns - 1); x++) {
                    sum += own[y * columns + x];
                    count += 1.0f;
                }
            }
            const float edges = weight * fmaxf(sum / count, 0.0f);
            float *trust = &merge->trust[j * columns + i];
            *trust *= 1.0f - lacking * edges / (1.0f + edges);
            trusted += (double)*trust;
        }
    }
    return (float)(trusted / ((double)columns * (double)rows));
}
