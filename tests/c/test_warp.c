/* The frame brought over against its plain twin, level by level: exactly, but for the tiles whose
 * displacement lies within a thousandth of a step of where its 32nd rounds. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

static int at_tie(double d) {
    const double part = 32.0 * d - floor(32.0 * d);
    return fabs(part - 0.5) < 1e-3;
}

static void compare(const kernels *k, int32_t width, int32_t height, const burst_motion *motion,
                    double dx, double dy) {
    baryta_plane frame = scene_plane(width, height);
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    baryta_merge *merge = NULL;
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    CHECK(burst_begin(&options, &frame, k->routines, &merge) == BARYTA_OK);
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, dx, dy, 0.0, 2);
    k->routines->grey(merge, &frame, 1.0f, &merge->other);
    k->routines->soften(&merge->other, &merge->soft_other, 1);
    CHECK(k->bring_over(merge, motion));
    const plain_image other = {merge->other.data[0], width / 2, height / 2};
    const plain_motion rigid = {motion->x, motion->y, motion->angle, width, height};
    int32_t compared = 0, left_out = 0;
    for (int32_t y0 = 0; y0 < other.height; y0 += 16) {
        for (int32_t x0 = 0; x0 < other.width; x0 += 16) {
            double tx, ty;
            plain_tile_move(&rigid, x0, y0, &tx, &ty);
            tx += (double)merge->sway.x[y0 / 16];
            ty += (double)merge->sway.y[y0 / 16];
            if (at_tie(tx) || at_tie(ty)) {
                left_out++;
                continue;
            }
            for (int32_t y = y0; y < y0 + 16 && y < other.height; y++) {
                for (int32_t x = x0; x < x0 + 16 && x < other.width; x++) {
                    CHECK(merge->warped.data[0][y * other.width + x] ==
                          plain_warped(&other, x, y, tx, ty));
                }
            }
            compared++;
        }
    }
    CHECK(compared > 20 * left_out);
    baryta_merge_free(merge);
    free(frame.data);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        compare(k, 203, 149, &(burst_motion){0.0, 0.0, 0.0}, 0.0, 0.0);
        compare(k, 203, 149, &(burst_motion){3.7, -2.2, 0.013}, 3.7, -2.2);
        compare(k, 267, 134, &(burst_motion){-40.3, 31.9, -0.05}, -40.0, 32.0);
        compare(k, 64, 97, &(burst_motion){500.1, 0.3, 0.0}, 0.0, 0.0); /* wholly outside */
        compare(k, 32, 32, &(burst_motion){1.3, 0.7, 0.02}, 1.3, 0.7);
    }
    return 0;
}
