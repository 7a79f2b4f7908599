/* Where the reference differs from a frame that moved by far more than round there: a defect that
 * its neighbours in detail hide. */
#include "burst_routines.h"
#include "lanes.h"

/* Of a block's mean difference. */
static const float clear = 5.5f;

/* Which of LANES blocks have moved enough, and for the first time; returns whether any has. */
static int to_be_looked_at(const baryta_merge *merge, int32_t bx, int32_t by, int looked[LANES]) {
    const int32_t left = merge->grid.blocks_w - bx, count = left < LANES ? left : LANES;
    const size_t at = (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    const float *x = merge->flow.x + at, *y = merge->flow.y + at;
    for (int i = 0; i < 2 * LANES; i += 8) {
        __builtin_prefetch(merge->marks + at + 2 * LANES + i); /* to be asked for soon, by lines */
    }
    int any = 0;
    for (int32_t i = 0; i < count; i++) {
        looked[i] = merge->marks[at + (size_t)i] != BURST_LOOKED && burst_moved(x[i], y[i]);
        any |= looked[i];
    }
    for (int32_t i = count > 0 ? count : 0; i < LANES; i++) {
        looked[i] = 0;
    }
    return any;
}

void burst_mark(const baryta_merge *merge, const float *cells, int32_t bx, int32_t by) {
    int looked[LANES];
    if (!to_be_looked_at(merge, bx, by, looked)) {
        return;
    }
    vf sum = vf_all(0.0f);
    for (int n = 0; n < BURST_RUNS; n++) {
        const vf own = vf_load(cells + n * BURST_CELLS + BURST_CHUNK);
        sum += vf_max(own, -own);
    }
    const vf limit = sum * (clear / BURST_RUNS);
    vi half[2] = {{0}, {0}};
    for (int n = 0; n < BURST_RUNS; n++) {
        const vf own = vf_load(cells + n * BURST_CELLS + BURST_CHUNK);
        half[n / 32] |= (vi)(vf_max(own, -own) > limit) & (int32_t)(1u << (n % 32));
    }
    uint64_t *marks = merge->marks + (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    for (int i = 0; i < LANES; i++) {
        if (looked[i]) {
            marks[i] = (uint32_t)half[0][i] | (uint64_t)(uint32_t)half[1][i] << 32;
            marks[i] = marks[i] == 0 ? BURST_LOOKED : marks[i];
        }
    }
}
