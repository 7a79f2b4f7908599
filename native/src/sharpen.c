/* Detail is luminance minus its blur; it is added to the three channels alike, so that hues stay.
 * Halos are limited: the result may pass the lightest and darkest of the 3x3 neighbourhood by a
 * fraction of their distance only. Detail near the level of noise or banding is left alone. */
#include "sharpen.h"

#include "blur.h"

static const float least_detail = 0.004f; /* of full scale */
static const float overshoot = 0.12f; /* of the neighbourhood's range */

size_t baryta_sharpen_scratch(int32_t columns, int32_t rows, int32_t reach) {
    const size_t w = (size_t)columns + 2 * (size_t)reach;
    const size_t h = (size_t)rows + 2 * (size_t)reach;
    return 3 * w * h;
}

static inline float low(float a, float b) {
    return a < b ? a : b;
}

static inline float high(float a, float b) {
    return a > b ? a : b;
}

static void sharpen_row(float amount, const float *restrict light, int64_t wide,
                        const float *restrict soft, int32_t columns, float *restrict change) {
    for (int32_t x = 0; x < columns; x++) {
        const float *at = light + x;
        const float here = at[0];
        const float bottom = low(low(low(low(at[-wide - 1], at[-wide]), low(at[-wide + 1], at[-1])),
                                     low(low(at[1], at[wide - 1]), low(at[wide], at[wide + 1]))),
                                 here);
        const float top =
            high(high(high(high(at[-wide - 1], at[-wide]), high(at[-wide + 1], at[-1])),
                      high(high(at[1], at[wide - 1]), high(at[wide], at[wide + 1]))),
                 here);
        const float detail = here - soft[x];
        const float square = detail * detail;
        const float wanted =
            here + amount * detail * (square / (square + least_detail * least_detail));
        const float room = overshoot * (top - bottom);
        change[x] = low(high(wanted, bottom - room), top + room) - here;
    }
}

void baryta_sharpen(const baryta_sharpening *how, float *const rgb[3], int32_t columns,
                    int32_t rows, float *scratch) {
    const int64_t wide = columns + 2 * how->reach;
    const int64_t high_rows = rows + 2 * how->reach;
    float *restrict light = scratch;
    float *between = light + wide * high_rows;
    float *soft = between + wide * high_rows;
    const float *restrict red = rgb[0];
    const float *restrict green = rgb[1];
    const float *restrict blue = rgb[2];
    /* Luma of encoded values: the weights of Rec. ITU-R BT.709-6. */
    for (int64_t i = 0; i < wide * high_rows; i++) {
        light[i] = 0.2126f * red[i] + 0.7152f * green[i] + 0.0722f * blue[i];
    }
    baryta_convolve(light, columns, rows, how->kernel, how->reach, between, soft);
    for (int32_t y = 0; y < rows; y++) {
        const int64_t first = (y + how->reach) * wide + how->reach;
        float *restrict change = between; /* free again */
        sharpen_row(how->amount, light + first, wide, soft + (int64_t)y * columns, columns, change);
        for (int c = 0; c < 3; c++) {
            float *restrict out = rgb[c] + first;
            for (int32_t x = 0; x < columns; x++) {
                out[x] += change[x];
            }
        }
    }
}
