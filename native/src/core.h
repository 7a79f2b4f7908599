/* What every stage shares: checks of its arguments, row access, progress. */
#ifndef BARYTA_CORE_H
#define BARYTA_CORE_H

#include "pixels_set.h" /* first: it gives names to what comes */

#include "baryta.h"

#define BARYTA_MAX_SIDE 32768
#define BARYTA_MAX_THREADS 256

/* True if every row of width * pixel_bytes lies within stride and is aligned to the sample. */
int baryta_plane_valid(const baryta_plane *plane, int64_t pixel_bytes, int64_t sample_bytes);
int baryta_same_size(const baryta_plane *a, const baryta_plane *b);
int baryta_format_valid(const baryta_mosaic_format *format);
int baryta_noise_valid(const baryta_noise *noise); /* every figure in [0, 1] */
int baryta_cfa_valid(const int32_t colour[4]); /* Bayer in any order, or mono */
int baryta_cfa_mono(const int32_t colour[4]); /* 1 at every site */
/* True if the caller wants to cancel. */
int baryta_report(baryta_progress progress, void *user, float fraction);

static inline void *baryta_row(const baryta_plane *plane, int64_t y) {
    return (unsigned char *)plane->data + y * plane->stride;
}

static inline int32_t baryta_round_up(int32_t value, int32_t multiple) {
    return (value + multiple - 1) / multiple * multiple;
}

static inline int baryta_threads_valid(int32_t threads) {
    return threads >= 1 && threads <= BARYTA_MAX_THREADS;
}

#endif
