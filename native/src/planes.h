/* Pixels by colour: loops over planes run in lanes, loops over pixels of three do not. */
#ifndef BARYTA_PLANES_H
#define BARYTA_PLANES_H

#include <stdint.h>

static inline void baryta_unzip(const float *restrict rgb, int32_t count, float *restrict red,
                                float *restrict green, float *restrict blue) {
    for (int32_t x = 0; x < count; x++) {
        red[x] = rgb[3 * x];
        green[x] = rgb[3 * x + 1];
        blue[x] = rgb[3 * x + 2];
    }
}

static inline void baryta_zip(const float *restrict red, const float *restrict green,
                              const float *restrict blue, int32_t count, float *restrict rgb) {
    for (int32_t x = 0; x < count; x++) {
        rgb[3 * x] = red[x];
        rgb[3 * x + 1] = green[x];
        rgb[3 * x + 2] = blue[x];
    }
}

#endif
