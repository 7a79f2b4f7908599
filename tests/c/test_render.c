/* Sharpening, grain and dither against their plain twins: within 1e-5 of full scale, dithered bytes
 * exactly but within a thousandth of a step of where they round. */
#include "blur.h"
#include "grain.h"
#include "plain.h"
#include "scene.h"
#include "sharpen.h"

static int32_t make_kernel(float radius, int power, float kernel[], double plain[]) {
    const int32_t reach = baryta_kernel(radius, power, kernel);
    for (int32_t i = 0; i <= reach; i++) {
        plain[i] = (double)kernel[i];
    }
    return reach;
}

static void sharpening(int32_t columns, int32_t rows, float radius, float amount) {
    float kernel[BARYTA_KERNEL_REACH + 1];
    double plain[BARYTA_KERNEL_REACH + 1];
    const int32_t reach = make_kernel(radius, 1, kernel, plain);
    const int32_t wide = columns + 2 * reach, tall = rows + 2 * reach;
    const int32_t all = wide * tall;
    float *rgb = malloc(3 * sizeof *rgb * (size_t)all);
    float *scratch = malloc(sizeof *scratch * baryta_sharpen_scratch(columns, rows, reach));
    plain_plane luma = plain_plane_make(wide, tall), before = plain_plane_make(3 * wide, tall);
    CHECK(rgb != NULL && scratch != NULL);
    for (int32_t i = 0; i < wide * tall; i++) {
        static const double weight[3] = {0.2126, 0.7152, 0.0722};
        for (int c = 0; c < 3; c++) {
            const double light = scene_light(i % wide, i / wide, c, 0.0);
            rgb[c * all + i] = (float)fmin(sqrt(light) + 0.02 * scene_random(i, c, 1), 1.0);
            before.data[3 * i + c] = (double)rgb[c * all + i];
            luma.data[i] += weight[c] * before.data[3 * i + c];
        }
    }
    baryta_sharpen(&(baryta_sharpening){amount, kernel, reach},
                   (float *const[3]){rgb, rgb + all, rgb + 2 * all}, columns, rows, scratch);
    for (int32_t y = reach; y < rows + reach; y++) {
        for (int32_t x = reach; x < columns + reach; x++) {
            const double change = plain_sharpened(&luma, plain, reach, (double)amount, x, y);
            const int32_t i = y * wide + x;
            for (int c = 0; c < 3; c++) {
                CHECK(fabs((double)rgb[c * all + i] - before.data[3 * i + c] - change) < 1e-5);
            }
        }
    }
    plain_plane_free(&luma);
    plain_plane_free(&before);
    free(rgb);
    free(scratch);
}

static void grain(int32_t columns, int32_t rows, float size, uint32_t seed) {
    float kernel[BARYTA_KERNEL_REACH + 1];
    double plain[BARYTA_KERNEL_REACH + 1];
    const int32_t reach = make_kernel(size, 2, kernel, plain);
    float *scratch = malloc(sizeof *scratch * baryta_grain_scratch(columns, rows, reach));
    CHECK(scratch != NULL);
    const float *got = baryta_grain_tile(&(baryta_grain){1.0f, kernel, reach, seed}, 512, 64,
                                         columns, rows, scratch);
    plain[0] = reach > 0 ? plain[0] : 1.0;
    for (int32_t i = 0; i < columns * rows; i++) {
        const double wanted = plain_grain(seed, plain, reach, 512 + i % columns, 64 + i / columns);
        CHECK(fabs((double)got[i] - wanted) < 1e-4); /* of a standard deviation */
    }
    free(scratch);
}

/* A look that does nothing but encode by its shaper, and grain. */
static void bytes(int32_t width, int32_t height, float amount) {
    static const float corners[24] = {0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 1,
                                      1, 0, 0, 1, 0, 1, 1, 1, 0, 1, 1, 1};
    const baryta_look look = {.shaper_scale = 0.05f,
                              .shaper_maximum = 4.0f,
                              .table = corners,
                              .size = 2,
                              .grain = amount,
                              .grain_size = 0.0f,
                              .grain_seed = 5};
    const size_t samples = 3 * (size_t)width * (size_t)height;
    float *linear = malloc(sizeof *linear * samples);
    uint8_t *picture = malloc(samples);
    CHECK(linear != NULL && picture != NULL);
    for (size_t i = 0; i < samples; i++) {
        linear[i] = (float)(5.0 * pow(scene_random((int32_t)i, 0, 1), 3.0));
    }
    const baryta_plane in = {linear, width, height, 12 * (int64_t)width};
    const baryta_plane out = {picture, width, height, 3 * (int64_t)width};
    CHECK(baryta_render(&in, &look, &out, 2, NULL, NULL) == BARYTA_OK);
    for (size_t i = 0; i < samples; i++) {
        const int32_t x = (int32_t)(i / 3) % width, y = (int32_t)(i / 3) / width;
        const double light = fmin((double)linear[i], 4.0);
        const double encoded = asinh(light / (double)0.05f) / asinh(4.0 / (double)0.05f);
        const double noise = plain_grain(5, (const double[]){1.0}, 0, x, y);
        const double level = 255.0 * plain_with_grain(encoded, (double)amount, noise);
        const double wanted = fmin(fmax(level + plain_dither(x, y) + 0.5, 0.0), 255.0);
        CHECK(fabs(picture[i] + 0.5 - wanted) < 0.501);
    }
    free(linear);
    free(picture);
}

int main(void) {
    sharpening(203, 49, 0.7f, 1.0f);
    sharpening(64, 33, 2.0f, 2.0f);
    grain(67, 35, 1.3f, 7);
    grain(99, 21, 0.0f, 12345);
    bytes(259, 67, 0.0f);
    bytes(131, 40, 0.1f);
    return 0;
}
