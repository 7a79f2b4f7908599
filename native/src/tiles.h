/* Work in pieces: items in parallel, progress and cancelling between groups of them, and scratch
 * memory by thread. */
#ifndef BARYTA_TILES_H
#define BARYTA_TILES_H

#include "core.h"

/* Does one item; thread is the index of its scratch, below the number of threads. */
typedef void (*baryta_work)(void *context, int32_t item, int32_t thread);

/* A stage's share of a call's progress. */
typedef struct baryta_span {
    baryta_progress progress; /* may be NULL */
    void *user;
    float from;
    float to;
} baryta_span;

/* Does items 0 .. items - 1, each once, in any order, on up to `threads` threads. Between groups
 * the calling thread reports and may cancel. span may be NULL. */
baryta_status baryta_for_each(int32_t items, int32_t group, int32_t threads, baryta_work work,
                              void *context, const baryta_span *span);

/* Memory that is written throughout, in large pages where there are any, which spares the kernel
 * most of its work for fresh memory. Freed with free(); NULL if there is not enough. */
void *baryta_large(size_t bytes);

/* threads * count zeroed floats, each thread's part on a cache line of its own; NULL if there is
 * not enough memory. Freed with free(). part: floats from one thread's part to the next. */
float *baryta_scratch(int32_t threads, size_t count, size_t *part);

static inline int32_t baryta_min(int32_t a, int32_t b) {
    return a < b ? a : b;
}

static inline int32_t baryta_max(int32_t a, int32_t b) {
    return a > b ? a : b;
}

static inline int32_t baryta_pieces(int32_t length, int32_t piece) {
    return (length + piece - 1) / piece;
}

#endif
