/* The sensor's noise as it appears in a developed image. */
#ifndef BARYTA_DENOISE_NOISE_H
#define BARYTA_DENOISE_NOISE_H

#include "develop.h"

enum { BARYTA_NOISE_LEVELS = 5 };

/* The noise model by colour, from the one by site. */
void baryta_noise_of_colours(const baryta_develop_options *options, float shot[3], float read[3]);

/* Mean shading gain of every second pixel of a row. */
void baryta_noise_gain_row(const baryta_development *work, int32_t y, int32_t count,
                           float *restrict gain);

/* Variance of red and blue minus green, averaged, in the domain, where the camera's colours are rgb
 * (in the domain) and the shading gain is gain. */
void baryta_noise_variance_row(const baryta_development *work, const float *const rgb[3],
                               const float *restrict gain, int32_t count, float *restrict variance);

/* Energy that noise of variance 1 has in the difference of a level from the next smaller one,
 * times the margin that takes its fluctuations in too. Level -1 is the image itself. */
float baryta_noise_scale(int32_t level);
float baryta_noise_luma_scale(void);

#endif
