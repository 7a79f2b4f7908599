/* Where a frame's light differs from the reference's: a lamp, a flash, a finger before the lens, a
 * frame of something else. Pixel by pixel such a difference may pass for noise, over an area it
 * does not.
 *
 * Each tile's mean difference is found where the flow has found the tile; the median of the nine
 * tiles round a tile is compared with what noise and detail out of place could do to it. */
#include "burst.h"

#include <math.h>
#include <stdlib.h>

enum { TILE = BURST_TILE };

static int outside(const baryta_merge *merge, const burst_motion *motion, int32_t x, int32_t y) {
    const int32_t width = merge->grid.width, height = merge->grid.height, margin = TILE + 4;
    double u, v;
    burst_move(&merge->grid, motion, cos(motion->angle), sin(motion->angle), 2 * x + TILE,
               2 * y + TILE, &u, &v);
    return !(u >= margin && v >= margin && u <= width - margin && v <= height - margin);
}

/* A tile's mean difference, grey levels, and its detail: what a shift of a pixel changes. 0 where
 * the tile lies outside the frame. */
static float mean_difference(const baryta_merge *merge, const burst_motion *motion,
                             const burst_field *field, int32_t k) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t i = k % field->columns * TILE, j = k / field->columns * TILE;
    const int32_t x = i + TILE > width ? width - TILE : i,
                  y = j + TILE > height ? height - TILE : j;
    const int32_t x1 = x + (int32_t)lrintf(field->x[k]), y1 = y + (int32_t)lrintf(field->y[k]);
    if (x1 < 0 || y1 < 0 || x1 + TILE > width || y1 + TILE > height ||
        outside(merge, motion, x1, y1)) {
        return 0.0f;
    }
    int32_t sum = 0;
    for (int32_t r = 0; r < TILE; r++) {
        const uint8_t *a = merge->grey.data[0] + (ptrdiff_t)(y + r) * width + x;
        const uint8_t *b = merge->warped.data[0] + (ptrdiff_t)(y1 + r) * width + x1;
        for (int32_t c = 0; c < TILE; c++) {
            sum += b[c] - a[c];
        }
    }
    return (float)sum * (1.0f / (TILE * TILE));
}

static float median_round(const float *values, int32_t columns, int32_t rows, int32_t k) {
    float sorted[9];
    int count = 0;
    const int32_t i = k % columns, j = k / columns;
    for (int32_t y = j > 0 ? j - 1 : 0; y <= j + 1 && y < rows; y++) {
        for (int32_t x = i > 0 ? i - 1 : 0; x <= i + 1 && x < columns; x++) {
            const float value = values[y * columns + x];
            int at = count++;
            for (; at > 0 && sorted[at - 1] > value; at--) {
                sorted[at] = sorted[at - 1];
            }
            sorted[at] = value;
        }
    }
    return 0.5f * (sorted[(count - 1) / 2] + sorted[count / 2]);
}

float burst_judge_light(baryta_merge *merge, const burst_motion *motion, const burst_field *field) {
    const int32_t tiles = field->columns * field->rows;
    float *difference = merge->light;
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t k = 0; k < tiles; k++) {
        difference[k] = mean_difference(merge, motion, field, k);
    }
    const float limit = 2.5f * (merge->stabiliser.sigma + 0.4f) / (float)TILE + 1.0f;
    int32_t trusted = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(static) reduction(+ : trusted)
    for (int32_t k = 0; k < tiles; k++) {
        const float differs = fabsf(median_round(difference, field->columns, field->rows, k));
        merge->trust[k] = fminf(fmaxf(2.0f - differs / limit, 0.0f), 1.0f);
        trusted += merge->trust[k] > 0.5f;
    }
    return (float)trusted / (float)tiles;
}
