/* Small patches of the reference, and of its difference to a frame, that tell noise from detail. */
#ifndef BARYTA_BURST_PATCHES_H
#define BARYTA_BURST_PATCHES_H

#include "burst.h"

enum { BURST_PAIRS = 6, BURST_PATCH_SIDE = 4, BURST_PATCH_STRIDE = 2 /* cells */, BURST_LAGS = 3 };

/* Variances are those of differences of differences, over what white noise makes of them; light is
 * normalised. */
typedef struct burst_patch {
    float shot, read; /* the model's variances, mean of the sites */
    float light; /* mean of the sites; negative: not to be used */
    float above; /* the same above what the sensor cuts off at */
    float differs, own; /* of the difference, as a frame's; of the reference */
    /* By pair of sites: what of the reference varies together, which noise does not, and what of
     * that the difference takes back. */
    float shared[BURST_PAIRS], moved[BURST_PAIRS];
    /* By site: how its changes go with those a cell across, down and both, beyond what white
     * noise's do. */
    float lag[4][BURST_LAGS];
    /* Of both greens together, half a cell apart; their light, and above the cut-off. */
    float green, green_light, green_above;
} burst_patch;

typedef struct burst_patches {
    burst_patch *patch; /* row by row */
    burst_patch *sorted; /* room for as many */
    float *listed; /* and for as many numbers */
    int32_t count, across; /* in all; in a row */
} burst_patches;

/* Looks at some `wanted` patches in rows of tiles from top to bottom; the strips must be planned.
 * Returns 0 if there is no memory; what is left half done by a merge that is to end is not used. */
int burst_look_at_patches(baryta_merge *merge, const baryta_plane *frame, int32_t wanted,
                          burst_patches *patches);

/* How a frame's detail agrees with the reference's in some patches. */
typedef struct burst_likeness {
    int foreign; /* nowhere is half of it there */
    int tells; /* half of it is, or noise hides it */
    int fits; /* surely most of it is */
} burst_likeness;
burst_likeness burst_compare_detail(const burst_patches *patches);

/* Whether a frame surely fits; whether it may tell the noise at all, else the reference does alone;
 * whether it has not moved, so that nothing is misplaced. */
typedef struct burst_witness {
    int fits, tells, still;
} burst_witness;

/* burst_noise.c: by how many quarters of an octave shot and read noise are above the model, as the
 * patches show them. */
void burst_judge_noise(baryta_merge *merge, const burst_patches *patches, burst_witness witness,
                       int quarters[2]);
/* The same of a factor, sure or not: near the model the model stands. */
int burst_quarters_of(double factor, int sure);
/* What would be at a place were the values in order, which it changes. */
float burst_ranked(float *values, int32_t count, int32_t place);

/* What is left of a normal variable of variance 1 that cannot fall lower than so far below its
 * mean: its variance, and by how much its mean rises. */
float burst_cut_off(float below, float *rise);

/* burst_confine.c: brings the factors of shot and read noise within what the reference's quietest
 * directions and a frame's differences at their calmest, `calm`, allow; whether they prove them.
 * tells, sure: of the frame's own word. */
int burst_confine(const burst_quiet *quiet, double calm, int tells, int sure, double *of_shot,
                  double *of_read);
/* By how many quarters of an octave there is more noise than told where the reference alone says
 * so, until a frame tells. */
int burst_quiet_quarters(const burst_quiet *quiet);

/* burst_quiet.c: returns 0 if there is no memory. */
int burst_find_quiet(baryta_merge *merge, burst_quiet *quiet);

#endif
