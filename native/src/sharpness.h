/* How sharp a mosaic is, for the core's own use: see baryta_sharpness. */
#ifndef BARYTA_SHARPNESS_H
#define BARYTA_SHARPNESS_H

#include "core.h"

typedef struct sharpness_estimate {
    double value; /* without noise's part, may be negative */
    double noise; /* that part, as the model has it */
    double doubt; /* what noise may have added or taken, three standard errors */
    double level; /* mean over pairs of neighbours, as the light counts in the value */
    /* Of pairs across and down that noise does not explain the energy, in variances of noise, each
     * limited; mean over all pairs. */
    double edges[2];
} sharpness_estimate;

struct burst_routines;

/* All arguments valid. */
sharpness_estimate sharpness_measure(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, int32_t threads,
                                     const struct burst_routines *routines);

/* What rows of cells are measured by. */
typedef struct sharpness_job {
    const baryta_plane *mosaic;
    float black[4];
    float gain[4]; /* sample units to normalised, times the sample's share in the green mean */
    float shot; /* of a cell's green */
    float read;
    int mono;
    int right; /* 1: green is on the right in a cell's upper row */
} sharpness_job;

/* Sums over neighbours: the gradients' energy without noise, the level's, the noise's and that
 * squared; that of proven edges across and down, in variances of noise. */
typedef struct sharpness_sums {
    double gradient, level, noise, squared;
    double edges[2];
} sharpness_sums;

#endif
