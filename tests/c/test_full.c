/* Full size against its plain twin: windows within a twentieth of a level of where they round; of
 * two motions the one that cloth was moved by, and how it misfits; the same bits in every set. */
#include "kernels.h"
#include "plain.h"
#include "scene.h"

#include <string.h>

enum { ROOM = BURST_WINDOW_SIDE * BURST_WINDOW_SIDE + 16 };

static plain_burst burst_of(const baryta_merge *merge, const baryta_plane *reference,
                            const baryta_plane *frame) {
    return (plain_burst){reference,
                         frame,
                         &merge->options.format,
                         &merge->options.noise,
                         (double)merge->exposure,
                         (double)merge->cut,
                         (double)merge->stabiliser.sigma};
}

/* At all corners of the mosaic, begun at even and odd columns and rows. */
static void compare_windows(const kernels *k, int32_t width, int32_t height, float exposure,
                            float cut, const baryta_mosaic_format *format) {
    static uint8_t got[ROOM];
    baryta_plane frame = scene_plane(width, height);
    scene_frame(&frame, format, &scene_noise, (double)exposure, 0.0, 0.0, 0.0, 1);
    for (int32_t x = 0; x < width; x++) { /* extremes */
        ((uint16_t *)frame.data)[x] = x < width / 2 ? 0 : 65535;
    }
    const baryta_merge_options options = scene_options(format, &scene_noise);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &frame, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    merge->exposure = exposure;
    merge->cut = cut;
    const plain_burst burst = burst_of(merge, NULL, &frame);
    const int32_t w = width - 4 < BURST_WINDOW_SIDE ? width - 4 : BURST_WINDOW_SIDE;
    const int32_t h = height - 4 < BURST_WINDOW_SIDE ? height - 4 : BURST_WINDOW_SIDE;
    for (int corner = 0; corner < 8; corner++) {
        const burst_cutout at = {corner % 2 == 0 ? 1 + corner / 4 : width - 1 - w - corner / 4,
                                 corner / 2 % 2 == 0 ? 1 + corner / 4 : height - 1 - h, w, h};
        memset(got, 170, sizeof got);
        k->make_window(merge, &frame, exposure, &at, got);
        for (int32_t i = 0; i < w * h; i++) {
            const double level = plain_full_level(&burst, &frame, at.x + i % w, at.y + i / w) + 0.5;
            CHECK(got[i] <= level + 0.05 && got[i] > level - 1.05);
        }
        CHECK(w < BURST_WINDOW_SIDE || got[ROOM - 16] == 170); /* nothing beyond whole lanes */
    }
    baryta_merge_free(merge);
    free(frame.data);
}

enum { WIDTH = 403, HEIGHT = 290 };
static const double moved_x = 5.3, moved_y = -3.6, fold = 60.0;

/* Cloth of one colour, threads 2.6 samples wide, in soft folds. */
static double cloth(double u, double v) {
    const double across = u + 1.5 * sin(v / fold) + 0.8 * sin(u / (0.7 * fold));
    const double down = v + 1.2 * cos(u / fold);
    return 0.3 + 0.09 * sin(2.4 * across) + 0.09 * sin(2.3 * down) + 0.06 * sin(u / fold);
}

static void weave(const baryta_plane *frame, double dx, double dy, uint32_t seed) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)baryta_row(frame, y);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = cloth(x - dx, y - dy);
            const double sigma =
                sqrt((double)scene_noise.shot[site] * light + (double)scene_noise.read[site]);
            const double chance = 3.46 * (scene_random(x, y, seed) - 0.5);
            const double black = (double)scene_bayer.black[site];
            const double range = (double)scene_bayer.white - black;
            row[x] = (uint16_t)(black + (light + sigma * chance) * range + 0.5);
        }
    }
}

static burst_guess guess_at(double x, double y) {
    return (burst_guess){.motion = {moved_x + x, moved_y + y, 0.0}, .misfit = 1.0};
}

static double misfit_of(const plain_burst *burst, const burst_guess *guess) {
    const plain_motion motion = {guess->motion.x, guess->motion.y, guess->motion.angle, WIDTH,
                                 HEIGHT};
    return plain_full_misfit(burst, &motion, guess->offset);
}

/* Whether so far off the motion of the first is believed rather than that of the second. */
static burst_guess ask(const kernels *k, baryta_merge *merge, burst_guess first,
                       const burst_guess *second, int wanted) {
    const burst_guess before = first;
    CHECK(k->bears_out(merge, &first, second) == wanted);
    CHECK(wanted || memcmp(&first, &before, sizeof first) == 0);
    return first;
}

static burst_guess compare_motions(const kernels *k, int woven) {
    const baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    scene_frame(&reference, &scene_bayer, &scene_noise, 1.0, 0.0, 0.0, 0.0, 1);
    scene_frame(&frame, &scene_bayer, &scene_noise, 1.0, moved_x, moved_y, 0.0, 2);
    if (woven) {
        weave(&reference, 0.0, 0.0, 1);
        weave(&frame, moved_x, moved_y, 2);
    }
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    baryta_merge *merge = NULL;
    CHECK(burst_begin(&options, &reference, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    merge->frame = &frame;
    merge->exposure = merge->rougher = 1.0f;
    const plain_burst burst = burst_of(merge, &reference, &frame);
    const burst_guess near = guess_at(0.5, -0.4), right = guess_at(0.0, 0.0);
    const burst_guess thread_beside = guess_at(1.3, 1.3);
    burst_guess found = near;
    if (woven) {
        CHECK(misfit_of(&burst, &right) < 0.5 * misfit_of(&burst, &thread_beside));
        found = ask(k, merge, near, &thread_beside, 1);
        /* Lines between samples draw so fine a pattern a little from its place. */
        CHECK(hypot(found.motion.x - moved_x, found.motion.y - moved_y) < 0.15);
        CHECK(fabs(found.motion.angle) < 1e-4);
        CHECK(fabs(found.misfit - misfit_of(&burst, &found)) < 0.005);
        ask(k, merge, thread_beside, &right, 0);
    } else {
        CHECK(misfit_of(&burst, &near) > 0.6 * misfit_of(&burst, &right));
    }
    ask(k, merge, near, &right, 0); /* as good */
    baryta_merge_free(merge);
    free(reference.data);
    free(frame.data);
    return found;
}

int main(void) {
    burst_guess first = {.misfit = 0.0};
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        compare_windows(k, 203, 149, 1.0f, 0.0f, &scene_bayer);
        compare_windows(k, 64, 37, 4.0f, 0.245f, &scene_bayer);
        compare_windows(k, 131, 140, 0.5f, 0.9f, &scene_mono);
        compare_motions(k, 0);
        const burst_guess found = compare_motions(k, 1);
        first = set == 0 ? found : first;
        CHECK(memcmp(&first, &found, sizeof first) == 0);
    }
    return 0;
}
