/* What a frame adds to the sums, tile by tile, against the plain twin: weights within the rounding
 * of their counts, sums within 1e-5 of white; strips join without a seam. */
#include "burst_case.h"

#include <string.h>

enum { STRIPS = 3, FRAMES = 2 };

/* The frame's differences and what it covers, by run and block, in planes. */
typedef struct differences {
    plain_plane cells, cover;
} differences;

static differences find_differences(const kernels *k, const burst_case *c) {
    const burst_grid *grid = &c->merge->grid;
    const burst_band *band = burst_case_band(k, c);
    differences d = {plain_plane_make(grid->blocks_w, grid->blocks_h * BURST_RUNS),
                     plain_plane_make(grid->blocks_w, grid->blocks_h)};
    float *cells = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
    float *cover = burst_allocate((size_t)grid->columns, sizeof(float));
    CHECK(cells != NULL && cover != NULL);
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            if (bx % k->lanes == 0) {
                k->difference(c->merge, &c->frame, band, bx, by, cells, cover + bx + 1);
            }
            d.cover.data[by * grid->blocks_w + bx] = (double)cover[bx + 1];
            for (int n = 0; n < BURST_RUNS; n++) {
                d.cells.data[(by * BURST_RUNS + n) * grid->blocks_w + bx] =
                    (double)cells[n * BURST_CELLS + BURST_CHUNK + bx % k->lanes];
            }
        }
    }
    burst_release(cells);
    burst_release(cover);
    return d;
}

static int32_t clamped(int32_t at, int32_t size) {
    return at < 0 ? 0 : at >= size ? size - 1 : at;
}

static double mean_cover(const burst_case *c, const differences *d, int32_t tx, int32_t ty) {
    double sum = 0.0;
    for (int n = 0; n < 4; n++) {
        const int32_t x = clamped(tx - n % 2, c->merge->grid.blocks_w);
        const int32_t y = clamped(ty - n / 2, c->merge->grid.blocks_h);
        sum += 0.25 * plain_at(&d->cover, x, y);
    }
    return sum;
}

/* No loop over places: GCC 12 for aarch64 fails on it. */
static double trust_at(const burst_case *c, int32_t x, int32_t y) {
    const burst_grid *grid = &c->merge->grid;
    const int32_t columns = (grid->width / 2 + 15) / 16, rows = (grid->height / 2 + 15) / 16;
    const int32_t i = clamped((x > 0 ? x : 0) / 4, columns), j = clamped((y > 0 ? y : 0) / 4, rows);
    return (double)c->merge->trust[j * columns + i];
}

static double least_trust(const burst_case *c, int32_t tx, int32_t ty) {
    const double upper = fmin(trust_at(c, tx - 1, ty - 1), trust_at(c, tx, ty - 1));
    return fmin(fmin(upper, fmin(trust_at(c, tx - 1, ty), trust_at(c, tx, ty))), 1.0);
}

static void blend_tile(const burst_case *c, const differences *d, int32_t tx, int32_t ty,
                       plain_blended *out) {
    const baryta_merge *merge = c->merge;
    const burst_grid *grid = &merge->grid;
    double tile[4][64] = {{0.0}}, variance[4];
    for (int i = 0; i < 256; i++) {
        const int site = i / 64, x = i % 8, y = i / 8 % 8;
        const int32_t bx = tx - 1 + x / 4, by = ty - 1 + y / 4;
        if (bx >= 0 && by >= 0 && bx < grid->blocks_w && by < grid->blocks_h) {
            const int run = (4 * (y % 4) + site) * 4 + x % 4;
            tile[site][8 * y + x] = plain_at(&d->cells, bx, by * BURST_RUNS + run);
        }
    }
    const v4 own = burst_tile_variance(merge, 1.0f, tx, ty);
    for (int site = 0; site < 4; site++) {
        const float exposure = burst_exposure_of(merge, merge->options.format.colour[site]);
        const v4 other = burst_tile_variance(merge, exposure, tx, ty);
        variance[site] = ((double)own[site] + (double)other[site]) / 4.0;
    }
    const double inside =
        (tx > 0 && tx < grid->blocks_w ? 1.0 : 0.5) * (ty > 0 && ty < grid->blocks_h ? 1.0 : 0.5);
    plain_blend(tile, variance, (double)merge->options.robustness, inside, merge->still,
                least_trust(c, tx, ty), mean_cover(c, d, tx, ty), (double)merge->share, out);
}

static void compare_agreed(const burst_case *c, int32_t tx, int32_t ty, const plain_blended *b) {
    const uint16_t *agreed = burst_agreed(c->merge, tx, ty);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        const int u = bin < 5 ? 0 : bin < 10 ? 4 : 1 + (bin - 10) / 8;
        const int v = bin < 10 ? bin % 5 : (bin - 10) % 8;
        const double wanted = b->agreed[8 * v + u] * BURST_UNIT;
        CHECK(fabs(agreed[bin * BURST_CHUNK] - FRAMES * wanted) < FRAMES * 0.52);
    }
    const double present = (double)*burst_present(c->merge, tx, ty);
    CHECK(fabs(present - FRAMES * b->present) < 1e-3);
}

/* Blocks' runs, by tile added up. */
static void collect(plain_plane *sums, const burst_grid *grid, int32_t tx, int32_t ty,
                    const plain_blended *b) {
    for (int i = 0; i < 256; i++) {
        const int site = i / 64, x = i % 8, y = i / 8 % 8;
        const int32_t bx = tx - 1 + x / 4, by = ty - 1 + y / 4;
        if (bx >= 0 && by >= 0 && bx < grid->blocks_w && by < grid->blocks_h) {
            const int run = (4 * (y % 4) + site) * 4 + x % 4;
            sums->data[(by * BURST_RUNS + run) * grid->blocks_w + bx] += b->cell[site][8 * y + x];
        }
    }
}

static void add_by_strips(const kernels *k, const burst_case *c) {
    baryta_merge *merge = c->merge;
    CHECK(burst_strips_grow(merge, burst_plan_strips(merge)));
    for (int i = 0; i < STRIPS; i++) {
        k->routines->strip_begin(merge, &c->frame, &merge->strip[i]);
        for (int part = 0; part < 30; part++) {
            k->routines->strip_advance(merge, &c->frame, &merge->strip[i], 1 + part % 3);
        }
    }
}

static void compare(const kernels *k, const baryta_mosaic_format *format, int32_t width,
                    int32_t height, float exposure, float redder, float robustness, int still) {
    baryta_merge_options options = scene_options(format, &scene_noise);
    options.robustness = robustness;
    options.threads = STRIPS;
    burst_case c = burst_case_begin(k, &options, width, height, exposure, 2.4, -1.3);
    const burst_grid *grid = &c.merge->grid;
    c.merge->tint[0] = redder;
    c.merge->tint[2] = 1.0f / redder;
    burst_case_flow(&c, 2.4, -1.3, 0.3);
    for (int32_t i = 0; i < case_tiles(c.merge); i++) {
        c.merge->trust[i] = i % 7 == 3 ? 0.0f : i % 5 == 2 ? 0.6f : 1.0f;
    }
    c.merge->still = still;
    const differences d = find_differences(k, &c);
    for (int i = 0; i < FRAMES; i++) {
        add_by_strips(k, &c);
    }
    plain_plane sums = plain_plane_make(grid->blocks_w, grid->blocks_h * BURST_RUNS);
    for (int32_t ty = 0; ty < grid->tiles_h; ty++) {
        double weight = 0.0;
        for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
            plain_blended b;
            blend_tile(&c, &d, tx, ty, &b);
            compare_agreed(&c, tx, ty, &b);
            collect(&sums, grid, tx, ty, &b);
            weight += b.weight;
        }
        CHECK(fabs(c.merge->row_sums[ty] - weight) < 1e-3 * grid->tiles_w);
    }
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
            for (int n = 0; n < BURST_RUNS; n++) {
                const double wanted = FRAMES * plain_at(&sums, bx, by * BURST_RUNS + n);
                const double got = case_sum(burst_sum(c.merge, by, bx + 1)[n * BURST_CHUNK]);
                CHECK(fabs(got - wanted) < 1e-5 * FRAMES + 0x1p-11 * FRAMES * fabs(wanted));
            }
        }
    }
    plain_plane differs[3] = {d.cells, d.cover, sums};
    for (int i = 0; i < 3; i++) {
        plain_plane_free(&differs[i]);
    }
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        compare(k, &scene_bayer, 203, 149, 1.0f, 1.0f, 1.0f, 0);
        compare(k, &scene_bayer, 203, 149, 1.0f, 1.0f, 1.0f, 1);
        compare(k, &scene_bayer, 131, 90, 2.0f, 1.0f, 2.0f, 0);
        compare(k, &scene_bayer, 34, 135, 0.4f, 1.0f, 0.5f, 0);
        compare(k, &scene_mono, 99, 57, 1.0f, 1.0f, 1.0f, 0);
        compare(k, &scene_mono, 32, 32, 1.0f, 1.0f, 0.0f, 0);
        compare(k, &scene_bayer, 131, 90, 1.0f, 1.3f, 1.0f, 0);
    }
    return 0;
}
