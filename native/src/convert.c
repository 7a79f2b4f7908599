/* A picture of 8-bit RGB in another colour space: tables to light, a matrix, a table back.
 *
 * In fixed point with 14 bits of fraction, as lcms 2 converts between profiles of primaries, so
 * that both give the same picture.
 */
#include "core.h"

enum { ONE = 1 << 14, MOST = 40000 }; /* MOST: of a factor, lest a sum of three outgrow 32 bits */

static int conversion_valid(const baryta_conversion *conversion) {
    for (int i = 0; i < 256; i++) {
        if (conversion->decode[i] < 0 || conversion->decode[i] > ONE) {
            return 0;
        }
    }
    for (int i = 0; i < 9; i++) {
        if (conversion->matrix[i] < -MOST || conversion->matrix[i] > MOST) {
            return 0;
        }
    }
    return 1;
}

static inline int32_t mixed(const int32_t factor[3], int32_t r, int32_t g, int32_t b) {
    const int32_t sum = (factor[0] * r + factor[1] * g + factor[2] * b + ONE / 2) >> 14;
    return sum < 0 ? 0 : sum > ONE ? ONE : sum;
}

static void convert_row(const baryta_conversion *conversion, const uint8_t *restrict in,
                        int32_t width, uint8_t *restrict out) {
    const int32_t *matrix = conversion->matrix, *decode = conversion->decode;
    for (int32_t x = 0; x < width; x++) {
        const int32_t r = decode[in[3 * (size_t)x]];
        const int32_t g = decode[in[3 * (size_t)x + 1]];
        const int32_t b = decode[in[3 * (size_t)x + 2]];
        for (int k = 0; k < 3; k++) {
            out[3 * (size_t)x + (size_t)k] = conversion->encode[mixed(matrix + 3 * k, r, g, b)];
        }
    }
}

baryta_status baryta_convert(const baryta_plane *picture, const baryta_conversion *conversion,
                             const baryta_plane *converted) {
    if (!baryta_plane_valid(picture, 3, 1) || !baryta_plane_valid(converted, 3, 1) ||
        !baryta_same_size(picture, converted) || conversion == NULL ||
        !conversion_valid(conversion)) {
        return BARYTA_BAD_ARGUMENT;
    }
    for (int32_t y = 0; y < picture->height; y++) {
        convert_row(conversion, baryta_row(picture, y), picture->width, baryta_row(converted, y));
    }
    return BARYTA_OK;
}
