/* The finest level of denoise.c, and what both share. */
#ifndef BARYTA_DENOISE_FINE_H
#define BARYTA_DENOISE_FINE_H

#include "denoise.h"

void baryta_denoise_finest_row(const baryta_denoiser *denoiser, int32_t item, int32_t thread);
void baryta_denoise_keep_row(const baryta_denoiser *denoiser, int32_t item);

/* Mean of 3x3, borders repeated. */
static inline float baryta_around(const float *plane, int32_t width, int32_t height, int32_t x,
                                  int32_t y) {
    const int32_t left = baryta_max(x - 1, 0);
    const int32_t right = baryta_min(x + 1, width - 1);
    const float *a = plane + (int64_t)baryta_max(y - 1, 0) * width;
    const float *b = plane + (int64_t)y * width;
    const float *c = plane + (int64_t)baryta_min(y + 1, height - 1) * width;
    return ((a[left] + a[x] + a[right]) + (b[left] + b[x] + b[right]) +
            (c[left] + c[x] + c[right])) *
           (1.0f / 9.0f);
}

/* The share of a difference that stays, by Wiener's rule. */
static inline float baryta_wiener(float energy, float noise) {
    const float rest = energy - noise;
    return rest > 0.0f ? rest / energy : 0.0f;
}

#endif
