/* The sums of one Gauss-Newton step (Lucas and Kanade 1981) with Geman and McClure's weight. */
#include "plain.h"

#include <math.h>

static double pixel(const uint8_t *image, int32_t width, int32_t x, int32_t y) {
    return image[(ptrdiff_t)y * width + x];
}

/* Bilinear; false outside the image. */
static int sampled(const plain_image *image, double u, double v, double *value) {
    if (u < 0.0 || v < 0.0 || u >= image->width - 1 || v >= image->height - 1) {
        return 0;
    }
    const int32_t x = (int32_t)u, y = (int32_t)v;
    const double fx = u - x, fy = v - y;
    const uint8_t *data = image->data;
    const int32_t width = image->width;
    *value = (1 - fx) * (1 - fy) * pixel(data, width, x, y) +
             fx * (1 - fy) * pixel(data, width, x + 1, y) +
             (1 - fx) * fy * pixel(data, width, x, y + 1) +
             fx * fy * pixel(data, width, x + 1, y + 1);
    return 1;
}

void plain_step_row(const plain_image *reference, const plain_image *other, const plain_step *step,
                    int32_t y, double sums[16]) {
    const int32_t width = reference->width;
    for (int i = 0; i < 16; i++) {
        sums[i] = 0.0;
    }
    for (int32_t x = 1; x < width - 1; x++) {
        const double px = x - step->centre_x, py = y - step->centre_y;
        const double cosine = cos(step->angle), sine = sin(step->angle);
        const double u = step->centre_x + cosine * px - sine * py + step->shift_x;
        const double v = step->centre_y + sine * px + cosine * py + step->shift_y;
        double moved;
        if (!sampled(other, u, v, &moved)) {
            continue;
        }
        const uint8_t *data = reference->data;
        const double gx = (pixel(data, width, x + 1, y) - pixel(data, width, x - 1, y)) / 2.0;
        const double gy = (pixel(data, width, x, y + 1) - pixel(data, width, x, y - 1)) / 2.0;
        const double r = moved - pixel(data, width, x, y) - step->offset;
        const double tolerated = step->floor + step->slack * (gx * gx + gy * gy);
        const double k = tolerated / (tolerated + r * r);
        /* What r changes by: shift in x and y, angle in 1 / unit, brightness. */
        const double by[4] = {gx, gy, (gy * px - gx * py) * step->unit, 1.0};
        int next = 0;
        for (int i = 0; i < 4; i++) {
            for (int j = i; j < 4; j++) {
                sums[next++] += k * k * by[i] * by[j];
            }
            sums[10 + i] += k * k * by[i] * r;
        }
        sums[14] += 1.0;
        sums[15] += 1.0 - k;
    }
}
