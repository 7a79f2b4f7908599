/* The tiles' search against its plain twin, level by level: whole pixels exactly, their parts
 * within a thousandth, and how many found their like. */
#include "burst_case.h"

static void compare_field(const float *x, const float *y, const plain_plane field[2],
                          double tolerance, int *moved) {
    for (int32_t k = 0; k < field->width * field->height; k++) {
        CHECK(fabs((double)x[k] - field[0].data[k]) <= tolerance);
        CHECK(fabs((double)y[k] - field[1].data[k]) <= tolerance);
        *moved += x[k] != 0.0f || y[k] != 0.0f;
    }
}

/* Levels as large as three coarse tiles either way. */
static int32_t top_level(const burst_pyramid *grey) {
    int32_t top = 0;
    while (top < 3 && top + 1 < grey->levels && grey->width[top + 1] >= 24 &&
           grey->height[top + 1] >= 24) {
        top++;
    }
    return top;
}

enum { STILL, PATCHES, CHAOS };

/* Patches of 80 samples that have moved each by itself; the fourth ones far. */
static uint16_t patch_sample(int32_t x, int32_t y) {
    const int32_t i = x / 80, j = y / 80, far = (i + 2 * j) % 4 == 3 ? 5 : 1;
    const double dx = 2.0 + far * 12.0 * (scene_random(i, j, 5) - 0.5);
    const double dy = -1.0 + far * 12.0 * (scene_random(i, j, 6) - 0.5);
    const int colour = scene_bayer.colour[2 * (y & 1) + (x & 1)];
    return (uint16_t)(256.0 + 3839.0 * fmin(scene_light(x - dx, y - dy, colour, 0.0), 1.0));
}

/* Returns how many tiles have moved. */
static int compare(const kernels *k, int32_t width, int32_t height, int kind) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    burst_case c = burst_case_begin(k, &options, width, height, 1.0f, 2.0, -1.0);
    baryta_merge *merge = c.merge;
    for (int32_t i = 0; i < width * height && kind != STILL; i++) {
        const int32_t x = i % width, y = i / width;
        ((uint16_t *)baryta_row(&c.frame, y))[x] =
            kind == CHAOS ? (uint16_t)(4095.0 * scene_random(x / 6, y / 6, 8)) : patch_sample(x, y);
    }
    const burst_motion motion = {2.0, -1.0, 0.0};
    k->routines->grey(merge, &c.frame, 1.0f, &merge->other);
    k->routines->soften(&merge->other, &merge->soft_other, 1);
    const double share = (double)k->routines->find_flow(merge, &motion);
    const int32_t top = top_level(&merge->grey);
    const float *kept[4];
    plain_plane field[4][2];
    kept[0] = merge->tile_flow;
    for (int32_t level = 0; level <= top; level++) {
        const int32_t size = level == 0 ? 16 : 8;
        const int32_t columns = (merge->grey.width[level] + size - 1) / size;
        const int32_t rows = (merge->grey.height[level] + size - 1) / size;
        field[level][0] = plain_plane_make(columns, rows);
        field[level][1] = plain_plane_make(columns, rows);
        if (level < top) {
            kept[level + 1] = kept[level] + (ptrdiff_t)2 * columns * rows;
        }
    }
    int moved = 0;
    for (int32_t level = top; level >= 0; level--) {
        const int32_t w = merge->grey.width[level], h = merge->grey.height[level];
        const plain_image a = {merge->grey.data[level], w, h};
        const plain_image b = {merge->warped.data[level], w, h};
        const plain_plane *above = level < top ? field[level + 1] : NULL;
        const double sigma = (double)merge->stabiliser.sigma / (1 << level);
        const int32_t tiles = field[level]->width * field[level]->height;
        if (level > 0) {
            plain_match_coarse(&a, &b, sigma, above, field[level]);
            if (level == 1) {
                plain_look_far(&a, &b, sigma, field[level]);
            }
        } else {
            const int32_t fits = plain_match_fine(&a, &b, sigma, above, field[level]);
            CHECK(share == 0.0 || fabs(share - (double)fits / tiles) < 1e-6);
            CHECK(share > 0.0 || kind == CHAOS);
        }
        compare_field(kept[level], kept[level] + tiles, field[level], level > 0 ? 0.0 : 1e-3,
                      &moved);
    }
    for (int32_t level = 0; level <= top; level++) {
        plain_plane_free(&field[level][0]);
        plain_plane_free(&field[level][1]);
    }
    burst_case_end(&c);
    return moved;
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        CHECK(compare(k, 491, 403, PATCHES) > 200);
        CHECK(compare(k, 330, 250, PATCHES) > 100);
        CHECK(compare(k, 203, 149, CHAOS) > 40);
        compare(k, 203, 149, STILL);
        compare(k, 34, 33, STILL);
    }
    return 0;
}
