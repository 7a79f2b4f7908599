/* Shrinking the noise in a group of tiles' spectra. */
#ifndef BARYTA_BURST_SHRINK_H
#define BARYTA_BURST_SHRINK_H

#include "burst.h"
#include "burst_routines.h"
#include "fft8.h"

typedef struct burst_shrink_plan {
    float cosine[BURST_BINS][4], sine[BURST_BINS][4]; /* phase of each site relative to the first */
    float share[BURST_BINS]; /* of a tile's 64 coefficients */
    float left[BURST_BINS]; /* of a frame's noise variance after demosaicing and resampling */
    float strength;
    uint8_t above[BURST_BINS], below[BURST_BINS]; /* the adjacent frequencies */
    uint8_t before[BURST_BINS], after[BURST_BINS];
} burst_shrink_plan;

void burst_shrink_plan_make(const baryta_merge *merge, burst_shrink_plan *plan);
/* What is left of a tile's noise, shares of a single frame's variance. */
typedef struct burst_left {
    vf all;
    vf spread; /* of it what no longer lies where it came from */
    vf own; /* share of the reference's own noise, amplitude */
} burst_left;

/* noise: variance of a coefficient by site, of a single frame; agreed: as burst_agreed has it;
 * frames: by tile, the sum of the shares of the frames that show the same; belief: how far the
 * mean is believed, which is how far it is shrunk. */
burst_left burst_shrink_tiles(const burst_shrink_plan *plan, fft8_spectrum site[4],
                              const vf noise[4], const uint16_t *agreed, vf frames, vf belief);

#endif
