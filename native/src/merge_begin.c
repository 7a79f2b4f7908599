/* The merge's begin: the reference copied and measured. */
#include "burst_patches.h"
#include "burst_routines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK = 128 }; /* what to measure a block costs, as burst_worked counts */

static int options_valid(const baryta_merge_options *options) {
    return options != NULL && baryta_format_valid(&options->format) &&
           baryta_cfa_valid(options->format.colour) && baryta_noise_valid(&options->noise) &&
           options->robustness >= 0.0f && options->robustness <= 2.0f && options->shrink >= 0.0f &&
           options->shrink <= 1.0f && options->output_scale >= 1 &&
           options->output_scale <= 65535 && baryta_threads_valid(options->threads) &&
           options->frame_noise >= 1.0f / 16.0f && options->frame_noise <= 64.0f &&
           (options->rigid == 0 || options->rigid == 1);
}

static void set_grid(burst_grid *grid, int32_t width, int32_t height) {
    grid->width = width;
    grid->height = height;
    grid->cells_w = (width + 1) / 2;
    grid->cells_h = (height + 1) / 2;
    grid->blocks_w = (grid->cells_w + 3) / 4;
    grid->blocks_h = (grid->cells_h + 3) / 4;
    grid->tiles_w = grid->blocks_w + 1;
    grid->tiles_h = grid->blocks_h + 1;
    /* An odd number of chunks, so that runs do not compete for the same places in the cache. */
    grid->columns = baryta_round_up(grid->tiles_w, BURST_CHUNK) + BURST_CHUNK;
    grid->columns += grid->columns / BURST_CHUNK % 2 == 0 ? BURST_CHUNK : 0;
}

/* What a block's samples sum up to, by site. */
typedef struct account {
    v4 sum, clipped, lowest;
} account;

static inline void enter(account *a, v4 value) {
    a->sum += v4_min(value, v4_all(1.0f));
    a->clipped += v4_select(value >= v4_all(0.9999f), v4_all(1.0f), v4_all(0.0f));
    a->lowest = v4_min(a->lowest, value);
}

/* Four cells side by side, from the left. */
static inline void enter_cells(account *a, const uint16_t *p, const uint16_t *q, v4 gain,
                               v4 black) {
    v4 upper, lower; /* a cell's half in each place */
    memcpy(&upper, p, sizeof upper);
    memcpy(&lower, q, sizeof lower);
    const v4 cells[2] = {V4_SHUFFLE(upper, lower, 0, 4, 1, 5),
                         V4_SHUFFLE(upper, lower, 2, 6, 3, 7)};
    u16x4 raw[4];
    memcpy(raw, cells, sizeof raw);
    for (int i = 0; i < 4; i++) {
        enter(a, (__builtin_convertvector(__builtin_convertvector(raw[i], i4), v4) - black) * gain);
    }
}

void burst_measure_block(baryta_merge *merge, int32_t bx, int32_t by) {
    const burst_grid *g = &merge->grid;
    const v4 gain = v4_load(merge->scale.gain), black = v4_load(merge->scale.black);
    account a = {v4_all(0.0f), v4_all(0.0f), v4_all(2.0f)};
    float count = 0.0f;
    /* A cell that the frame's odd edge cuts is left out, unless there is no other. */
    const int32_t x0 = 8 * bx + 1 < g->width ? 8 * bx : 8 * bx - 2;
    const int32_t y0 = 8 * by + 1 < g->height ? 8 * by : 8 * by - 2;
    for (int32_t y = y0; y + 1 < g->height && y < y0 + 8; y += 2) {
        const uint16_t *p = merge->reference + (size_t)y * (size_t)g->width;
        const uint16_t *q = p + g->width;
        if (x0 + 8 <= g->width) {
            enter_cells(&a, p + x0, q + x0, gain, black);
            count += 4.0f;
            continue;
        }
        for (int32_t x = x0; x + 1 < g->width; x += 2) {
            const v4 raw = {(float)p[x], (float)p[x + 1], (float)q[x], (float)q[x + 1]};
            enter(&a, (raw - black) * gain);
            count += 1.0f;
        }
    }
    const size_t at = (size_t)by * (size_t)g->blocks_w + (size_t)bx;
    merge->mean[at] = a.sum / count;
    unsigned rim = 0;
    for (unsigned site = 0; site < 4; site++) {
        rim |= (unsigned)(a.clipped[site] >= 3.0f) << site;
        rim |= (unsigned)(a.lowest[site] < 0.1f) << (4 + site);
    }
    merge->rim[at] = (uint8_t)rim;
    merge->signal[at] = v4_max(a.sum - a.clipped, v4_all(0.0f)) / count;
}

void burst_find_rims(baryta_merge *merge) {
    const burst_grid *g = &merge->grid;
    const ptrdiff_t width = g->blocks_w;
#pragma omp parallel for num_threads(merge->options.threads) schedule(static)
    for (int32_t by = 0; by < g->blocks_h; by++) {
        const uint8_t *own = merge->rim + by * width, *up = by > 0 ? own - width : own;
        const uint8_t *low = by + 1 < g->blocks_h ? own + width : own;
        uint8_t *at_rim = merge->at_rim + by * width;
        for (ptrdiff_t bx = 0; bx < width; bx++) {
            const ptrdiff_t left = bx > 0 ? bx - 1 : 0, right = bx + 1 < width ? bx + 1 : bx;
            const unsigned seen = (unsigned)own[left] | own[bx] | own[right] | up[left] | up[bx] |
                                  up[right] | low[left] | low[bx] | low[right];
            at_rim[bx] = (seen & (seen >> 4) & 15u) != 0;
        }
    }
}

static const float darkest = 1e-5f; /* what is darker counts as this */

/* Of a row of blocks: the sums of their means by site, and of what these are in stops. */
enum { STOPS = 4, SUMS };

static void measure_row(baryta_merge *merge, int32_t by, double sums[SUMS]) {
    const burst_grid *g = &merge->grid;
    for (int n = 0; n < SUMS; n++) {
        sums[n] = 0.0;
    }
    for (int32_t bx = 0; bx < g->blocks_w && !burst_worked(merge, BLOCK); bx++) {
        burst_measure_block(merge, bx, by);
        const v4 mean = merge->mean[(size_t)by * (size_t)g->blocks_w + (size_t)bx];
        float light = 0.0f;
        for (int site = 0; site < 4; site++) {
            sums[site] += (double)mean[site];
            light += 0.25f * mean[site];
        }
        sums[STOPS] += (double)logf(fmaxf(light, darkest));
    }
}

/* All blocks, and the colours' ratio. */
static void measure_blocks(baryta_merge *merge) {
    const burst_grid *g = &merge->grid;
    const double blocks = (double)g->blocks_w * (double)g->blocks_h;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t by = 0; by < g->blocks_h; by++) {
        measure_row(merge, by, merge->row_sums + (ptrdiff_t)by * SUMS);
    }
    burst_find_rims(merge);
    double total[3] = {0}, number[3] = {0}, stops = 0.0;
    for (int32_t by = 0; by < g->blocks_h; by++) {
        const double *sums = merge->row_sums + (ptrdiff_t)by * SUMS;
        for (int site = 0; site < 4; site++) {
            total[merge->options.format.colour[site]] += sums[site];
            number[merge->options.format.colour[site]] += (double)g->blocks_w;
        }
        stops += sums[STOPS];
    }
    merge->usual_light = expf((float)(stops / blocks));
    for (int c = 0; c < 3; c++) {
        merge->colour_gain[c] = 1.0f;
        if (!merge->mono && total[c] > 0.0 && total[1] > 0.0) {
            const double ratio = (total[1] / number[1]) / (total[c] / number[c]);
            merge->colour_gain[c] = (float)fmin(fmax(ratio, 0.25), 4.0);
        }
    }
}

static void copy_rows(baryta_merge *merge, const baryta_plane *reference) {
    const int32_t width = reference->width;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
    for (int32_t y = 0; y < reference->height; y++) {
        if (!burst_worked(merge, width / 4)) {
            memcpy(merge->reference + (size_t)y * (size_t)width, baryta_row(reference, y),
                   (size_t)width * sizeof(uint16_t));
        }
    }
}

static baryta_status take_reference(baryta_merge *merge, const baryta_plane *reference) {
    const baryta_merge_options *options = &merge->options;
    const baryta_plane copy = {merge->reference, reference->width, reference->height,
                               (int64_t)reference->width * (int64_t)sizeof(uint16_t)};
    copy_rows(merge, reference);
    burst_pause(merge);
    const int listed = burst_find_suspects(merge);
    if (burst_pause(merge) || !listed) {
        return merge->failed ? BARYTA_CANCELLED : BARYTA_NO_MEMORY;
    }
    burst_grey_reference(merge);
    if (burst_pause(merge)) {
        return BARYTA_CANCELLED;
    }
    merge->routines->soften(&merge->grey, &merge->soft_grey, options->threads);
    burst_pause(merge);
    measure_blocks(merge);
    if (burst_pause(merge)) {
        return BARYTA_CANCELLED;
    }
    merge->sharpness = sharpness_measure(&copy, &options->format, &options->noise, options->threads,
                                         merge->routines);
    burst_make_kernel(merge->mono, merge->kernel);
    if (!burst_find_quiet(merge, &merge->quiet)) {
        return BARYTA_NO_MEMORY;
    }
    return burst_pause(merge) ? BARYTA_CANCELLED : BARYTA_OK;
}

baryta_status baryta_merge_begin(const baryta_merge_options *options, const baryta_plane *reference,
                                 baryta_merge **handle, baryta_progress progress, void *user) {
    return burst_begin(options, reference, burst_best_routines(), handle, progress, user);
}

baryta_status burst_begin(const baryta_merge_options *options, const baryta_plane *reference,
                          const burst_routines *routines, baryta_merge **handle,
                          baryta_progress progress, void *user) {
    if (handle == NULL) {
        return BARYTA_BAD_ARGUMENT;
    }
    *handle = NULL;
    if (!options_valid(options) || !baryta_plane_valid(reference, 2, 2) || reference->width < 32 ||
        reference->height < 32) {
        return BARYTA_BAD_ARGUMENT;
    }
    if (baryta_report(progress, user, 0.0f)) {
        return BARYTA_CANCELLED;
    }
    baryta_merge *merge = calloc(1, sizeof *merge);
    if (merge == NULL) {
        return BARYTA_NO_MEMORY;
    }
    merge->options = *options;
    merge->progress = progress;
    merge->user = user;
    merge->aim = 1.0f;
    burst_suppose_noise(&options->format, &merge->options.noise);
    merge->told = merge->options.noise;
    merge->routines = routines;
    merge->mono = baryta_cfa_mono(options->format.colour);
    merge->total = 1.0f;
    merge->exposure = merge->frame_gain = merge->share = 1.0f;
    merge->rougher = merge->noisier = 1.0f;
    merge->tint[0] = merge->tint[1] = merge->tint[2] = 1.0f;
    set_grid(&merge->grid, reference->width, reference->height);
    for (int site = 0; site < 4; site++) {
        merge->scale.black[site] = options->format.black[site];
        merge->scale.gain[site] = 1.0f / (options->format.white - options->format.black[site]);
    }
    burst_stabilise(&merge->options.noise, &merge->stabiliser);
    merge->told_sigma = merge->stabiliser.sigma;
    baryta_status status =
        burst_allocate_all(merge) ? take_reference(merge, reference) : BARYTA_NO_MEMORY;
    if (status == BARYTA_OK && baryta_report(progress, user, 1.0f)) {
        status = BARYTA_CANCELLED;
    }
    if (status != BARYTA_OK) {
        baryta_merge_free(merge);
        return status;
    }
    *handle = merge;
    return BARYTA_OK;
}
