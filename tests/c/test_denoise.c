/* Denoising against its plain twin, within 2e-5 of the domain's white, and never without effect. */
#include "denoise.h"
#include "denoise_noise.h"
#include "plain.h"
#include "scene.h"

static void compare(int32_t width, int32_t height, float denoise, int32_t threads) {
    const size_t count = (size_t)width * (size_t)height;
    float *image = malloc(3 * count * sizeof *image);
    CHECK(image != NULL);
    plain_plane rgb[3], wanted[3];
    for (int c = 0; c < 3; c++) {
        rgb[c] = plain_plane_make(width, height);
        wanted[c] = plain_plane_make(width, height);
        for (int32_t i = 0; i < width * height; i++) {
            const double noise = 0.06 * (scene_random(i, c, 1) - 0.5); /* below black too */
            const double light = scene_light(i % width, i / width, c, 0.0) + noise;
            float *at = image + (3 * (i / width) + c) * width + i % width; /* rows by colour */
            *at = (float)plain_to_domain(light);
            rgb[c].data[i] = (double)*at;
        }
    }
    const baryta_develop_options options = {.format = scene_bayer,
                                            .noise = scene_noise,
                                            .white_balance = {1.9f, 1.0f, 1.4f},
                                            .exposure = 1.0f,
                                            .denoise = denoise,
                                            .threads = threads};
    const baryta_plane linear = {image, width, height, 12 * (int64_t)width};
    baryta_development work = {.mosaic = &linear, .linear = &linear, .options = &options};
    baryta_noise_of_colours(&options, work.shot, work.read);
    baryta_denoiser denoiser;
    CHECK(baryta_denoise_open(&denoiser, &work, NULL) == BARYTA_OK);
    plain_denoise(rgb, &options, wanted);
    double most = 0.0;
    for (int32_t y = 0; y < height; y++) {
        float *row[3];
        baryta_denoise_row(&denoiser, y, 0, row);
        for (int32_t i = 0; i < 3 * width; i++) {
            const int32_t c = i % 3, x = i / 3;
            CHECK(fabs((double)row[c][x] - wanted[c].data[y * width + x]) < 2e-5);
            most = fmax(most, fabs((double)row[c][x] - rgb[c].data[y * width + x]));
        }
    }
    baryta_denoise_close(&denoiser);
    CHECK(most > 0.01);
    for (int c = 0; c < 3; c++) {
        plain_plane_free(&rgb[c]);
        plain_plane_free(&wanted[c]);
    }
    free(image);
}

int main(void) {
    compare(203, 149, 1.0f, 2);
    compare(96, 131, 0.3f, 1);
    compare(67, 35, 4.0f, 1);
    compare(16, 16, 1.0f, 1);
    return 0;
}
