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

/* burst_noise.c: fits: whether the frame surely does. By how many quarters of an octave shot and
 * read noise are above the model, as the patches show them. */
void burst_judge_noise(baryta_merge *merge, const burst_patches *patches, int fits,
                       int quarters[2]);

#endif
