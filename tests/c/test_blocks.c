/* What follows from the tiles' displacements against the plain twins: each block's displacement
 * within 1e-3 of a sample, and each tile's trust in its light within 1e-5. */
#include "burst_case.h"

/* As the kernel has found them. */
static void take_field(const baryta_merge *merge, plain_plane field[2]) {
    const int32_t columns = (merge->grey.width[0] + 15) / 16;
    const int32_t rows = (merge->grey.height[0] + 15) / 16;
    for (int axis = 0; axis < 2; axis++) {
        field[axis] = plain_plane_make(columns, rows);
        for (int32_t k = 0; k < columns * rows; k++) {
            field[axis].data[k] = (double)merge->tile_flow[axis * columns * rows + k];
        }
    }
}

/* Returns how many blocks have another displacement than their tile's. */
static int compare_blocks(const baryta_merge *merge, const plain_motion *motion,
                          const plain_image *a, const plain_image *b, const plain_plane field[2]) {
    const burst_grid *grid = &merge->grid;
    int others = 0;
    for (int32_t k = 0; k < grid->blocks_w * grid->blocks_h; k++) {
        const int32_t bx = k % grid->blocks_w, by = k / grid->blocks_w;
        const double cx = 8.0 * bx + 3.5, cy = 8.0 * by + 3.5;
        double by_itself[2], to_x, to_y, sway_x, sway_y;
        plain_block_motion(a, b, field, bx, by, by_itself);
        plain_moved(motion, cx + 2.0 * by_itself[0], cy + 2.0 * by_itself[1], &to_x, &to_y);
        burst_sway_at(merge, cy, &sway_x, &sway_y);
        CHECK(fabs((double)merge->flow.x[k] - (to_x + sway_x - cx)) < 1e-3);
        CHECK(fabs((double)merge->flow.y[k] - (to_y + sway_y - cy)) < 1e-3);
        others += by_itself[0] != plain_at(&field[0], bx / 4, by / 4);
    }
    return others;
}

static plain_plane take_flow(const burst_grid *grid, const float *values) {
    plain_plane flow = plain_plane_make(grid->blocks_w, grid->blocks_h);
    for (int32_t k = 0; k < flow.width * flow.height; k++) {
        flow.data[k] = (double)values[k];
    }
    return flow;
}

/* Returns how many tiles are not trusted in full. */
static int compare_light(const burst_case *c, const plain_motion *motion, const plain_image *a,
                         const plain_image *b, const plain_plane field[2]) {
    const baryta_merge *merge = c->merge;
    plain_plane trust = plain_plane_make(field->width, field->height);
    int doubted = 0;
    const plain_levels grey = case_levels(merge);
    plain_exposed e = {
        &c->reference,
        &c->frame,
        &merge->options.format,
        &merge->options.noise,
        (double)merge->exposure,
        {take_flow(&merge->grid, merge->flow.x), take_flow(&merge->grid, merge->flow.y)}};
    plain_trust(a, b, motion, field, &grey, merge->exposure != 1.0f ? &e : NULL, &trust);
    plain_plane_free(&e.flow[0]);
    plain_plane_free(&e.flow[1]);
    for (int32_t k = 0; k < trust.width * trust.height; k++) {
        CHECK(fabs((double)merge->trust[k] - trust.data[k]) < 1e-5);
        doubted += trust.data[k] < 1.0;
    }
    plain_plane_free(&trust);
    return doubted;
}

static void compare(const kernels *k, int32_t width, int32_t height, float exposure,
                    const burst_motion *motion) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    burst_case c = burst_case_begin(k, &options, width, height, exposure, motion->x, motion->y);
    c.merge->frame = &c.frame;
    for (int32_t i = 0; i < width * height; i++) { /* a lamp, and a patch that has moved */
        const int32_t x = i % width, y = i / width;
        uint16_t *sample = (uint16_t *)baryta_row(&c.frame, y) + x;
        if (x > width / 2 && y > height / 2) {
            *sample = (uint16_t)(*sample < 3700 ? *sample + 300 : 4095);
        }
        if (x > 30 && x < 110 && y > 40 && y < 130) {
            const double light = scene_light(x - 9.0, y + 7.0, 1, 0.0);
            *sample = (uint16_t)(256.0 + 3839.0 * fmin(light * (double)exposure, 1.0));
        }
    }
    k->routines->grey(c.merge, &c.frame, exposure, &c.merge->other);
    k->routines->soften(&c.merge->other, &c.merge->soft_other, 1);
    k->routines->find_flow(c.merge, motion);
    const plain_motion rigid = {motion->x, motion->y, motion->angle, width, height};
    const plain_image a = {c.merge->grey.data[0], width / 2, height / 2};
    const plain_image b = {c.merge->warped.data[0], width / 2, height / 2};
    plain_plane field[2];
    take_field(c.merge, field);
    CHECK(compare_blocks(c.merge, &rigid, &a, &b, field) > 10);
    CHECK(compare_light(&c, &rigid, &a, &b, field) > 3);
    plain_plane_free(&field[0]);
    plain_plane_free(&field[1]);
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        compare(kernels_of(set), 331, 267, 1.0f, &(burst_motion){0.0, 0.0, 0.0});
        compare(kernels_of(set), 203, 250, 1.0f, &(burst_motion){3.4, -2.2, 0.012});
        compare(kernels_of(set), 262, 201, 1.0f, &(burst_motion){-12.0, 7.0, 0.0});
        compare(kernels_of(set), 331, 267, 2.0f, &(burst_motion){3.4, -2.2, 0.012});
        compare(kernels_of(set), 262, 201, 0.25f, &(burst_motion){-12.0, 7.0, 0.0});
    }
    return 0;
}
