/* Patches of 8x8 samples, as points of 64 dimensions. */
#ifndef BARYTA_BURST_QUIET_H
#define BARYTA_BURST_QUIET_H

#include "burst.h"
#include "burst_eigen.h"

enum { BURST_SIDE = 8 };

/* A patch at even x, y of a frame whose gain is so many times the reference's, each sample over the
 * deviation that the told model gives its site there; 0 if noise is cut off in it. Writes the part
 * of the variance that is shot noise's. */
int burst_take_patch(const baryta_merge *merge, const baryta_plane *frame, float gain, int32_t x,
                     int32_t y, float patch[BURST_SAMPLES], float *shot_part);

/* What a quarter of 1024 patches have less than in the reference's quietest directions, less the
 * mean of all: the mean square. 0 if too few tell. */
float burst_quiet_quarter(baryta_merge *merge, const burst_quiet *quiet, const baryta_plane *frame,
                          float gain);

#endif
