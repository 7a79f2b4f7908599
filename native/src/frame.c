/* A preview frame of half size: what a panel of few pixels shows of it. */
#include "core.h"

/* One loop over bytes: compilers make vectors of it, and of hand-packed words they do not. */
static void half_row(const uint8_t *restrict upper, const uint8_t *restrict lower,
                     uint8_t *restrict out, int32_t width) {
    for (int32_t x = 0; x < width; x++) {
        for (int c = 0; c < 4; c++) {
            const int left = 8 * x + c, right = left + 4;
            out[4 * x + c] =
                (uint8_t)((upper[left] + upper[right] + lower[left] + lower[right] + 2) >> 2);
        }
    }
}

baryta_status baryta_halve_frame(const baryta_plane *pixels, const baryta_plane *half) {
    if (!baryta_plane_valid(pixels, 4, 1) || !baryta_plane_valid(half, 4, 1) ||
        half->width != pixels->width / 2 || half->height != pixels->height / 2) {
        return BARYTA_BAD_ARGUMENT;
    }
    for (int32_t y = 0; y < half->height; y++) {
        half_row(baryta_row(pixels, 2 * (int64_t)y), baryta_row(pixels, 2 * (int64_t)y + 1),
                 baryta_row(half, y), half->width);
    }
    return BARYTA_OK;
}
