/* Which motion fits a block of 8x8 samples best. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>

enum { AROUND = 8 };

static int pixel(const plain_image *image, int32_t x, int32_t y) {
    return image->data[(ptrdiff_t)y * image->width + x];
}

/* Sum of absolute differences, in 1/32 of a grey level, bilinear in steps of 1/16. */
static double difference(const plain_image *a, const plain_image *b, int32_t x0, int32_t y0,
                         double dx, double dy) {
    const int32_t ix = (int32_t)floor(dx), iy = (int32_t)floor(dy);
    const int fx = (int)floor(16.0 * (dx - ix) + 0.5), fy = (int)floor(16.0 * (dy - iy) + 0.5);
    if (x0 + ix < 0 || y0 + iy < 0 || x0 + ix + AROUND + 1 > b->width ||
        y0 + iy + AROUND + 1 > b->height) {
        return 32e9;
    }
    int sum = 0;
    for (int32_t y = y0; y < y0 + AROUND; y++) {
        for (int32_t x = x0; x < x0 + AROUND; x++) {
            int value = 4; /* the half rounds */
            for (int n = 0; n < 4; n++) {
                value += (n % 2 ? fx : 16 - fx) * (n / 2 ? fy : 16 - fy) *
                         pixel(b, x + ix + n % 2, y + iy + n / 2);
            }
            sum += abs(32 * pixel(a, x, y) - value / 8);
        }
    }
    return sum;
}

static int32_t begin(int32_t block, int32_t length) {
    const int32_t at = 4 * block - 2 < 0 ? 0 : 4 * block - 2;
    return at + AROUND > length ? length - AROUND : at;
}

/* The tile's own displacement, those round it that differ, and none if there are such. */
static int candidates(const plain_plane field[2], int32_t i, int32_t j, double x[11],
                      double y[11]) {
    int count = 1;
    x[0] = plain_at(&field[0], i, j);
    y[0] = plain_at(&field[1], i, j);
    for (int n = 0; n < 9; n++) {
        const int32_t u = i + n % 3 - 1, v = j + n / 3 - 1;
        if (u >= 0 && v >= 0 && u < field->width && v < field->height) {
            x[count] = plain_at(&field[0], u, v);
            y[count] = plain_at(&field[1], u, v);
            count += fabs(x[count] - x[0]) + fabs(y[count] - y[0]) > 0.25;
        }
    }
    if (count > 1) {
        x[count] = y[count] = 0.0;
        count++;
    }
    return count;
}

void plain_block_motion(const plain_image *a, const plain_image *b, const plain_plane field[2],
                        int32_t bx, int32_t by, double to[2]) {
    const int32_t i = bx / 4 < field->width ? bx / 4 : field->width - 1;
    const int32_t j = by / 4 < field->height ? by / 4 : field->height - 1;
    double x[11], y[11], least = HUGE_VAL;
    const int count = candidates(field, i, j, x, y);
    to[0] = x[0];
    to[1] = y[0];
    for (int k = 0; k < count && count > 1; k++) {
        const double cost = difference(a, b, begin(bx, a->width), begin(by, a->height), x[k], y[k]);
        if (cost < least) {
            least = cost;
            to[0] = x[k];
            to[1] = y[k];
        }
    }
}
