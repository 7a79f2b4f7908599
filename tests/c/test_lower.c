/* A defect taken out of what the frames have added, against the definition: the sample's impulse
 * under the window, each frequency by its weights, back under the window. */
#include "burst_case.h"

enum { WIDTH = 96, HEIGHT = 80, SIDE = 8, BINS_OF_ROW = 5 };

static const double turn = 6.283185307179586;

static double window_at(int i) {
    return sin(0.5 * turn * (i + 0.5) / SIDE);
}

/* The tile's weight at a frequency; which of the mirrored pair is kept the layout says: fft8.h. */
static double weight_at(const baryta_merge *merge, int32_t tx, int32_t ty, int u, int v) {
    const int mirrored = u > SIDE / 2 || (u % (SIDE / 2) == 0 && v > SIDE / 2);
    u = mirrored ? (SIDE - u) % SIDE : u;
    v = mirrored ? (SIDE - v) % SIDE : v;
    const int bin = u == 0          ? v
                    : u == SIDE / 2 ? BINS_OF_ROW + v
                                    : 2 * BINS_OF_ROW + SIDE * (u - 1) + v;
    return (double)burst_agreed(merge, tx, ty)[bin * BURST_CHUNK] / BURST_UNIT;
}

/* What a cell of the tile gets of one at (x, y) lowered by 1. */
static double share_of(const baryta_merge *merge, int32_t tx, int32_t ty, int x, int y, int i,
                       int j) {
    double sum = 0.0;
    for (int v = 0; v < SIDE; v++) {
        for (int u = 0; u < SIDE; u++) {
            sum += weight_at(merge, tx, ty, u, v) * cos(turn * (u * (i - x) + v * (j - y)) / SIDE);
        }
    }
    return sum / (SIDE * SIDE) * window_at(x) * window_at(y) * window_at(i) * window_at(j);
}

/* A cell's sum after the sample at (x, y) was lowered by `by`. */
static double wanted_at(const baryta_merge *merge, int32_t x, int32_t y, double by, int32_t cx,
                        int32_t cy) {
    double sum = 0.0;
    for (int32_t ty = cy / 4; ty <= cy / 4 + 1; ty++) {
        for (int32_t tx = cx / 4; tx <= cx / 4 + 1; tx++) {
            const int32_t from_x = 4 * (tx - 1), from_y = 4 * (ty - 1);
            const int32_t own_x = x / 2 - from_x, own_y = y / 2 - from_y;
            if (own_x >= 0 && own_y >= 0 && own_x < SIDE && own_y < SIDE) {
                sum += by * share_of(merge, tx, ty, own_x, own_y, cx - from_x, cy - from_y);
            }
        }
    }
    return sum;
}

static void lower(const kernels *k, int32_t x, int32_t y, double by) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    burst_case c = burst_case_begin(k, &options, WIDTH, HEIGHT, 1.0f, 0.0, 0.0);
    const burst_grid *grid = &c.merge->grid;
    for (int32_t ty = 0; ty < grid->tiles_h; ty++) {
        for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
            for (int bin = 0; bin < BURST_BINS; bin++) {
                const double weight = 3.0 * BURST_UNIT * scene_random(34 * tx + bin, ty, 8);
                burst_agreed(c.merge, tx, ty)[bin * BURST_CHUNK] = (uint16_t)weight;
            }
        }
    }
    burst_lower_reference(c.merge, x, y, (float)by);
    const int site = 2 * (y & 1) + (x & 1);
    for (int32_t cy = 0; cy < 4 * grid->blocks_h; cy++) {
        for (int32_t cx = 0; cx < 4 * grid->blocks_w; cx++) {
            for (int s = 0; s < 4; s++) {
                const int run = (4 * (cy % 4) + s) * 4 + cx % 4;
                const uint16_t sum = burst_sum(c.merge, cy / 4, cx / 4 + 1)[run * BURST_CHUNK];
                const double wanted = s == site ? wanted_at(c.merge, x, y, by, cx, cy) : 0.0;
                CHECK(fabs(case_sum(sum) - wanted) <
                      1e-5 + 0x1p-9 * fabs(wanted) + 0x1p-12 * fabs(by));
                CHECK(s == site || sum == 0);
            }
        }
    }
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        lower(kernels_of(set), 41, 38, 0.4);
        lower(kernels_of(set), 0, 0, 0.9); /* corners: a part of the tiles lies outside */
        lower(kernels_of(set), WIDTH - 1, HEIGHT - 1, -0.2);
        lower(kernels_of(set), 50, HEIGHT - 2, 0.05);
    }
    return 0;
}
