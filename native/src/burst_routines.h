/* The routines where most time goes, compiled once for every instruction set that is told apart.
 *
 * Their files see their names with the set's name at the end; all others reach them by a table. */
#ifndef BARYTA_BURST_ROUTINES_H
#define BARYTA_BURST_ROUTINES_H

#include "burst.h"

struct burst_patch; /* burst_patches.h */

typedef struct burst_routines {
    void (*grey)(baryta_merge *merge, const baryta_plane *frame, float exposure,
                 burst_pyramid *pyramid);
    void (*soften)(const burst_pyramid *in, burst_pyramid *out, int32_t threads);
    burst_motion (*find_motion)(baryta_merge *merge);
    float (*find_flow)(baryta_merge *merge, const burst_motion *motion);
    void (*strip_begin)(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip);
    void (*strip_advance)(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                          int32_t rows);
    void (*strip_look)(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                       int32_t ty);
    void (*measure_patches)(const baryta_merge *merge, const burst_strip *strip, int32_t ty,
                            int32_t y0, int32_t count, struct burst_patch *out);
    void (*believe)(const baryta_merge *merge, burst_strip *strip, int32_t first, int32_t last);
    void (*shrink_begin)(const baryta_merge *merge, burst_strip *strip);
    void (*shrink_advance)(baryta_merge *merge, const baryta_plane *merged, burst_strip *strip,
                           int32_t rows);
    void (*mark)(const baryta_merge *merge, const float *cells, int32_t bx, int32_t by);
    void (*flag_row)(const baryta_merge *merge, int32_t y, float sigmas, uint8_t *flags);
    void (*sharpness_rows)(const sharpness_job *work, int32_t first, int32_t step, int32_t count,
                           sharpness_sums *sums);
} burst_routines;

/* Those that this machine can run, from 0 on, the fastest last; NULL beyond it. */
const burst_routines *burst_routines_of(int set);
const burst_routines *burst_best_routines(void);

extern const burst_routines burst_routines_any, burst_routines_avx2, burst_routines_avx512;

/* burst_demosaic.c, burst_chroma.c: one row each, differences of two, with those smoothed of the
 * two before; colour: of the row's even and odd columns. Rows must be filled two before and after
 * for the differences, two more for their smoothing, two more for green, two more for the lines
 * that colours are fitted by, one more for chroma. */
void burst_demosaic_down(const burst_band *band, int32_t row, int green);
void burst_demosaic_green(const burst_band *band, int32_t row, const int32_t colour[2]);
void burst_demosaic_fit(const burst_band *band, int32_t row, const int32_t colour[2]);
void burst_demosaic_chroma(const burst_band *band, int32_t row, const int32_t colour[2]);

/* burst_band.c: starts anew with `from` as the first row that will be asked for; makes rows ready
 * up to `row`. */
void burst_band_begin(const baryta_merge *merge, burst_band *band, int32_t from);
void burst_band_reach(const baryta_merge *merge, const baryta_plane *frame, burst_band *band,
                      int32_t row);

/* burst_resample.c: difference of the resampled frame to the reference in LANES blocks from bx on;
 * zero beyond the last. cells: by run BURST_CELLS floats, from BURST_CHUNK on, the last one of the
 * blocks before ahead of them; cover: by block. */
void burst_difference(const baryta_merge *merge, const baryta_plane *frame, const burst_band *band,
                      int32_t bx, int32_t by, float *cells, float *cover);

/* burst_temporal.c */
void burst_strip_begin(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip);
/* Adds so many rows of tiles, if there are; their weights' sums go to row_sums. */
void burst_strip_advance(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t rows);
/* The differences under one row of tiles, by themselves. */
void burst_strip_look(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                      int32_t ty);
/* burst_measure.c: of the row of tiles ty that a strip holds the differences of so many patches
 * side by side, from row of cells y0 on. */
void burst_measure_patches(const baryta_merge *merge, const burst_strip *strip, int32_t ty,
                           int32_t y0, int32_t count, struct burst_patch *out);
/* burst_belief.c: fills merge->belief of rows of tiles first..last-1. */
void burst_believe(const baryta_merge *merge, burst_strip *strip, int32_t first, int32_t last);

/* burst_result.c: writes so many rows of tiles' worth of the result; row_sums holds for each row of
 * tiles what noise variance is left, relative to a single frame's, summed over tiles, and how much
 * they count. */
void burst_shrink_begin(const baryta_merge *merge, burst_strip *strip);
void burst_shrink_advance(baryta_merge *merge, const baryta_plane *merged, burst_strip *strip,
                          int32_t rows);

/* burst_marks.c: marks in merge->marks, of those of LANES blocks from bx on which moved, what
 * differs from the reference by far more than the blocks do in the mean; counts them in
 * merge->moves. cells: from burst_difference. */
void burst_mark(const baryta_merge *merge, const float *cells, int32_t bx, int32_t by);

/* burst_flags.c: for columns 2 to width - 3 of a row of the reference 1 where a sample lies beyond
 * all like neighbours by so many standard deviations or nearly so, else 0. */
void burst_flag_row(const baryta_merge *merge, int32_t y, float sigmas, uint8_t *flags);

/* burst_sharpness.c: sums over so many rows of cells and their neighbours to the right and below, a
 * step apart from the first one on. */
void burst_sharpness_rows(const sharpness_job *work, int32_t first, int32_t step, int32_t count,
                          sharpness_sums *sums);

#endif
