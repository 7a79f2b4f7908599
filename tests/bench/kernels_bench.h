/* What the parts of the kernels' benchmark share. */
#ifndef BARYTA_BENCH_KERNELS_H
#define BARYTA_BENCH_KERNELS_H

#include "burst_case.h"

#include <time.h>

enum { BENCH_WIDTH = 1024, BENCH_HEIGHT = 768, BENCH_BATCH = 64 };

typedef struct bench {
    burst_case c;
    const burst_motion *motion;
    burst_field found; /* tiles' motion */
    plain_plane field[2]; /* the same */
    float *cells, *cover; /* of a few blocks */
    float *spectra; /* of BENCH_BATCH groups of tiles */
} bench;

/* Does the work once and returns the seconds it took. */
typedef double (*bench_timed)(const kernels *k, bench *b);

typedef struct bench_row {
    const char *name; /* NULL ends a list */
    bench_timed kernel, plain;
    int less; /* rows before it whose work its kernel also does */
} bench_row;

extern const bench_row bench_align[], bench_blend[], bench_develop[];

/* Processor time: what else the machine does counts only by the caches it takes. */
static inline double bench_now(void) {
    struct timespec t;
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

#endif
