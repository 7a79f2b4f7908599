/* Whose word on the noise counts.
 *
 * While a frame is added the noise is what that frame and the reference show, and for the result
 * what the middle one of all frames has shown. So the order of the frames changes nothing, and one
 * that misleads misleads nobody else. */
#include "burst.h"

#include <math.h>

enum { MODEL = BURST_NOISES / 2 };

static float raised(float told, int quarters) {
    return fminf((float)((double)told * exp2(0.25 * quarters)), 1.0f);
}

double burst_take_noise(baryta_merge *merge, const int quarters[2]) {
    double told = 1e-12, taken = 1e-12;
    for (int site = 0; site < 4; site++) { /* at middle grey */
        const float shot = merge->told.shot[site], read = merge->told.read[site];
        float *s = &merge->options.noise.shot[site], *r = &merge->options.noise.read[site];
        *s = quarters[0] == 0 ? shot : raised(shot, quarters[0]);
        *r = quarters[1] == 0 ? read : raised(read, quarters[1]);
        told += (double)(0.18f * shot + read);
        taken += (double)(0.18f * *s + *r);
    }
    merge->stabiliser.sigma = merge->told_sigma * (float)sqrt(taken / told);
    return taken / told;
}

void burst_vote_noise(baryta_merge *merge, const int quarters[2]) {
    for (int which = 0; which < 2; which++) {
        merge->votes[which][MODEL + quarters[which]]++;
    }
}

/* The median; of two in the middle the one nearer to the model. */
static int middle(const int32_t votes[BURST_NOISES]) {
    int32_t all = 0, counted = 0;
    int lower = -1, upper = -1;
    for (int i = 0; i < BURST_NOISES; i++) {
        all += votes[i];
    }
    for (int i = 0; i < BURST_NOISES; i++) {
        counted += votes[i];
        lower = lower < 0 && 2 * counted >= all ? i : lower;
        upper = upper < 0 && 2 * counted > all ? i : upper;
    }
    return all == 0 ? 0 : lower > MODEL ? lower - MODEL : upper < MODEL ? upper - MODEL : 0;
}

void burst_agree_on_noise(baryta_merge *merge) {
    const int quarters[2] = {middle(merge->votes[0]), middle(merge->votes[1])};
    burst_take_noise(merge, quarters);
}
