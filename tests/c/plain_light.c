/* Whether a frame has another light than the reference. */
#include "plain.h"

#include <math.h>

enum { TILE = 16 };

/* A tile's mean difference; 0 if its content lies beyond the frame or nearly so. */
static double mean_difference(const plain_image *a, const plain_image *b,
                              const plain_motion *motion, int32_t i, int32_t j, double dx,
                              double dy) {
    const int32_t x = TILE * i + TILE > a->width ? a->width - TILE : TILE * i;
    const int32_t y = TILE * j + TILE > a->height ? a->height - TILE : TILE * j;
    const int32_t to_x = x + (int32_t)lrint(dx), to_y = y + (int32_t)lrint(dy), margin = TILE + 4;
    double u, v, sum = 0.0;
    plain_moved(motion, 2 * to_x + TILE, 2 * to_y + TILE, &u, &v);
    if (to_x < 0 || to_y < 0 || to_x + TILE > b->width || to_y + TILE > b->height || u < margin ||
        v < margin || u > motion->width - margin || v > motion->height - margin) {
        return 0.0;
    }
    for (int32_t n = 0; n < TILE * TILE; n++) {
        const int32_t column = n % TILE, row = n / TILE;
        sum += b->data[(to_y + row) * b->width + to_x + column] -
               a->data[(y + row) * a->width + x + column];
    }
    return sum / (TILE * TILE);
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

static double median_round(const plain_plane *values, int32_t i, int32_t j) {
    double nine[9] = {0.0};
    int count = 0;
    for (int32_t y = j - 1; y <= j + 1; y++) {
        for (int32_t x = i - 1; x <= i + 1; x++) {
            if (x >= 0 && y >= 0 && x < values->width && y < values->height) {
                nine[count++] = values->data[y * values->width + x];
            }
        }
    }
    return median(nine, count);
}

void plain_trust(const plain_image *a, const plain_image *b, const plain_motion *motion,
                 const plain_plane field[2], double sigma, plain_plane *trust) {
    plain_plane differences = plain_plane_make(field->width, field->height);
    const double limit = 2.5 * (sigma + 0.4) / TILE + 1.0; /* of a mean, and one grey level */
    for (int32_t k = 0; k < field->width * field->height; k++) {
        differences.data[k] = mean_difference(a, b, motion, k % field->width, k / field->width,
                                              field[0].data[k], field[1].data[k]);
    }
    for (int32_t k = 0; k < field->width * field->height; k++) {
        const double differs = median_round(&differences, k % field->width, k / field->width);
        trust->data[k] = fmin(fmax(2.0 - fabs(differs) / limit, 0.0), 1.0);
    }
    plain_plane_free(&differences);
}
