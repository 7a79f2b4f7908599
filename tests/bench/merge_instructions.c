/* Merges eight frames of a drifting texture by one thread, to have its instructions counted:
 *
 *   gcc -O3 -fno-math-errno -fno-trapping-math -ffp-contract=off -fopenmp -Inative \
 *       -DBARYTA_VERSION='""' -DBARYTA_BUILD='""' \
 *       tests/bench/merge_instructions.c native/src/*.c -lm -o build/merge_instructions
 *   valgrind --tool=callgrind --callgrind-out-file=build/callgrind.out build/merge_instructions
 *   callgrind_annotate --inclusive=yes build/callgrind.out
 *
 * Built so, it has the routines that every machine of the kind can run: four lanes. */
#include "baryta.h"

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

enum { WIDTH = 1024, HEIGHT = 768, FRAMES = 8, BLACK = 256, WHITE = 4095 };

static uint32_t hash(uint32_t x, uint32_t y, uint32_t seed) {
    uint32_t h = x * 0x8da6b343u ^ y * 0xd8163841u ^ seed * 0xcb1ab31fu;
    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return h ^ (h >> 15);
}

/* Uniform in 0..1. */
static float random_at(int32_t x, int32_t y, uint32_t seed) {
    return (float)(hash((uint32_t)x, (uint32_t)y, seed) >> 8) * (1.0f / 16777216.0f);
}

static float octave(float x, float y, uint32_t seed) {
    const float u = floorf(x), v = floorf(y), fx = x - u, fy = y - v;
    const int32_t i = (int32_t)u, j = (int32_t)v;
    const float a = random_at(i, j, seed), b = random_at(i + 1, j, seed);
    const float c = random_at(i, j + 1, seed), d = random_at(i + 1, j + 1, seed);
    return (a + (b - a) * fx) * (1.0f - fy) + (c + (d - c) * fx) * fy;
}

int main(void) {
    const float shot = 4.0f * 3.24e-4f, read = 16.0f * 4.3e-6f; /* ISO 400 */
    const baryta_merge_options options = {
        .format = {.colour = {0, 1, 1, 2}, .black = {BLACK, BLACK, BLACK, BLACK}, .white = WHITE},
        .noise = {{shot, shot, shot, shot}, {read, read, read, read}},
        .robustness = 1.0f,
        .shrink = 1.0f,
        .frame_noise = 1.0f,
        .output_scale = 16,
        .threads = 1,
    };
    uint16_t *samples = malloc(sizeof *samples * WIDTH * HEIGHT);
    const baryta_plane frame = {samples, WIDTH, HEIGHT, (int64_t)sizeof *samples * WIDTH};
    baryta_merge *merge = NULL;
    for (int32_t f = 0; f < FRAMES && samples != NULL; f++) {
        for (int32_t i = 0; i < WIDTH * HEIGHT; i++) {
            const int32_t column = i % WIDTH, row = i / WIDTH;
            const float x = (float)column + 0.7f * (float)f, y = (float)row - 0.4f * (float)f;
            const float light =
                0.1f + 0.2f * octave(x / 60, y / 60, 1) + 0.1f * octave(x / 5, y / 5, 2);
            float noise = -6.0f; /* nearly normal */
            for (uint32_t k = 0; k < 12; k++) {
                noise += random_at(column, row, 100 + 12 * (uint32_t)f + k);
            }
            const float value = light + noise * sqrtf(shot * light + read);
            samples[i] = (uint16_t)(BLACK + fmaxf(value, 0.0f) * (WHITE - BLACK) + 0.5f);
        }
        const baryta_status status = f == 0
                                         ? baryta_merge_begin(&options, &frame, &merge, NULL, NULL)
                                         : baryta_merge_add(merge, &frame, 1.0f, NULL, NULL, NULL);
        if (status != BARYTA_OK) {
            return 1;
        }
    }
    float frames = 0.0f;
    const baryta_status status = baryta_merge_finish(merge, &frame, NULL, &frames, NULL, NULL);
    printf("%.2f frames\n", (double)frames);
    baryta_merge_free(merge);
    free(samples);
    return status != BARYTA_OK;
}
