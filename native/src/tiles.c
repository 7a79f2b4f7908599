#include "tiles.h"

#include <omp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

baryta_status baryta_for_each(int32_t items, int32_t group, int32_t threads, baryta_work work,
                              void *context, const baryta_span *span) {
    const int reports = span != NULL && span->progress != NULL;
    const int32_t step = reports && group > 0 ? group : baryta_max(items, 1);
    for (int32_t first = 0; first < items; first += step) {
        const int32_t last = baryta_min(items, first + step);
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
        for (int32_t item = first; item < last; item++) {
            work(context, item, omp_get_thread_num());
        }
        if (reports) {
            const float done = (float)last / (float)items;
            if (baryta_report(span->progress, span->user,
                              span->from + (span->to - span->from) * done)) {
                return BARYTA_CANCELLED;
            }
        }
    }
    return BARYTA_OK;
}

void *baryta_large(size_t bytes) {
    const size_t page = (size_t)2 << 20;
    if (bytes > SIZE_MAX - page) {
        return NULL;
    }
    const size_t whole = (bytes + page - 1) / page * page;
    void *memory = aligned_alloc(page, whole);
#if defined(MADV_HUGEPAGE)
    if (memory != NULL) {
        madvise(memory, whole, MADV_HUGEPAGE); /* a wish: it may fail */
    }
#endif
    return memory;
}

float *baryta_scratch(int32_t threads, size_t count, size_t *part) {
    enum { LINE = 64 };
    const size_t floats = LINE / sizeof(float);
    if (count > SIZE_MAX / 2 / sizeof(float) / (size_t)BARYTA_MAX_THREADS) {
        return NULL;
    }
    *part = (count + floats) / floats * floats;
    const size_t bytes = *part * sizeof(float) * (size_t)threads;
    float *scratch = aligned_alloc(LINE, bytes);
    if (scratch != NULL) {
        memset(scratch, 0, bytes);
    }
    return scratch;
}
