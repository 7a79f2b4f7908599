/* The motion of each block of 8x8 samples: of the tiles round it, the one that fits it best. So an
 * object's edge moves with the object, and what lies beside it does not. */
#include "burst.h"

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

static candidates candidates_of(const burst_field *field, int32_t i, int32_t j) {
    const size_t own = (size_t)(j * field->columns + i);
    candidates c = {.x = {field->x[own]}, .y = {field->y[own]}, .count = 1};
    for (int32_t k = 0; k < 9; k++) {
        const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
        if (u >= 0 && v >= 0 && u < field->columns && v < field->rows) {
            const float x = field->x[v * field->columns + u], y = field->y[v * field->columns + u];
            if (fabsf(x - c.x[0]) + fabsf(y - c.y[0]) > 0.25f && !listed(&c, x, y)) {
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

/* The blocks of a tile, of a row of them. */
static void spread_tile(baryta_merge *merge, const burst_motion *motion, double cosine, double sine,
                        const candidates *c, int32_t from, int32_t to, int32_t by) {
    const burst_grid *grid = &merge->grid;
    const double y = 8.0 * by + 3.5;
    double sway_x, sway_y;
    burst_sway_at(merge, y, &sway_x, &sway_y);
    for (int32_t bx = from; bx < to; bx++) {
        const int best = best_of(merge, c, bx, by);
        const double x = 8.0 * bx + 3.5;
        double tx, ty;
        burst_move(grid, motion, cosine, sine, x + 2.0 * (double)c->x[best],
                   y + 2.0 * (double)c->y[best], &tx, &ty);
        const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
        merge->flow.x[at] = (float)(tx - x + sway_x);
        merge->flow.y[at] = (float)(ty - y + sway_y);
    }
}

void burst_spread_flow(baryta_merge *merge, const burst_motion *motion, const burst_field *field) {
    const int32_t width = merge->grid.blocks_w, height = merge->grid.blocks_h;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t j = 0; j < field->rows; j++) {
        const int32_t below = j + 1 < field->rows ? 4 * j + 4 : height;
        for (int32_t i = 0; i < field->columns; i++) {
            const candidates c = candidates_of(field, i, j);
            const int32_t right = i + 1 < field->columns ? 4 * i + 4 : width;
            for (int32_t by = 4 * j; by < below; by++) {
                spread_tile(merge, motion, cosine, sine, &c, 4 * i, right, by);
            }
        }
    }
}
