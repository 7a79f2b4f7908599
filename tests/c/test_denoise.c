/* Denoising and the way back to light against their plain twins, within 2e-5 of white; neither is
 * ever without effect. */
#include "denoise.h"
#include "denoise_noise.h"
#include "plain.h"
#include "scene.h"

static void compare(int32_t width, int32_t height, baryta_noise noise, float denoise,
                    int32_t threads) {
    const size_t count = (size_t)width * (size_t)height;
    float *image = malloc(3 * count * sizeof *image);
    CHECK(image != NULL);
    plain_plane rgb[3], wanted[3], keep[2];
    const baryta_develop_options options = {.format = scene_bayer,
                                            .noise = noise,
                                            .white_balance = {1.9f, 1.0f, 1.4f},
                                            .exposure = 1.0f,
                                            .denoise = denoise,
                                            .threads = threads};
    for (int of = 0; of < 2; of++) {
        keep[of] = plain_plane_make(width, height);
    }
    for (int c = 0; c < 3; c++) {
        rgb[c] = plain_plane_make(width, height);
        wanted[c] = plain_plane_make(width, height);
        for (int32_t i = 0; i < width * height; i++) {
            const double error = 0.06 * (scene_random(i, c, 1) - 0.5); /* below black too */
            const double light = scene_light(i % width, i / width, c, 0.0) + error;
            float *at = image + (3 * (i / width) + c) * width + i % width; /* rows by colour */
            *at = (float)plain_to_domain(light, plain_knee(&options));
            rgb[c].data[i] = (double)*at;
        }
    }
    const baryta_plane linear = {image, width, height, 12 * (int64_t)width};
    baryta_development work = {.mosaic = &linear, .linear = &linear, .options = &options};
    baryta_develop_noise(&work);
    baryta_denoiser denoiser;
    CHECK(baryta_denoise_open(&denoiser, &work, NULL) == BARYTA_OK);
    plain_denoise(rgb, &options, wanted, keep);
    double most = 0.0, bias = 0.0;
    for (int32_t y = 0; y < height; y++) {
        float *row[3];
        const float *left[2];
        baryta_denoise_row(&denoiser, y, 0, row, left);
        for (int32_t i = 0; i < 3 * width; i++) {
            const int32_t c = i % 3, x = i / 3;
            CHECK(fabs((double)row[c][x] - wanted[c].data[y * width + x]) < 2e-5);
            most = fmax(most, fabs((double)row[c][x] - rgb[c].data[y * width + x]));
        }
        baryta_inverse_row(&work, y, 0, width, left[0], left[1], row);
        for (int32_t x = 0; x < width; x++) {
            const int32_t i = y * width + x;
            double light[3] = {wanted[0].data[i], wanted[1].data[i], wanted[2].data[i]};
            plain_inverse(light, &options, keep[0].data[i], keep[1].data[i]);
            for (int c = 0; c < 3; c++) {
                const double plain = plain_from_domain(wanted[c].data[i], plain_knee(&options));
                CHECK(fabs((double)row[c][x] - light[c]) < 2e-5 * (1.0 + fabs(light[c])));
                bias = fmax(bias, fabs(light[c] - plain));
            }
        }
    }
    baryta_denoise_close(&denoiser);
    CHECK(most > 0.005);
    CHECK(bias > 4e-4);
    for (int c = 0; c < 3; c++) {
        plain_plane_free(&rgb[c]);
        plain_plane_free(&wanted[c]);
    }
    plain_plane_free(&keep[0]);
    plain_plane_free(&keep[1]);
    free(image);
}

int main(void) {
    /* At four times the gain the domain's knee is wider. */
    const baryta_noise strong = {{4e-3f, 3.2e-3f, 3.6e-3f, 4.4e-3f}, {3e-4f, 5e-4f, 4e-4f, 3e-4f}};
    compare(203, 149, scene_noise, 1.0f, 2);
    compare(203, 149, strong, 1.0f, 2);
    compare(96, 131, scene_noise, 0.3f, 1);
    compare(67, 35, scene_noise, 4.0f, 1);
    compare(16, 16, strong, 1.0f, 1);
    return 0;
}
