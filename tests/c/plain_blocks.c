/* Which motion fits a block of 8x8 samples best. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>

enum { AROUND = 8 };

static int pixel(const plain_image *image, int32_t x, int32_t y) {
    return image->data[(ptrdiff_t)y * image->width + x];
}

/* Sum of absolute differences, in 1/256 of a grey level, bilinear in steps of 1/16. */
static double difference(const plain_image *a, const plain_image *b, int32_t x0, int32_t y0,
                         double dx, double dy) {
    const int32_t ix = (int32_t)floor(dx), iy = (int32_t)floor(dy);
    const int fx = (int)floor(16.0 * (dx - ix) + 0.5), fy = (int)floor(16.0 * (dy - iy) + 0.5);
    if (x0 + ix < 0 || y0 + iy < 0 || x0 + ix + AROUND + 1 > b->width ||
        y0 + iy + AROUND + 1 > b->height) {
        return 256e9;
    }
    int sum = 0;
    for (int32_t y = y0; y < y0 + AROUND; y++) {
        for (int32_t x = x0; x < x0 + AROUND; x++) {
            int value = -256 * pixel(a, x, y);
            for (int n = 0; n < 4; n++) {
                value += (n % 2 ? fx : 16 - fx) * (n / 2 ? fy : 16 - fy) *
                         pixel(b, x + ix + n % 2, y + iy + n / 2);
            }
            sum += abs(value);
        }
    }
    return sum;
}

static int32_t begin(int32_t block, int32_t length) {
    const int32_t at = 4 * block - 2 < 0 ? 0 : 4 * block - 2;
    return at + AROUND > length ? length - AROUND : at;
}

int plain_best_for_block(const plain_image *a, const plain_image *b, const double *x,
                         const double *y, int count, int32_t bx, int32_t by) {
    const int32_t x0 = begin(bx, a->width), y0 = begin(by, a->height);
    int best = 0;
    double least = INFINITY;
    for (int k = 0; k < count; k++) {
        const double cost = difference(a, b, x0, y0, x[k], y[k]);
        if (cost < least) {
            least = cost;
            best = k;
        }
    }
    return best;
}
