/* Tiles look for their like by sums of absolute differences (Hasinoff et al. 2016); Lucas-Kanade
 * steps give the part of a pixel. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>

enum { FINE = 16, COARSE = 8, FAR = 20, OUTSIDE = 1 << 28 };

static int pixel(const plain_image *image, int32_t x, int32_t y) {
    return image->data[(ptrdiff_t)y * image->width + x];
}

static int sad(const plain_image *a, const plain_image *b, int size, int32_t x, int32_t y,
               int32_t dx, int32_t dy) {
    int sum = 0;
    if (x + dx < 0 || y + dy < 0 || x + dx + size > b->width || y + dy + size > b->height) {
        return OUTSIDE;
    }
    for (int32_t v = y; v < y + size; v++) {
        for (int32_t u = x; u < x + size; u++) {
            sum += abs(pixel(a, u, v) - pixel(b, u + dx, v + dy));
        }
    }
    return sum;
}

/* Begin of a tile; the last one is moved inwards. */
static int32_t begin(int32_t tile, int size, int32_t length) {
    return size * tile + size > length ? length - size : size * tile;
}

typedef struct match {
    int32_t x, y;
    int cost;
} match;

static void try_out(const plain_image *a, const plain_image *b, int size, int32_t x, int32_t y,
                    int32_t dx, int32_t dy, match *best) {
    const int cost = sad(a, b, size, x, y, dx, dy);
    if (cost < best->cost) {
        *best = (match){dx, dy, cost};
    }
}

/* The tiles above and beside tile (i, j) of the level of half the size, then those around the
 * best. */
static void search(const plain_image *a, const plain_image *b, int size, int32_t x, int32_t y,
                   const plain_plane *above, int32_t i, int32_t j, int range, match *best) {
    for (int32_t v = j - 1; above != NULL && v <= j + 1; v++) {
        for (int32_t u = i - 1; u <= i + 1; u++) {
            if (u >= 0 && v >= 0 && u < above->width && v < above->height) {
                try_out(a, b, size, x, y, 2 * (int32_t)plain_at(&above[0], u, v),
                        2 * (int32_t)plain_at(&above[1], u, v), best);
            }
        }
    }
    const match centre = *best;
    for (int dy = -range; dy <= range; dy++) {
        for (int dx = -range; dx <= range; dx++) {
            try_out(a, b, size, x, y, centre.x + dx, centre.y + dy, best);
        }
    }
}

void plain_match_coarse(const plain_image *a, const plain_image *b, double sigma,
                        const plain_plane *above, plain_plane field[2]) {
    const int margin = (int)(8.0 * (sigma + 0.5)) + 8;
    for (int32_t k = 0; k < field->width * field->height; k++) {
        const int32_t i = k % field->width, j = k / field->width;
        const int32_t x = begin(i, COARSE, a->width), y = begin(j, COARSE, a->height);
        match best = {0, 0, sad(a, b, COARSE, x, y, 0, 0) - margin};
        search(a, b, COARSE, x, y, above, i / 2, j / 2, above == NULL ? 4 : 1, &best);
        field[0].data[k] = best.x;
        field[1].data[k] = best.y;
    }
}

/* More than noise, and than what detail adds at a shift of part of a pixel. */
static int differs(const plain_image *a, double sigma, int size, int32_t x, int32_t y, int cost) {
    const int noise = (int)(1.7 * (sigma + 0.4) * size * size) + size * size;
    int contrast = 0;
    for (int32_t v = y; v < y + size - 1; v++) {
        for (int32_t u = x; u < x + size - 1; u++) {
            contrast += abs(pixel(a, u, v) - pixel(a, u + 1, v));
            contrast += abs(pixel(a, u, v) - pixel(a, u, v + 1));
        }
    }
    return cost > noise && cost > noise + contrast / 2;
}

void plain_look_far(const plain_image *a, const plain_image *b, double sigma,
                    plain_plane field[2]) {
    const int32_t tiles = field->width * field->height;
    match *found = calloc((size_t)tiles, sizeof *found);
    int *lost = calloc((size_t)tiles, sizeof *lost);
    int32_t count = 0;
    if (found == NULL || lost == NULL) {
        exit(1);
    }
    for (int32_t k = 0; k < tiles; k++) {
        const int32_t x = begin(k % field->width, COARSE, a->width);
        const int32_t y = begin(k / field->width, COARSE, a->height);
        const int32_t dx = (int32_t)field[0].data[k], dy = (int32_t)field[1].data[k];
        const int cost = sad(a, b, COARSE, x, y, dx, dy);
        lost[k] = differs(a, sigma, COARSE, x, y, cost);
        found[k] = (match){dx, dy, cost - cost / 4};
        count += lost[k];
        if (lost[k]) {
            for (int32_t n = 0; n < (2 * FAR + 1) * (2 * FAR + 1); n++) {
                try_out(a, b, COARSE, x, y, n % (2 * FAR + 1) - FAR, n / (2 * FAR + 1) - FAR,
                        &found[k]);
            }
        }
    }
    for (int32_t k = 0; k < tiles && 8 * count <= tiles; k++) {
        field[0].data[k] = lost[k] ? found[k].x : field[0].data[k];
        field[1].data[k] = lost[k] ? found[k].y : field[1].data[k];
    }
    free(found);
    free(lost);
}

static double bilinear(const plain_image *image, double u, double v) {
    const int32_t x = (int32_t)floor(u), y = (int32_t)floor(v);
    const double fx = u - x, fy = v - y;
    const double top = (1 - fx) * pixel(image, x, y) + fx * pixel(image, x + 1, y);
    const double low = (1 - fx) * pixel(image, x, y + 1) + fx * pixel(image, x + 1, y + 1);
    return (1 - fy) * top + fy * low;
}

/* Three steps of Lucas and Kanade, at most a pixel from where they begin; back to there if the tile
 * leaves the image, and no further where detail has one direction only. */
static void refine(const plain_image *a, const plain_image *b, int32_t x0, int32_t y0,
                   double to[2]) {
    const double start[2] = {to[0], to[1]};
    for (int step = 0; step < 3; step++) {
        const int32_t ix = (int32_t)floor(to[0]), iy = (int32_t)floor(to[1]);
        if (x0 + ix < 0 || y0 + iy < 0 || x0 + ix + FINE + 1 > b->width ||
            y0 + iy + FINE + 1 > b->height) {
            to[0] = start[0];
            to[1] = start[1];
            return;
        }
        double xx = 1.0, xy = 0.0, yy = 1.0, xr = 0.0, yr = 0.0;
        for (int32_t y = y0 + 1; y < y0 + FINE - 1; y++) {
            for (int32_t x = x0 + 1; x < x0 + FINE - 1; x++) {
                const double gx = 0.5 * (pixel(a, x + 1, y) - pixel(a, x - 1, y));
                const double gy = 0.5 * (pixel(a, x, y + 1) - pixel(a, x, y - 1));
                const double r = bilinear(b, x + to[0], y + to[1]) - pixel(a, x, y);
                xx += gx * gx;
                xy += gx * gy;
                yy += gy * gy;
                xr += gx * r;
                yr += gy * r;
            }
        }
        const double determinant = xx * yy - xy * xy;
        if (determinant <= 0.01 * (xx + yy) * (xx + yy)) {
            return;
        }
        const double dx = (yy * xr - xy * yr) / determinant;
        const double dy = (xx * yr - xy * xr) / determinant;
        to[0] = fmin(fmax(to[0] - dx, start[0] - 1.0), start[0] + 1.0);
        to[1] = fmin(fmax(to[1] - dy, start[1] - 1.0), start[1] + 1.0);
    }
}

int32_t plain_match_fine(const plain_image *a, const plain_image *b, double sigma,
                         const plain_plane *above, plain_plane field[2]) {
    const double rounded = sqrt(sigma * sigma + 0.17); /* of grey: a third more than 2 / 12 */
    const double expected = FINE * FINE * 0.8 * 1.3 * rounded;
    int32_t fits = 0;
    for (int32_t k = 0; k < field->width * field->height; k++) {
        const int32_t i = k % field->width, j = k / field->width;
        const int32_t x = begin(i, FINE, a->width), y = begin(j, FINE, a->height);
        const int still = sad(a, b, FINE, x, y, 0, 0);
        match best = {0, 0, still - (int)(3.0 * FINE * rounded) - still / 16};
        if (still > 1.2 * expected) {
            search(a, b, FINE, x, y, above, i, j, 1, &best);
        }
        double to[2] = {best.x, best.y};
        if (best.x != 0 || best.y != 0) {
            refine(a, b, x, y, to);
        }
        field[0].data[k] = to[0];
        field[1].data[k] = to[1];
        fits += !differs(a, sigma, FINE, x, y, best.cost);
    }
    return fits;
}
