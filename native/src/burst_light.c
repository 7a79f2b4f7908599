/* Where a frame's light differs from the reference's: a lamp, a flash, a finger before the lens, a
 * frame of something else. Pixel by pixel such a difference may pass for noise, over an area it
 * does not.
 *
 * Each tile's mean difference is found where the flow has found the tile; medians of the tiles
 * round it, near and far, are compared with what noise and detail out of place could do to them.
 * Greys of another exposure's noise have other means: there the light itself is compared, of tiles
 * that neither frame clips. */
#include "burst.h"
#include "lanes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { TILE = BURST_TILE, SCALES = 3 };

/* What noise and the rounding of grey levels may do to a median of 3x3, 9x9 and 27x27 tiles. */
static const float noise_of[SCALES] = {2.5f, 1.1f, 0.5f}, slack_of[SCALES] = {1.0f, 0.3f, 0.2f};
static const float flicker = 0.01f; /* of the light, passes */
static const double like_enough = 0.15; /* correlation of two frames of a scene */

typedef uint8_t row_of_bytes __attribute__((vector_size(TILE)));
typedef uint16_t sums_of_columns __attribute__((vector_size(2 * TILE)));

static int outside(const baryta_merge *merge, const burst_motion *motion, double cosine,
                   double sine, int32_t x, int32_t y) {
    const int32_t width = merge->grid.width, height = merge->grid.height, margin = TILE + 4;
    double u, v;
    burst_move(&merge->grid, motion, cosine, sine, 2 * x + TILE, 2 * y + TILE, &u, &v);
    return !(u >= margin && v >= margin && u <= width - margin && v <= height - margin);
}

static float tile_mean(const uint8_t *tile, ptrdiff_t width) {
    sums_of_columns sums = {0};
    for (int32_t r = 0; r < TILE; r++) {
        row_of_bytes row;
        memcpy(&row, tile + r * width, sizeof row);
        __builtin_prefetch(tile + r * width + 64); /* for the tiles beside */
        sums += __builtin_convertvector(row, sums_of_columns);
    }
    int32_t total = 0;
    for (int i = 0; i < TILE; i++) {
        total += sums[i];
    }
    return (float)total * (1.0f / (TILE * TILE));
}

/* Means of a tile of the reference and of the warped frame, displaced by dx, dy; 0 where that lies
 * outside the frame. */
static int tile_means(const baryta_merge *merge, const burst_motion *motion, double cosine,
                      double sine, int32_t x, int32_t y, int32_t dx, int32_t dy, float *reference,
                      float *frame) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t x1 = x + dx, y1 = y + dy;
    if (x1 < 0 || y1 < 0 || x1 + TILE > width || y1 + TILE > height ||
        outside(merge, motion, cosine, sine, x1, y1)) {
        return 0;
    }
    *reference = tile_mean(merge->grey.data[0] + (ptrdiff_t)y * width + x, width);
    *frame = tile_mean(merge->warped.data[0] + (ptrdiff_t)y1 * width + x1, width);
    return 1;
}

/* Of a tile at x, y, where the flow puts it in a frame of another exposure: its light in the
 * reference as a grey level, and by how much the frame's differs, drawn to 0 as its noise is
 * stronger. 0 if one of them clips there. */
static int compare_light(const baryta_merge *merge, int32_t x, int32_t y, float *level,
                         float *difference) {
    const burst_grid *grid = &merge->grid;
    const burst_stabiliser *s = &merge->stabiliser;
    const size_t block =
        (size_t)((y + TILE / 2) / 4) * (size_t)grid->blocks_w + (size_t)((x + TILE / 2) / 4);
    const int32_t u = 2 * (x + (int32_t)lrintf(0.5f * merge->flow.x[block]));
    const int32_t v = 2 * (y + (int32_t)lrintf(0.5f * merge->flow.y[block]));
    if (u < 0 || v < 0 || u + 2 * TILE > grid->width || v + 2 * TILE > grid->height) {
        return 0;
    }
    const baryta_plane *frame = merge->frame;
    const float own =
        burst_mean_light(merge, merge->reference, grid->width, 2 * x, 2 * y, 1, 2 * TILE);
    const float other = burst_mean_light(merge, frame->data, frame->stride / 2, u, v, 1, 2 * TILE);
    if (own >= 2.0f || other >= 2.0f) {
        return 0;
    }
    const float root = sqrtf(fmaxf(s->slope * own + s->offset, s->offset));
    *level = s->factor * root - s->floor;
    *difference = (other / merge->exposure - own) * (0.5f * s->factor * s->slope / root) /
                  burst_rougher(merge, own);
    return 1;
}

/* Sums over tiles: their number, both means, squares and product. */
enum { COUNT, OWN, OTHER, OWN_OWN, OTHER_OTHER, OWN_OTHER, SUMS };

/* Lists a row of tiles' levels and differences where the flow has found them, and sums up where the
 * motion alone puts them. What the reference's grey hides is listed in place of the differences. */
static void measure_row(baryta_merge *merge, const burst_motion *motion, const burst_field *field,
                        int32_t j, double sums[SUMS]) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const int32_t y = (j + 1) * TILE > height ? height - TILE : j * TILE;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
    for (int k = 0; k < SUMS; k++) {
        sums[k] = 0.0;
    }
    for (int32_t i = 0; i < field->columns; i++) {
        const int32_t k = j * field->columns + i;
        const int32_t x = (i + 1) * TILE > width ? width - TILE : i * TILE;
        const float hidden = merge->light[k];
        float own, other;
        merge->level[k] = -1.0f;
        merge->light[k] = 0.0f;
        const int still = tile_means(merge, motion, cosine, sine, x, y, 0, 0, &own, &other);
        if (still) {
            const double a = (double)(own + hidden), b = (double)other;
            const double add[SUMS] = {1.0, a, b, a * a, b * b, a * b};
            for (int n = 0; n < SUMS; n++) {
                sums[n] += add[n];
            }
        }
        if (!burst_as_bright(merge)) {
            compare_light(merge, x, y, &merge->level[k], &merge->light[k]);
            continue;
        }
        const int32_t dx = (int32_t)lrintf(field->x[k]), dy = (int32_t)lrintf(field->y[k]);
        if (dx == 0 && dy == 0
                ? still
                : tile_means(merge, motion, cosine, sine, x, y, dx, dy, &own, &other)) {
            merge->level[k] = own + hidden;
            merge->light[k] = other - (own + hidden);
        }
    }
}

/* Whether the tiles' means run alike in both; yes if noise may hide it. */
static int same_scene(const baryta_merge *merge, int32_t rows) {
    double sums[SUMS] = {0.0};
    for (int32_t j = 0; j < rows; j++) {
        for (int k = 0; k < SUMS; k++) {
            sums[k] += merge->row_sums[(size_t)j * SUMS + (size_t)k];
        }
    }
    const double n = fmax(sums[COUNT], 1.0), own = sums[OWN] / n, other = sums[OTHER] / n;
    const double vary_own = sums[OWN_OWN] / n - own * own;
    const double vary_other = sums[OTHER_OTHER] / n - other * other;
    const double together = sums[OWN_OTHER] / n - own * other;
    const double noise = (double)merge->stabiliser.sigma / TILE;
    if (n < 16.0 || vary_own < 9.0 * (noise * noise + 1.0)) {
        return 1;
    }
    return together > like_enough * sqrt(vary_own * fmax(vary_other, 1e-9));
}

/* Of the nine tiles round a tile, so far apart, or those of them that there are. */
static float median_round(const float *values, int32_t columns, int32_t rows, int32_t k,
                          int32_t apart) {
    float sorted[9];
    int count = 0;
    const int32_t i = k % columns, j = k / columns;
    for (int32_t y = j - apart; y <= j + apart; y += apart) {
        for (int32_t x = i - apart; x <= i + apart; x += apart) {
            if (x < 0 || y < 0 || x >= columns || y >= rows) {
                continue;
            }
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

static inline void sort_three(vf *low, vf *middle, vf *high) {
    const vf least = vf_min(*low, *middle), most = vf_max(*low, *middle);
    const vf between = vf_min(most, *high);
    *high = vf_max(most, *high);
    *low = vf_min(least, between);
    *middle = vf_max(least, between);
}

/* The median of a row of tiles, in the middle by columns of three sorted (Paeth, Graphics Gems,
 * 1990). */
static void median_row(const float *values, int32_t columns, int32_t rows, int32_t j, int32_t apart,
                       float *to) {
    int32_t i = 0;
    while (i < columns) {
        const int32_t k = j * columns + i;
        if (j < apart || j + apart >= rows || i < apart || i + LANES > columns - apart) {
            to[k] = median_round(values, columns, rows, k, apart);
            i++;
            continue;
        }
        vf low[3], middle[3], high[3];
        for (int32_t c = 0; c < 3; c++) {
            const float *at = values + k + (c - 1) * apart;
            low[c] = vf_load(at - apart * columns);
            middle[c] = vf_load(at);
            high[c] = vf_load(at + apart * columns);
            sort_three(&low[c], &middle[c], &high[c]);
        }
        vf of_lows = vf_max(vf_max(low[0], low[1]), low[2]);
        vf of_highs = vf_min(vf_min(high[0], high[1]), high[2]);
        sort_three(&middle[0], &middle[1], &middle[2]);
        sort_three(&of_lows, &middle[1], &of_highs);
        vf_store(to + k, middle[1]);
        i += LANES;
    }
}

/* By how much a grey level rises with the light. */
static float rise(const baryta_merge *merge, float level) {
    const burst_stabiliser *s = &merge->stabiliser;
    const float root = fmaxf(level + s->floor, 1.0f);
    return fmaxf(0.5f * (root - s->factor * s->factor * s->offset / root), 0.0f);
}

float burst_judge_light(baryta_merge *merge, const burst_motion *motion, const burst_field *field) {
    const int32_t columns = field->columns, rows = field->rows, tiles = columns * rows;
    burst_list_hidden(merge, merge->light, columns, rows);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < rows; j++) {
        if (!burst_worked(merge, (int64_t)columns * TILE * TILE)) {
            measure_row(merge, motion, field, j, merge->row_sums + (size_t)j * SUMS);
        }
    }
    /* Medians of medians: the wider, the less noise is left in them. */
    const float sigma = (merge->stabiliser.sigma + 0.4f) / (float)TILE;
    const float *from = merge->light;
    for (int scale = 0; scale < SCALES; scale++) {
        const int32_t apart = scale == 0 ? 1 : scale == 1 ? 3 : 9;
        float *to = merge->medians[scale % 2];
        const float limit = sigma * noise_of[scale] + slack_of[scale];
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
        for (int32_t j = 0; j < rows; j++) {
            median_row(from, columns, rows, j, apart, to);
            for (int32_t k = j * columns; k < (j + 1) * columns; k++) {
                const float allowed =
                    limit + (scale > 0 ? flicker * rise(merge, merge->level[k]) : 0.0f);
                const float trust = fminf(fmaxf(2.0f - fabsf(to[k]) / allowed, 0.0f), 1.0f);
                merge->trust[k] = scale == 0 ? trust : fminf(merge->trust[k], trust);
            }
        }
        from = to;
    }
    int32_t trusted = 0, known = 0;
    for (int32_t k = 0; k < tiles; k++) {
        const int tells = merge->level[k] >= 0.0f || burst_as_bright(merge);
        known += tells;
        trusted += tells && merge->trust[k] > 0.5f;
    }
    if (!same_scene(merge, rows)) {
        return 0.0f;
    }
    merge->lit = known > 0 ? (float)trusted / (float)known : 1.0f;
    return merge->lit;
}
