/* Where the reference differs from a frame that moved by far more than round there: a defect that
 * its neighbours in detail hide. Every frame is asked, so that their order does not matter. */
#include "burst_routines.h"
#include "lanes.h"

#include <string.h>

/* Of a block's mean difference. */
static const float clear = 5.5f;

/* Which of LANES blocks have moved enough, which is counted. */
static vi count_moved(const baryta_merge *merge, int32_t bx, int32_t by) {
    const int32_t left = merge->grid.blocks_w - bx, count = left < LANES ? left : LANES;
    const size_t at = (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    vi moved = {0};
    for (int i = 0; i < 2 * LANES; i += 8) {
        __builtin_prefetch(merge->marks + at + 2 * LANES + i); /* to be asked for soon, by lines */
    }
    if (count == LANES) {
        const vf x = vf_load(merge->flow.x + at), y = vf_load(merge->flow.y + at);
        moved = x * x + y * y >= vf_all(BURST_MOVED * BURST_MOVED);
    }
    for (int32_t i = 0; i < count && count < LANES; i++) {
        const size_t n = at + (size_t)i;
        moved[i] = burst_moved(merge->flow.x[n], merge->flow.y[n]) ? -1 : 0;
    }
    if (count > 0) {
        memset(merge->marks + at, 0, (size_t)count * sizeof *merge->marks);
    }
    for (int32_t i = 0; i < count; i++) {
        const size_t n = at + (size_t)i;
        merge->moves[n] -= (uint16_t)moved[i];
        merge->displaced[n] |= merge->flow.x[n] != 0.0f || merge->flow.y[n] != 0.0f;
    }
    return moved;
}

static inline vf magnitude(vf value) {
    return (vf)((vi)value & 0x7fffffff);
}

/* Of 32 runs a bit each, by block. */
static inline vi mark_runs(const float *run, vf limit) {
    vi bits = {0};
    for (uint32_t n = 0; n < 32; n++, run += BURST_CELLS) {
        bits |= (vi)(magnitude(vf_load(run)) > limit) & (int32_t)(1u << n);
    }
    return bits;
}

void burst_mark(const baryta_merge *merge, const float *cells, int32_t bx, int32_t by) {
    const vi moved = count_moved(merge, bx, by);
    if (!vi_any(moved)) {
        return;
    }
    vf sum = vf_all(0.0f), most = vf_all(0.0f);
    for (int n = 0; n < BURST_RUNS; n++) {
        const vf own = vf_load(cells + n * BURST_CELLS + BURST_CHUNK);
        const vf apart = magnitude(own);
        sum += apart;
        most = vf_max(most, apart);
    }
    const vf limit = sum * (clear / BURST_RUNS);
    if (!vi_any(moved & (vi)(most > limit))) {
        return;
    }
    const float *runs = cells + BURST_CHUNK;
    const vi half[2] = {mark_runs(runs, limit), mark_runs(runs + 32 * BURST_CELLS, limit)};
    uint64_t *marks = merge->marks + (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    for (int i = 0; i < LANES; i++) {
        if (moved[i]) {
            marks[i] = (uint32_t)half[0][i] | (uint64_t)(uint32_t)half[1][i] << 32;
        }
    }
}
