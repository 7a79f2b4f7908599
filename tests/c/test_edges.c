/* What a frame has of the reference's edges, and what that leaves of its trust, against the plain
 * twin. In much noise blurred frames lack most, sharp ones none; what has moved by itself is not
 * missed; noise alone has no edges. */
#include "burst_case.h"
#include "tiles.h"

enum { WIDTH = 411, HEIGHT = 331 };
typedef enum kind { SHARP, BLURRED, MOVED, FLAT } kind;

/* Light of a dark street: windows that are lit, or a wide blur of them. */
static double street(double u, double v, kind of) {
    const double du = fmod(fabs(u), 96.0) - 48.0, dv = fmod(fabs(v), 80.0) - 40.0;
    if (of == FLAT) {
        return 0.02;
    }
    if (of == BLURRED) {
        return 0.012 + 0.002 * cos(0.03 * u) * cos(0.04 * v);
    }
    return 0.01 + (fabs(du) < 9.0 && fabs(dv) < 12.0 ? 0.03 : 0.0);
}

static void expose(const baryta_plane *frame, const baryta_merge_options *options, kind of,
                   double dx, double dy, uint32_t seed) {
    for (int32_t y = 0; y < frame->height; y++) {
        uint16_t *row = (uint16_t *)(void *)((uint8_t *)frame->data + y * frame->stride);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double light = street(x - dx, y - dy, of);
            double chance = -2.0;
            for (uint32_t k = 0; k < 4; k++) {
                chance += scene_random(x, y, 4 * seed + k);
            }
            const double sigma =
                sqrt((double)options->noise.shot[site] * light + (double)options->noise.read[site]);
            const double black = (double)options->format.black[site];
            const double range = (double)options->format.white - black;
            const double value = black + (light + 1.73 * sigma * chance) * range;
            row[x] = (uint16_t)fmin(fmax(value + 0.5, 0.0), (double)options->format.white);
        }
    }
}

/* As the twin has it; the flow and the sway as they were found. No tile counts more than 3. */
static void expected(const baryta_merge *merge, const burst_motion *motion,
                     burst_answers parts[BURST_PARTS]) {
    const burst_pyramid *grey = &merge->grey;
    const plain_motion rigid = {motion->x, motion->y, motion->angle, WIDTH, HEIGHT};
    const int32_t columns = (grey->width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = case_tiles(merge) / columns;
    for (int k = 0; k < BURST_PARTS; k++) {
        parts[k] = (burst_answers){.tiles = 0.0};
    }
    for (int32_t n = 0; n < case_tiles(merge); n++) {
        const int32_t i = n % columns, j = n / columns;
        burst_answers *part = &parts[4 * (4 * j / rows) + 4 * i / columns];
        const int32_t bx = baryta_min(4 * i + 2, merge->grid.blocks_w - 1);
        const int32_t by = baryta_min(4 * j + 2, merge->grid.blocks_h - 1);
        const int32_t block = by * merge->grid.blocks_w + bx;
        double x, y, sway_x, sway_y;
        plain_moved(&rigid, 8.0 * bx + 3.5, 8.0 * by + 3.5, &x, &y);
        burst_sway_at(merge, 8.0 * by + 3.5, &sway_x, &sway_y);
        x += sway_x;
        y += sway_y;
        const double dx = 8.0 * bx + 3.5 + (double)merge->flow.x[block] - x;
        const double dy = 8.0 * by + 3.5 + (double)merge->flow.y[block] - y;
        double own[2] = {0.0, 0.0}, common[2] = {0.0, 0.0};
        int inside = x >= 12.0 && y >= 12.0 && x <= WIDTH - 12.0 && y <= HEIGHT - 12.0;
        for (int level = 0; level < 2 && inside; level++) {
            const int32_t width = grey->width[level], height = grey->height[level];
            const int32_t side = 16 >> level, u = baryta_min(i * side, width - side);
            const int32_t v = baryta_min(j * side, height - side);
            const int32_t by_x = (int32_t)lrint(0.5 * dx / (1 << level));
            const int32_t by_y = (int32_t)lrint(0.5 * dy / (1 << level));
            const plain_image a = {grey->data[level], width, height};
            const plain_image b = {merge->warped.data[level], width, height};
            const double sigma = (double)merge->stabiliser.sigma / (1 << level);
            inside = u + by_x >= 0 && v + by_y >= 0 && u + by_x + side <= width &&
                     v + by_y + side <= height;
            if (inside) {
                plain_edge_tile(&a, &b, side, sigma * sigma + 1.0 / 12.0, i, j, by_x, by_y,
                                &own[level], &common[level]);
            }
        }
        const double trust = (double)merge->trust[n];
        part->tiles += inside * trust * trust;
        for (int level = 0; level < 2 && inside; level++) {
            const double counts = trust * (own[level] > 3.0 ? 3.0 / own[level] : 1.0);
            part->own[level] += counts * own[level];
            part->common[level] += counts * common[level];
        }
    }
}

static void compare_answers(const burst_answers *found, const burst_answers *right) {
    CHECK(fabs(found->tiles - right->tiles) < 1e-9);
    for (int level = 0; level < 2; level++) {
        CHECK(fabs(found->own[level] - right->own[level]) < 1e-4 * right->tiles + 1e-9);
        CHECK(fabs(found->common[level] - right->common[level]) < 1e-4 * right->tiles + 1e-9);
    }
}

/* Doubts half of the edges. */
static void compare_trust(baryta_merge *merge) {
    const burst_pyramid *grey = &merge->grey;
    const plain_image a = {grey->data[0], grey->width[0], grey->height[0]};
    const int32_t columns = (grey->width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t tiles = case_tiles(merge);
    const double sigma = (double)merge->stabiliser.sigma;
    plain_plane own = plain_plane_make(columns, tiles / columns);
    for (int32_t n = 0; n < tiles; n++) {
        double common;
        merge->trust[n] = 0.75f;
        plain_edge_tile(&a, &a, BURST_TILE, sigma * sigma + 1.0 / 12.0, n % columns, n / columns, 0,
                        0, &own.data[n], &common);
    }
    const double trusted = (double)burst_doubt_edges(merge, 0.5f);
    double mean = 0.0;
    for (int32_t n = 0; n < tiles; n++) {
        const double left = 0.75 * plain_edge_trust(&own, n % columns, n / columns, 0.5);
        CHECK(fabs((double)merge->trust[n] - left) < 1e-4);
        mean += left / tiles;
    }
    CHECK(fabs(trusted - mean) < 1e-4);
    plain_plane_free(&own);
}

/* How far the frame lacks edges. */
static float compare(const kernels *k, kind of, double dx, double dy, float noise,
                     int32_t threads) {
    baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    options.threads = threads;
    for (int site = 0; site < 4; site++) {
        options.noise.shot[site] *= noise;
        options.noise.read[site] *= noise;
    }
    baryta_plane reference = scene_plane(WIDTH, HEIGHT), frame = scene_plane(WIDTH, HEIGHT);
    expose(&reference, &options, of == FLAT ? FLAT : SHARP, 0.0, 0.0, 1);
    expose(&frame, &options, of == MOVED ? SHARP : of, dx, dy, 2);
    baryta_merge *merge;
    CHECK(burst_begin(&options, &reference, k->routines, &merge, NULL, NULL) == BARYTA_OK);
    const burst_motion motion = {of == MOVED ? 0.0 : dx, of == MOVED ? 0.0 : dy, 0.0};
    k->routines->grey(merge, &frame, 1.0f, &merge->other);
    k->routines->soften(&merge->other, &merge->soft_other, 1);
    k->routines->find_flow(merge, &motion);
    for (int32_t n = 0; n < case_tiles(merge); n++) {
        merge->trust[n] = n % 5 > 0 ? 1.0f : 0.25f;
    }
    burst_answers found[BURST_PARTS], right[BURST_PARTS];
    burst_ask_for_edges(merge, &motion, found);
    expected(merge, &motion, right);
    double tiles = 0.0;
    for (int part = 0; part < BURST_PARTS; part++) {
        compare_answers(&found[part], &right[part]);
        tiles += found[part].tiles;
    }
    CHECK(tiles > 10.0);
    const float lacks = burst_lacks_edges(merge, &motion);
    compare_trust(merge);
    baryta_merge_free(merge);
    free(reference.data);
    free(frame.data);
    return lacks;
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        for (int32_t threads = 1; threads <= 3; threads += 2) {
            for (float noise = 1.6f; noise < 4.0f; noise *= 2.0f) {
                CHECK(compare(k, SHARP, 0.0, 0.0, noise, threads) == 0.0f);
                CHECK(compare(k, SHARP, 5.3, -3.6, noise, threads) == 0.0f);
                CHECK(compare(k, BLURRED, 0.0, 0.0, noise, threads) > 0.9f);
                CHECK(compare(k, BLURRED, 5.3, -3.6, noise, threads) > 0.9f);
                CHECK(compare(k, MOVED, 9.0, -7.0, noise, threads) < 0.05f);
                CHECK(compare(k, FLAT, 0.0, 0.0, noise, threads) == 0.0f);
            }
        }
    }
    return 0;
}
