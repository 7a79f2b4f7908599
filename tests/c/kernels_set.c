/* One instruction set's kernels, behind arguments that do not depend on the number of lanes. */
#include "burst_shrink.h"
#include "kernels.h"

#include <string.h>

#define TEXT(set) #set
#define NAME(set) TEXT(set)

static void shrink(const baryta_merge *merge, float *re, float *im, const float *noise,
                   const uint16_t *agreed, const float *frames, float *left) {
    burst_shrink_plan plan;
    burst_shrink_plan_make(merge, &plan);
    fft8_spectrum spectrum[4];
    vf variance[4];
    for (ptrdiff_t site = 0; site < 4; site++) {
        memcpy(spectrum[site].re, re + site * FFT8_BINS * LANES, sizeof spectrum[site].re);
        memcpy(spectrum[site].im, im + site * FFT8_BINS * LANES, sizeof spectrum[site].im);
        variance[site] = vf_load(noise + site * LANES);
    }
    vf_store(left, burst_shrink_tiles(&plan, spectrum, variance, agreed, vf_load(frames)));
    for (ptrdiff_t site = 0; site < 4; site++) {
        memcpy(re + site * FFT8_BINS * LANES, spectrum[site].re, sizeof spectrum[site].re);
        memcpy(im + site * FFT8_BINS * LANES, spectrum[site].im, sizeof spectrum[site].im);
    }
}

extern const kernels BURST_SET(kernels);
const kernels BURST_SET(kernels) = {
    .name = NAME(BARYTA_SET),
    .lanes = LANES,
    .routines = &BURST_SET(burst_routines),
    .halve = burst_halve,
    .step_row = burst_step_row,
    .bring_over = burst_bring_over,
    .band_begin = burst_band_begin,
    .band_reach = burst_band_reach,
    .difference = burst_difference,
    .shrink = shrink,
};
