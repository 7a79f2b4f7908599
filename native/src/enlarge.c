#include "enlarge.h"

#include "lanes.h"
#include "tiles.h"

void baryta_enlarge(const baryta_blocks *blocks, const float *map, int32_t y, int32_t x0,
                    int32_t count, float *restrict out) {
    const int32_t block = blocks->block;
    const int32_t two = 2 * block;
    const float scale = 1.0f / (float)two;
    const int32_t v = baryta_max(0, 2 * y + 1 - block);
    const int32_t top = baryta_min(v / two, blocks->rows - 1);
    const float down = (float)(v % two) * scale;
    const float *above = map + (int64_t)top * blocks->columns;
    const float *below = map + (int64_t)baryta_min(top + 1, blocks->rows - 1) * blocks->columns;
    static const float ramp[MOST_LANES] = {0,  2,  4,  6,  8,  10, 12, 14,
                                           16, 18, 20, 22, 24, 26, 28, 30};
    _Static_assert((int)BARYTA_ENLARGE_MORE >= (int)MOST_LANES, "lanes may write beyond the end");
    const vf steps = vf_load(ramp);
    const vf span = vf_all((float)two);
    int32_t at = 2 * x0 + 1 - block; /* half pixels from the left centre */
    int32_t left = at < 0 ? 0 : baryta_min(at / two, blocks->columns - 1);
    at -= two * left;
    for (int32_t x = 0; x < count; left++) {
        const int32_t right = baryta_min(left + 1, blocks->columns - 1);
        const float a = above[left] + down * (below[left] - above[left]);
        const float b = above[right] + down * (below[right] - above[right]);
        /* Until the next centre; what lanes write beyond it is written anew afterwards. */
        const int32_t n = right == left ? count - x : baryta_min((two - at + 1) / 2, count - x);
        for (int32_t i = 0; i < n; i += LANES) {
            const vf place = vf_max(steps + (float)(at + 2 * i), vf_all(0.0f));
            vf_store(out + x + i, a + vf_min(place, span) * scale * (b - a));
        }
        x += n;
        at += 2 * n - two;
    }
}

float baryta_enlarged(const baryta_blocks *blocks, const float *map, int32_t x, int32_t y) {
    float values[1 + BARYTA_ENLARGE_MORE];
    baryta_enlarge(blocks, map, y, x, 1, values);
    return values[0];
}
