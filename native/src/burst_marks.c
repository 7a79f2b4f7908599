/* Where the reference differs from a frame that moved by far more than round there: a defect that
 * its neighbours in detail hide. Every frame is asked, so that their order does not matter. */
#include "burst_routines.h"
#include "lanes.h"

/* Of a block's mean difference. */
static const float clear = 5.5f;

/* Which of LANES blocks have moved enough, which is counted; returns whether any has. */
static int count_moved(const baryta_merge *merge, int32_t bx, int32_t by, int moved[LANES]) {
    const int32_t left = merge->grid.blocks_w - bx, count = left < LANES ? left : LANES;
    const size_t at = (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    const float *x = merge->flow.x + at, *y = merge->flow.y + at;
    for (int i = 0; i < 2 * LANES; i += 8) {
        __builtin_prefetch(merge->marks + at + 2 * LANES + i); /* to be asked for soon, by lines */
    }
    int any = 0;
    for (int32_t i = 0; i < count; i++) {
        moved[i] = burst_moved(x[i], y[i]);
        merge->moves[at + (size_t)i] += (uint8_t)moved[i];
        merge->displaced[at + (size_t)i] |= x[i] != 0.0f || y[i] != 0.0f;
        merge->marks[at + (size_t)i] = 0;
        any |= moved[i];
    }
    for (int32_t i = count > 0 ? count : 0; i < LANES; i++) {
        moved[i] = 0;
    }
    return any;
}

static inline vf magnitude(vf value) {
    return (vf)((vi)value & 0x7fffffff);
}

void burst_mark(const baryta_merge *merge, const float *cells, int32_t bx, int32_t by) {
    int moved[LANES];
    if (!count_moved(merge, bx, by, moved)) {
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
    int any = 0;
    for (int i = 0; i < LANES; i++) {
        any |= moved[i] && most[i] > limit[i];
    }
    if (!any) {
        return;
    }
    vi half[2] = {{0}, {0}};
    for (int n = 0; n < BURST_RUNS; n++) {
        const vf own = vf_load(cells + n * BURST_CELLS + BURST_CHUNK);
        half[n / 32] |= (vi)(magnitude(own) > limit) & (int32_t)(1u << (n % 32));
    }
    uint64_t *marks = merge->marks + (size_t)by * (size_t)merge->grid.blocks_w + (size_t)bx;
    for (int i = 0; i < LANES; i++) {
        if (moved[i]) {
            marks[i] = (uint32_t)half[0][i] | (uint64_t)(uint32_t)half[1][i] << 32;
        }
    }
}
