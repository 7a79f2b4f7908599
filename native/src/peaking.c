/* Focus peaking: where a picture is as sharp as its pixels are.
 *
 * A sharp edge bends within a pixel, a blurred one over several: of its second difference over one
 * pixel, d, and its first over four, g, the share d / g is 1 beside a step, and, whatever the
 * contrast, 0.26 where a Gaussian of one pixel has blurred it, 0.20 of 1.5 pixels. What noise may
 * explain is left out by d's own threshold.
 */
#include "core.h"

#include <stdlib.h>
#include <string.h>

enum { REACH = 2, SHARE = 4 }; /* pixels; d counts from a quarter of g on */

/* (R + 2 G + B) / 4. */
static void luma_row(const uint8_t *restrict rgbx, uint8_t *restrict luma, int32_t width) {
    for (int32_t x = 0; x < width; x++) {
        const uint8_t *p = rgbx + 4 * (size_t)x;
        luma[x] = (uint8_t)((p[0] + 2 * p[1] + p[2] + 2) / 4);
    }
}

static inline int16_t bend(int16_t before, int16_t here, int16_t after) {
    return (int16_t)abs(2 * here - before - after);
}

/* Both ways of a row, rows[0] to rows[4] two above to two below; all but REACH pixels of each end.
 */
static void peak_row(const uint8_t *const rows[5], uint8_t *restrict mask, int32_t width,
                     int16_t threshold) {
    const uint8_t *up2 = rows[0], *up = rows[1], *here = rows[2], *down = rows[3], *down2 = rows[4];
    for (int32_t x = REACH; x < width - REACH; x++) {
        const int16_t across = bend(here[x - 1], here[x], here[x + 1]);
        const int16_t along = bend(up[x], here[x], down[x]);
        const int16_t slope = (int16_t)abs(here[x + 2] - here[x - 2]);
        const int16_t steep = (int16_t)abs(down2[x] - up2[x]);
        const int sharp = (across > threshold) & (SHARE * across >= slope);
        const int level = (along > threshold) & (SHARE * along >= steep);
        mask[x] = (uint8_t)(-(sharp | level));
    }
}

baryta_status baryta_peaking(const baryta_plane *pixels, int32_t threshold,
                             const baryta_plane *mask, int32_t threads) {
    if (!baryta_plane_valid(pixels, 4, 1) || !baryta_plane_valid(mask, 1, 1) ||
        !baryta_same_size(pixels, mask) || threshold < 0 || threshold > 510 ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t width = mask->width, height = mask->height;
    uint8_t *luma = malloc((size_t)width * (size_t)height);
    if (luma == NULL) {
        return BARYTA_NO_MEMORY;
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < height; y++) {
        luma_row(baryta_row(pixels, y), luma + (size_t)y * (size_t)width, width);
    }
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < height; y++) {
        uint8_t *out = baryta_row(mask, y);
        if (y < REACH || y >= height - REACH || width <= 2 * REACH) {
            memset(out, 0, (size_t)width);
            continue;
        }
        const uint8_t *rows[5];
        for (int k = 0; k < 5; k++) {
            rows[k] = luma + (size_t)(y + k - REACH) * (size_t)width;
        }
        memset(out, 0, REACH);
        memset(out + width - REACH, 0, REACH);
        peak_row(rows, out, width, (int16_t)threshold);
    }
    free(luma);
    return BARYTA_OK;
}
