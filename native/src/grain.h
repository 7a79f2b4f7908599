/* Film grain: correlated Gaussian noise, a function of position and seed alone. */
#ifndef BARYTA_GRAIN_H
#define BARYTA_GRAIN_H

#include "core.h"

typedef struct baryta_grain {
    float amount; /* 0: none */
    const float *kernel; /* squares sum to 1 */
    int32_t reach;
    uint32_t seed;
} baryta_grain;

size_t baryta_grain_scratch(int32_t columns, int32_t rows, int32_t reach);

/* Noise of variance 1 for the columns x rows pixels from (x0, y0) on; returns where it lies in
 * scratch, rows without gaps. */
const float *baryta_grain_tile(const baryta_grain *grain, int32_t x0, int32_t y0, int32_t columns,
                               int32_t rows, float *scratch);

#endif
