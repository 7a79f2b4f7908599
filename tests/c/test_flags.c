/* The quick look for outliers against its plain twin: the same verdict but within 1e-5 of the
 * limit. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

static void compare(const kernels *k, int32_t width, int32_t height, const baryta_noise *noise,
                    float sigmas) {
    baryta_plane frame = scene_plane(width, height);
    scene_frame(&frame, &scene_bayer, noise, 1.0, 0.0, 0.0, 0.0, 1);
    for (int32_t i = 0; i < 200; i++) { /* faint to extreme */
        const int32_t x = (int32_t)(scene_random(i, 0, 3) * width);
        const int32_t y = (int32_t)(scene_random(i, 1, 3) * height);
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame.data + y * frame.stride);
        const double value = row[x] + 900.0 * (scene_random(i, 2, 3) - 0.4);
        row[x] = i % 9 == 0 ? 65535 : i % 9 == 1 ? 0 : (uint16_t)fmax(value, 0.0);
    }
    const baryta_merge_options options = scene_options(&scene_bayer, noise);
    baryta_noise supposed = *noise;
    burst_suppose_noise(&scene_bayer, &supposed);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &frame, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    uint8_t *flags = malloc((size_t)width);
    CHECK(flags != NULL);
    int flagged = 0;
    for (int32_t y = 2; y < height - 2; y++) {
        memset(flags, 7, (size_t)width);
        k->routines->flag_row(merge, y, sigmas, flags);
        for (int32_t x = 2; x < width - 2; x++) {
            const double ratio = plain_flag(&frame, &scene_bayer, &supposed, (double)sigmas, x, y);
            CHECK(flags[x] == (ratio > 1.0) || fabs(ratio - 1.0) < 1e-5);
            flagged += flags[x];
        }
        CHECK(flags[0] == 7 && flags[1] == 7 && flags[width - 2] == 7 && flags[width - 1] == 7);
    }
    CHECK(flagged > 30 && flagged < width * height / 4);
    free(flags);
    baryta_merge_free(merge);
    free(frame.data);
}

int main(void) {
    const baryta_noise none = {{0.0f}, {0.0f}};
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set), 203, 149, &scene_noise, 6.0f);
        compare(kernels_of(set), 97, 64, &scene_noise, 2.0f);
        compare(kernels_of(set), 66, 131, &none, 6.0f);
    }
    return 0;
}
