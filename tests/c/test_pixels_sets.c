/* Every build of development and rendering that this machine can run gives the plainest one's bits,
 * whatever the number of threads. */
#include "check.h"
#include "pixels_routines.h"
#include "scene.h"

#include <stdlib.h>
#include <string.h>

enum { WIDTH = 331, HEIGHT = 203, NODES = 9 };

typedef struct outcome {
    uint16_t corrected[HEIGHT][WIDTH];
    float linear[HEIGHT][WIDTH][3];
    uint8_t picture[HEIGHT][WIDTH][3];
    uint8_t fitted[2][HEIGHT / 2][WIDTH / 2][4];
} outcome;

static outcome results[2];
static float table[NODES * NODES * NODES * 3];
static float shading[4 * 5 * 7];

/* The linear picture's bytes as a frame, made smaller by 2 and by more, with what may be lines. */
static void frames(const baryta_pixels_routines *routines, outcome *to) {
    static float lines[20][30][2];
    const baryta_plane map = {lines, 30, 20, sizeof lines[0]};
    const baryta_plane frame = {to->linear, WIDTH, HEIGHT, sizeof to->linear[0]};
    const baryta_root_gain range = {0.7f, 2.1f};
    for (int i = 0; i < 20 * 30; i++) {
        lines[i / 30][i % 30][0] = (float)scene_random(i, 0, 9) - 0.5f;
        lines[i / 30][i % 30][1] = (float)scene_random(i, 1, 9) + 0.7f;
    }
    for (int32_t i = 0; i < 2; i++) {
        const int32_t width = i ? WIDTH / 3 : WIDTH / 2, height = i ? HEIGHT / 4 : HEIGHT / 2;
        const baryta_plane fitted = {to->fitted[i], width, height, sizeof to->fitted[i][0]};
        CHECK(routines->fit_frame(&frame, &fitted) == BARYTA_OK);
        CHECK(routines->tone_frame(&fitted, &map, &range) == BARYTA_OK);
    }
}

static void run(const baryta_pixels_routines *routines, const baryta_plane *mosaic, int shaded,
                int mono, int32_t threads, outcome *to) {
    const baryta_plane corrected = {to->corrected, WIDTH, HEIGHT, sizeof to->corrected[0]};
    const baryta_plane linear = {to->linear, WIDTH, HEIGHT, sizeof to->linear[0]};
    const baryta_plane picture = {to->picture, WIDTH, HEIGHT, sizeof to->picture[0]};
    baryta_develop_options develop = {
        .format = scene_bayer,
        .noise = scene_noise,
        .white_balance = {1.9f, 1.0f, 1.4f},
        .matrix = {1.3f, -0.4f, 0.1f, -0.2f, 1.5f, -0.3f, 0.05f, -0.6f, 1.55f},
        .exposure = 1.7f,
        .denoise = mono ? 0.0f : 1.0f,
        .threads = threads};
    if (shaded) {
        develop.shading = (baryta_shading){shading, 5, 7};
    }
    if (mono) {
        memcpy(develop.format.colour, (int32_t[4]){1, 1, 1, 1}, sizeof develop.format.colour);
    }
    const baryta_look look = {.shaper_scale = 0.01f,
                              .shaper_maximum = 16.0f,
                              .size = NODES,
                              .table = table,
                              .tone_mapping = 1.0f,
                              .tone_noise = 0.001f,
                              .vignette = -0.7f,
                              .halation = 0.04f,
                              .halation_radius = 0.02f,
                              .bloom = 0.1f,
                              .bloom_radius = 0.03f,
                              .local_contrast = 0.3f,
                              .local_contrast_radius = 0.03f,
                              .sharpening = 0.5f,
                              .sharpening_radius = 1.0f,
                              .grain = 0.02f,
                              .grain_size = 0.004f,
                              .grain_seed = 5};
    int64_t count = 0;
    for (int32_t y = 0; y < HEIGHT; y++) {
        memcpy(to->corrected[y], baryta_row(mosaic, y), sizeof to->corrected[y]);
    }
    CHECK(routines->correct_defects(&corrected, &scene_bayer, &scene_noise, 0.5f, &count,
                                    threads) == BARYTA_OK);
    CHECK(count > 0);
    CHECK(routines->develop(&corrected, &develop, &linear, NULL, NULL) == BARYTA_OK);
    CHECK(routines->render(&linear, &look, &picture, threads, NULL, NULL) == BARYTA_OK);
    frames(routines, to);
}

int main(void) {
    for (int i = 0; i < NODES * NODES * NODES * 3; i++) {
        table[i] = (float)scene_random(i, 0, 7);
    }
    for (int i = 0; i < 4 * 5 * 7; i++) {
        shading[i] = 1.0f + 2.0f * (float)scene_random(i, 0, 8);
    }
    baryta_plane mosaic = scene_plane(WIDTH, HEIGHT);
    scene_frame(&mosaic, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 3);
    for (int32_t i = 0; i < 40; i++) { /* defects */
        uint16_t *row = baryta_row(&mosaic, 7 + 4 * i);
        row[(11 + 37 * i) % WIDTH] = i % 2 ? 0 : 4095;
    }
    for (int kind = 0; kind < 3; kind++) {
        run(baryta_pixels_of(0), &mosaic, kind == 1, kind == 2, 1, &results[0]);
        for (int set = 0; baryta_pixels_of(set) != NULL; set++) {
            memset(&results[1], 0, sizeof results[1]);
            run(baryta_pixels_of(set), &mosaic, kind == 1, kind == 2, 3, &results[1]);
            CHECK(memcmp(results[0].corrected, results[1].corrected, sizeof results[0].corrected) ==
                  0);
            CHECK(memcmp(results[0].linear, results[1].linear, sizeof results[0].linear) == 0);
            CHECK(memcmp(results[0].picture, results[1].picture, sizeof results[0].picture) == 0);
            CHECK(memcmp(results[0].fitted, results[1].fitted, sizeof results[0].fitted) == 0);
        }
    }
    free(mosaic.data);
    return 0;
}
