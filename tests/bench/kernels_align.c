/* The alignment's kernels. */
#include "burst_patches.h"
#include "kernels_bench.h"

static double grey(const kernels *k, bench *b) {
    const double start = bench_now();
    k->routines->grey(b->c.merge, &b->c.frame, 1.0f, &b->c.merge->other);
    return bench_now() - start;
}

static double grey_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const double start = bench_now();
    for (int32_t i = 0; i < merge->other.width[0] * merge->other.height[0]; i++) {
        const int32_t x = i % merge->other.width[0], y = i / merge->other.width[0];
        merge->other.data[0][i] =
            (uint8_t)(plain_grey(&b->c.frame, &scene_bayer, &scene_noise, 1.0, 0.0, x, y) + 0.5);
    }
    for (int32_t level = 1; level < merge->other.levels; level++) {
        const int32_t width = merge->other.width[level];
        const plain_image above = {merge->other.data[level - 1], merge->other.width[level - 1],
                                   merge->other.height[level - 1]};
        for (int32_t i = 0; i < width * merge->other.height[level]; i++) {
            merge->other.data[level][i] = (uint8_t)plain_halved(&above, i % width, i / width);
        }
    }
    return bench_now() - start;
}

static double soften(const kernels *k, bench *b) {
    const double start = bench_now();
    k->routines->soften(&b->c.merge->other, &b->c.merge->soft_other, 1);
    return bench_now() - start;
}

static double soften_plain(const kernels *k, bench *b) {
    (void)k;
    const burst_pyramid *in = &b->c.merge->other;
    const double start = bench_now();
    for (int32_t level = 0; level < in->levels; level++) {
        const int32_t width = in->width[level];
        const plain_image own = {in->data[level], width, in->height[level]};
        for (int32_t i = 0; i < width * own.height; i++) {
            b->c.merge->soft_other.data[level][i] =
                (uint8_t)plain_softened(&own, i % width, i / width);
        }
    }
    return bench_now() - start;
}

static const plain_step step_values = {.shift_x = 1.2,
                                       .shift_y = -0.6,
                                       .angle = 0.001,
                                       .centre_x = BENCH_WIDTH / 4.0,
                                       .centre_y = BENCH_HEIGHT / 4.0,
                                       .unit = 0.002,
                                       .floor = 60.0,
                                       .slack = 0.1};

/* The finest level in full: the merge takes 60,000 pixels of each. */
static double step_rows(const kernels *k, bench *b) {
    const baryta_merge *merge = b->c.merge;
    const burst_step step = {.reference = merge->soft_grey.data[0],
                             .other = merge->soft_other.data[0],
                             .width = merge->grey.width[0],
                             .height = merge->grey.height[0],
                             .cosine = (float)cos(step_values.angle),
                             .sine = (float)sin(step_values.angle),
                             .shift_x = (float)step_values.shift_x,
                             .shift_y = (float)step_values.shift_y,
                             .centre_x = (float)step_values.centre_x,
                             .centre_y = (float)step_values.centre_y,
                             .unit = (float)step_values.unit,
                             .floor = (float)step_values.floor,
                             .slack = (float)step_values.slack};
    const double start = bench_now();
    for (int32_t y = 1; y < step.height - 1; y++) {
        double sums[BURST_STEP_SUMS];
        k->step_row(&step, y, 1, step.width - 1, sums);
    }
    return bench_now() - start;
}

static double step_rows_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const plain_image reference = {merge->soft_grey.data[0], width, height};
    const plain_image other = {merge->soft_other.data[0], width, height};
    const double start = bench_now();
    for (int32_t y = 1; y < height - 1; y++) {
        double sums[BURST_STEP_SUMS];
        plain_step_row(&reference, &other, &step_values, y, sums);
    }
    return bench_now() - start;
}

static plain_motion rigid(const bench *b) {
    return (plain_motion){b->motion->x, b->motion->y, b->motion->angle, BENCH_WIDTH, BENCH_HEIGHT};
}

/* A motion a third of a sample off, which is refined, beside the right one. */
static const double off = 0.3;

static double full_size(const kernels *k, bench *b) {
    baryta_merge *merge = b->c.merge;
    merge->frame = &b->c.frame;
    merge->rougher = 1.0f;
    const burst_guess right = {.motion = *b->motion};
    burst_guess near = right;
    near.motion.x += off;
    const double start = bench_now();
    k->bears_out(merge, &near, &right);
    return bench_now() - start;
}

/* What the two misfit by, without what refines one. */
static double full_size_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const plain_burst burst = {&b->c.reference,
                               &b->c.frame,
                               &scene_bayer,
                               &scene_noise,
                               1.0,
                               0.0,
                               (double)merge->stabiliser.sigma};
    plain_motion motion = rigid(b);
    const double start = bench_now();
    volatile double misfit = plain_full_misfit(&burst, &motion, 0.0);
    motion.x += off;
    misfit += plain_full_misfit(&burst, &motion, 0.0);
    (void)misfit;
    return bench_now() - start;
}

static double bring_over(const kernels *k, bench *b) {
    const double start = bench_now();
    CHECK(k->bring_over(b->c.merge, b->motion));
    return bench_now() - start;
}

static double bring_over_plain(const kernels *k, bench *b) {
    (void)k;
    baryta_merge *merge = b->c.merge;
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const plain_image soft_a = {merge->soft_grey.data[0], width, height};
    const plain_image soft_b = {merge->soft_other.data[0], width, height};
    const plain_image other = {merge->other.data[0], width, height};
    const plain_motion motion = rigid(b);
    double x[BENCH_HEIGHT / 32 + 1], y[BENCH_HEIGHT / 32 + 1];
    const double start = bench_now();
    plain_find_sway(&soft_a, &soft_b, &motion, (double)merge->stabiliser.sigma, x, y);
    for (int32_t i = 0; i < width * height; i++) {
        const int32_t u = i % width, v = i / width;
        double dx, dy;
        plain_tile_move(&motion, u / 16 * 16, v / 16 * 16, &dx, &dy);
        merge->warped.data[0][i] =
            (uint8_t)plain_warped(&other, u, v, dx + x[v / 16], dy + y[v / 16]);
    }
    return bench_now() - start;
}

static double spread(const kernels *k, bench *b) {
    const double start = bench_now();
    k->spread_flow(b->c.merge, b->motion, &b->found);
    return bench_now() - start;
}

static double spread_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const plain_image own = {merge->grey.data[0], merge->grey.width[0], merge->grey.height[0]};
    const plain_image warped = {merge->warped.data[0], own.width, own.height};
    const plain_motion motion = rigid(b);
    const double start = bench_now();
    for (int32_t i = 0; i < merge->grid.blocks_w * merge->grid.blocks_h; i++) {
        const int32_t bx = i % merge->grid.blocks_w, by = i / merge->grid.blocks_w;
        double to[2], x, y;
        plain_block_motion(&own, &warped, b->field, bx, by, to);
        plain_moved(&motion, 8 * bx + 2.0 * to[0], 8 * by + 2.0 * to[1], &x, &y);
        merge->flow.x[i] = (float)(x - 8 * bx);
        merge->flow.y[i] = (float)(y - 8 * by);
    }
    return bench_now() - start;
}

static double light(const kernels *k, bench *b) {
    const double start = bench_now();
    k->judge_light(b->c.merge, b->motion, &b->found);
    return bench_now() - start;
}

static double light_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const plain_image own = {merge->grey.data[0], merge->grey.width[0], merge->grey.height[0]};
    const plain_image warped = {merge->warped.data[0], own.width, own.height};
    const plain_motion motion = rigid(b);
    plain_plane trust = plain_plane_make(b->field->width, b->field->height);
    const double start = bench_now();
    const plain_levels grey = case_levels(merge);
    plain_trust(&own, &warped, &motion, b->field, &grey, NULL, &trust);
    const double seconds = bench_now() - start;
    plain_plane_free(&trust);
    return seconds;
}

static double edges(const kernels *k, bench *b) {
    (void)k;
    burst_answers parts[BURST_PARTS];
    const double start = bench_now();
    burst_ask_for_edges(b->c.merge, b->motion, parts);
    return bench_now() - start;
}

static double edges_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const double start = bench_now();
    volatile double lacking = 0.0;
    for (int level = 0; level < 2; level++) {
        const int32_t w = merge->grey.width[level], h = merge->grey.height[level];
        const plain_image own = {merge->grey.data[level], w, h};
        const plain_image warped = {merge->warped.data[level], w, h};
        const double sigma = (double)merge->stabiliser.sigma / (1 << level);
        for (int32_t n = 0; n < b->field->width * b->field->height; n++) {
            double has, common;
            plain_edge_tile(&own, &warped, 16 >> level, sigma * sigma + 1.0 / 12.0,
                            n % b->field->width, n / b->field->width, 0, 0, &has, &common);
            lacking += has - common;
        }
    }
    (void)lacking;
    return bench_now() - start;
}

/* 4096 patches, whatever the frame's size. */
static double quiet(const kernels *k, bench *b) {
    (void)k;
    burst_quiet found;
    const double start = bench_now();
    burst_find_quiet(b->c.merge, &found);
    return bench_now() - start;
}

static double quiet_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge_options *options = &b->c.merge->options;
    double found[3];
    const double start = bench_now();
    plain_quiet(&b->c.reference, &options->format, &options->noise, found);
    return bench_now() - start;
}

static double noisier(const kernels *k, bench *b) {
    (void)k;
    const double start = bench_now();
    burst_compare_quiet(b->c.merge, &b->c.frame);
    return bench_now() - start;
}

static double noisier_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge_options *options = &b->c.merge->options;
    const double start = bench_now();
    plain_noisier(&b->c.reference, &b->c.frame, &options->format, &options->noise, 1.0);
    return bench_now() - start;
}

static double tint(const kernels *k, bench *b) {
    (void)k;
    const double start = bench_now();
    burst_find_tint(b->c.merge, &b->c.frame, b->motion);
    return bench_now() - start;
}

static double tint_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge_options *options = &b->c.merge->options;
    const plain_view view = {.reference = &b->c.reference,
                             .frame = &b->c.frame,
                             .format = &options->format,
                             .exposure = 1.0};
    double found[3];
    const double start = bench_now();
    plain_tint(&view, &options->noise, 0, 0, found);
    return bench_now() - start;
}

/* All of the flow. */
static double flow(const kernels *k, bench *b) {
    const double start = bench_now();
    k->routines->find_flow(b->c.merge, b->motion);
    return bench_now() - start;
}

static double tiles_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    plain_plane fields[4][2];
    const double start = bench_now();
    for (int32_t level = 3; level >= 0; level--) {
        const int32_t w = merge->grey.width[level], h = merge->grey.height[level];
        const int32_t size = level > 0 ? 8 : 16;
        const plain_image own = {merge->grey.data[level], w, h};
        const plain_image warped = {merge->warped.data[level], w, h};
        const double sigma = (double)merge->stabiliser.sigma / (1 << level);
        const plain_plane *above = level < 3 ? fields[level + 1] : NULL;
        for (int axis = 0; axis < 2; axis++) {
            fields[level][axis] = plain_plane_make((w + size - 1) / size, (h + size - 1) / size);
        }
        if (level == 0) {
            plain_match_fine(&own, &warped, sigma, above, fields[level]);
        } else {
            plain_match_coarse(&own, &warped, sigma, above, fields[level]);
        }
        if (level == 1) {
            plain_look_far(&own, &warped, sigma, fields[level]);
        }
    }
    const double seconds = bench_now() - start;
    for (int level = 0; level < 4; level++) {
        for (int axis = 0; axis < 2; axis++) {
            plain_plane_free(&fields[level][axis]);
        }
    }
    return seconds;
}

const bench_row bench_align[] = {
    {"grey", grey, grey_plain, 0},
    {"soften", soften, soften_plain, 0},
    {"step rows", step_rows, step_rows_plain, 0},
    {"full size", full_size, full_size_plain, 0},
    {"sway and warp", bring_over, bring_over_plain, 0},
    {"blocks", spread, spread_plain, 0},
    {"light", light, light_plain, 0},
    {"edges", edges, edges_plain, 0},
    {"quiet", quiet, quiet_plain, 0},
    {"noisier", noisier, noisier_plain, 0},
    {"tint", tint, tint_plain, 0},
    {"tiles", flow, tiles_plain, 3},
    {NULL, NULL, NULL, 0},
};
