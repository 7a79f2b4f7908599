/* Gaussian blur: short kernels for tiles, box filters for whole small planes. */
#ifndef BARYTA_BLUR_H
#define BARYTA_BLUR_H

#include "core.h"

enum { BARYTA_KERNEL_REACH = 64 };

/* kernel[0] is the centre, kernel[i] the weight at distance i; returns the reach, 0 for a radius
 * (standard deviation, pixels) too small to matter. power 1: weights sum to 1; power 2: their
 * squares do, so that white noise keeps its variance. */
int32_t baryta_kernel(float radius, int power, float kernel[BARYTA_KERNEL_REACH + 1]);

/* Separable convolution of a tile: from is (rows + 2 reach) x (columns + 2 reach), to is rows x
 * columns, between holds (rows + 2 reach) x columns; all without gaps between rows. */
void baryta_convolve(const float *restrict from, int32_t columns, int32_t rows, const float *kernel,
                     int32_t reach, float *restrict between, float *restrict to);

/* Mean over (2 reach + 1)^2, borders repeated, in place on a width x height plane without gaps;
 * between is as large. */
void baryta_box(float *plane, int32_t width, int32_t height, int32_t reach, float *between,
                int32_t threads);

/* Nearly Gaussian blur of a standard deviation, pixels: three box means (Wells, IEEE PAMI 8(2),
 * 1986). */
void baryta_blur(float *plane, int32_t width, int32_t height, float deviation, float *between,
                 int32_t threads);

#endif
