/* The merge's contract in C: arguments, identity, threads, cancelling, strides. */
#include "baryta.h"
#include "check.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 101, HEIGHT = 75, PITCH = 112 };

static uint16_t reference[HEIGHT][PITCH], moved[HEIGHT][PITCH], merged[HEIGHT][PITCH];

static void paint(uint16_t frame[HEIGHT][PITCH], int dx, int dy, uint32_t seed) {
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            const int u = x + dx, v = y + dy;
            const int wave = (u * u / 16 + v * 11 + (u * v) / 32) % 400;
            seed = seed * 1664525u + 1013904223u;
            frame[y][x] = (uint16_t)(700 + 4 * abs(wave - 200) + (int)(seed >> 27) - 16);
        }
    }
}

static baryta_merge_options options(int threads) {
    return (baryta_merge_options){
        .format = {{0, 1, 1, 2}, {256, 256, 256, 256}, 4095},
        .noise = {{1e-4f, 1e-4f, 1e-4f, 1e-4f}, {4e-6f, 4e-6f, 4e-6f, 4e-6f}},
        .robustness = 1.0f,
        .shrink = 1.0f,
        .frame_noise = 1.0f,
        .output_scale = 16,
        .threads = threads,
    };
}

static baryta_plane plane(uint16_t frame[HEIGHT][PITCH]) {
    return (baryta_plane){frame, WIDTH, HEIGHT, PITCH * 2};
}

static int stop_at(void *user, float fraction) {
    return fraction >= *(float *)user;
}

static void refuses_bad_arguments(void) {
    baryta_merge *merge = NULL;
    const baryta_plane good = plane(reference);
    baryta_merge_options o = options(1);
    o.threads = 0;
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT &&
          merge == NULL);
    o = options(1);
    o.format.colour[1] = 2;
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    o = options(1);
    memset(o.format.colour, 0, sizeof o.format.colour); /* mono is 1 at every site */
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    o = options(1);
    o.noise.shot[3] = 1.5f; /* as in development */
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    o = options(1);
    o.noise.read[0] = NAN;
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    o = options(1);
    o.shrink = 1.5f;
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    o = options(1);
    CHECK(baryta_merge_begin(NULL, &good, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_begin(&o, NULL, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_begin(&o, &good, NULL, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    baryta_plane small = good;
    small.height = 31;
    CHECK(baryta_merge_begin(&o, &small, &merge, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_begin(&o, &good, &merge, NULL, NULL) == BARYTA_OK && merge != NULL);
    CHECK(baryta_merge_add(merge, &small, 1.0f, NULL, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(strlen(baryta_merge_message(merge)) > 0);
    CHECK(baryta_merge_add(merge, &good, 0.0f, NULL, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_set_gain(merge, 0.0f) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_set_gain(merge, 257.0f) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_set_gain(NULL, 1.0f) == BARYTA_BAD_ARGUMENT);
    CHECK(baryta_merge_finish(merge, &small, NULL, NULL, NULL, NULL) == BARYTA_BAD_ARGUMENT);
    baryta_merge_free(merge);
    baryta_merge_free(NULL);
}

static void one_frame_is_scaled_exactly(void) {
    baryta_merge_options o = options(2);
    o.shrink = 0.0f;
    baryta_merge *merge = NULL;
    const baryta_plane in = plane(reference), out = plane(merged);
    float frames = 0.0f;
    memset(merged, 0x5a, sizeof merged);
    CHECK(baryta_merge_begin(&o, &in, &merge, NULL, NULL) == BARYTA_OK);
    CHECK(baryta_merge_finish(merge, &out, NULL, &frames, NULL, NULL) == BARYTA_OK);
    CHECK(frames == 1.0f);
    for (int y = 0; y < HEIGHT; y++) {
        for (int x = 0; x < WIDTH; x++) {
            CHECK(merged[y][x] == 16 * reference[y][x]);
        }
        CHECK(merged[y][WIDTH] == 0x5a5a);
    }
    baryta_merge_free(merge);
}

static void threads_give_the_same_bits(void) {
    static uint16_t first[HEIGHT][PITCH];
    for (int threads = 1; threads <= 4; threads++) {
        const baryta_merge_options o = options(threads);
        baryta_merge *merge = NULL;
        const baryta_plane in = plane(reference), other = plane(moved), out = plane(merged);
        baryta_frame_report report;
        CHECK(baryta_merge_begin(&o, &in, &merge, NULL, NULL) == BARYTA_OK);
        CHECK(baryta_merge_add(merge, &other, 1.0f, &report, NULL, NULL) == BARYTA_OK);
        CHECK(report.rejected == 0 && report.weight > 0.3f && report.weight <= 1.0f);
        CHECK(report.shift_x > -3.5f && report.shift_x < -2.5f);
        CHECK(baryta_merge_finish(merge, &out, NULL, NULL, NULL, NULL) == BARYTA_OK);
        baryta_merge_free(merge);
        if (threads == 1) {
            memcpy(first, merged, sizeof first);
        }
        for (int y = 0; y < HEIGHT; y++) {
            CHECK(memcmp(first[y], merged[y], WIDTH * 2) == 0);
        }
    }
}

static void cancelling_ends_it(void) {
    const baryta_merge_options o = options(1);
    const baryta_plane in = plane(reference), other = plane(moved), out = plane(merged);
    for (float at = 0.0f; at <= 1.0f; at += 0.2f) {
        baryta_merge *merge = NULL;
        CHECK(baryta_merge_begin(&o, &in, &merge, stop_at, &at) == BARYTA_CANCELLED);
        CHECK(merge == NULL);
        CHECK(baryta_merge_begin(&o, &in, &merge, NULL, NULL) == BARYTA_OK);
        CHECK(baryta_merge_add(merge, &other, 1.0f, NULL, stop_at, &at) == BARYTA_CANCELLED);
        CHECK(baryta_merge_finish(merge, &out, NULL, NULL, NULL, NULL) == BARYTA_BAD_ARGUMENT);
        baryta_merge_free(merge);
    }
}

int main(void) {
    paint(reference, 0, 0, 1);
    paint(moved, 3, 0, 2);
    refuses_bad_arguments();
    one_frame_is_scaled_exactly();
    threads_give_the_same_bits();
    cancelling_ends_it();
    return 0;
}
