/* Grey, its halvings and its smoothing against their plain twins: the last two exactly, grey within
 * a twentieth of a level of where it rounds. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

static void compare_pyramids(const kernels *k, const burst_pyramid *grey, burst_pyramid *soft) {
    k->routines->soften(grey, soft, 2);
    for (int32_t level = 0; level < grey->levels; level++) {
        const plain_image own = {grey->data[level], grey->width[level], grey->height[level]};
        for (int32_t y = 0; y < own.height; y++) {
            for (int32_t x = 0; x < own.width; x++) {
                CHECK(soft->data[level][y * own.width + x] == plain_softened(&own, x, y));
            }
        }
        if (level > 0) {
            const plain_image above = {grey->data[level - 1], grey->width[level - 1],
                                       grey->height[level - 1]};
            for (int32_t y = 0; y < own.height; y++) {
                for (int32_t x = 0; x < own.width; x++) {
                    CHECK(own.data[y * own.width + x] == plain_halved(&above, x, y));
                }
            }
        }
    }
}

static void compare(const kernels *k, int32_t width, int32_t height, const baryta_noise *noise,
                    float exposure, float cut) {
    baryta_plane frame = scene_plane(width, height);
    scene_frame(&frame, &scene_bayer, noise, (double)exposure, 0.0, 0.0, 0.0, 1);
    for (int32_t x = 0; x < width; x++) { /* extremes */
        ((uint16_t *)frame.data)[x] = x < width / 2 ? 0 : 65535;
    }
    const baryta_merge_options options = scene_options(&scene_bayer, noise);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &frame, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    merge->cut = cut;
    k->routines->grey(merge, &frame, exposure, &merge->other);
    for (int32_t y = 0; y < height / 2; y++) {
        for (int32_t x = 0; x < width / 2; x++) {
            const double level = plain_grey(&frame, &scene_bayer, &merge->options.noise,
                                            (double)exposure, (double)cut, x, y) +
                                 0.5;
            const double got = merge->other.data[0][y * (width / 2) + x];
            CHECK(got <= level + 0.05 && got > level - 1.05);
        }
    }
    compare_pyramids(k, &merge->other, &merge->soft_other);
    baryta_merge_free(merge);
    free(frame.data);
}

int main(void) {
    const baryta_noise none = {{0.0f}, {0.0f}}, much = {{1.0f, 1.0f, 1.0f, 1.0f}, {0.1f}};
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set), 203, 149, &scene_noise, 1.0f, 0.0f);
        compare(kernels_of(set), 32, 33, &scene_noise, 4.0f, 0.0f);
        compare(kernels_of(set), 131, 64, &none, 0.25f, 0.0f);
        compare(kernels_of(set), 98, 70, &much, 1.0f, 0.0f);
        compare(kernels_of(set), 203, 149, &scene_noise, 1.0f, 0.26f);
        compare(kernels_of(set), 97, 64, &scene_noise, 4.0f, 0.245f);
    }
    return 0;
}
