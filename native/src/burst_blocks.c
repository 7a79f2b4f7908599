/* The motion of each block of 8x8 samples: of the tiles round it, the one that fits it best. So an
 * object's edge moves with the object, and what lies beside it does not. */
#include "burst.h"

#include <math.h>
#include <stdlib.h>

enum { AROUND = 8 }; /* grey pixels: the block and half as much on either side */

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
static void match_block(const baryta_merge *merge, const burst_field *field, int32_t bx, int32_t by,
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

void burst_spread_flow(baryta_merge *merge, const burst_motion *motion, const burst_field *field) {
    const burst_grid *grid = &merge->grid;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        double sway_x, sway_y;
        burst_sway_at(merge, 8.0 * by + 3.5, &sway_x, &sway_y);
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            float dx, dy;
            match_block(merge, field, bx, by, &dx, &dy);
            const double x = 8.0 * bx + 3.5, y = 8.0 * by + 3.5;
            double tx, ty;
            burst_move(grid, motion, cosine, sine, x + 2.0 * (double)dx, y + 2.0 * (double)dy, &tx,
                       &ty);
            const size_t at = (size_t)by * (size_t)grid->blocks_w + (size_t)bx;
            merge->flow.x[at] = (float)(tx - x + sway_x);
            merge->flow.y[at] = (float)(ty - y + sway_y);
        }
    }
}
