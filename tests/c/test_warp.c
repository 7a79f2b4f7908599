/* The frame brought over against its plain twins: the sway of its rows within 1e-3 of a pixel; the
 * warped pixels exactly, but for the tiles whose displacement lies within a thousandth of a step of
 * where its 32nd rounds. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

static int at_tie(double d) {
    const double part = 32.0 * d - floor(32.0 * d);
    return fabs(part - 0.5) < 1e-3;
}

/* Rows sway by so many samples. */
static void sway(const baryta_plane *frame, double dx, double dy, double by) {
    for (int32_t y = 0; y < frame->height && by > 0.0; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const double u = x - dx - by * sin(0.02 * y), v = y - dy - 0.5 * by * cos(0.017 * y);
            const int colour = scene_bayer.colour[2 * (y & 1) + (x & 1)];
            const double light = fmin(scene_light(u, v, colour, 0.0), 1.0);
            row[x] = (uint16_t)(256.0 + 3839.0 * light + 40.0 * (scene_random(x, y, 4) - 0.5));
        }
    }
}

/* Returns the most that a row sways, grey pixels. */
static double compare_sway(const baryta_merge *merge, const plain_motion *motion) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const plain_image a = {merge->soft_grey.data[0], width, height};
    const plain_image b = {merge->soft_other.data[0], width, height};
    double x[64], y[64], most = 0.0;
    CHECK(height <= 64 * 16);
    plain_find_sway(&a, &b, motion, (double)merge->stabiliser.sigma, x, y);
    for (int32_t j = 0; j < (height + 15) / 16; j++) {
        CHECK(fabs((double)merge->sway.x[j] - x[j]) < 1e-3);
        CHECK(fabs((double)merge->sway.y[j] - y[j]) < 1e-3);
        most = fmax(most, fmax(fabs(x[j]), fabs(y[j])));
    }
    return most;
}

/* Returns the most that a row was found to sway. */
static double compare(const kernels *k, int32_t width, int32_t height, const burst_motion *motion,
                      double dx, double dy, double by) {
    baryta_plane frame = scene_plane(width, height);
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    baryta_merge *merge = NULL;
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    CHECK(burst_begin(&options, &frame, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, dx, dy, 0.0, 2);
    sway(&frame, dx, dy, by);
    k->routines->grey(merge, &frame, 1.0f, &merge->other);
    k->routines->soften(&merge->other, &merge->soft_other, 1);
    CHECK(k->bring_over(merge, motion));
    const plain_image other = {merge->other.data[0], width / 2, height / 2};
    const plain_motion rigid = {motion->x, motion->y, motion->angle, width, height};
    const double most = compare_sway(merge, &rigid);
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
    return most;
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        CHECK(compare(k, 203, 149, &(burst_motion){0.0, 0.0, 0.0}, 0.0, 0.0, 0.0) == 0.0);
        CHECK(compare(k, 331, 402, &(burst_motion){3.7, -2.2, 0.0}, 3.7, -2.2, 3.0) > 1.0);
        compare(k, 203, 149, &(burst_motion){3.7, -2.2, 0.013}, 3.7, -2.2, 0.0);
        compare(k, 267, 134, &(burst_motion){-40.3, 31.9, -0.05}, -40.0, 32.0, 0.0);
        compare(k, 64, 97, &(burst_motion){500.1, 0.3, 0.0}, 0.0, 0.0, 0.0); /* all outside */
        compare(k, 32, 32, &(burst_motion){1.3, 0.7, 0.02}, 1.3, 0.7, 0.0);
    }
    return 0;
}
