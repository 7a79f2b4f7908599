/* Focus peaking of one pixel, from native/README.md. */
#include "plain.h"

#include <stdlib.h>

static int luma(const baryta_plane *pixels, int32_t x, int32_t y) {
    const uint8_t *p = (const uint8_t *)pixels->data + y * pixels->stride + 4 * x;
    return (p[0] + 2 * p[1] + p[2] + 2) / 4;
}

/* Along a direction: a second difference over one pixel, a first over four. */
static int sharp(const baryta_plane *pixels, int32_t threshold, int32_t x, int32_t y, int32_t dx,
                 int32_t dy) {
    const int d =
        abs(2 * luma(pixels, x, y) - luma(pixels, x - dx, y - dy) - luma(pixels, x + dx, y + dy));
    const int g = abs(luma(pixels, x + 2 * dx, y + 2 * dy) - luma(pixels, x - 2 * dx, y - 2 * dy));
    return d > threshold && 4 * d >= g;
}

int plain_peaking(const baryta_plane *pixels, int32_t threshold, int32_t x, int32_t y) {
    if (x < 2 || y < 2 || x >= pixels->width - 2 || y >= pixels->height - 2) {
        return 0;
    }
    return sharp(pixels, threshold, x, y, 1, 0) || sharp(pixels, threshold, x, y, 0, 1) ? 255 : 0;
}
