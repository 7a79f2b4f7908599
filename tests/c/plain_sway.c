/* What a rolling shutter adds: a shift for each row of tiles. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>

enum { TILE = 16, ENOUGH = 4000, ROUNDS = 4 };

static double pixel(const plain_image *image, int32_t x, int32_t y) {
    return image->data[(ptrdiff_t)y * image->width + x];
}

typedef struct opinion {
    double value, weight;
} opinion;

static int ascending(const void *a, const void *b) {
    const double x = ((const opinion *)a)->value, y = ((const opinion *)b)->value;
    return (x > y) - (x < y);
}

/* The least value that half of the weight does not exceed. */
static double weighted_median(opinion *opinions, int32_t count) {
    double total = 0.0, sum = 0.0;
    qsort(opinions, (size_t)count, sizeof *opinions, ascending);
    for (int32_t i = 0; i < count; i++) {
        total += opinions[i].weight;
    }
    for (int32_t i = 0; i < count && total > 0.0; i++) {
        sum += opinions[i].weight;
        if (sum >= 0.5 * total || i == count - 1) {
            return opinions[i].value;
        }
    }
    return 0.0;
}

/* One step of Lucas and Kanade for a tile, a pixel at most; how much its detail tells, less what
 * noise would; returns by how much it differs. */
static double tile_step(const plain_image *a, const uint8_t *warped, int32_t x0, int32_t y0,
                        double sigma, opinion *dx, opinion *dy) {
    double xx = 0.0, xy = 0.0, yy = 0.0, xr = 0.0, yr = 0.0, differs = 0.0;
    for (int32_t y = y0; y < y0 + TILE; y++) {
        for (int32_t x = x0; x < x0 + TILE; x++) {
            const double gx = (pixel(a, x + 1, y) - pixel(a, x - 1, y)) / 2.0;
            const double gy = (pixel(a, x, y + 1) - pixel(a, x, y - 1)) / 2.0;
            const double r = warped[(ptrdiff_t)y * a->width + x] - pixel(a, x, y);
            xx += gx * gx;
            xy += gx * gy;
            yy += gy * gy;
            xr += gx * r;
            yr += gy * r;
            differs += fabs(r);
        }
    }
    const double none = (sigma + 0.5) * (sigma + 0.5) * TILE * TILE / 8.0;
    xx += none;
    yy += none;
    const double determinant = xx * yy - xy * xy;
    const double tells_x = fmax(determinant / yy - 2.0 * none, 0.0);
    const double tells_y = fmax(determinant / xx - 2.0 * none, 0.0);
    dx->value = fmin(fmax((xy * yr - yy * xr) / determinant, -1.0), 1.0);
    dy->value = fmin(fmax((xy * xr - xx * yr) / determinant, -1.0), 1.0);
    dx->weight = tells_x / (tells_x + 4.0 * none);
    dy->weight = tells_y / (tells_y + 4.0 * none);
    return differs;
}

static void warp(const plain_image *b, const plain_motion *motion, const double *x, const double *y,
                 uint8_t *out) {
    for (int32_t y0 = 0; y0 < b->height; y0 += TILE) {
        for (int32_t x0 = 0; x0 < b->width; x0 += TILE) {
            double dx, dy;
            plain_tile_move(motion, x0, y0, &dx, &dy);
            for (int32_t v = y0; v < y0 + TILE && v < b->height; v++) {
                for (int32_t u = x0; u < x0 + TILE && u < b->width; u++) {
                    out[(ptrdiff_t)v * b->width + u] =
                        (uint8_t)plain_warped(b, u, v, dx + x[y0 / TILE], dy + y[y0 / TILE]);
                }
            }
        }
    }
}

/* What the tiles of row j agree on; returns how many of them fit better than in the first round,
 * less those that fit worse. */
static int measure_row(const plain_image *a, const uint8_t *warped, int32_t j, int32_t every,
                       double sigma, int round_number, double *first, double left[2]) {
    const int32_t last = a->height - TILE - 1, y = j * TILE < last ? j * TILE : last;
    const int32_t begin = every > 1 ? every / 2 * TILE : 1, most = a->width / TILE + 1;
    opinion *x_of = calloc((size_t)most, sizeof *x_of), *y_of = calloc((size_t)most, sizeof *y_of);
    int32_t count = 0;
    int better = 0;
    if (x_of == NULL || y_of == NULL) {
        exit(1);
    }
    for (int32_t x = begin; x < a->width - TILE && a->height >= TILE + 2; x += every * TILE) {
        const double differs =
            tile_step(a, warped, x, y > 1 ? y : 1, sigma, &x_of[count], &y_of[count]);
        first[count] = round_number == 0 ? differs : first[count];
        better += (differs < 0.98 * first[count]) - (differs > 1.02 * first[count]);
        count++;
    }
    left[0] = weighted_median(x_of, count);
    left[1] = weighted_median(y_of, count);
    free(x_of);
    free(y_of);
    return better;
}

/* Mean of the rows near, by a triangle. */
static double smoothed(const double *left, int32_t rows, int32_t j) {
    const int32_t reach = 1 + rows / 24;
    double sum = 0.0, weights = 0.0;
    for (int32_t k = 0; k < rows; k++) {
        const double weight = fmax(reach + 1 - abs(k - j), 0.0);
        sum += weight * left[2 * k];
        weights += weight;
    }
    return sum / weights;
}

void plain_find_sway(const plain_image *a, const plain_image *b, const plain_motion *motion,
                     double sigma, double *x, double *y) {
    const int32_t rows = (a->height + TILE - 1) / TILE, columns = a->width / TILE;
    const int32_t every = 1 + columns * (a->height / TILE) / ENOUGH;
    const int few = rows * (a->width / (every * TILE)) / 10 + 1;
    uint8_t *warped = calloc((size_t)a->width * (size_t)a->height, 1);
    double *first = calloc((size_t)(rows * (columns + 1)), sizeof *first);
    double *left = calloc(2 * (size_t)rows, sizeof *left);
    if (warped == NULL || first == NULL || left == NULL) {
        exit(1);
    }
    int better = 0;
    double most = 1.0;
    for (int32_t j = 0; j < rows; j++) {
        x[j] = y[j] = 0.0;
    }
    for (int k = 0; k < ROUNDS && most >= 0.03 && (k < 2 || better >= few); k++) {
        warp(b, motion, x, y, warped);
        better = 0;
        most = 0.0;
        for (int32_t j = 0; j < rows; j++) {
            better += measure_row(a, warped, j, every, sigma, k, first + j * (columns + 1),
                                  left + 2 * (ptrdiff_t)j);
        }
        for (int32_t j = 0; j < rows; j++) {
            const double dx = smoothed(left, rows, j), dy = smoothed(left + 1, rows, j);
            x[j] += dx;
            y[j] += dy;
            most = fmax(most, fmax(fabs(dx), fabs(dy)));
        }
    }
    for (int32_t j = 0; j < rows && better < few; j++) { /* it did not sway */
        x[j] = y[j] = 0.0;
    }
    free(warped);
    free(first);
    free(left);
}
