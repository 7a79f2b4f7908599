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

/* All arguments valid. */
sharpness_estimate sharpness_measure(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, int32_t threads);

#endif
