/* A frame that swung or is out of focus, but of which too much lies below the noise to reject it:
 * it serves where the reference is as smooth as the frame, and is left out wherever that shows
 * edges.
 *
 * Of the halved grey, whose noise is alike at every level, each tile's differences are compared
 * with what noise makes of them. A blur carries light to the tiles beside.
 *
 * Such a frame is told by tiles, of the grey halved once and twice: an edge goes on from pixel to
 * pixel, noise does not. So differences across are multiplied with those a row below, differences
 * down with those a column beside, which comes to nothing in the mean where there is only noise,
 * whatever the model says. Those of the frame at both places tell what it has of the edges: a
 * product is never more than the mean of both squares, so a sharp frame has never less. */
#include "burst.h"
#include "tiles.h"

#include <math.h>

enum { SIDE = BURST_TILE / 2 };
enum { ACROSS = 0, DOWN = 1 };
enum { FINE = 1, COARSE = 2 }; /* levels: the finer shows the blur, the coarser in more noise */

static const float clear = 2.5f; /* energy over the noise's: the model may be too low by two */
static const float rounding = 1.0f / 12.0f; /* to whole grey levels: its variance */
static const float certain = 6.5f; /* an edge's energy, in standard deviations of chance */
static const float kept = 0.65f; /* of an edge, by a sharp frame: the warp softens, noise errs */
/* Of a frame without edges: of the tiles that have some, that are to be so many, so many lack them.
 */
static const float lost = 0.6f;
enum { TILES_TO_ASK = 5, SHARE_TO_ASK = 200 }; /* at least, and one tile in so many */
static const double astray = 3.0; /* samples from where the hand has moved it: it moves itself */

/* Of a tile, across and down, over what noise alone makes of squared differences. */
typedef struct edges {
    float own[2], common[2]; /* the reference's energy; what of it is in the frame */
} edges;

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

static edges measure(const baryta_merge *merge, int level, int32_t i, int32_t j) {
    const int32_t width = merge->grey.width[level], side = BURST_TILE >> level;
    const int32_t x = baryta_min(i * side, width - side);
    const int32_t y = baryta_min(j * side, merge->grey.height[level] - side);
    const uint8_t *a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    const uint8_t *b = merge->warped.data[level] + (ptrdiff_t)y * width + x;
    int32_t own[2] = {0}, common[2] = {0};
    for (int32_t v = 0; v < side - 1; v++, a += width, b += width) {
        for (int32_t u = 0; u < side - 1; u++) {
            const int32_t across = a[u + 1] - a[u], below = a[u + width + 1] - a[u + width];
            const int32_t down = a[u + width] - a[u], beside = a[u + width + 1] - a[u + 1];
            own[ACROSS] += across * below;
            own[DOWN] += down * beside;
            common[ACROSS] +=
                across * (b[u + 1] - b[u]) + below * (b[u + width + 1] - b[u + width]);
            common[DOWN] += down * (b[u + width] - b[u]) + beside * (b[u + width + 1] - b[u + 1]);
        }
    }
    const float sigma = merge->stabiliser.sigma / (float)(1 << level);
    const float noise = 2.0f * (sigma * sigma + rounding) * (float)((side - 1) * (side - 1));
    edges found;
    for (int way = 0; way < 2; way++) {
        found.own[way] = (float)own[way] / noise;
        found.common[way] = 0.5f * (float)common[way] / noise;
    }
    return found;
}

/* What a tile says of the edges that the reference has in it. */
typedef enum answer { NONE, PRESENT, LACKING } answer;

static answer ask(const baryta_merge *merge, int level, int32_t i, int32_t j) {
    const edges e = measure(merge, level, i, j);
    const int32_t pixels = (BURST_TILE >> level) - 1;
    /* Products one beside another share pixels: 3/2 of the variance of independent ones. */
    const float sure = certain * sqrtf(3.0f) / (float)pixels; /* of both ways together */
    if (e.own[ACROSS] + e.own[DOWN] < sure) {
        return NONE;
    }
    for (int way = 0; way < 2; way++) {
        if (e.own[way] > 0.5f * sure && e.common[way] < kept * e.own[way]) {
            return LACKING;
        }
    }
    return PRESENT;
}

/* Whether the hand's motion leaves the tile within the frame; whether it was found there. */
static int follows(const baryta_merge *merge, const burst_motion *motion, int32_t i, int32_t j,
                   int *there) {
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
    *there = fabs(x + (double)merge->flow.x[block] - to_x) <= astray &&
             fabs(y + (double)merge->flow.y[block] - to_y) <= astray;
    return to_x >= margin && to_y >= margin && to_x <= grid->width - margin &&
           to_y <= grid->height - margin;
}

burst_answers burst_ask_for_edges(baryta_merge *merge, const burst_motion *motion) {
    const burst_pyramid *grey = &merge->grey;
    const int32_t columns = (grey->width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (grey->height[0] + BURST_TILE - 1) / BURST_TILE;
    if (grey->levels <= COARSE) {
        return (burst_answers){0, 0}; /* a picture of a few tiles */
    }
    int32_t asked = 0, lacking = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)                  \
    reduction(+ : asked, lacking)
    for (int32_t j = 0; j < rows; j++) {
        if (burst_worked(merge, (int64_t)columns * SIDE * SIDE)) {
            continue;
        }
        for (int32_t i = 0; i < columns; i++) {
            const answer fine = ask(merge, FINE, i, j), coarse = ask(merge, COARSE, i, j);
            int there;
            if ((fine != NONE || coarse != NONE) && follows(merge, motion, i, j, &there)) {
                asked++;
                lacking += there && (fine == LACKING || coarse == LACKING);
            }
        }
    }
    return (burst_answers){asked, lacking};
}

int burst_lacks_edges(baryta_merge *merge, const burst_motion *motion) {
    const burst_answers answers = burst_ask_for_edges(merge, motion);
    const int32_t columns = (merge->grey.width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (merge->grey.height[0] + BURST_TILE - 1) / BURST_TILE;
    return answers.asked >= baryta_max(TILES_TO_ASK, columns * rows / SHARE_TO_ASK) &&
           (float)answers.lacking >= lost * (float)answers.asked;
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
