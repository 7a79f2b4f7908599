/* The finest level of denoise.c, and what both share. */
#ifndef BARYTA_DENOISE_FINE_H
#define BARYTA_DENOISE_FINE_H

#include "denoise.h"

void baryta_denoise_finest_row(const baryta_denoiser *denoiser, int32_t item, int32_t thread);
void baryta_denoise_keep_row(const baryta_denoiser *denoiser, int32_t item, int32_t thread);

/* Means of 3x3 of a row, borders repeated. */
static inline void baryta_around_row(const float *plane, int32_t width, int32_t height, int32_t y,
                                     float *restrict out) {
    const float *restrict a = plane + (int64_t)baryta_max(y - 1, 0) * width;
    const float *restrict b = plane + (int64_t)y * width;
    const float *restrict c = plane + (int64_t)baryta_min(y + 1, height - 1) * width;
    for (int32_t x = 1; x < width - 1; x++) {
        out[x] = ((a[x - 1] + a[x] + a[x + 1]) + (b[x - 1] + b[x] + b[x + 1]) +
                  (c[x - 1] + c[x] + c[x + 1])) *
                 (1.0f / 9.0f);
    }
    for (int32_t i = 0; i < 2; i++) {
        const int32_t x = i * (width - 1);
        const int32_t left = baryta_max(x - 1, 0);
        const int32_t right = baryta_min(x + 1, width - 1);
        out[x] = ((a[left] + a[x] + a[right]) + (b[left] + b[x] + b[right]) +
                  (c[left] + c[x] + c[right])) *
                 (1.0f / 9.0f);
    }
}

/* The share of a difference that stays, by Wiener's rule. */
static inline float baryta_wiener(float energy, float noise) {
    const float rest = energy - noise;
    const float share = rest / (rest > 0.0f ? energy : 1.0f);
    return rest > 0.0f ? share : 0.0f;
}

#endif
