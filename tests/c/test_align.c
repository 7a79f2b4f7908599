/* Alignment: the global shift, and a square that moves on its own. */
#include "burst.h"
#include "check.h"

#include <math.h>
#include <stdlib.h>

enum { WIDTH = 384, HEIGHT = 320, SHIFT_X = 5, SHIFT_Y = -3, LEAP = 24 };
enum { LEFT = 128, TOP = 96, SIDE = 128 };

static uint16_t reference[HEIGHT][WIDTH], other[HEIGHT][WIDTH];

/* Hash noise on a lattice of four pixels, bilinear: texture that aliases little. */
static double texture(double x, double y, uint32_t seed) {
    const double u = x / 4.0 + 100.0, v = y / 4.0 + 100.0;
    const int i = (int)u, j = (int)v;
    double corner[4];
    for (int k = 0; k < 4; k++) {
        uint32_t h = (uint32_t)(i + k % 2) * 73856093u ^ (uint32_t)(j + k / 2) * 19349663u ^ seed;
        h = (h ^ h >> 13) * 1274126177u;
        corner[k] = (double)((h ^ h >> 16) & 1023u);
    }
    const double a = u - i, b = v - j;
    return (corner[0] * (1 - a) + corner[1] * a) * (1 - b) +
           (corner[2] * (1 - a) + corner[3] * a) * b;
}

static void paint(uint16_t frame[HEIGHT][WIDTH], int dx, int dy, int leap) {
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const int u = x - dx, v = y - dy; /* the scene's point */
            const int s = u - leap;
            const int inside = s >= LEFT && s < LEFT + SIDE && v >= TOP && v < TOP + SIDE;
            const double light = inside ? texture(s, v, 77) : texture(u, v, 5);
            frame[y][x] = (uint16_t)(400.0 + light);
        }
    }
}

int main(void) {
    paint(reference, 0, 0, 0);
    paint(other, SHIFT_X, SHIFT_Y, LEAP);
    const baryta_merge_options options = {
        .format = {{1, 1, 1, 1}, {256, 256, 256, 256}, 4095},
        .noise = {{1e-4f, 1e-4f, 1e-4f, 1e-4f}, {1e-6f, 1e-6f, 1e-6f, 1e-6f}},
        .robustness = 1.0f,
        .frame_noise = 1.0f,
        .output_scale = 1,
        .threads = 2,
    };
    const baryta_plane a = {reference, WIDTH, HEIGHT, WIDTH * 2};
    const baryta_plane b = {other, WIDTH, HEIGHT, WIDTH * 2};
    baryta_merge *merge = NULL;
    CHECK(baryta_merge_begin(&options, &a, &merge, NULL, NULL) == BARYTA_OK);
    burst_grey(merge, &b, 1.0f, &merge->other);
    const burst_motion motion = burst_find_motion(merge);
    /* This texture is as fine as a grey pixel: the worst case for the subpixel part. */
    CHECK(fabs(motion.x - SHIFT_X) < 0.08 && fabs(motion.y - SHIFT_Y) < 0.08);
    CHECK(fabs(motion.angle) < 2e-4);
    CHECK(burst_find_flow(merge, &motion) > 0.7f);
    int astray = 0, inner = 0;
    for (int by = 0; by < merge->grid.blocks_h; by++) {
        for (int bx = 0; bx < merge->grid.blocks_w; bx++) {
            const int at = by * merge->grid.blocks_w + bx, x = 8 * bx, y = 8 * by;
            /* A tile of 32 samples beside the edges may go either way. */
            const int in =
                x >= LEFT + 32 && x < LEFT + SIDE - 32 && y >= TOP + 32 && y < TOP + SIDE - 32;
            const int out = x < LEFT - 32 || x >= LEFT + SIDE + LEAP + 32 || y < TOP - 32 ||
                            y >= TOP + SIDE + 32;
            const float want = (float)(SHIFT_X + (in ? LEAP : 0));
            if (in || out) {
                astray += fabsf(merge->flow.x[at] - want) > 0.25f ||
                          fabsf(merge->flow.y[at] - (float)SHIFT_Y) > 0.25f;
            }
            inner += in;
        }
    }
    CHECK(inner == 64);
    CHECK(astray == 0);
    baryta_merge_free(merge);
    return 0;
}
