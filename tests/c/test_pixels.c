/* Calibration, whitening, highlights and colour against their plain twins, within a few millionths
 * of the light. */
#include "calibrate.h"
#include "colour.h"
#include "highlights.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

enum { PIXELS = 3000 };

static void calibration(int32_t width, int32_t height, const baryta_shading *shading) {
    baryta_plane mosaic = scene_plane(width, height);
    scene_frame(&mosaic, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    float *out = malloc(sizeof *out * (size_t)width * (size_t)height);
    CHECK(out != NULL);
    const baryta_plane normalised = {out, width, height, 4 * (int64_t)width};
    const baryta_develop_options options = {.format = scene_bayer,
                                            .noise = scene_noise,
                                            .shading = *shading,
                                            .white_balance = {1.9f, 1.0f, 1.4f},
                                            .exposure = 1.0f,
                                            .threads = 2};
    CHECK(baryta_calibrate(&mosaic, &options, &normalised) == BARYTA_OK);
    for (int32_t i = 0; i < width * height; i++) {
        const double wanted = plain_calibrate(&mosaic, &options, i % width, i / width);
        CHECK(fabs((double)out[i] - wanted) < 2e-6 * (1.0 + fabs(wanted)));
    }
    free(mosaic.data);
    free(out);
}

/* A frame with blocks of clipped samples, of single ones and of none, in rows and parts of rows. */
static void whitening(int32_t width, int32_t height, const int32_t colour[4]) {
    enum { WIDEST = 512 };
    baryta_plane mosaic = scene_plane(width, height);
    baryta_develop_options options = {
        .format = scene_bayer, .white_balance = {1.9f, 1.0f, 1.4f}, .exposure = 1.0f, .threads = 1};
    memcpy(options.format.colour, colour, sizeof options.format.colour);
    for (int32_t y = 0; y < height; y++) {
        uint16_t *row = baryta_row(&mosaic, y);
        for (int32_t x = 0; x < width; x++) {
            const int bright = scene_random(x / 5, y / 3, 1) < 0.4 && y % 7 != 0;
            row[x] = (uint16_t)(bright ? 3990.0 + 160.0 * scene_random(x, y, 2)
                                       : 4200.0 * scene_random(x, y, 3));
            row[x] = row[x] < 4095 ? row[x] : 4095;
        }
    }
    int32_t raised = 0;
    for (int32_t y = 0; y < height; y++) {
        float row[WIDEST];
        for (int32_t x = 0; x < width; x++) {
            row[x] = 1.0f;
        }
        const int32_t first = y % 3 == 0 ? 5 : 0; /* a tile begins anywhere */
        baryta_whiten_row(&mosaic, &options, y, first, width - first, row + first);
        for (int32_t x = 0; x < width; x++) {
            const double wanted = x < first ? 1.0 : plain_whitening(&mosaic, &options, x, y);
            CHECK(fabs((double)row[x] - wanted) < 1e-6);
            raised += wanted > 1.0;
        }
    }
    CHECK(raised > width * height / 20 && raised < width * height / 2);
    free(mosaic.data);
}

static void highlights(void) {
    static float rgb[3][PIXELS], level[3][PIXELS];
    static double wanted[PIXELS][3];
    for (int i = 0; i < PIXELS; i++) {
        double clips[3];
        for (int c = 0; c < 3; c++) {
            level[c][i] = (float)(1.0 + c * 0.4 + 0.5 * scene_random(i, c, 1));
            const double part = 1.1 * scene_random(i, c, 2) - (i % 10 == 0 ? 0.2 : 0.0);
            rgb[c][i] = (float)fmin(part + 0.2 * (i % 3), 1.0) * level[c][i];
            clips[c] = (double)level[c][i];
            wanted[i][c] = (double)rgb[c][i];
        }
        plain_highlights(wanted[i], clips);
    }
    const float *const levels[3] = {level[0], level[1], level[2]};
    baryta_highlights_row((float *const[3]){rgb[0], rgb[1], rgb[2]}, PIXELS, levels);
    for (int i = 0; i < 3 * PIXELS; i++) {
        CHECK(fabs((double)rgb[i % 3][i / 3] - wanted[i / 3][i % 3]) < 5e-6);
    }
}

static void colour(void) {
    static const float matrix[9] = {1.3f, -0.4f, 0.1f, -0.2f, 1.5f, -0.3f, 0.05f, -0.6f, 1.55f};
    static float rgb[3][PIXELS];
    static double wanted[PIXELS][3];
    for (int i = 0; i < PIXELS; i++) {
        for (int c = 0; c < 3; c++) {
            const double bright = i % 50 == 0 ? 100.0 : 1.0;
            rgb[c][i] = (float)(bright * (scene_random(i, c, 3) - 0.15));
            wanted[i][c] = (double)rgb[c][i];
        }
        plain_colour(wanted[i], matrix);
    }
    baryta_colour_row((float *const[3]){rgb[0], rgb[1], rgb[2]}, PIXELS, matrix);
    for (int i = 0; i < 3 * PIXELS; i++) {
        CHECK(fabs((double)rgb[i % 3][i / 3] - wanted[i / 3][i % 3]) <
              2e-6 * (1.0 + wanted[i / 3][i % 3]));
    }
}

int main(void) {
    float gain[4 * 5 * 7];
    for (int i = 0; i < 4 * 5 * 7; i++) {
        gain[i] = 1.0f + 2.0f * (float)scene_random(i, 0, 4);
    }
    calibration(203, 49, &(baryta_shading){NULL, 0, 0});
    calibration(203, 49, &(baryta_shading){gain, 5, 7});
    calibration(64, 33, &(baryta_shading){gain, 1, 1});
    calibration(35, 32, &(baryta_shading){gain, 2, 1});
    whitening(203, 49, (int32_t[4]){0, 1, 1, 2});
    whitening(64, 33, (int32_t[4]){1, 2, 0, 1});
    highlights();
    colour();
    return 0;
}
