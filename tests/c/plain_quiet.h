/* Patches of a mosaic as points of 64 dimensions, for the twins that look at their directions. */
#ifndef BARYTA_TESTS_PLAIN_QUIET_H
#define BARYTA_TESTS_PLAIN_QUIET_H

#include "plain.h"

enum { PLAIN_SIDE = 8, PLAIN_SAMPLES = PLAIN_SIDE * PLAIN_SIDE };

typedef struct plain_patch {
    double sample[PLAIN_SAMPLES], varies, part;
} plain_patch;

int plain_take_patch(const baryta_plane *frame, const baryta_mosaic_format *format,
                     const baryta_noise *noise, double gain, int32_t x, int32_t y,
                     plain_patch *out);
/* So many across and down, those that tell; the last may be written beyond what is returned. */
int32_t plain_take_grid(const baryta_plane *frame, const baryta_mosaic_format *format,
                        const baryta_noise *noise, double gain, int32_t grid, plain_patch *patches);
/* Of the three quarters that vary least, which come first then; returns their number. */
int plain_covariance(plain_patch *patches, int32_t count,
                     double covariance[PLAIN_SAMPLES][PLAIN_SAMPLES]);
/* By Jacobi's rotations: the values, in order, along the diagonal; vectors by row. */
void plain_eigenvectors(double a[PLAIN_SAMPLES][PLAIN_SAMPLES],
                        double vectors[PLAIN_SAMPLES][PLAIN_SAMPLES]);

#endif
