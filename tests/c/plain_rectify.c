/* What rectify.c has to give, in double, one sample at a time. */
#include "plain.h"

#include <math.h>

static double tap(double t) {
    const double a = fabs(t);
    return a < 1.0   ? (1.5 * a - 2.5) * a * a + 1.0
           : a < 2.0 ? ((-0.5 * a + 2.5) * a - 4.0) * a + 2.0
                     : 0.0;
}

static double limited(double value, double low, double high) {
    return fmin(fmax(value, low), high);
}

static double camera_at(const baryta_plane *linear, const baryta_warp *warp, const double *of,
                        int colour, int32_t x, int32_t y) {
    const double right = linear->width - 1, bottom = linear->height - 1;
    const double cx = (double)warp->centre[0] * right, cy = (double)warp->centre[1] * bottom;
    const double far = hypot(fmax(cx, right - cx), fmax(cy, bottom - cy));
    const double dx = (x - cx) / far, dy = (y - cy) / far, r2 = dx * dx + dy * dy;
    const float *k = warp->radial[colour], *t = warp->tangential[colour];
    const double f =
        (double)k[0] + (double)k[1] * r2 + (double)k[2] * r2 * r2 + (double)k[3] * r2 * r2 * r2;
    const double t0 = (double)t[0], t1 = (double)t[1];
    const double across = f * dx + 2.0 * t0 * dx * dy + t1 * (r2 + 2.0 * dx * dx);
    const double down = f * dy + 2.0 * t1 * dx * dy + t0 * (r2 + 2.0 * dy * dy);
    const double sx = limited(cx + far * across, 0.0, right);
    const double sy = limited(cy + far * down, 0.0, bottom);
    double sum = 0.0, low = HUGE_VAL, high = -HUGE_VAL;
    for (int j = -1; j <= 2; j++) {
        for (int i = -1; i <= 2; i++) {
            const double u = floor(sx) + i, v = floor(sy) + j;
            const int32_t column = (int32_t)limited(u, 0.0, right);
            const unsigned char *bytes = linear->data;
            bytes += (int64_t)limited(v, 0.0, bottom) * linear->stride;
            const float *row = (const float *)(const void *)bytes;
            const float *at = row + (int64_t)3 * column;
            const double value =
                of[0] * (double)at[0] + of[1] * (double)at[1] + of[2] * (double)at[2];
            sum += value * tap(sx - u) * tap(sy - v);
            low = fmin(low, value);
            high = fmax(high, value);
        }
    }
    return limited(sum, low, high);
}

double plain_rectify(const baryta_plane *linear, const baryta_warp *warp, const double mix[9],
                     const double camera[9], int colour, int32_t x, int32_t y) {
    double sum = 0.0;
    for (int c = 0; c < 3; c++) {
        sum += mix[3 * colour + c] * camera_at(linear, warp, camera + 3 * c, c, x, y);
    }
    return sum;
}
