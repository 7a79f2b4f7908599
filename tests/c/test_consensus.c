/* The parts of a picture against their plain twin, and who walks through a dim room. */
#include "burst.h"
#include "burst_step.h"
#include "check.h"
#include "plain.h"
#include "scene.h"

#include <math.h>

static void compare(uint32_t seed, int32_t count) {
    burst_step_part parts[BURST_STEP_PARTS];
    for (int32_t i = 0; i < count; i++) {
        for (int k = 0; k < BURST_STEP_SUMS; k++) {
            parts[i][k] = 100.0 * scene_random(i, k, seed);
        }
        /* Some hardly in both pictures, some of which all fits alike, some of which nothing does.
         */
        parts[i][BURST_STEP_PIXELS] = i % 5 == 3 ? 19.0 : 20.0 + i;
        const double share = i % 7 == 1 ? 1.0 : i % 3 == 0 ? 0.05 : 0.05 + 0.01 * (i % 11);
        parts[i][BURST_STEP_MISFIT] = share * parts[i][BURST_STEP_PIXELS];
    }
    burst_misfits misfits;
    double got[BURST_STEP_SUMS], wanted[16], all[BURST_STEP_PARTS];
    burst_weigh_parts(parts, count, &misfits, got);
    const double usual = plain_weigh_parts(parts, count, all, wanted);
    CHECK(fabs(burst_usual_misfit(&misfits) - usual) < 1e-12);
    CHECK(fabs(burst_disagreement(&misfits, 0.06) - plain_disagreement(all, count, 0.06)) < 1e-9);
    for (int k = 0; k < BURST_STEP_SUMS; k++) {
        CHECK(fabs(got[k] - wanted[k]) <= 1e-9 * (1.0 + fabs(wanted[k])));
    }
}

enum { WIDTH = 384, HEIGHT = 288 };

/* Light 0 .. 1: a dim room, and before it somebody bright and patterned who walks. */
static double seen(int32_t x, int32_t y, double walked) {
    const double room = 0.03 * (1.0 + 0.6 * sin(0.05 * x) * cos(0.07 * y));
    const double u = x - 100.0 - walked, v = y - 170.0;
    const int before = u * u / (61.0 * 61.0) + v * v / (144.0 * 144.0) < 1.0;
    return before ? 0.12 * (1.0 + 0.5 * sin(u / 1.7) * sin(v / 2.1)) : room;
}

static void take(uint16_t *frame, double walked, uint32_t seed) {
    for (int32_t y = 0; y < HEIGHT; y++) {
        for (int32_t x = 0; x < WIDTH; x++) {
            const double light = seen(x, y, walked);
            double noise = -6.0; /* of a sum of twelve */
            for (int k = 0; k < 12; k++) {
                noise += scene_random(x, y, 100 * seed + (uint32_t)k);
            }
            const double level = light + noise * sqrt(0.0026 * light + 2.75e-4);
            frame[y * WIDTH + x] = (uint16_t)fmax(256.0 + 3839.0 * level, 0.0);
        }
    }
}

/* The camera stands still: so does the room. */
static void walk(void) {
    static uint16_t reference[WIDTH * HEIGHT], other[WIDTH * HEIGHT];
    take(reference, 0.0, 1);
    take(other, 38.4, 2);
    const baryta_mosaic_format format = {{0, 1, 1, 2}, {256, 256, 256, 256}, 4095};
    const baryta_noise noise = {{0.0026f, 0.0026f, 0.0026f, 0.0026f},
                                {2.75e-4f, 2.75e-4f, 2.75e-4f, 2.75e-4f}};
    baryta_merge_options options = scene_options(&format, &noise);
    options.threads = 2;
    const baryta_plane a = {reference, WIDTH, HEIGHT, WIDTH * 2};
    const baryta_plane b = {other, WIDTH, HEIGHT, WIDTH * 2};
    baryta_merge *merge = NULL;
    CHECK(baryta_merge_begin(&options, &a, &merge, NULL, NULL) == BARYTA_OK);
    burst_grey(merge, &b, 1.0f, &merge->other);
    const burst_motion motion = burst_find_motion(merge);
    CHECK(hypot(motion.x, motion.y) < 1.0);
    CHECK(fabs(motion.angle) < 0.006);
    baryta_merge_free(merge);
}

int main(void) {
    for (int32_t count = 1; count <= BURST_STEP_PARTS; count += 9) {
        compare((uint32_t)count, count);
    }
    walk();
    return 0;
}
