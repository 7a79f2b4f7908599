/* The merged mosaic against the plain twin, from the same sums: within one of 65535, and what noise
 * is left within 1e-4; strips join without a seam. */
#include "burst_case.h"

enum { STRIPS = 3 };

static void add_frame(const kernels *k, const burst_case *c) {
    CHECK(burst_strips_grow(c->merge, burst_plan_strips(c->merge)));
    for (int i = 0; i < STRIPS; i++) {
        k->routines->strip_begin(c->merge, &c->frame, &c->merge->strip[i]);
        k->routines->strip_advance(c->merge, &c->frame, &c->merge->strip[i], 1000);
    }
}

static double reference_cell(const baryta_merge *merge, int site, int32_t x, int32_t y) {
    int32_t u = 2 * x + site % 2, v = 2 * y + site / 2;
    u -= u >= merge->grid.width ? 2 : 0;
    v -= v >= merge->grid.height ? 2 : 0;
    const double own = merge->reference[v * merge->grid.width + u];
    return (own - (double)merge->scale.black[site]) * (double)merge->scale.gain[site];
}

static void take_tile(const baryta_merge *merge, int32_t tx, int32_t ty, plain_sums *sums) {
    const int32_t at = ty * merge->grid.tiles_w + tx;
    const uint16_t *agreed = burst_agreed(merge, tx, ty);
    sums->present.data[at] = (double)*burst_present(merge, tx, ty);
    for (int i = 0; i < 64; i++) { /* the other half of a real tile's mirrors the first one */
        const int told = plain_told(i % 8, i / 8);
        const int u = told ? i % 8 : (8 - i % 8) & 7, v = told ? i / 8 : (8 - i / 8) & 7;
        const int bin = u == 0 ? v : u == 4 ? 5 + v : 10 + 8 * (u - 1) + v;
        sums->agreed.data[64 * at + i] = (double)agreed[bin * BURST_CHUNK] / BURST_UNIT;
    }
    const v4 variance = burst_tile_variance(merge, 1.0f, tx, ty);
    for (int site = 0; site < 4; site++) {
        sums->variance.data[4 * at + site] = (double)variance[site] / 4.0;
    }
}

static plain_sums take_sums(const baryta_merge *merge) {
    const burst_grid *grid = &merge->grid;
    const int32_t tiles = grid->tiles_w * grid->tiles_h, columns = 4 * grid->blocks_w;
    plain_sums sums = {.present = plain_plane_make(grid->tiles_w, grid->tiles_h),
                       .width = grid->width,
                       .height = grid->height,
                       .agreed = plain_plane_make(64, tiles),
                       .variance = plain_plane_make(4, tiles),
                       .noise = &merge->options.noise,
                       .cells_w = grid->cells_w,
                       .cells_h = grid->cells_h};
    for (int site = 0; site < 4; site++) {
        sums.belief[site] = plain_plane_make(grid->tiles_w, grid->tiles_h);
        sums.cells[site] = plain_plane_make(columns, 4 * grid->blocks_h);
        sums.sum[site] = plain_plane_make(columns, 4 * grid->blocks_h);
        for (int32_t i = 0; i < grid->cells_w * grid->cells_h; i++) {
            const int32_t x = i % grid->cells_w, y = i / grid->cells_w;
            const int run = (4 * (y % 4) + site) * 4 + x % 4;
            sums.cells[site].data[y * columns + x] = reference_cell(merge, site, x, y);
            sums.sum[site].data[y * columns + x] =
                case_sum(burst_sum(merge, y / 4, x / 4 + 1)[run * BURST_CHUNK]);
        }
    }
    for (int32_t i = 0; i < tiles; i++) {
        take_tile(merge, i % grid->tiles_w, i / grid->tiles_w, &sums);
    }
    return sums;
}

/* Of a sample and the 24 round it, at edges the nearest ones, how many are not clipped. */
static int unclipped_round(const baryta_merge *merge, int32_t x, int32_t y) {
    const int32_t right = merge->grid.width - 1, bottom = merge->grid.height - 1;
    int count = 0;
    for (int i = 0; i < 25; i++) {
        const int32_t u = x - 2 + i % 5, v = y - 2 + i / 5;
        const int32_t at_x = u < 0 ? 0 : u > right ? right : u;
        const int32_t at_y = v < 0 ? 0 : v > bottom ? bottom : v;
        const float own = (float)merge->reference[at_y * (right + 1) + at_x];
        count += own < merge->options.format.white;
    }
    return count;
}

/* Whether a sample stays what it is in the reference: white in a block that keeps it or of which
 * seven eighths clip, and specks, a line at most, no shallower than noise where that is strong. */
static int stays(const baryta_merge *merge, int32_t x, int32_t y) {
    const burst_grid *grid = &merge->grid;
    const baryta_noise *noise = &merge->options.noise;
    const float white = merge->options.format.white;
    int size = 0, open = 0;
    for (int32_t v = y / 8 * 8; v < y / 8 * 8 + 8 && v < grid->height; v++) {
        for (int32_t u = x / 8 * 8; u < x / 8 * 8 + 8 && u < grid->width; u++) {
            open += (float)merge->reference[v * grid->width + u] < white;
            size++;
        }
    }
    const float own = (float)merge->reference[y * grid->width + x];
    const int keeps = burst_keeps_white(merge, x / 8, y / 8);
    const int clips = burst_clips(merge, x / 8, y / 8);
    if (own >= white) {
        return keeps || (clips && 8 * open <= size);
    }
    const int site = 2 * (y & 1) + (x & 1);
    const float variance = noise->shot[site] + noise->read[site];
    const float depth = keeps || variance <= 0.001f ? 0.0f : sqrtf(variance);
    return (keeps || clips) && open < size && unclipped_round(merge, x, y) <= 5 &&
           own < ceilf(white - depth / merge->scale.gain[site]);
}

static void compare_samples(const baryta_merge *merge, const baryta_plane *merged,
                            const plain_plane wanted[4]) {
    const double scale = merge->options.output_scale;
    for (int32_t y = 0; y < merged->height; y++) {
        const uint16_t *row = baryta_row(merged, y);
        for (int32_t x = 0; x < merged->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double value =
                plain_at(&wanted[site], x / 2, y / 2) * scale / (double)merge->scale.gain[site] +
                (double)merge->scale.black[site] * scale;
            const float own = (float)merge->reference[y * merged->width + x];
            const int kept = stays(merge, x, y);
            const double kept_as =
                fmin(fmin((double)own, (double)merge->options.format.white) * scale, 65535.0);
            CHECK(fabs(row[x] - (kept ? kept_as : fmin(fmax(value, 0.0), 65535.0))) <= 1.0);
        }
    }
}

/* Both agree, and there are sites believed, sites that are not, and such side by side. */
static void compare_belief(const baryta_merge *merge, const plain_sums *sums, int frames) {
    const burst_grid *grid = &merge->grid;
    int some = 0, all = 0, apart = 0;
    for (int32_t i = 0; i < grid->tiles_w * grid->tiles_h; i++) {
        for (int site = 0; site < 4; site++) {
            const float own = *burst_belief(merge, site, i % grid->tiles_w, i / grid->tiles_w);
            CHECK(fabs((double)own - sums->belief[site].data[i]) < 1e-4);
            some += own < 0.9f;
            all += own >= 1.0f;
            apart += fabs(sums->belief[site].data[i] - sums->belief[0].data[i]) > 0.1;
        }
    }
    CHECK(frames == 0 ? some == 0 : some > 0 && apart > 0);
    CHECK(all > 0);
}

static void compare(const kernels *k, const baryta_mosaic_format *format, int32_t width,
                    int32_t height, int frames, float shrink) {
    baryta_merge_options options = scene_options(format, &scene_noise);
    options.shrink = shrink;
    options.threads = STRIPS;
    burst_case c = burst_case_begin(k, &options, width, height, 1.0f, 2.4, -1.3);
    baryta_merge *merge = c.merge;
    const burst_grid *grid = &merge->grid;
    burst_case_flow(&c, 2.4, -1.3, 0.3);
    for (int32_t i = 0; i < case_tiles(merge); i++) {
        merge->trust[i] = i % 7 == 3 ? 0.0f : 1.0f;
    }
    for (int i = 0; i < frames; i++) {
        add_frame(k, &c);
    }
    for (int i = 0; i < STRIPS; i++) {
        burst_strip *strip = &merge->strip[i];
        const int32_t middle = (strip->first + strip->last) / 2;
        k->routines->believe(merge, strip, strip->first, middle);
        k->routines->believe(merge, strip, middle, strip->last + (i == STRIPS - 1));
    }
    double left[2] = {0.0, 0.0};
    for (int i = 0; i < STRIPS; i++) {
        k->routines->shrink_begin(merge, &merge->strip[i]);
        for (int part = 0; part < 30; part++) {
            k->routines->shrink_advance(merge, &c.frame, &merge->strip[i], 1 + part % 3);
        }
    }
    for (int32_t ty = 0; ty < grid->blocks_h; ty++) {
        left[0] += merge->row_sums[2 * ty];
        left[1] += merge->row_sums[2 * ty + 1];
    }
    plain_sums sums = take_sums(merge);
    plain_plane wanted[4];
    for (int site = 0; site < 4; site++) {
        wanted[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
    }
    CHECK(fabs(left[0] / left[1] - plain_result(&sums, (double)shrink, wanted)) < 1e-4);
    compare_samples(merge, &c.frame, wanted);
    compare_belief(merge, &sums, frames);
    plain_plane_free(&sums.present);
    plain_plane_free(&sums.agreed);
    plain_plane_free(&sums.variance);
    for (int site = 0; site < 4; site++) {
        plain_plane_free(&sums.belief[site]);
        plain_plane_free(&sums.cells[site]);
        plain_plane_free(&sums.sum[site]);
        plain_plane_free(&wanted[site]);
    }
    burst_case_end(&c);
}

int main(void) {
    for (int set = 0; kernels_of(set) != NULL; set++) {
        const kernels *k = kernels_of(set);
        compare(k, &scene_bayer, 203, 149, 3, 1.0f);
        compare(k, &scene_bayer, 131, 90, 1, 0.5f);
        compare(k, &scene_bayer, 34, 137, 0, 1.0f); /* the reference alone */
        compare(k, &scene_mono, 99, 57, 2, 0.0f);
    }
    return 0;
}
