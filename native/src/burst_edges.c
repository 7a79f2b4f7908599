/* A frame that swung or is out of focus, but of which too much lies below the noise to reject it:
 * it serves where the reference is as smooth as the frame, and is left out wherever that shows
 * edges.
 *
 * Of the halved grey, whose noise is alike at every level, each tile's differences are compared
 * with what noise makes of them. A blur carries light to the tiles beside. */
#include "burst.h"
#include "tiles.h"

enum { SIDE = BURST_TILE / 2 };

static const float clear = 2.5f; /* energy over the noise's: the model may be too low by two */
static const float rounding = 1.0f / 12.0f; /* to whole grey levels: its variance */

/* Mean square of a tile's differences across and down. */
static float energy_of(const burst_pyramid *grey, int32_t x, int32_t y) {
    const int32_t width = grey->width[1];
    const uint8_t *row = grey->data[1] + (ptrdiff_t)y * width + x;
    int32_t sum = 0;
    for (int32_t j = 0; j < SIDE - 1; j++, row += width) {
        for (int32_t i = 0; i < SIDE - 1; i++) {
            const int32_t across = row[i + 1] - row[i], down = row[i + width] - row[i];
            sum += across * across + down * down;
        }
    }
    return (float)sum * (1.0f / (2 * (SIDE - 1) * (SIDE - 1)));
}

void burst_distrust_edges(baryta_merge *merge) {
    const burst_pyramid *grey = &merge->grey;
    const int32_t columns = (grey->width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (grey->height[0] + BURST_TILE - 1) / BURST_TILE;
    if (grey->levels < 2) {
        return; /* a picture of a few tiles */
    }
    const float sigma = 0.5f * merge->stabiliser.sigma;
    const float smooth = clear * 2.0f * (sigma * sigma + rounding);
    float *energy = merge->medians[0]; /* which the frame's light has been judged by */
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < rows; j++) {
        const int32_t y = baryta_min(j * SIDE, grey->height[1] - SIDE);
        if (burst_worked(merge, (int64_t)columns * SIDE * SIDE)) {
            continue;
        }
        for (int32_t i = 0; i < columns; i++) {
            energy[j * columns + i] =
                energy_of(grey, baryta_min(i * SIDE, grey->width[1] - SIDE), y);
        }
    }
    for (int32_t j = 0; j < rows; j++) {
        for (int32_t i = 0; i < columns; i++) {
            float here = 0.0f;
            for (int32_t y = baryta_max(j - 1, 0); y <= baryta_min(j + 1, rows - 1); y++) {
                for (int32_t x = baryta_max(i - 1, 0); x <= baryta_min(i + 1, columns - 1); x++) {
                    here = fmaxf(here, energy[y * columns + x]);
                }
            }
            if (here > smooth) {
                merge->trust[j * columns + i] = 0.0f;
            }
        }
    }
}
