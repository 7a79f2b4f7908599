/* Whether a frame has another light than the reference. */
#include "core.h"
#include "plain.h"

#include <math.h>

enum { TILE = 16 };

/* A tile's mean and its difference; -1 and 0 if its content lies beyond the frame or nearly so. */
static void mean_of_tile(const plain_image *a, const plain_image *b, const plain_motion *motion,
                         int32_t i, int32_t j, double dx, double dy, double *level,
                         double *difference) {
    const int32_t x = TILE * i + TILE > a->width ? a->width - TILE : TILE * i;
    const int32_t y = TILE * j + TILE > a->height ? a->height - TILE : TILE * j;
    const int32_t to_x = x + (int32_t)lrint(dx), to_y = y + (int32_t)lrint(dy), margin = TILE + 4;
    double u, v, sum = 0.0, own = 0.0;
    *level = -1.0;
    *difference = 0.0;
    plain_moved(motion, 2 * to_x + TILE, 2 * to_y + TILE, &u, &v);
    if (to_x < 0 || to_y < 0 || to_x + TILE > b->width || to_y + TILE > b->height || u < margin ||
        v < margin || u > motion->width - margin || v > motion->height - margin) {
        return;
    }
    for (int32_t n = 0; n < TILE * TILE; n++) {
        const int32_t column = n % TILE, row = n / TILE;
        own += a->data[(y + row) * a->width + x + column];
        sum += b->data[(to_y + row) * b->width + to_x + column];
    }
    *level = own / (TILE * TILE);
    *difference = (sum - own) / (TILE * TILE);
}

/* Of 32x32 samples at even x, y the mean light; 2 if a sample is at 98 % of white or above. */
static double mean_light(const baryta_plane *plane, const baryta_mosaic_format *format, int32_t x,
                         int32_t y) {
    double sum = 0.0;
    for (int32_t n = 0; n < 4 * TILE * TILE; n++) {
        const int32_t u = n % (2 * TILE), v = n / (2 * TILE), site = 2 * (v % 2) + u % 2;
        const uint16_t *row = baryta_row(plane, y + v);
        const double black = (double)format->black[site];
        const double light = (row[x + u] - black) / ((double)format->white - black);
        if (light >= 0.98) {
            return 2.0;
        }
        sum += light / (4 * TILE * TILE);
    }
    return sum;
}

/* The same of frames of different exposure: light is compared, as grey levels, over what the
 * frame's noise makes more of the difference's deviation. */
static void mean_of_light(const plain_image *a, const plain_exposed *e, const plain_levels *grey,
                          int32_t i, int32_t j, double *level, double *difference) {
    const int32_t x = TILE * i + TILE > a->width ? a->width - TILE : TILE * i;
    const int32_t y = TILE * j + TILE > a->height ? a->height - TILE : TILE * j;
    const int32_t bx = (x + TILE / 2) / 4, by = (y + TILE / 2) / 4;
    const int32_t u = 2 * (x + (int32_t)lrint(plain_at(&e->flow[0], bx, by) / 2.0));
    const int32_t v = 2 * (y + (int32_t)lrint(plain_at(&e->flow[1], bx, by) / 2.0));
    *level = -1.0;
    *difference = 0.0;
    if (u < 0 || v < 0 || u + 2 * TILE > e->frame->width || v + 2 * TILE > e->frame->height) {
        return;
    }
    const double own = mean_light(e->reference, e->format, 2 * x, 2 * y);
    const double other = mean_light(e->frame, e->format, u, v);
    if (own >= 2.0 || other >= 2.0) {
        return;
    }
    double shot = 0.0, read = 0.0;
    for (int site = 0; site < 4; site++) {
        shot += (double)e->noise->shot[site] * fmax(own, 0.0);
        read += (double)e->noise->read[site];
    }
    const double more = (shot / e->exposure + read / (e->exposure * e->exposure)) / (shot + read);
    const double root = sqrt(fmax(grey->slope * own, 0.0) + grey->offset);
    *level = grey->factor * root - grey->floor;
    *difference = (other / e->exposure - own) * grey->factor * grey->slope / (2.0 * root) /
                  sqrt(fmax((1.0 + more) / 2.0, 1.0));
}

/* The one in the middle, or the mean of the two there. */
static double median(const double *values, int count) {
    double middle[2] = {0.0, 0.0};
    for (int i = 0; i < count; i++) {
        int below = 0, same = 0;
        for (int k = 0; k < count; k++) {
            below += values[k] < values[i];
            same += values[k] == values[i];
        }
        for (int h = 0; h < 2; h++) {
            const int rank = (count - 1 + h) / 2;
            middle[h] = below <= rank && rank < below + same ? values[i] : middle[h];
        }
    }
    return 0.5 * (middle[0] + middle[1]);
}

static double median_round(const plain_plane *values, int32_t i, int32_t j, int32_t apart) {
    double nine[9] = {0.0};
    int count = 0;
    for (int32_t y = j - apart; y <= j + apart; y += apart) {
        for (int32_t x = i - apart; x <= i + apart; x += apart) {
            if (x >= 0 && y >= 0 && x < values->width && y < values->height) {
                nine[count++] = values->data[y * values->width + x];
            }
        }
    }
    return median(nine, count);
}

/* What a hundredth more light adds to a grey level of factor * sqrt(slope * x + offset) - floor. */
static double flicker(const plain_levels *grey, double level) {
    const double root = fmax(level + grey->floor, 1.0);
    const double light = root * root - grey->factor * grey->factor * grey->offset;
    return fmax(0.01 * light / (2.0 * root), 0.0);
}

void plain_trust(const plain_image *a, const plain_image *b, const plain_motion *motion,
                 const plain_plane field[2], const plain_levels *grey, const plain_exposed *exposed,
                 plain_plane *trust) {
    /* Of medians of nine tiles side by side, then three, then nine apart: what noise does to them,
     * in the mean's deviations, and what they may differ by besides. */
    static const double noise[3] = {2.5, 1.1, 0.5}, slack[3] = {1.0, 0.3, 0.2};
    static const int32_t apart[3] = {1, 3, 9};
    const int32_t width = field->width, tiles = field->width * field->height;
    plain_plane from = plain_plane_make(width, field->height);
    plain_plane to = plain_plane_make(width, field->height);
    plain_plane level = plain_plane_make(width, field->height);
    for (int32_t k = 0; k < tiles; k++) {
        if (exposed != NULL) {
            mean_of_light(a, exposed, grey, k % width, k / width, &level.data[k], &from.data[k]);
        } else {
            mean_of_tile(a, b, motion, k % width, k / width, field[0].data[k], field[1].data[k],
                         &level.data[k], &from.data[k]);
        }
        trust->data[k] = 1.0;
    }
    for (int n = 0; n < 3; n++) {
        for (int32_t k = 0; k < tiles; k++) {
            to.data[k] = median_round(&from, k % width, k / width, apart[n]);
            const double limit = noise[n] * (grey->sigma + 0.4) / TILE + slack[n] +
                                 (n > 0 ? flicker(grey, level.data[k]) : 0.0);
            trust->data[k] = fmin(trust->data[k], fmax(2.0 - fabs(to.data[k]) / limit, 0.0));
        }
        const plain_plane last = from;
        from = to;
        to = last;
    }
    plain_plane_free(&from);
    plain_plane_free(&to);
    plain_plane_free(&level);
}
