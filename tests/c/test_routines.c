/* Every set of routines that this machine can run gives the bits of the plainest one. */
#include "burst_routines.h"
#include "check.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { WIDTH = 203, HEIGHT = 149, FRAMES = 4 };

static uint16_t frame[FRAMES][HEIGHT][WIDTH], merged[2][HEIGHT][WIDTH];

/* Frames after the first are of that exposure. */
static void paint(float exposure) {
    uint32_t seed = 7;
    for (int f = 0; f < FRAMES; f++) {
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                /* All move, a square in the middle more so. */
                const int inner = abs(x - WIDTH / 2) < 30 && abs(y - HEIGHT / 2) < 30;
                const int u = x + (inner ? 6 : 3) * f, v = y - 2 * f;
                const int wave = (u * u / 16 + v * 11 + (u * v) / 32) % 400;
                seed = seed * 1664525u + 1013904223u;
                const int light = 444 + 4 * abs(wave - 200) + (int)(seed >> 27) - 16;
                frame[f][y][x] = (uint16_t)(256.0f + (float)light * (f > 0 ? exposure : 1.0f));
            }
        }
        frame[f][40][60] = 4095;
    }
}

static void run(const burst_routines *routines, int mono, float exposure, uint16_t *out,
                baryta_frame_report report[FRAMES], baryta_noise *noise) {
    baryta_merge_options o = {
        .format = {{0, 1, 1, 2}, {256, 256, 256, 256}, 4095},
        .noise = {{1e-4f, 2e-4f, 1e-4f, 3e-4f}, {4e-6f, 4e-6f, 5e-6f, 4e-6f}},
        .robustness = 1.0f,
        .shrink = 1.0f,
        .frame_noise = 1.0f,
        .output_scale = 16,
        .threads = 1,
    };
    if (mono) {
        memcpy(o.format.colour, (int32_t[4]){1, 1, 1, 1}, sizeof o.format.colour);
    }
    const baryta_plane in = {frame[0], WIDTH, HEIGHT, WIDTH * 2};
    const baryta_plane to = {out, WIDTH, HEIGHT, WIDTH * 2};
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&o, &in, routines, &merge, NULL, NULL) == BARYTA_OK);
    for (int f = 1; f < FRAMES; f++) {
        const baryta_plane other = {frame[f], WIDTH, HEIGHT, WIDTH * 2};
        CHECK(baryta_merge_add(merge, &other, exposure, &report[f], NULL, NULL) == BARYTA_OK);
        CHECK(!report[f].rejected && report[f].weight > 0.1f);
        report[f].align_seconds = report[f].merge_seconds = 0.0f;
    }
    CHECK(baryta_merge_finish(merge, &to, noise, NULL, NULL, NULL) == BARYTA_OK);
    baryta_merge_free(merge);
}

int main(void) {
    for (int set = 1; burst_routines_of(set) != NULL; set++) {
        for (int kind = 0; kind < 3; kind++) {
            const float exposure = kind == 2 ? 1.25f : 1.0f;
            paint(exposure);
            baryta_frame_report report[2][FRAMES] = {0};
            baryta_noise noise[2];
            for (int i = 0; i < 2; i++) {
                run(burst_routines_of(i * set), kind == 1, exposure, merged[i][0], report[i],
                    &noise[i]);
            }
            CHECK(memcmp(merged[0], merged[1], sizeof merged[0]) == 0);
            CHECK(memcmp(report[0], report[1], sizeof report[0]) == 0);
            CHECK(memcmp(&noise[0], &noise[1], sizeof noise[0]) == 0);
        }
    }
    return 0;
}
