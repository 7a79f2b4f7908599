/* Marks of what differs by far more than its block, against the plain twin: the same but within
 * 1e-5 of the limit; of blocks that moved, which are counted. */
#include "burst_case.h"

static void compare(const kernels *k, int32_t width, int32_t height) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    burst_case c = burst_case_begin(k, &options, width, height, 1.0f, 0.0, 0.0);
    const burst_grid *grid = &c.merge->grid;
    float *cells = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
    CHECK(cells != NULL);
    int marked = 0, known = 0;
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->tiles_w; bx += k->lanes) { /* one more than blocks */
            for (int32_t i = 0; i < BURST_RUNS * BURST_CELLS; i++) {
                const double spread = scene_random(i, 8 * by + bx, 1) - 0.5;
                const int defect = scene_random(i, 8 * by + bx, 2) < 0.02;
                cells[i] = (float)(spread * (defect ? 1.0 : 0.1));
            }
            for (int32_t i = 0; i < k->lanes && bx + i < grid->blocks_w; i++) {
                const size_t at = (size_t)(by * grid->blocks_w + bx + i);
                c.merge->flow.x[at] = (bx + i) % 3 == 0 ? 1.0f : 1.5f;
                c.merge->marks[at] = UINT64_MAX; /* the last frame's */
                c.merge->moves[at] = 3;
            }
            k->routines->mark(c.merge, cells, bx, by);
            for (int32_t i = 0; i < k->lanes && bx + i < grid->blocks_w; i++) {
                const size_t at = (size_t)(by * grid->blocks_w + bx + i);
                const uint64_t found = c.merge->marks[at];
                const int moved = (bx + i) % 3 != 0;
                float own[BURST_RUNS];
                for (int n = 0; n < BURST_RUNS; n++) {
                    own[n] = cells[n * BURST_CELLS + BURST_CHUNK + i];
                }
                double nearest;
                const uint64_t wanted = plain_mark(own, &nearest);
                CHECK(c.merge->moves[at] == 3 + moved && c.merge->displaced[at] == 1);
                if (!moved) {
                    CHECK(found == 0);
                } else {
                    CHECK(found == wanted || nearest < 1e-5);
                    marked += wanted != 0;
                    known++;
                }
            }
        }
    }
    CHECK(marked > known / 8 && known > 20);
    burst_release(cells);
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set), 203, 149);
        compare(kernels_of(set), 264, 64);
    }
    return 0;
}
