#include "enlarge.h"

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
    int32_t x = 0;
    while (x < count) {
        const int32_t begin = x;
        const int32_t u = baryta_max(0, 2 * (x0 + x) + 1 - block);
        const int32_t left = baryta_min(u / two, blocks->columns - 1);
        const int32_t right = baryta_min(left + 1, blocks->columns - 1);
        const float a = above[left] + down * (below[left] - above[left]);
        const float b = above[right] + down * (below[right] - above[right]);
        /* Pixels until the next centre. */
        const int32_t end = baryta_min(count, (two * (left + 1) + block) / 2 - x0);
        const int32_t next = baryta_max(end, x + 1);
        /* By sixteen: what lies beyond the next centre is written anew afterwards. */
        const int32_t first = 2 * (x0 + x) + 1 - block - two * left;
        for (; x < next; x += BARYTA_ENLARGE_MORE) {
            for (int32_t i = 0; i < BARYTA_ENLARGE_MORE; i++) {
                const int32_t at = first + 2 * (x - begin + i);
                const int32_t limited = at < 0 ? 0 : at < two ? at : two;
                out[x + i] = a + (float)limited * scale * (b - a);
            }
        }
        x = next;
    }
}

float baryta_enlarged(const baryta_blocks *blocks, const float *map, int32_t x, int32_t y) {
    float values[1 + BARYTA_ENLARGE_MORE];
    baryta_enlarge(blocks, map, y, x, 1, values);
    return values[0];
}
