/* Local motion on top of the global one.
 *
 * The other frame's grey image is warped by the global motion; what remains is zero in most places.
 * Tiles that do not fit as they are look for their like, coarse to fine, by sums of absolute
 * differences (Hasinoff et al. 2016), the global motion always a candidate and preferred unless
 * clearly beaten; a Lucas-Kanade step gives the subpixel part. */
#include "burst.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TILE = 16, COARSE = 8, AROUND = 8, TOP = 3 };

typedef struct tile_field {
    float *x, *y; /* residual displacement, pixels of the half-size grey */
    int32_t columns, rows;
} tile_field;

static float clampf(float value, float low, float high) {
    return value < low ? low : value > high ? high : value;
}

/* Warps blocks of TILE pixels of the other frame's level 0 by their displacement, bilinear. */
static void warp(baryta_merge *merge, const burst_motion *motion) {
    const burst_pyramid *in = &merge->other;
    const int32_t width = in->width[0], height = in->height[0];
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t y0 = 0; y0 < height; y0 += TILE) {
        for (int32_t x0 = 0; x0 < width; x0 += TILE) {
            const int32_t nx = width - x0 < TILE ? width - x0 : TILE;
            const int32_t ny = height - y0 < TILE ? height - y0 : TILE;
            const double cx = 2.0 * x0 + TILE - 0.5, cy = 2.0 * y0 + TILE - 0.5;
            double tx, ty;
            burst_move(&merge->grid, motion, cosine, sine, cx, cy, &tx, &ty);
            const float dx = clampf((float)(0.5 * (tx - cx)), -30000.0f, 30000.0f);
            const float dy = clampf((float)(0.5 * (ty - cy)), -30000.0f, 30000.0f);
            const int32_t ix = (int32_t)floorf(dx), iy = (int32_t)floorf(dy);
            const int32_t fx = (int32_t)(32.0f * (dx - floorf(dx)) + 0.5f);
            const int32_t fy = (int32_t)(32.0f * (dy - floorf(dy)) + 0.5f);
            uint8_t copy[TILE + 1][TILE + 1];
            const uint8_t *source[TILE + 1];
            const int32_t sx = x0 + ix, sy = y0 + iy;
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
            for (int32_t y = 0; y < ny; y++) {
                uint8_t *out = merge->warped.data[0] + (ptrdiff_t)(y0 + y) * width + x0;
                uint8_t line[TILE];
                for (int32_t x = 0; x < TILE; x++) {
                    const int32_t a = source[y][x] * (32 - fx) + source[y][x + 1] * fx;
                    const int32_t b = source[y + 1][x] * (32 - fx) + source[y + 1][x + 1] * fx;
                    line[x] = (uint8_t)((a * (32 - fy) + b * fy + 512) >> 10);
                }
                memcpy(out, line, (size_t)nx);
            }
        }
    }
    burst_halve(&merge->warped, merge->options.threads);
}

/* Sum of absolute differences of a size x size tile; a large value outside the frame. */
static int32_t difference(const baryta_merge *merge, int32_t level, int32_t size, int32_t x,
                          int32_t y, int32_t dx, int32_t dy) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    if (x + dx < 0 || y + dy < 0 || x + dx + size > width || y + dy + size > height) {
        return 1 << 28;
    }
    const uint8_t *restrict a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    const uint8_t *restrict b = merge->warped.data[level] + (ptrdiff_t)(y + dy) * width + x + dx;
    int32_t sum = 0;
    if (size == 16) {
        for (int32_t j = 0; j < 16; j++) {
            for (int32_t i = 0; i < 16; i++) {
                sum += abs((int32_t)a[i] - (int32_t)b[i]);
            }
            a += width;
            b += width;
        }
    } else {
        for (int32_t j = 0; j < 8; j++) {
            for (int32_t i = 0; i < 8; i++) {
                sum += abs((int32_t)a[i] - (int32_t)b[i]);
            }
            a += width;
            b += width;
        }
    }
    return sum;
}

typedef struct best_match {
    int32_t x, y, cost;
} best_match;

static void try_match(const baryta_merge *merge, int32_t level, int32_t size, int32_t x, int32_t y,
                      int32_t dx, int32_t dy, int32_t handicap, best_match *best) {
    const int32_t cost = difference(merge, level, size, x, y, dx, dy) + handicap;
    if (cost < best->cost) {
        *best = (best_match){dx, dy, cost};
    }
}

/* One coarse level: candidates from the level above (four nearest), then steps around the best. */
static void match_level(const baryta_merge *merge, int32_t level, const tile_field *above,
                        const tile_field *field) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    const float noise = merge->stabiliser.sigma / (float)(1 << level) + 0.5f;
    const int32_t margin = (int32_t)(8.0f * noise) + 8;
    const int32_t range = above == NULL ? 4 : 1;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < field->rows; j++) {
        const int32_t y = COARSE * j + COARSE > height ? height - COARSE : COARSE * j;
        for (int32_t i = 0; i < field->columns; i++) {
            const int32_t x = COARSE * i + COARSE > width ? width - COARSE : COARSE * i;
            best_match best = {0, 0, difference(merge, level, COARSE, x, y, 0, 0) - margin};
            if (above != NULL) {
                for (int32_t k = 0; k < 9; k++) {
                    const int32_t u = i / 2 + k % 3 - 1, v = j / 2 + k / 3 - 1;
                    if (u >= 0 && v >= 0 && u < above->columns && v < above->rows) {
                        const size_t at = (size_t)(v * above->columns + u);
                        try_match(merge, level, COARSE, x, y, 2 * (int32_t)above->x[at],
                                  2 * (int32_t)above->y[at], 0, &best);
                    }
                }
            }
            const best_match centre = best;
            for (int32_t dy = -range; dy <= range; dy++) {
                for (int32_t dx = -range; dx <= range; dx++) {
                    try_match(merge, level, COARSE, x, y, centre.x + dx, centre.y + dy, 0, &best);
                }
            }
            field->x[j * field->columns + i] = (float)best.x;
            field->y[j * field->columns + i] = (float)best.y;
        }
    }
}

/* Moves a whole displacement to subpixel by Lucas-Kanade steps on the tile; true if it held. */
static int refine(const baryta_merge *merge, int32_t x0, int32_t y0, float *dx, float *dy) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const float start_x = *dx, start_y = *dy;
    for (int step = 0; step < 3; step++) {
        const int32_t ix = (int32_t)floorf(*dx), iy = (int32_t)floorf(*dy);
        const float fx = *dx - (float)ix, fy = *dy - (float)iy;
        if (x0 + ix < 0 || y0 + iy < 0 || x0 + ix + TILE + 1 > width ||
            y0 + iy + TILE + 1 > height) {
            return 0;
        }
        float xx = 1.0f, xy = 0.0f, yy = 1.0f, xr = 0.0f, yr = 0.0f;
        for (int32_t j = 1; j < TILE - 1; j++) {
            const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)(y0 + j) * width + x0;
            const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)(y0 + j + iy) * width + x0 + ix;
            for (int32_t i = 1; i < TILE - 1; i++) {
                const float gx = 0.5f * (float)(a[i + 1] - a[i - 1]);
                const float gy = 0.5f * (float)(a[i + width] - a[i - width]);
                const float top = (float)b[i] + fx * (float)(b[i + 1] - b[i]);
                const float low =
                    (float)b[i + width] + fx * (float)(b[i + width + 1] - b[i + width]);
                const float r = top + fy * (low - top) - (float)a[i];
                xx += gx * gx;
                xy += gx * gy;
                yy += gy * gy;
                xr += gx * r;
                yr += gy * r;
            }
        }
        const float determinant = xx * yy - xy * xy;
        if (!(determinant > 0.01f * (xx + yy) * (xx + yy))) {
            return 1; /* only one direction is known: keep what there is */
        }
        *dx = clampf(*dx - (yy * xr - xy * yr) / determinant, start_x - 1.0f, start_x + 1.0f);
        *dy = clampf(*dy - (xx * yr - xy * xr) / determinant, start_y - 1.0f, start_y + 1.0f);
    }
    return 1;
}

/* The finest level; returns the number of tiles in the row that found their like. */
static int32_t match_row(const baryta_merge *merge, const tile_field *above,
                         const tile_field *field, int32_t j) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const float sigma = sqrtf(merge->stabiliser.sigma * merge->stabiliser.sigma + 0.17f);
    const float expected = (float)(TILE * TILE) * 0.8f * 1.3f * sigma;
    const int32_t margin = (int32_t)(3.0f * (float)TILE * sigma);
    const int32_t y = TILE * j + TILE > height ? height - TILE : TILE * j;
    int32_t fits = 0;
    for (int32_t i = 0; i < field->columns; i++) {
        const int32_t x = TILE * i + TILE > width ? width - TILE : TILE * i;
        const int32_t still = difference(merge, 0, TILE, x, y, 0, 0);
        float dx = 0.0f, dy = 0.0f;
        best_match best = {0, 0, still - margin - still / 16};
        if ((float)still > 1.2f * expected) {
            for (int32_t k = 0; above != NULL && k < 9; k++) {
                const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
                if (u >= 0 && v >= 0 && u < above->columns && v < above->rows) {
                    const size_t at = (size_t)(v * above->columns + u);
                    try_match(merge, 0, TILE, x, y, 2 * (int32_t)above->x[at],
                              2 * (int32_t)above->y[at], 0, &best);
                }
            }
            for (int32_t k = 0; k < 9; k++) {
                const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
                if (u >= 0 && v >= 0 && u < field->columns && v < field->rows) {
                    const size_t at = (size_t)(v * field->columns + u);
                    try_match(merge, 0, TILE, x, y, (int32_t)lrintf(merge->expected.x[at]),
                              (int32_t)lrintf(merge->expected.y[at]), 0, &best);
                }
            }
            const best_match centre = best;
            for (int32_t oy = -1; oy <= 1; oy++) {
                for (int32_t ox = -1; ox <= 1; ox++) {
                    try_match(merge, 0, TILE, x, y, centre.x + ox, centre.y + oy, 0, &best);
                }
            }
            dx = (float)best.x;
            dy = (float)best.y;
            if ((best.x != 0 || best.y != 0) && !refine(merge, x, y, &dx, &dy)) {
                dx = (float)best.x;
                dy = (float)best.y;
            }
        }
        int32_t contrast = 0;
        const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)y * width + x;
        for (int32_t r = 0; r < TILE - 1; r++) {
            for (int32_t c = 0; c < TILE - 1; c++) {
                contrast += abs(a[r * width + c] - a[r * width + c + 1]) +
                            abs(a[r * width + c] - a[(r + 1) * width + c]);
            }
        }
        fits += (float)best.cost < 1.6f * expected + 0.5f * (float)contrast + 256.0f;
        field->x[j * field->columns + i] = dx;
        field->y[j * field->columns + i] = dy;
    }
    return fits;
}

/* Sum of absolute differences of the pixels round a block at a subpixel displacement. */
static float block_difference(const baryta_merge *merge, int32_t x, int32_t y, float dx, float dy) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t ix = (int32_t)floorf(dx), iy = (int32_t)floorf(dy);
    const int32_t x1 = x + ix, y1 = y + iy;
    if (x1 < 0 || y1 < 0 || x1 + AROUND + 1 > width || y1 + AROUND + 1 > height) {
        return 1e9f;
    }
    const int32_t fx = (int32_t)(16.0f * (dx - (float)ix) + 0.5f);
    const int32_t fy = (int32_t)(16.0f * (dy - (float)iy) + 0.5f);
    int32_t sum = 0;
    for (int32_t j = 0; j < AROUND; j++) {
        const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)(y + j) * width + x;
        const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)(y1 + j) * width + x1;
        for (int32_t i = 0; i < AROUND; i++) {
            const int32_t top = b[i] * (16 - fx) + b[i + 1] * fx;
            const int32_t low = b[i + width] * (16 - fx) + b[i + width + 1] * fx;
            sum += abs(top * (16 - fy) + low * fy - 256 * a[i]);
        }
    }
    return (float)sum * (1.0f / 256.0f);
}

/* The displacement of the tiles round a block that fits the block best. */
static void match_block(const baryta_merge *merge, const tile_field *field, int32_t bx, int32_t by,
                        float *dx, float *dy) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t i = bx / 4 < field->columns ? bx / 4 : field->columns - 1;
    const int32_t j = by / 4 < field->rows ? by / 4 : field->rows - 1;
    *dx = field->x[j * field->columns + i];
    *dy = field->y[j * field->columns + i];
    float near_x[10], near_y[10];
    int count = 0;
    for (int32_t k = 0; k < 9; k++) {
        const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
        if (u >= 0 && v >= 0 && u < field->columns && v < field->rows) {
            const float x = field->x[v * field->columns + u], y = field->y[v * field->columns + u];
            if (fabsf(x - *dx) + fabsf(y - *dy) > 0.25f) {
                near_x[count] = x;
                near_y[count++] = y;
            }
        }
    }
    if (count == 0) {
        return;
    }
    near_x[count] = near_y[count] = 0.0f;
    count++;
    const int32_t x = 4 * bx - 2 < 0 ? 0 : 4 * bx - 2, y = 4 * by - 2 < 0 ? 0 : 4 * by - 2;
    const int32_t x0 = x + AROUND > width ? width - AROUND : x;
    const int32_t y0 = y + AROUND > height ? height - AROUND : y;
    float least = block_difference(merge, x0, y0, *dx, *dy);
    for (int k = 0; k < count; k++) {
        const float cost = block_difference(merge, x0, y0, near_x[k], near_y[k]);
        if (cost < least) {
            least = cost;
            *dx = near_x[k];
            *dy = near_y[k];
        }
    }
}

static void spread(baryta_merge *merge, const burst_motion *motion, const tile_field *field) {
    const burst_grid *grid = &merge->grid;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            float dx, dy;
            match_block(merge, field, bx, by, &dx, &dy);
            const double x = 8.0 * bx + 3.5, y = 8.0 * by + 3.5;
            double tx, ty;
            burst_move(grid, motion, cosine, sine, x + 2.0 * (double)dx, y + 2.0 * (double)dy, &tx,
                       &ty);
            const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
            merge->flow.x[at] = (float)(tx - x);
            merge->flow.y[at] = (float)(ty - y);
        }
    }
}

float burst_find_flow(baryta_merge *merge, const burst_motion *motion) {
    warp(merge, motion);
    const burst_pyramid *grey = &merge->grey;
    int32_t top = 0;
    while (top < TOP && top + 1 < grey->levels && grey->width[top + 1] >= 3 * COARSE &&
           grey->height[top + 1] >= 3 * COARSE) {
        top++;
    }
    tile_field fields[TOP + 1];
    float *memory = merge->tile_flow;
    for (int32_t level = 0; level <= top; level++) {
        const int32_t size = level == 0 ? TILE : COARSE;
        tile_field *f = &fields[level];
        f->columns = (grey->width[level] + size - 1) / size;
        f->rows = (grey->height[level] + size - 1) / size;
        f->x = memory;
        f->y = memory + (size_t)f->columns * (size_t)f->rows;
        memory = f->y + (size_t)f->columns * (size_t)f->rows;
    }
    for (int32_t level = top; level > 0; level--) {
        match_level(merge, level, level == top ? NULL : &fields[level + 1], &fields[level]);
    }
    int64_t fits = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)                  \
    reduction(+ : fits)
    for (int32_t j = 0; j < fields[0].rows; j++) {
        fits += match_row(merge, top > 0 ? &fields[1] : NULL, &fields[0], j);
    }
    spread(merge, motion, &fields[0]);
    return (float)fits / ((float)fields[0].columns * (float)fields[0].rows);
}

void burst_expect_next(baryta_merge *merge) {
    const int32_t columns = (merge->grey.width[0] + TILE - 1) / TILE;
    const int32_t count = columns * ((merge->grey.height[0] + TILE - 1) / TILE);
    const float *x = merge->tile_flow, *y = x + count;
    for (int32_t k = 0; k < count; k++) {
        merge->expected.x[k] = 2.0f * x[k] - merge->last.x[k];
        merge->expected.y[k] = 2.0f * y[k] - merge->last.y[k];
        merge->last.x[k] = x[k];
        merge->last.y[k] = y[k];
    }
}
