/* The motion of each block of 8x8 samples: of the tiles round it, the one that fits it best. So an
 * object's edge moves with the object, and what lies beside it does not. */
#include "burst.h"
#include "lanes.h"

#include <math.h>
#include <string.h>

enum { AROUND = 8 }; /* grey pixels: the block and half as much on either side */

typedef uint8_t u8x8 __attribute__((vector_size(8)));
typedef uint16_t u16x8 __attribute__((vector_size(16)));
typedef int16_t i16x8 __attribute__((vector_size(16)));
typedef uint32_t u32x4 __attribute__((vector_size(16)));

static inline u16x8 row_of(const uint8_t *p) {
    u8x8 bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, u16x8);
}

static inline u16x8 absolute(i16x8 v) {
    const i16x8 sign = v >> 15;
    return (u16x8)((v ^ sign) - sign);
}

/* Pixels mixed with the next ones, times 16. */
static inline u16x8 mixed_row(const uint8_t *p, int32_t part) {
    return row_of(p) * (uint16_t)(16 - part) + row_of(p + 1) * (uint16_t)part;
}

static inline float sum_of(u16x8 sums) {
    const u32x4 pairs = ((u32x4)sums & 0xffffu) + ((u32x4)sums >> 16);
    return (float)((pairs[0] + pairs[1]) + (pairs[2] + pairs[3]));
}

/* Sum of absolute differences of the pixels round a block at a subpixel displacement, in 1/32 of a
 * grey level, or of half of them if that is not below `enough`. */
static float block_difference(const baryta_merge *merge, int32_t x, int32_t y, float dx, float dy,
                              float enough) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t ix = (int32_t)floorf(dx), iy = (int32_t)floorf(dy);
    const int32_t x1 = x + ix, y1 = y + iy;
    if (x1 < 0 || y1 < 0 || x1 + AROUND + 1 > width || y1 + AROUND + 1 > height) {
        return 1e9f;
    }
    const int32_t fx = (int32_t)(16.0f * (dx - (float)ix) + 0.5f);
    const int32_t fy = (int32_t)(16.0f * (dy - (float)iy) + 0.5f);
    const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)y * width + x;
    const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)y1 * width + x1;
    u16x8 upper = mixed_row(b, fx);
    u16x8 sums = {0};
    for (int32_t j = 0; j < AROUND; j++, a += width) {
        const u16x8 lower = mixed_row(b + (ptrdiff_t)(j + 1) * width, fx);
        const u16x8 other = upper * (uint16_t)(16 - fy) + lower * (uint16_t)fy;
        const i16x8 difference = (i16x8)((row_of(a) << 5) - ((other + 4) >> 3));
        sums += absolute(difference);
        upper = lower;
        if (j == AROUND / 2 - 1 && sum_of(sums) >= enough) {
            break;
        }
    }
    return sum_of(sums);
}

static const float alike = 0.25f; /* grey pixels apart, no other displacement */

/* A tile's displacement, and those of the tiles round it and none at all if they differ. */
typedef struct candidates {
    float x[11], y[11];
    int count;
} candidates;

static int listed(const candidates *c, float x, float y) {
    int found = 0;
    for (int i = 1; i < c->count; i++) {
        found |= c->x[i] == x && c->y[i] == y;
    }
    return found;
}

/* Whether the tiles round one, which has some on every side, all moved as it did. */
static int all_alike(const burst_field *field, size_t own) {
    const ptrdiff_t columns = field->columns;
    float most = 0.0f;
    for (ptrdiff_t v = -1; v <= 1; v++) {
        for (ptrdiff_t u = -1; u <= 1; u++) {
            const float *x = field->x + own, *y = field->y + own;
            const float apart = fabsf(x[v * columns + u] - *x) + fabsf(y[v * columns + u] - *y);
            most = apart > most ? apart : most;
        }
    }
    return most <= alike;
}

static candidates candidates_of(const burst_field *field, int32_t i, int32_t j) {
    const size_t own = (size_t)(j * field->columns + i);
    candidates c = {.x = {field->x[own]}, .y = {field->y[own]}, .count = 1};
    if (i > 0 && j > 0 && i + 1 < field->columns && j + 1 < field->rows && all_alike(field, own)) {
        return c;
    }
    for (int32_t k = 0; k < 9; k++) {
        const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
        if (u >= 0 && v >= 0 && u < field->columns && v < field->rows) {
            const float x = field->x[v * field->columns + u], y = field->y[v * field->columns + u];
            if (fabsf(x - c.x[0]) + fabsf(y - c.y[0]) > alike && !listed(&c, x, y)) {
                c.x[c.count] = x;
                c.y[c.count++] = y;
            }
        }
    }
    if (c.count > 1 && !listed(&c, 0.0f, 0.0f)) {
        c.x[c.count] = c.y[c.count] = 0.0f;
        c.count++;
    }
    return c;
}

/* Which of them fits a block best. */
static int best_of(const baryta_merge *merge, const candidates *c, int32_t bx, int32_t by) {
    if (c->count == 1) {
        return 0;
    }
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t x = 4 * bx - 2 < 0 ? 0 : 4 * bx - 2, y = 4 * by - 2 < 0 ? 0 : 4 * by - 2;
    const int32_t x0 = x + AROUND > width ? width - AROUND : x;
    const int32_t y0 = y + AROUND > height ? height - AROUND : y;
    float least = block_difference(merge, x0, y0, c->x[0], c->y[0], 1e9f);
    int best = 0;
    for (int k = 1; k < c->count; k++) {
        const float cost = block_difference(merge, x0, y0, c->x[k], c->y[k], least);
        if (cost < least) {
            least = cost;
            best = k;
        }
    }
    return best;
}

/* A whole tile at once: of its blocks' pixels and those round them, sums over 4x4 are shared by the
 * blocks beside and below. */
enum {
    SIDE = 4, /* blocks */
    SQUARES = SIDE + 1,
    SPAN = 4 * SQUARES, /* pixels */
    WIDE = 2 * LANES,
    PARTS = (SPAN + WIDE - 1) / WIDE,
    READ = PARTS * WIDE + 1 /* columns */
};

typedef uint8_t u8xw __attribute__((vector_size(WIDE)));
typedef uint16_t u16xw __attribute__((vector_size(2 * WIDE)));
typedef int16_t i16xw __attribute__((vector_size(2 * WIDE)));

static inline u16xw wide_row(const uint8_t *p) {
    u8xw bytes;
    memcpy(&bytes, p, sizeof bytes);
    return __builtin_convertvector(bytes, u16xw);
}

static inline u16xw wide_mixed(const uint8_t *p, int32_t part) {
    return wide_row(p) * (uint16_t)(16 - part) + wide_row(p + 1) * (uint16_t)part;
}

/* block_difference of all blocks of a tile whose blocks' surroundings begin at x, y. */
static void tile_differences(const baryta_merge *merge, int32_t x, int32_t y, float dx, float dy,
                             uint32_t cost[SIDE * SIDE]) {
    const int32_t width = merge->grey.width[0];
    const int32_t ix = (int32_t)floorf(dx), iy = (int32_t)floorf(dy);
    const int32_t fx = (int32_t)(16.0f * (dx - (float)ix) + 0.5f);
    const int32_t fy = (int32_t)(16.0f * (dy - (float)iy) + 0.5f);
    uint32_t pairs[SQUARES][PARTS * LANES];
    for (int32_t part = 0; part < PARTS; part++) {
        const ptrdiff_t at = x + part * WIDE;
        const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)y * width + at;
        const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)(y + iy) * width + at + ix;
        u16xw upper = wide_mixed(b, fx);
        for (int32_t r = 0; r < SQUARES; r++) {
            u16xw sums = {0};
            for (int32_t j = 0; j < 4; j++, a += width) {
                b += width;
                __builtin_prefetch(a + 64); /* for the tiles beside */
                __builtin_prefetch(b + 64);
                const u16xw lower = wide_mixed(b, fx);
                const u16xw other = upper * (uint16_t)(16 - fy) + lower * (uint16_t)fy;
                const i16xw difference = (i16xw)((wide_row(a) << 5) - ((other + 4) >> 3));
                const i16xw sign = difference >> 15;
                sums += (u16xw)((difference ^ sign) - sign);
                upper = lower;
            }
            const vu both = ((vu)sums & 0xffffu) + ((vu)sums >> 16);
            memcpy(pairs[r] + part * LANES, &both, sizeof both);
        }
    }
    for (int32_t j = 0; j < SIDE; j++) {
        for (int32_t i = 0; i < SIDE; i++) {
            const uint32_t *p = pairs[j] + 2 * i, *q = pairs[j + 1] + 2 * i;
            cost[j * SIDE + i] = ((p[0] + p[1]) + (p[2] + p[3])) + ((q[0] + q[1]) + (q[2] + q[3]));
        }
    }
}

/* Whether a tile is whole and all that tile_differences reads of it lies inside both pictures. */
static int all_inside(const baryta_merge *merge, const burst_field *field, const candidates *c,
                      int32_t i, int32_t j) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t x = BURST_TILE * i - 2, y = BURST_TILE * j - 2;
    int inside = i + 1 < field->columns && j + 1 < field->rows && x >= 0 && y >= 0 &&
                 x + READ <= width && y + SPAN + 1 <= height;
    for (int k = 0; k < c->count; k++) {
        const int32_t u = x + (int32_t)floorf(c->x[k]), v = y + (int32_t)floorf(c->y[k]);
        inside &= u >= 0 && v >= 0 && u + READ <= width && v + SPAN + 1 <= height;
    }
    return inside;
}

static void choose(const baryta_merge *merge, const candidates *c, int32_t i, int32_t j,
                   int32_t best[SIDE * SIDE]) {
    uint32_t least[SIDE * SIDE], cost[SIDE * SIDE];
    for (int k = 0; k < c->count; k++) {
        tile_differences(merge, BURST_TILE * i - 2, BURST_TILE * j - 2, c->x[k], c->y[k],
                         k == 0 ? least : cost);
        for (int n = 0; k > 0 && n < SIDE * SIDE; n++) {
            best[n] = cost[n] < least[n] ? k : best[n];
            least[n] = cost[n] < least[n] ? cost[n] : least[n];
        }
    }
}

/* Each block's displacement beyond the rigid motion and the sway, of a tile's blocks. */
static void spread_tile(baryta_merge *merge, const burst_field *field, int32_t i, int32_t j) {
    const burst_grid *grid = &merge->grid;
    const candidates c = candidates_of(field, i, j);
    const int32_t right = i + 1 < field->columns ? SIDE * i + SIDE : grid->blocks_w;
    const int32_t below = j + 1 < field->rows ? SIDE * j + SIDE : grid->blocks_h;
    int32_t best[SIDE * SIDE] = {0};
    const int at_once = c.count > 1 && all_inside(merge, field, &c, i, j);
    if (at_once) {
        choose(merge, &c, i, j, best);
    }
    for (int32_t by = SIDE * j; by < below; by++) {
        for (int32_t bx = SIDE * i; bx < right; bx++) {
            const int own =
                at_once ? best[SIDE * (by - SIDE * j) + bx - SIDE * i] : best_of(merge, &c, bx, by);
            const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
            merge->flow.x[at] = c.x[own];
            merge->flow.y[at] = c.y[own];
        }
    }
}

/* Adds what all of the picture moved by to the displacements of a row of blocks. */
static void add_motion(const baryta_merge *merge, const burst_motion *motion, double cosine,
                       double sine, int32_t by) {
    const burst_grid *grid = &merge->grid;
    float *restrict flow_x = merge->flow.x + (size_t)by * (size_t)grid->blocks_w;
    float *restrict flow_y = merge->flow.y + (size_t)by * (size_t)grid->blocks_w;
    const double y = 8.0 * by + 3.5;
    double sway_x, sway_y;
    burst_sway_at(merge, y, &sway_x, &sway_y);
    for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
        const double x = 8.0 * bx + 3.5;
        double tx, ty;
        burst_move(grid, motion, cosine, sine, x + 2.0 * (double)flow_x[bx],
                   y + 2.0 * (double)flow_y[bx], &tx, &ty);
        flow_x[bx] = (float)(tx - x + sway_x);
        flow_y[bx] = (float)(ty - y + sway_y);
    }
}

void burst_spread_flow(baryta_merge *merge, const burst_motion *motion, const burst_field *field) {
    const int32_t height = merge->grid.blocks_h;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t j = 0; j < field->rows; j++) {
        const int32_t below = j + 1 < field->rows ? SIDE * j + SIDE : height;
        if (burst_worked(merge, (int64_t)merge->grid.width * 2 * BURST_TILE)) {
            continue;
        }
        for (int32_t i = 0; i < field->columns; i++) {
            spread_tile(merge, field, i, j);
        }
        for (int32_t by = SIDE * j; by < below; by++) {
            add_motion(merge, motion, cosine, sine, by);
        }
    }
}
