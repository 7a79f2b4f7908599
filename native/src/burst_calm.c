/* Grey images without hot pixels. They stand at the same place in every frame, and in the dark,
 * where nothing is stronger, a tile would be aligned to them and not to the scene. */
#include "burst_outliers.h"
#include "burst_routines.h"

#include <string.h>

enum {
    LOOK = 32
}; /* what one suspect costs, as burst_worked counts; to search for four thrice as much */

static void exchange_suspects(baryta_merge *merge) {
    for (int32_t i = 0; i < merge->suspects; i++) {
        burst_suspect *s = &merge->suspect[i];
        if (!s->isolated) {
            continue;
        }
        const size_t at = (size_t)s->y * (size_t)merge->grid.width + (size_t)s->x;
        const uint16_t own = merge->reference[at];
        merge->reference[at] = s->patch;
        s->patch = own;
    }
}

void burst_grey_reference(baryta_merge *merge) {
    const burst_grid *g = &merge->grid;
    const view reference = {merge->reference, g->width};
    const baryta_plane plane = {merge->reference, g->width, g->height,
                                (int64_t)g->width * (int64_t)sizeof(uint16_t)};
    for (int32_t i = 0; i < merge->suspects && !burst_worked(merge, LOOK); i++) {
        burst_suspect *s = &merge->suspect[i];
        if (s->isolated) {
            s->patch = burst_median_of_neighbours(&reference, s->x, s->y);
        }
    }
    exchange_suspects(merge);
    merge->routines->grey(merge, &plane, 1.0f, &merge->grey);
    exchange_suspects(merge);
}

/* A sample of the frame, or what stands for it. */
static uint16_t shown(const baryta_merge *merge, const view *frame, int32_t x, int32_t y) {
    const int32_t i = burst_suspect_from(merge, x, y);
    const burst_suspect *s = &merge->suspect[i];
    const int stands_out = i < merge->suspects && s->x == x && s->y == y && s->patched;
    return stands_out ? s->patch : at(frame, x, y);
}

/* Up to CELLS grey pixels. */
enum { CELLS = 64 };

static void grey_of(baryta_merge *merge, uint16_t samples[2][2 * CELLS], int32_t count,
                    float exposure, uint8_t grey[CELLS]) {
    const baryta_plane plane = {samples, 2 * count, 2, (int64_t)sizeof samples[0]};
    burst_pyramid pyramid = {.data = {grey}, .width = {count}, .height = {1}, .levels = 1};
    merge->routines->grey(merge, &plane, exposure, &pyramid);
}

static void grey_anew(baryta_merge *merge, const view *frame, int32_t (*cell)[2], int32_t count) {
    uint16_t samples[2][2 * CELLS];
    uint8_t grey[CELLS];
    for (int32_t i = 0; i < count; i++) {
        for (int32_t k = 0; k < 4; k++) {
            samples[k / 2][2 * i + k % 2] =
                shown(merge, frame, 2 * cell[i][0] + k % 2, 2 * cell[i][1] + k / 2);
        }
    }
    grey_of(merge, samples, count, merge->exposure, grey);
    for (int32_t i = 0; i < count; i++) {
        merge->other
            .data[0][(size_t)cell[i][1] * (size_t)merge->other.width[0] + (size_t)cell[i][0]] =
            grey[i];
    }
}

/* What lies above a grey pixel in the pyramid. */
static void halve_anew(burst_pyramid *pyramid, int32_t x, int32_t y) {
    for (int32_t level = 1; level < pyramid->levels; level++) {
        const int32_t width = pyramid->width[level], above = pyramid->width[level - 1];
        x /= 2;
        y /= 2;
        if (x >= width || y >= pyramid->height[level]) {
            break;
        }
        const uint8_t *in = pyramid->data[level - 1] + (size_t)above * 2 * (size_t)y + 2 * x;
        const unsigned sum = (unsigned)in[0] + in[1] + in[above] + in[above + 1];
        pyramid->data[level][(size_t)width * (size_t)y + (size_t)x] = (uint8_t)((sum + 2u) >> 2);
    }
}

void burst_grey_frame(baryta_merge *merge, const baryta_plane *frame) {
    const view v = {frame->data, frame->stride / 2};
    merge->routines->grey(merge, frame, merge->exposure, &merge->other);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 256)
    for (int32_t i = 0; i < merge->suspects; i++) {
        burst_suspect *s = &merge->suspect[i];
        if (burst_worked(merge, LOOK)) {
            continue;
        }
        s->patched = s->isolated && burst_excess(merge, &v, s->x, s->y) * s->by > 0.0f;
        s->patch = s->patched ? burst_median_of_neighbours(&v, s->x, s->y) : 0;
    }
    int32_t cell[CELLS][2], count = 0;
    for (int32_t i = 0; i < merge->suspects && !burst_worked(merge, 3 * LOOK); i++) {
        const burst_suspect *s = &merge->suspect[i];
        if (s->patched && s->x / 2 < merge->other.width[0] && s->y / 2 < merge->other.height[0]) {
            cell[count][0] = s->x / 2;
            cell[count++][1] = s->y / 2;
        }
        if (count == CELLS) {
            grey_anew(merge, &v, cell, count);
            count = 0;
        }
    }
    if (count > 0) {
        grey_anew(merge, &v, cell, count);
    }
    for (int32_t i = 0; i < merge->suspects && !burst_worked(merge, LOOK); i++) {
        if (merge->suspect[i].patched) {
            halve_anew(&merge->other, merge->suspect[i].x / 2, merge->suspect[i].y / 2);
        }
    }
}

/* Adds to tiles what cells of the reference have more than their grey shows. */
static void add_hidden(baryta_merge *merge, int32_t (*cell)[2], int32_t count, float *hidden,
                       int32_t columns, int32_t rows) {
    const view v = {merge->reference, merge->grid.width};
    uint16_t samples[2][2 * CELLS];
    uint8_t grey[CELLS];
    for (int32_t i = 0; i < count; i++) {
        for (int32_t k = 0; k < 4; k++) {
            samples[k / 2][2 * i + k % 2] =
                (uint16_t)at(&v, 2 * cell[i][0] + k % 2, 2 * cell[i][1] + k / 2);
        }
    }
    grey_of(merge, samples, count, 1.0f, grey);
    for (int32_t i = 0; i < count; i++) {
        const int32_t x = cell[i][0], y = cell[i][1];
        const int32_t tx = x / BURST_TILE < columns ? x / BURST_TILE : columns - 1;
        const int32_t ty = y / BURST_TILE < rows ? y / BURST_TILE : rows - 1;
        const uint8_t shown_as =
            merge->grey.data[0][(size_t)y * (size_t)merge->grey.width[0] + (size_t)x];
        hidden[ty * columns + tx] +=
            ((float)grey[i] - (float)shown_as) * (1.0f / (BURST_TILE * BURST_TILE));
    }
}

void burst_list_hidden(baryta_merge *merge, float *hidden, int32_t columns, int32_t rows) {
    int32_t cell[CELLS][2], count = 0;
    memset(hidden, 0, sizeof *hidden * (size_t)columns * (size_t)rows);
    for (int32_t i = 0; i < merge->suspects && !burst_worked(merge, 3 * LOOK); i++) {
        const burst_suspect *s = &merge->suspect[i];
        if (s->isolated && !s->patched && s->x / 2 < merge->grey.width[0] &&
            s->y / 2 < merge->grey.height[0]) {
            cell[count][0] = s->x / 2;
            cell[count++][1] = s->y / 2;
        }
        if (count == CELLS) {
            add_hidden(merge, cell, count, hidden, columns, rows);
            count = 0;
        }
    }
    if (count > 0) {
        add_hidden(merge, cell, count, hidden, columns, rows);
    }
}
