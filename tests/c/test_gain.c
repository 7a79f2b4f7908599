/* By how much a frame is brighter than told: found where the light is a multiple, whatever moves
 * and clips; not where it is the same, is added, or is beyond a factor of two. */
#include "burst_case.h"

enum { WIDTH = 400, HEIGHT = 320 };

/* What is found in a frame of the scene that many times as bright, with so much light added, that
 * was told to be exposed like the reference. */
static float found(float brighter, float added, double dx, double dy) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    const kernels *k = kernels_of(0);
    burst_case c = burst_case_begin(k, &options, WIDTH, HEIGHT, 1.0f, dx, dy);
    scene_frame(&c.frame, &scene_bayer, &scene_noise, (double)brighter, dx, dy, 6.0, 2);
    for (int32_t y = 0; y < HEIGHT && added > 0.0f; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)c.frame.data + y * c.frame.stride);
        for (int32_t x = 0; x < WIDTH; x++) {
            const float value = (float)row[x] + added * scene_bayer.white;
            row[x] = (uint16_t)fminf(value, scene_bayer.white);
        }
    }
    const burst_motion motion = {dx, dy, 0.0};
    const float gain = burst_find_gain(c.merge, &c.frame, &motion);
    burst_case_end(&c);
    return gain;
}

int main(void) {
    CHECK(found(1.0f, 0.0f, 0.0, 0.0) == 1.0f);
    CHECK(found(1.0f, 0.0f, 6.0, -4.0) == 1.0f);
    CHECK(found(1.005f, 0.0f, 0.0, 0.0) == 1.0f); /* too little to matter */
    CHECK(fabsf(found(1.2f, 0.0f, 0.0, 0.0) - 1.2f) < 0.02f);
    CHECK(fabsf(found(1.2f, 0.0f, 6.0, -4.0) - 1.2f) < 0.02f);
    CHECK(fabsf(found(0.7f, 0.0f, 0.0, 0.0) - 0.7f) < 0.02f);
    CHECK(found(1.0f, 0.05f, 0.0, 0.0) == 1.0f); /* stray light, another black level */
    CHECK(found(0.3f, 0.0f, 0.0, 0.0) == 1.0f);
    return 0;
}
