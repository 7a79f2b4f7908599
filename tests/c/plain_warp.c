/* The other frame's grey brought over the reference, tile by tile. */
#include "plain.h"

#include <math.h>

static int clamped(int32_t at, int32_t size) {
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

int plain_warped(const plain_image *other, int32_t x, int32_t y, double dx, double dy) {
    const int32_t ix = (int32_t)floor(dx), iy = (int32_t)floor(dy);
    const int fx = (int)floor(32.0 * (dx - ix) + 0.5), fy = (int)floor(32.0 * (dy - iy) + 0.5);
    int sum = 512;
    for (int j = 0; j < 2; j++) {
        for (int i = 0; i < 2; i++) {
            const int32_t u = clamped(x + ix + i, other->width);
            const int32_t v = clamped(y + iy + j, other->height);
            sum += (i ? fx : 32 - fx) * (j ? fy : 32 - fy) *
                   other->data[(ptrdiff_t)v * other->width + u];
        }
    }
    return sum / 1024;
}

void plain_moved(const plain_motion *motion, double x, double y, double *to_x, double *to_y) {
    const double px = x - 0.5 * (motion->width - 1), py = y - 0.5 * (motion->height - 1);
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
    *to_x = x - px + cosine * px - sine * py + motion->x;
    *to_y = y - py + sine * px + cosine * py + motion->y;
}

void plain_tile_move(const plain_motion *motion, int32_t x0, int32_t y0, double *dx, double *dy) {
    const double x = 2.0 * x0 + 15.5, y = 2.0 * y0 + 15.5; /* its centre in samples */
    double to_x, to_y;
    plain_moved(motion, x, y, &to_x, &to_y);
    *dx = 0.5 * (to_x - x);
    *dy = 0.5 * (to_y - y);
}
