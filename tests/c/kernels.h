/* The merge's kernels of every instruction set, for tests and the benchmark. */
#ifndef BARYTA_TESTS_KERNELS_H
#define BARYTA_TESTS_KERNELS_H

#include "burst_routines.h"
#include "burst_step.h"

enum { KERNELS_BINS = 34, KERNELS_LANES = 16 }; /* of a spectrum; at most */

typedef struct kernels {
    const char *name;
    int32_t lanes;
    const burst_routines *routines;
    void (*step_row)(const burst_step *step, int32_t y, int32_t first, int32_t end,
                     double sums[BURST_STEP_SUMS]);
    void (*make_window)(const baryta_merge *merge, const baryta_plane *frame, float exposure,
                        const burst_cutout *w, uint8_t *out);
    int (*bears_out)(baryta_merge *merge, burst_guess *first, const burst_guess *second);
    int (*bring_over)(baryta_merge *merge, const burst_motion *motion);
    void (*spread_flow)(baryta_merge *merge, const burst_motion *motion, const burst_field *field);
    float (*judge_light)(baryta_merge *merge, const burst_motion *motion, const burst_field *field);
    void (*band_begin)(const baryta_merge *merge, burst_band *band, int32_t from);
    void (*band_reach)(const baryta_merge *merge, const baryta_plane *frame, burst_band *band,
                       int32_t row);
    void (*difference)(const baryta_merge *merge, const baryta_plane *frame, const burst_band *band,
                       int32_t bx, int32_t by, float *cells, float *cover);
    /* Groups of `lanes` tiles side by side, their numbers by lane: 64 of a tile, forward to the
     * real and the imaginary parts of KERNELS_BINS, or back. Arrays on cache lines. */
    void (*transform)(const float *tiles, float *spectra, int32_t groups);
    void (*transform_back)(const float *spectra, float *tiles, int32_t groups);
    /* spectra: of four sites a group, in place; noise: by site; agreed: by bin, BURST_CHUNK apart,
     * the same for all groups; frames: by tile; left: by tile what is left of the noise, what of it
     * is spread, and the reference's share, for each group the three one after the other. */
    void (*shrink)(const baryta_merge *merge, int32_t groups, float *spectra, const float *noise,
                   const uint16_t *agreed, const float *frames, float *left);
    /* As many numbers of either list as there are lanes, by turns. */
    void (*store_whole)(const float *even, const float *odd, int16_t low, int16_t high,
                        int16_t *out);
} kernels;

/* Those that this machine can run, from 0 on, the fastest last; NULL beyond it. */
const kernels *kernels_of(int set);

#endif
