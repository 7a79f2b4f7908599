/* The merge's kernels by themselves, one thread: nanoseconds a pixel for every instruction set that
 * this machine can run, the fastest one's ratio to the memory floor (one frame read, one written)
 * and to the plain twin in tests/c, which is scalar and in double.
 *
 * Pixels are the frame's samples throughout, also where a kernel works on half-size grey. Each
 * figure is the least of several runs. */
#include "../c/burst_case.h"

#include <string.h>
#include <time.h>

enum { WIDTH = 1024, HEIGHT = 768, RUNS = 15, SETS = 3, BATCH = 64 };

typedef struct bench {
    burst_case c;
    const burst_motion *motion;
    burst_field found; /* tiles' motion */
    plain_plane field[2]; /* the same */
    float *cells, *cover; /* of a few blocks */
    float *spectra; /* of BATCH groups of tiles */
} bench;

/* Processor time: what else the machine does counts only by the caches it takes. */
static double now(void) {
    struct timespec t;
    CHECK(clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t) == 0);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* Each of these does the work once and returns the seconds it took. */
typedef double (*timed)(const kernels *k, bench *b);

static double grey(const kernels *k, bench *b) {
    const double start = now();
    k->routines->grey(b->c.merge, &b->c.frame, 1.0f, &b->c.merge->other);
    return now() - start;
}

static double grey_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const double start = now();
    for (int32_t i = 0; i < merge->other.width[0] * merge->other.height[0]; i++) {
        const int32_t x = i % merge->other.width[0], y = i / merge->other.width[0];
        merge->other.data[0][i] =
            (uint8_t)(plain_grey(&b->c.frame, &scene_bayer, &scene_noise, 1.0, x, y) + 0.5);
    }
    for (int32_t level = 1; level < merge->other.levels; level++) {
        const int32_t width = merge->other.width[level];
        const plain_image above = {merge->other.data[level - 1], merge->other.width[level - 1],
                                   merge->other.height[level - 1]};
        for (int32_t i = 0; i < width * merge->other.height[level]; i++) {
            merge->other.data[level][i] = (uint8_t)plain_halved(&above, i % width, i / width);
        }
    }
    return now() - start;
}

static double soften(const kernels *k, bench *b) {
    const double start = now();
    k->routines->soften(&b->c.merge->other, &b->c.merge->soft_other, 1);
    return now() - start;
}

static double soften_plain(const kernels *k, bench *b) {
    (void)k;
    const burst_pyramid *in = &b->c.merge->other;
    const double start = now();
    for (int32_t level = 0; level < in->levels; level++) {
        const int32_t width = in->width[level];
        const plain_image own = {in->data[level], width, in->height[level]};
        for (int32_t i = 0; i < width * own.height; i++) {
            b->c.merge->soft_other.data[level][i] =
                (uint8_t)plain_softened(&own, i % width, i / width);
        }
    }
    return now() - start;
}

static const plain_step step_values = {.shift_x = 1.2,
                                       .shift_y = -0.6,
                                       .angle = 0.001,
                                       .centre_x = WIDTH / 4.0,
                                       .centre_y = HEIGHT / 4.0,
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
    const double start = now();
    for (int32_t y = 1; y < step.height - 1; y++) {
        double sums[BURST_STEP_SUMS];
        k->step_row(&step, y, sums);
    }
    return now() - start;
}

static double step_rows_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const plain_image reference = {merge->soft_grey.data[0], width, height};
    const plain_image other = {merge->soft_other.data[0], width, height};
    const double start = now();
    for (int32_t y = 1; y < height - 1; y++) {
        double sums[BURST_STEP_SUMS];
        plain_step_row(&reference, &other, &step_values, y, sums);
    }
    return now() - start;
}

static double bring_over(const kernels *k, bench *b) {
    const double start = now();
    CHECK(k->bring_over(b->c.merge, b->motion));
    return now() - start;
}

static plain_motion rigid(const bench *b) {
    return (plain_motion){b->motion->x, b->motion->y, b->motion->angle, WIDTH, HEIGHT};
}

static double bring_over_plain(const kernels *k, bench *b) {
    (void)k;
    baryta_merge *merge = b->c.merge;
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const plain_image soft_a = {merge->soft_grey.data[0], width, height};
    const plain_image soft_b = {merge->soft_other.data[0], width, height};
    const plain_image other = {merge->other.data[0], width, height};
    const plain_motion motion = rigid(b);
    double x[HEIGHT / 32 + 1], y[HEIGHT / 32 + 1];
    const double start = now();
    plain_find_sway(&soft_a, &soft_b, &motion, (double)merge->stabiliser.sigma, x, y);
    for (int32_t i = 0; i < width * height; i++) {
        const int32_t u = i % width, v = i / width;
        double dx, dy;
        plain_tile_move(&motion, u / 16 * 16, v / 16 * 16, &dx, &dy);
        merge->warped.data[0][i] =
            (uint8_t)plain_warped(&other, u, v, dx + x[v / 16], dy + y[v / 16]);
    }
    return now() - start;
}

static double spread(const kernels *k, bench *b) {
    const double start = now();
    k->spread_flow(b->c.merge, b->motion, &b->found);
    return now() - start;
}

static double spread_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const plain_image own = {merge->grey.data[0], merge->grey.width[0], merge->grey.height[0]};
    const plain_image warped = {merge->warped.data[0], own.width, own.height};
    const plain_motion motion = rigid(b);
    const double start = now();
    for (int32_t i = 0; i < merge->grid.blocks_w * merge->grid.blocks_h; i++) {
        const int32_t bx = i % merge->grid.blocks_w, by = i / merge->grid.blocks_w;
        double to[2], x, y;
        plain_block_motion(&own, &warped, b->field, bx, by, to);
        plain_moved(&motion, 8 * bx + 2.0 * to[0], 8 * by + 2.0 * to[1], &x, &y);
        merge->flow.x[i] = (float)(x - 8 * bx);
        merge->flow.y[i] = (float)(y - 8 * by);
    }
    return now() - start;
}

static double light(const kernels *k, bench *b) {
    const double start = now();
    k->judge_light(b->c.merge, b->motion, &b->found);
    return now() - start;
}

static double light_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    const plain_image own = {merge->grey.data[0], merge->grey.width[0], merge->grey.height[0]};
    const plain_image warped = {merge->warped.data[0], own.width, own.height};
    const plain_motion motion = rigid(b);
    plain_plane trust = plain_plane_make(b->field->width, b->field->height);
    const double start = now();
    plain_trust(&own, &warped, &motion, b->field, (double)merge->stabiliser.sigma, &trust);
    const double seconds = now() - start;
    plain_plane_free(&trust);
    return seconds;
}

/* All of the flow. */
static double flow(const kernels *k, bench *b) {
    const double start = now();
    k->routines->find_flow(b->c.merge, b->motion);
    return now() - start;
}

static double tiles_plain(const kernels *k, bench *b) {
    (void)k;
    const baryta_merge *merge = b->c.merge;
    plain_plane fields[4][2];
    const double start = now();
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
    const double seconds = now() - start;
    for (int level = 0; level < 4; level++) {
        for (int axis = 0; axis < 2; axis++) {
            plain_plane_free(&fields[level][axis]);
        }
    }
    return seconds;
}

/* A strip's steps apart, a row of blocks after the other as it takes them. */
static double strip_part(const kernels *k, bench *b, int part) {
    baryta_merge *merge = b->c.merge;
    burst_strip *strip = &merge->strip[0];
    double seconds[2] = {0.0, 0.0};
    k->band_begin(merge, &strip->band, merge->rows_low[0]);
    for (int32_t by = 0; by < merge->grid.blocks_h; by++) {
        const double start = now();
        k->band_reach(merge, &b->c.frame, &strip->band, merge->rows_high[by]);
        const double reached = now();
        for (int32_t bx = 0; bx < merge->grid.blocks_w; bx += k->lanes) {
            k->difference(merge, &b->c.frame, &strip->band, bx, by, b->cells, b->cover + bx + 1);
        }
        seconds[0] += reached - start;
        seconds[1] += now() - reached;
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
    const double start = now();
    burst_case_demosaic(&b->c);
    return now() - start;
}

static double resample(const kernels *k, bench *b) {
    return strip_part(k, b, 1);
}

static double resample_plain(const kernels *k, bench *b) {
    (void)k;
    const plain_view view = burst_case_view(&b->c, 3);
    const burst_grid *grid = &b->c.merge->grid;
    double sum = 0.0;
    const double start = now();
    for (int32_t i = 0; i < WIDTH * HEIGHT; i++) {
        const int32_t x = i % WIDTH, y = i / WIDTH, at = y / 8 * grid->blocks_w + x / 8;
        double value;
        sum += plain_difference(&view, x, y, (double)b->c.merge->flow.x[at],
                                (double)b->c.merge->flow.y[at],
                                burst_at_rim(b->c.merge, x / 8, y / 8), &value);
    }
    CHECK(sum > 0.0);
    return now() - start;
}

/* All that a strip does. */
static double strip(const kernels *k, bench *b) {
    baryta_merge *merge = b->c.merge;
    const double start = now();
    k->routines->strip_begin(merge, &b->c.frame, &merge->strip[0]);
    k->routines->strip_advance(merge, &b->c.frame, &merge->strip[0], merge->grid.tiles_h);
    return now() - start;
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
    const double start = now();
    for (int32_t i = 0; i < b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_blended out;
        plain_blend(tile, variance, 1.0, 1.0, 1.0, 1.0, &out);
    }
    return now() - start;
}

static int32_t groups_of(const kernels *k, const bench *b) {
    return b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h / k->lanes;
}

/* Four sites' tiles there and back. */
static double transforms(const kernels *k, bench *b) {
    _Alignas(64) static float tile[64 * KERNELS_LANES];
    const double start = now();
    for (int32_t g = 0; g < 4 * groups_of(k, b); g++) {
        k->transform(tile, b->spectra, 1);
        k->transform_back(b->spectra, tile, 1);
    }
    return now() - start;
}

static double transforms_plain(const kernels *k, bench *b) {
    (void)k;
    double tile[64] = {1.0};
    double complex spectrum[64];
    const double start = now();
    for (int32_t i = 0; i < 4 * b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_dft(tile, spectrum);
        plain_dft_back(spectrum, tile);
    }
    return now() - start;
}

static double shrink(const kernels *k, bench *b) {
    static float noise[4 * BATCH * KERNELS_LANES], frames[BATCH * KERNELS_LANES];
    static float left[BATCH * KERNELS_LANES];
    _Alignas(64) static uint16_t agreed[KERNELS_BINS * BURST_CHUNK];
    for (int i = 0; i < 4 * BATCH * KERNELS_LANES; i++) {
        noise[i] = 1e-3f;
        frames[i / 4] = 8.0f;
    }
    double seconds = 0.0;
    for (int32_t g = 0; g < groups_of(k, b); g += BATCH) {
        for (int32_t i = 0; i < BATCH * 8 * KERNELS_BINS * k->lanes; i++) {
            b->spectra[i] = 0.01f * (float)(i % 7);
        }
        const double start = now();
        k->shrink(b->c.merge, BATCH, b->spectra, noise, agreed, frames, left);
        seconds += now() - start;
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
    const double start = now();
    for (int32_t i = 0; i < b->c.merge->grid.tiles_w * b->c.merge->grid.tiles_h; i++) {
        plain_shrink(spectrum, variance, agreed, 8.0, 0.01);
    }
    return now() - start;
}

/* Shrink, transforms, overlap and samples. */
static double finish(const kernels *k, bench *b) {
    baryta_merge *merge = b->c.merge;
    baryta_plane merged = scene_plane(WIDTH, HEIGHT);
    const double start = now();
    k->routines->shrink_begin(merge, &merge->strip[0]);
    k->routines->shrink_advance(merge, &merged, &merge->strip[0], merge->grid.tiles_h);
    const double seconds = now() - start;
    free(merged.data);
    return seconds;
}

static double finish_plain(const kernels *k, bench *b) {
    (void)k;
    const burst_grid *grid = &b->c.merge->grid;
    const int32_t count = grid->tiles_w * grid->tiles_h;
    plain_sums sums = {.present = plain_plane_make(grid->tiles_w, grid->tiles_h),
                       .agreed = plain_plane_make(64, count),
                       .variance = plain_plane_make(4, count),
                       .cells_w = grid->cells_w,
                       .cells_h = grid->cells_h};
    plain_plane merged[4];
    for (int32_t i = 0; i < 4 * count; i++) {
        sums.variance.data[i] = 1e-4;
    }
    for (int site = 0; site < 4; site++) {
        sums.cells[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
        sums.sum[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
        merged[site] = plain_plane_make(4 * grid->blocks_w, 4 * grid->blocks_h);
    }
    const double start = now();
    plain_result(&sums, 1.0, merged);
    const double seconds = now() - start;
    plain_plane_free(&sums.present);
    plain_plane_free(&sums.agreed);
    plain_plane_free(&sums.variance);
    for (int site = 0; site < 4; site++) {
        plain_plane_free(&sums.cells[site]);
        plain_plane_free(&sums.sum[site]);
        plain_plane_free(&merged[site]);
    }
    return seconds;
}

static double flags(const kernels *k, bench *b) {
    static uint8_t row[WIDTH];
    const double start = now();
    for (int32_t y = 2; y < HEIGHT - 2; y++) {
        k->routines->flag_row(b->c.merge, y, 6.0f, row);
    }
    return now() - start;
}

static double flags_plain(const kernels *k, bench *b) {
    (void)k;
    double most = 0.0;
    const double start = now();
    for (int32_t i = 0; i < (WIDTH - 4) * (HEIGHT - 4); i++) {
        most = fmax(most, plain_flag(&b->c.reference, &scene_bayer, &scene_noise, 6.0,
                                     2 + i % (WIDTH - 4), 2 + i / (WIDTH - 4)));
    }
    CHECK(most >= 0.0);
    return now() - start;
}

static double least_of(timed work, const kernels *k, bench *b, int runs) {
    double least = work(k, b);
    for (int i = 1; i < runs; i++) {
        least = fmin(least, work(k, b));
    }
    return least;
}

/* Nanoseconds a pixel of reading one frame and writing one, too large for the cache. */
static double memory_floor(void) {
    const int32_t width = 4096, height = 3072;
    baryta_plane in = scene_plane(width, height), out = scene_plane(width, height);
    memset(in.data, 1, (size_t)in.stride * (size_t)height);
    double least = INFINITY;
    for (int i = 0; i < RUNS; i++) {
        const double start = now();
        CHECK(baryta_memory_floor(&in, 1, &out, 1) == BARYTA_OK);
        least = fmin(least, now() - start);
    }
    free(in.data);
    free(out.data);
    return 1e9 * least / ((double)width * height);
}

static bench make_bench(const kernels *k, const burst_motion *motion) {
    const baryta_merge_options options = scene_options(&scene_bayer, &scene_noise);
    bench b = {.c = burst_case_begin(k, &options, WIDTH, HEIGHT, 1.0f, motion->x, motion->y),
               .motion = motion};
    b.cells = burst_allocate(BURST_RUNS * BURST_CELLS, sizeof(float));
    b.cover = burst_allocate((size_t)b.c.merge->grid.columns, sizeof(float));
    b.spectra = burst_allocate(BATCH * 8 * KERNELS_BINS * KERNELS_LANES, sizeof(float));
    CHECK(b.cells != NULL && b.cover != NULL && b.spectra != NULL);
    k->routines->grey(b.c.merge, &b.c.frame, 1.0f, &b.c.merge->other);
    k->routines->soften(&b.c.merge->other, &b.c.merge->soft_other, 1);
    k->routines->find_flow(b.c.merge, motion);
    b.found.columns = (WIDTH / 2 + 15) / 16;
    b.found.rows = (HEIGHT / 2 + 15) / 16;
    const int32_t count = b.found.columns * b.found.rows;
    b.found.x = burst_allocate(2 * (size_t)count, sizeof(float));
    CHECK(b.found.x != NULL);
    b.found.y = b.found.x + count;
    memcpy(b.found.x, b.c.merge->tile_flow, 2 * (size_t)count * sizeof(float));
    for (int axis = 0; axis < 2; axis++) {
        b.field[axis] = plain_plane_make(b.found.columns, b.found.rows);
        for (int32_t i = 0; i < count; i++) {
            b.field[axis].data[i] = (double)b.found.x[axis * count + i];
        }
    }
    CHECK(burst_strips_grow(b.c.merge, burst_plan_strips(b.c.merge)));
    return b;
}

static void free_bench(bench *b) {
    plain_plane_free(&b->field[0]);
    plain_plane_free(&b->field[1]);
    burst_release(b->found.x);
    burst_release(b->cells);
    burst_release(b->cover);
    burst_release(b->spectra);
    burst_case_end(&b->c);
}

int main(void) {
    static const struct {
        const char *name;
        timed kernel, plain;
        int less; /* rows before it whose work its kernel also does */
    } all[] = {
        {"grey", grey, grey_plain, 0},
        {"soften", soften, soften_plain, 0},
        {"step rows", step_rows, step_rows_plain, 0},
        {"sway and warp", bring_over, bring_over_plain, 0},
        {"blocks", spread, spread_plain, 0},
        {"light", light, light_plain, 0},
        {"tiles", flow, tiles_plain, 3},
        {"demosaic", demosaic, demosaic_plain, 0},
        {"resampling", resample, resample_plain, 0},
        {"blend", strip, blend_plain, 2},
        {"transforms", transforms, transforms_plain, 0},
        {"shrink", shrink, shrink_plain, 0},
        {"finish", finish, finish_plain, 0},
        {"flags", flags, flags_plain, 0},
    };
    enum { KERNELS = sizeof all / sizeof *all };
    static const burst_motion motion = {2.3, -1.4, 0.001};
    double seconds[SETS][KERNELS], plain[KERNELS];
    int sets = 0;
    for (; sets < SETS && kernels_of(sets) != NULL; sets++) {
        const kernels *k = kernels_of(sets);
        bench b = make_bench(k, &motion);
        for (int i = 0; i < KERNELS; i++) {
            seconds[sets][i] = least_of(all[i].kernel, k, &b, RUNS);
            for (int n = 1; n <= all[i].less; n++) {
                seconds[sets][i] -= seconds[sets][i - n];
            }
        }
        for (int i = 0; i < KERNELS && sets == 0; i++) {
            plain[i] = least_of(all[i].plain, k, &b, 1);
        }
        free_bench(&b);
    }
    const double least = memory_floor(), scale = 1e9 / ((double)WIDTH * HEIGHT);
    printf("ns/pixel, one thread, %d x %d; memory floor %.2f\n%-15s", WIDTH, HEIGHT, least, "");
    for (int set = 0; set < sets; set++) {
        printf("%9s", kernels_of(set)->name);
    }
    printf("%9s%9s%9s\n", "x floor", "plain", "x plain");
    for (int i = 0; i < KERNELS; i++) {
        printf("%-15s", all[i].name);
        for (int set = 0; set < sets; set++) {
            printf("%9.2f", scale * seconds[set][i]);
        }
        const double best = scale * seconds[sets - 1][i];
        printf("%9.1f%9.0f%9.0f\n", best / least, scale * plain[i], scale * plain[i] / best);
    }
    return 0;
}
