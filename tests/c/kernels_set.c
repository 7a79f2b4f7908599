/* One instruction set's kernels, behind arguments that do not depend on the number of lanes. */
#include "burst_shrink.h"
#include "kernels.h"

#define TEXT(set) #set
#define NAME(set) TEXT(set)

_Static_assert((int)FFT8_BINS == (int)KERNELS_BINS, "the bins of a spectrum");

static fft8_spectrum *spectrum_of(float *spectra, ptrdiff_t number) {
    return (fft8_spectrum *)(void *)(spectra + number * 2 * FFT8_BINS * LANES);
}

static void transform(const float *tiles, float *spectra, int32_t groups) {
    for (ptrdiff_t g = 0; g < groups; g++) {
        fft8_forward((const vf *)(const void *)(tiles + g * 64 * LANES), spectrum_of(spectra, g));
    }
}

static void transform_back(const float *spectra, float *tiles, int32_t groups) {
    for (ptrdiff_t g = 0; g < groups; g++) {
        const float *own = spectra + g * 2 * FFT8_BINS * LANES;
        fft8_inverse((const fft8_spectrum *)(const void *)own,
                     (vf *)(void *)(tiles + g * 64 * LANES));
    }
}

static void shrink(const baryta_merge *merge, int32_t groups, float *spectra, const float *noise,
                   const uint16_t *agreed, const float *frames, float *left) {
    burst_shrink_plan plan;
    burst_shrink_plan_make(merge, &plan);
    for (ptrdiff_t g = 0; g < groups; g++) {
        vf variance[4];
        for (ptrdiff_t site = 0; site < 4; site++) {
            variance[site] = vf_load(noise + (4 * g + site) * LANES);
        }
        const burst_left own =
            burst_shrink_tiles(&plan, spectrum_of(spectra, 4 * g), variance, agreed,
                               vf_load(frames + g * LANES), vf_all(1.0f));
        vf_store(left + 3 * g * LANES, own.all);
        vf_store(left + (3 * g + 1) * LANES, own.spread);
        vf_store(left + (3 * g + 2) * LANES, own.own);
    }
}

static void store_whole(const float *even, const float *odd, int16_t low, int16_t high,
                        int16_t *out) {
    vf_store_whole(out, vf_load(even), vf_load(odd), low, high);
}

extern const kernels BURST_SET(kernels);
const kernels BURST_SET(kernels) = {
    .name = NAME(BARYTA_SET),
    .lanes = LANES,
    .routines = &BURST_SET(burst_routines),
    .step_row = burst_step_row,
    .make_window = burst_make_window,
    .bears_out = burst_bears_out,
    .bring_over = burst_bring_over,
    .spread_flow = burst_spread_flow,
    .judge_light = burst_judge_light,
    .band_begin = burst_band_begin,
    .band_reach = burst_band_reach,
    .difference = burst_difference,
    .transform = transform,
    .transform_back = transform_back,
    .shrink = shrink,
    .store_whole = store_whole,
};
