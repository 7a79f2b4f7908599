/* The kernels that the frames pass through once they are aligned. */
#include "kernels_bench.h"

#include <string.h>

/* A strip's steps apart, a row of blocks after the other as it takes them. */
static double strip_part(const kernels *k, bench *b, int part) {
    baryta_merge *merge = b->c.merge;
    burst_strip *strip = &merge->strip[0];
    double seconds[2] = {0.0, 0.0};
    k->band_begin(merge, &strip->band, merge->rows_low[0]);
    for (int32_t by = 0; by < merge->grid.blocks_h; by++) {
        const double start = bench_now();
        k->band_reach(merge, &b->c.frame, &strip->band, merge->rows_high[by]);
        const double reached = bench_now();
        for (int32_t bx = 0; bx < merge->grid.blocks_w; bx += k->lanes) {
            k->difference(merge, &b->c.frame, &strip->band, bx, by, b->cells, b->cover + bx + 1);
        }
        seconds[0] += reached - start;
        seconds[1] += bench_now() - reached;
    }
    return seconds[part];
}

static double demosaic(const kernels *k, bench *b) {
    return strip_part(k, b, 0);
}

static double demosaic_plain(const kernels *k, bench *b) {
    (void)k;
    for (int i = 0; i < 3; i++) {
        plain_plane_free(&b->c.planes[i]);
    }
    const double start = bench_now();
    burst_case_demosaic(&b->c);
    return bench_now() - start;
}

static double resample(const kernels *k, bench *b) {
    return strip_part(k, b, 1);
}

static double resample_plain(const kernels *k, bench *b) {
    (void)k;
    const plain_view view = burst_case_view(&b->c, 3);
    const burst_grid *grid = &b->c.merge->grid;
    double sum = 0.0;
    const double start = bench_now();
    for (int32_t i = 0; i < BENCH_WIDTH * BENCH_HEIGHT; i++) {
        const int32_t x = i % BENCH_WIDTH, y = i / BENCH_WIDTH, at = y / 8 * grid->blocks_w + x / 8;
        double value;
        sum += plain_difference(&view, x, y, (double)b->c.merge->flow.x[at],
                                (double)b->c.merge->flow.y[at],
                                burst_at_rim(b->c.merge, x / 8, y / 8), &value);
    }
    CHECK(sum > 0.0);
    return bench_now() - start;
}

/* All that a strip does. */
static double strip(const kernels *k, bench *b) {
    baryta_merge *merge = b->c.merge;
    const double start = bench_now();
    k->routines->strip_begin(merge, &b->c.frame, &merge->strip[0]);
    k->routines->strip_advance(merge, &b->c.frame, &merge->strip[0], merge->grid.tiles_h);
    return bench_now() - start;
}

/* A tile of the scene's noise: how it is filled makes no difference to the time. */
static void fill_tile(double tile[4][64]) {
    for (int i = 0; i < 256; i++) {
        tile[i / 64][i % 64] = 0.03 * (scene_random(i, 0, 1) - 0.5);
    }
}

static double blend_plain(const kernels *k, bench *b) {
    (void)k;
    double tile[4][64];
    const double variance[4] = {1e-4, 1e-4, 1e-4, 1e-4};
    fill_tile(tile);
    const double start = bench_now();
    for (int32_t i = 0; i < b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_blended out;
        plain_blend(tile, variance, 1.0, 1.0, 0, 1.0, 1.0, 1.0, &out);
    }
    return bench_now() - start;
}

static int32_t groups_of(const kernels *k, const bench *b) {
    return b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h / k->lanes;
}

/* Four sites' tiles there and back. */
static double transforms(const kernels *k, bench *b) {
    _Alignas(64) static float tile[64 * KERNELS_LANES];
    const double start = bench_now();
    for (int32_t g = 0; g < 4 * groups_of(k, b); g++) {
        k->transform(tile, b->spectra, 1);
        k->transform_back(b->spectra, tile, 1);
    }
    return bench_now() - start;
}

static double transforms_plain(const kernels *k, bench *b) {
    (void)k;
    double tile[64] = {1.0};
    double complex spectrum[64];
    const double start = bench_now();
    for (int32_t i = 0; i < 4 * b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_dft(tile, spectrum);
        plain_dft_back(spectrum, tile);
    }
    return bench_now() - start;
}

static double shrink(const kernels *k, bench *b) {
    static float noise[4 * BENCH_BATCH * KERNELS_LANES], frames[BENCH_BATCH * KERNELS_LANES];
    static float left[3 * BENCH_BATCH * KERNELS_LANES];
    _Alignas(64) static uint16_t agreed[KERNELS_BINS * BURST_CHUNK];
    for (int i = 0; i < 4 * BENCH_BATCH * KERNELS_LANES; i++) {
        noise[i] = 1e-3f;
        frames[i / 4] = 8.0f;
    }
    double seconds = 0.0;
    for (int32_t g = 0; g < groups_of(k, b); g += BENCH_BATCH) {
        for (int32_t i = 0; i < BENCH_BATCH * 8 * KERNELS_BINS * k->lanes; i++) {
            b->spectra[i] = 0.01f * (float)(i % 7);
        }
        const double start = bench_now();
        k->shrink(b->c.merge, BENCH_BATCH, b->spectra, noise, agreed, frames, left);
        seconds += bench_now() - start;
    }
    return seconds;
}

static double shrink_plain(const kernels *k, bench *b) {
    (void)k;
    double complex spectrum[4][64];
    double tile[4][64], agreed[64] = {0.0};
    const double variance[4] = {1e-3, 1e-3, 1e-3, 1e-3};
    fill_tile(tile);
    for (int s = 0; s < 4; s++) {
        plain_dft(tile[s], spectrum[s]);
    }
    const double start = bench_now();
    for (int32_t i = 0; i < b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_shrink(spectrum, variance, agreed, 8.0, 0.01);
    }
    return bench_now() - start;
}

/* Shrink, transforms, overlap and samples. */
static double finish(const kernels *k, bench *b) {
    baryta_merge *merge = b->c.merge;
    baryta_plane merged = scene_plane(BENCH_WIDTH, BENCH_HEIGHT);
    const double start = bench_now();
    k->routines->believe(merge, &merge->strip[0], 0, merge->grid.tiles_h);
    k->routines->shrink_begin(merge, &merge->strip[0]);
    k->routines->shrink_advance(merge, &merged, &merge->strip[0], merge->grid.tiles_h);
    const double seconds = bench_now() - start;
    free(merged.data);
    return seconds;
}

static double finish_plain(const kernels *k, bench *b) {
    (void)k;
    const burst_grid *grid = &b->c.merge->grid;
    const int32_t count = grid->tiles_w * grid->tiles_h;
    plain_sums sums = {.present = plain_plane_make(grid->tiles_w, grid->tiles_h),
                       .width = grid->width,
                       .height = grid->height,
                       .agreed = plain_plane_make(64, count),
                       .variance = plain_plane_make(4, count),
                       .noise = &scene_noise,
                       .cells_w = grid->cells_w,
                       .cells_h = grid->cells_h};
    plain_plane merged[4];
    for (int32_t i = 0; i < 4 * count; i++) {
        sums.variance.data[i] = 1e-4;
    }
    for (int site = 0; site < 4; site++) {
        sums.belief[site] = plain_plane_make(grid->tiles_w, grid->tiles_h);
        sums.cells[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
        sums.sum[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
        merged[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
    }
    const double start = bench_now();
    plain_result(&sums, 1.0, merged);
    const double seconds = bench_now() - start;
    plain_plane_free(&sums.present);
    plain_plane_free(&sums.agreed);
    plain_plane_free(&sums.variance);
    for (int site = 0; site < 4; site++) {
        plain_plane_free(&sums.belief[site]);
        plain_plane_free(&sums.cells[site]);
        plain_plane_free(&sums.sum[site]);
        plain_plane_free(&merged[site]);
    }
    return seconds;
}

static double flags(const kernels *k, bench *b) {
    static uint8_t row[BENCH_WIDTH];
    const double start = bench_now();
    for (int32_t y = 2; y < BENCH_HEIGHT - 2; y++) {
        k->routines->flag_row(b->c.merge, y, 6.0f, row);
    }
    return bench_now() - start;
}

static double flags_plain(const kernels *k, bench *b) {
    (void)k;
    double most = 0.0;
    const double start = bench_now();
    for (int32_t i = 0; i < (BENCH_WIDTH - 4) * (BENCH_HEIGHT - 4); i++) {
        most = fmax(most, plain_flag(&b->c.reference, &scene_bayer, &scene_noise, 6.0,
                                     2 + i % (BENCH_WIDTH - 4), 2 + i / (BENCH_WIDTH - 4)));
    }
    CHECK(most >= 0.0);
    return bench_now() - start;
}

static double marks(const kernels *k, bench *b) {
    _Alignas(64) static float cells[BURST_RUNS * BURST_CELLS];
    const burst_grid *grid = &b->c.merge->grid;
    for (int32_t i = 0; i < BURST_RUNS * BURST_CELLS; i++) {
        cells[i] = (float)scene_random(i, 0, 1);
    }
    const double start = bench_now();
    for (int32_t by = 0; by < grid->blocks_h; by++) {
        for (int32_t bx = 0; bx < grid->blocks_w; bx += k->lanes) {
            k->routines->mark(b->c.merge, cells, bx, by);
        }
    }
    return bench_now() - start;
}

static double marks_plain(const kernels *k, bench *b) {
    (void)k;
    float own[BURST_RUNS];
    uint64_t all = 0;
    for (int32_t i = 0; i < BURST_RUNS; i++) {
        own[i] = (float)scene_random(i, 0, 1);
    }
    const double start = bench_now();
    for (int32_t i = 0; i < b->c.merge->grid.blocks_w * b->c.merge->grid.blocks_h; i++) {
        double nearest;
        own[i % BURST_RUNS] += 1e-3f;
        all |= plain_mark(own, &nearest);
    }
    CHECK(all != UINT64_MAX);
    return bench_now() - start;
}

enum { WORDS = 7 };

/* A suspect for every block, of eight frames. */
static double evidence(const kernels *k, bench *b) {
    (void)k;
    int proven = 0;
    const double start = bench_now();
    for (int32_t i = 0; i < b->c.merge->grid.blocks_w * b->c.merge->grid.blocks_h; i++) {
        burst_evidence sums = {0};
        for (int n = 0; n < WORDS; n++) {
            burst_weigh(&sums, n, 0.1f + 0.01f * (float)(i % 7), 0.1f, 0.3f,
                        1e-3f * (float)(1 + n));
        }
        proven += burst_evident(&sums, 1.2f);
    }
    const double took = bench_now() - start;
    CHECK(proven >= 0);
    return took;
}

static double evidence_plain(const kernels *k, bench *b) {
    (void)k;
    double most = 0.0;
    const double start = bench_now();
    for (int32_t i = 0; i < b->c.merge->grid.blocks_w * b->c.merge->grid.blocks_h; i++) {
        plain_word words[WORDS];
        for (int n = 0; n < WORDS; n++) {
            words[n] = (plain_word){0.1 + 0.01 * (i % 7), 0.1, 1e-3 * (1 + n)};
        }
        most = fmax(most, plain_evidence(words, WORDS, 1.2));
    }
    CHECK(most >= 0.0);
    return bench_now() - start;
}

const bench_row bench_blend[] = {
    {"demosaic", demosaic, demosaic_plain, 0}, {"resampling", resample, resample_plain, 0},
    {"blend", strip, blend_plain, 2},          {"transforms", transforms, transforms_plain, 0},
    {"shrink", shrink, shrink_plain, 0},       {"finish", finish, finish_plain, 0},
    {"flags", flags, flags_plain, 0},          {"marks", marks, marks_plain, 0},
    {"evidence", evidence, evidence_plain, 0}, {NULL, NULL, NULL, 0},
};
