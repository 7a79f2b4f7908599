/* The sensor's noise as it appears in a developed image. */
#ifndef BARYTA_DENOISE_NOISE_H
#define BARYTA_DENOISE_NOISE_H

#include "develop.h"

enum { BARYTA_NOISE_LEVELS = 5 };

/* Shading gain along part of a row, of every step-th pixel. */
void baryta_noise_gain_row(const baryta_development *work, int32_t y, int32_t x0, int32_t count,
                           int32_t step, float *restrict gain);

/* Variance of red and blue minus green, averaged, in the domain, where the camera's colours are rgb
 * (in the domain) and the shading gain is gain. */
void baryta_noise_variance_row(const baryta_development *work, const float *const rgb[3],
                               const float *restrict gain, int32_t count, float *restrict variance);

/* Energy that noise of variance 1 has in the difference of a level from the next smaller one,
 * times the margin that takes its fluctuations in too. Level -1 is the image itself. */
float baryta_noise_scale(int32_t level);
float baryta_noise_luma_scale(void);

#endif
