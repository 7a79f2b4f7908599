/* The merged mosaic: reference and sum, shrunk tile by tile, back to samples. */
#include "burst_halves.h"
#include "burst_mean.h"
#include "burst_routines.h"
#include "burst_shrink.h"

#include <math.h>
#include <string.h>

/* Lists by column of strip->tile: noise and mean by site, what noise is left; of that what is
 * spread, by site, what stays, and the reference's share; the same of the row of tiles before. */
enum { NOISE = 0, MEAN = 4, LEFT = 8, SPREAD = 9, STAYS = 13, OWN = 14, BEFORE = 6 };

static float *tile_list(const baryta_merge *merge, const burst_strip *strip, int list) {
    return strip->tile + (ptrdiff_t)list * merge->grid.columns;
}

/* Mirrors the cells beyond either edge. */
static void mirror_cells(const burst_grid *grid, float *runs) {
    for (int32_t x = -4; x < 4 * grid->blocks_w + 4; x++) {
        if (x >= 0 && x < grid->cells_w) {
            x = grid->cells_w - 1;
            continue;
        }
        const int32_t mirror = x < 0 ? -1 - x : 2 * grid->cells_w - 1 - x;
        const int32_t from = (mirror > 0 ? mirror : 0) + 4, to = x + 4;
        runs[(ptrdiff_t)(to % 4) * grid->columns + to / 4] =
            runs[(ptrdiff_t)(from % 4) * grid->columns + from / 4];
    }
}

/* A row of blocks of the merged mosaic; beyond the first and the last one mirrored. */
static void merged_cells(const baryta_merge *merge, int32_t by, float *scratch, float *cells) {
    const burst_grid *grid = &merge->grid;
    const ptrdiff_t columns = grid->columns;
    float *row[2] = {scratch, scratch + 4 * columns};
    for (int n = 0; n < 8; n++) {
        const int32_t outer = 4 * by + n / 2, inner = outer < 0 ? -1 - outer : outer;
        const int32_t y = inner >= grid->cells_h ? 2 * grid->cells_h - 1 - inner : inner;
        const int32_t sample = 2 * y + n % 2;
        split_row(merge, sample < grid->height ? sample : sample - 2, row[0], row[1]);
        for (int parity = 0; parity < 2; parity++) {
            const int site = 2 * (n % 2) + parity;
            float *runs = cells + ((n / 2) * 4 + site) * 4 * columns;
            for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
                const uint16_t *sum =
                    burst_sum(merge, y / 4, tx) + ((y % 4) * 4 + site) * 4 * BURST_CHUNK;
                ask_ahead(sum);
                vf own[4], share[4], belief[4];
                vf_unzip(row[parity] + 4 * tx, own);
                shares(merge, y / 4, y % 4, tx, share);
                blend_rows(burst_belief(merge, site, tx, y / 4),
                           burst_belief(merge, site, tx, y / 4 + 1), y % 4, belief);
                for (ptrdiff_t c = 0; c < 4; c++) {
                    vf_store(runs + c * columns + tx,
                             own[c] + vf_load_half(sum + c * BURST_CHUNK) *
                                          (share[c] * belief[c] * (1.0f / BURST_SUM_UNIT)));
                }
            }
            mirror_cells(grid, runs);
        }
    }
}

/* What a tile counts in the mean of what noise is left: one that is clipped throughout has no noise
 * to tell of, and has a say only where there is nothing else. */
static double tile_say(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const burst_grid *grid = &merge->grid;
    for (int32_t j = ty > 0 ? ty - 1 : 0; j <= ty && j < grid->blocks_h; j++) {
        for (int32_t i = tx > 0 ? tx - 1 : 0; i <= tx && i < grid->blocks_w; i++) {
            const v4 mean = merge->mean[(size_t)j * (size_t)grid->blocks_w + (size_t)i];
            const float all = 0.9999f;
            if (mean[0] < all || mean[1] < all || mean[2] < all || mean[3] < all) {
                return 1.0;
            }
        }
    }
    return 1e-6;
}

/* What is known of a row of tiles. */
static void list_noise(const baryta_merge *merge, const burst_strip *strip, int32_t ty) {
    for (int32_t tx = 0; tx < merge->grid.tiles_w; tx++) {
        /* mean of four blocks times the windows' energy of 16 */
        const v4 noise = burst_tile_variance(merge, 1.0f, tx, ty) * 4.0f;
        for (int site = 0; site < 4; site++) {
            tile_list(merge, strip, NOISE + site)[tx] = noise[site];
        }
    }
    for (int32_t tx = merge->grid.tiles_w; tx < merge->grid.columns; tx++) {
        for (int site = 0; site < 4; site++) {
            tile_list(merge, strip, NOISE + site)[tx] = 1.0f;
        }
    }
}

/* Means of a site's cells in LANES tiles. */
static inline vf mean_of(const burst_strip *strip, int32_t columns, int site, int32_t tx) {
    vf sum = vf_all(0.0f);
    for (int half = 0; half < 2; half++) {
        for (int j = 0; j < 4; j++) {
            const float *run = strip->cells[half] + (ptrdiff_t)(4 * j + site) * 4 * columns + tx;
            for (int c = 0; c < 4; c++) {
                sum += vf_load(run + (ptrdiff_t)c * columns) +
                       vf_load(run + (ptrdiff_t)c * columns + 1);
            }
        }
    }
    return sum * (1.0f / 64.0f);
}

/* The row transform of the window: a level's spectrum is a multiple of it. */
static void window_row(float row[8]) {
    vf x[8], out[8];
    for (int i = 0; i < 8; i++) {
        x[i] = vf_all(burst_window[i]);
    }
    fft8_row_forward(x, out);
    for (int k = 0; k < 8; k++) {
        row[k] = out[k][0];
    }
}

/* LANES tiles of a row. level: by row of cells and site, the means under the window. */
static void shrink_group(const baryta_merge *merge, const burst_shrink_plan *plan,
                         const float window[8], burst_strip *strip, int32_t tx, vf *done,
                         vf *level) {
    const int32_t columns = merge->grid.columns;
    const uint16_t *agreed = burst_agreed(merge, tx, strip->next);
    for (int bin = 0; bin < BURST_BINS; bin += 2) {
        __builtin_prefetch(agreed + bin * BURST_CHUNK);
    }
    float *upper = group_of(strip->rows, tx);
    _Alignas(64) float lower[GROUP];
    rows_forward(strip->cells[1] + tx, columns, lower);
    fft8_spectrum spectrum[4];
    vf noise[4], belief = vf_all(0.0f);
    for (int site = 0; site < 4; site++) {
        belief += 0.25f * vf_load(burst_belief(merge, site, tx, strip->next));
        const vf mean = mean_of(strip, columns, site, tx);
        float *means = tile_list(merge, strip, MEAN + site) + tx;
        for (int j = 0; j < 4; j++) {
            level[4 * j + site] = vf_load(means) * (burst_window[4 + j] * burst_window[4 + j]) +
                                  mean * (burst_window[j] * burst_window[j]);
        }
        vf_store(means, mean);
        noise[site] = vf_load(tile_list(merge, strip, NOISE + site) + tx);
        for (int pair = 0; pair < 4; pair++) {
            vf z[2][8];
            for (int i = 0; i < 2; i++) {
                const vf flat = mean * window[2 * pair + i];
                for (int j = 0; j < 4; j++) {
                    const int at = at_row(site, 2 * pair + i, j);
                    const vf below = vf_load(lower + at);
                    z[i][j] = (vf_load(upper + at) - flat) * burst_window[j];
                    z[i][4 + j] = (below - flat) * burst_window[4 + j];
                    vf_store(upper + at, below); /* for the next row of tiles */
                }
            }
            fft8_columns_forward(pair, z[0], z[1], &spectrum[site]);
        }
    }
    const vf frames = (1.0f + vf_load(burst_present(merge, tx, strip->next))) / belief;
    const burst_left left = burst_shrink_tiles(plan, spectrum, noise, agreed, frames, belief);
    vf_store(tile_list(merge, strip, LEFT) + tx, left.all);
    vf_store(tile_list(merge, strip, STAYS) + tx, left.all - left.spread);
    vf_store(tile_list(merge, strip, OWN) + tx, left.own);
    for (int site = 0; site < 4; site++) {
        vf_store(tile_list(merge, strip, SPREAD + site) + tx,
                 left.spread * noise[site] * (2.0f / 16.0f));
        columns_back(&spectrum[site], NULL, group_of(strip->back, tx) + at_row(site, 0, 0),
                     done + site * (GROUP_SITE / LANES));
    }
}

/* A row of tiles; the block row above it, complete then, goes to strip->scratch as rows, by row
 * of cells and site. */
static void shrink_tile_row(const baryta_merge *merge, const burst_shrink_plan *plan,
                            burst_strip *strip, double left[2]) {
    const burst_grid *grid = &merge->grid;
    const int32_t ty = strip->next;
    float window[8];
    window_row(window);
    list_noise(merge, strip, ty);
    memset(strip->pending, 0, sizeof(float) * MOST_LANES * BURST_RUNS);
    for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
        vf done[GROUP / LANES], level[16], total[16];
        shrink_group(merge, plan, window, strip, tx, done, level);
        for (int site = 0; site < 4; site++) {
            site_back(done + site * (GROUP_SITE / LANES), level, site, strip->pending, total);
            for (ptrdiff_t j = 0; j < 4; j++) {
                const ptrdiff_t n = 4 * j + site;
                for (ptrdiff_t c = 0; c < 4 && plan->strength <= 0.0f; c++) {
                    total[4 * j + c] = vf_load(strip->cells[0] + (4 * n + c) * grid->columns + tx);
                }
                vf_zip(total + 4 * j, strip->scratch + n * 4 * grid->columns + 4 * tx);
            }
        }
    }
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        const double say = tile_say(merge, tx, ty);
        left[0] += say * (double)tile_list(merge, strip, LEFT)[tx];
        left[1] += say;
    }
}

/* Of a row of blocks by cell: the mean of a list over the four tiles round each block. */
static void spread_list(const baryta_merge *merge, const burst_strip *strip, int list, float *out) {
    const float *lower = tile_list(merge, strip, list);
    const float *upper = tile_list(merge, strip, list + BEFORE);
    for (int32_t bx = 0; bx < merge->grid.blocks_w; bx += LANES) {
        const vf mean = 0.25f * (vf_load(upper + bx) + vf_load(upper + bx + 1) +
                                 vf_load(lower + bx) + vf_load(lower + bx + 1));
        const vf cells[4] = {mean, mean, mean, mean};
        vf_zip(cells, out + 4 * bx);
    }
}

/* A dark sample beside bright ones gets some of their noise from their common tiles, and may then
 * be worse off than in the reference, whose noise lies where the light is: the two are weighed by
 * their variances (best linear unbiased estimate of correlated ones). */
static void keep_dark(const baryta_merge *merge, int32_t by, burst_strip *strip, float *rows) {
    const ptrdiff_t length = 4 * (ptrdiff_t)merge->grid.columns;
    const baryta_noise *noise = &merge->options.noise;
    float *spread[4], *stays = strip->cells[0], *own = stays + length;
    float *reference[2] = {own + length, own + 2 * length};
    spread_list(merge, strip, STAYS, stays);
    spread_list(merge, strip, OWN, own);
    for (int site = 0; site < 4; site++) {
        spread[site] = own + (3 + site) * length;
        spread_list(merge, strip, SPREAD + site, spread[site]);
    }
    for (int32_t r = 0; r < 8 && 8 * by + r < merge->grid.height; r++) {
        split_row(merge, 8 * by + r, reference[0], reference[1]);
        for (int parity = 0; parity < 2; parity++) {
            const int site = 2 * (r & 1) + parity;
            float *row = rows + (2 * r + parity) * length + 4;
            for (int32_t i = 0; i < 4 * merge->grid.blocks_w; i += LANES) {
                const vf value = vf_load(row + i), ref = vf_load(reference[parity] + 4 + i);
                const vf alone =
                    noise->shot[site] * vf_max(value, vf_all(0.0f)) + noise->read[site];
                const vf merged = vf_load(stays + i) * alone + vf_load(spread[site] + i);
                const vf common = vf_load(own + i) * alone;
                const vf sum = vf_max(merged + alone - 2.0f * common, vf_all(1e-12f));
                const vf part = vf_max((merged - common) / sum, vf_all(0.0f));
                vf_store(row + i, value + vf_min(part, vf_all(1.0f)) * (ref - value));
            }
        }
    }
}

/* A row of samples from its even and odd ones. */
static void write_row(const baryta_merge *merge, const baryta_plane *merged, int32_t y,
                      const float *even, const float *odd) {
    const float scale = (float)merge->options.output_scale;
    const int site = 2 * (y & 1);
    const float gain[2] = {scale / merge->scale.gain[site], scale / merge->scale.gain[site + 1]};
    const float offset[2] = {merge->scale.black[site] * scale + 0.5f,
                             merge->scale.black[site + 1] * scale + 0.5f};
    uint16_t *restrict out = baryta_row(merged, y);
    const vf low = vf_all(0.0f), high = vf_all(65535.0f);
    for (int32_t x = 0; x < merge->grid.width; x += 2 * LANES) {
        const vf a = vf_load(even + x / 2) * gain[0] + offset[0];
        const vf b = vf_load(odd + x / 2) * gain[1] + offset[1];
        vf_join_samples(vf_min(vf_max(a, low), high), vf_min(vf_max(b, low), high), out + x,
                        merge->grid.width - x);
    }
}

/* Which of the samples round a block's row, two beyond it on either side, are not clipped: a bit a
 * sample. */
static uint32_t unclipped_round(const baryta_merge *merge, int32_t bx, int32_t y, int32_t white) {
    const int32_t right = merge->grid.width - 1, bottom = merge->grid.height - 1;
    const int32_t row = y < 0 ? 0 : y > bottom ? bottom : y;
    const uint16_t *in = merge->reference + (size_t)row * (size_t)merge->grid.width;
    uint32_t bits = 0;
    for (int32_t i = 0; i < 12; i++) {
        const int32_t x = 8 * bx - 2 + i;
        bits |= (uint32_t)(in[x < 0 ? 0 : x > right ? right : x] < white) << i;
    }
    return bits;
}

/* What is darker than this is no clipped sample that noise has lowered, by site: a deviation below
 * white where noise is strong. */
static void surely_unclipped(const baryta_merge *merge, int32_t darker[4]) {
    const float white = merge->options.format.white;
    for (int site = 0; site < 4; site++) {
        const float noise = merge->options.noise.shot[site] + merge->options.noise.read[site];
        const float depth = noise > BURST_FRINGES_DROWN ? sqrtf(noise) : 0.0f;
        darker[site] = (int32_t)ceilf(white - depth / merge->scale.gain[site]);
    }
}

/* Samples of which of the 24 round them no more are unclipped than a line through them has: of such
 * a speck the other frames show no more than that there is one. So many columns and rows. */
static void keep_specks(const baryta_merge *merge, const baryta_plane *merged, int32_t bx,
                        int32_t by, int32_t columns, int32_t rows, const int32_t darker[4]) {
    static const uint8_t ones[32] = {0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4,
                                     1, 2, 2, 3, 2, 3, 3, 4, 2, 3, 3, 4, 3, 4, 4, 5};
    const int32_t white = (int32_t)ceilf(merge->options.format.white);
    const float scale = (float)merge->options.output_scale;
    uint32_t bits[12];
    for (int32_t j = 0; j < rows + 4; j++) {
        bits[j] = unclipped_round(merge, bx, 8 * by - 2 + j, white);
    }
    for (int32_t j = 0; j < rows; j++) {
        const int32_t y = 8 * by + j;
        const uint16_t *in = merge->reference + (size_t)y * (size_t)merge->grid.width + 8 * bx;
        uint16_t *out = (uint16_t *)baryta_row(merged, y) + 8 * bx;
        for (int32_t i = 0; i < columns; i++) {
            int unclipped = -1;
            for (int32_t v = 0; v < 5; v++) {
                unclipped += ones[(bits[j + v] >> i) & 31u];
            }
            if (unclipped <= 4 && in[i] < darker[2 * (j & 1) + (i & 1)]) {
                const float value = (float)in[i] * scale;
                out[i] = (uint16_t)(value < 65535.0f ? value : 65535.0f);
            }
        }
    }
}

/* How many of a block's samples are clipped in the reference; of those that `kept` is given for
 * the result is that. */
static int32_t count_clipped(const baryta_merge *merge, const baryta_plane *merged, int32_t bx,
                             int32_t by, int32_t columns, int32_t rows, const uint16_t *kept) {
    const int32_t least = (int32_t)ceilf(merge->options.format.white);
    int32_t clipped = 0;
    for (int32_t y = 8 * by; y < 8 * by + rows; y++) {
        const uint16_t *in = merge->reference + (size_t)y * (size_t)merge->grid.width + 8 * bx;
        int32_t here = 0;
        for (int32_t i = 0; i < columns; i++) {
            here += in[i] >= least;
        }
        uint16_t *out = (uint16_t *)baryta_row(merged, y) + 8 * bx;
        for (int32_t i = 0; i < columns && here > 0 && kept != NULL; i++) {
            out[i] = in[i] >= least ? *kept : out[i];
        }
        clipped += here;
    }
    return clipped;
}

/* What is clipped stays so where a tile's transform would have spread a light's rim into it, or
 * specks into what else is white; specks between clipped samples stay what they are. */
static void keep_white(const baryta_merge *merge, const baryta_plane *merged, int32_t by) {
    const burst_grid *grid = &merge->grid;
    const float white = merge->options.format.white;
    const float scaled = white * (float)merge->options.output_scale;
    const uint16_t kept = (uint16_t)(scaled < 65535.0f ? scaled : 65535.0f);
    const int32_t least = (int32_t)ceilf(white), all[4] = {least, least, least, least};
    int32_t darker[4];
    surely_unclipped(merge, darker);
    for (int32_t bx = 0; bx < grid->blocks_w; bx++) {
        const int keeps = burst_keeps_white(merge, bx, by);
        const int copied = !merge->displaced[(size_t)by * (size_t)grid->blocks_w + (size_t)bx] &&
                           *burst_present(merge, bx, by) > 0.0f;
        if (!keeps && (copied || !burst_clips(merge, bx, by))) {
            continue;
        }
        const int32_t rows = grid->height - 8 * by < 8 ? grid->height - 8 * by : 8;
        const int32_t columns = grid->width - 8 * bx < 8 ? grid->width - 8 * bx : 8;
        const int32_t clipped =
            count_clipped(merge, merged, bx, by, columns, rows, keeps ? &kept : NULL);
        const int32_t open = rows * columns - clipped;
        if (!keeps && 8 * open <= rows * columns) {
            count_clipped(merge, merged, bx, by, columns, rows, &kept);
        }
        if (clipped > 0 && open > 0) {
            keep_specks(merge, merged, bx, by, columns, rows, keeps ? all : darker);
        }
    }
}

static void write_block_row(const baryta_merge *merge, const baryta_plane *merged, int32_t by,
                            const float *rows) {
    const ptrdiff_t length = 4 * (ptrdiff_t)merge->grid.columns;
    for (int32_t r = 0; r < 8 && 8 * by + r < merge->grid.height; r++) {
        const float *even = rows + 2 * r * length + 4;
        write_row(merge, merged, 8 * by + r, even, even + length);
    }
    keep_white(merge, merged, by);
}

void burst_shrink_begin(const baryta_merge *merge, burst_strip *strip) {
    const burst_grid *grid = &merge->grid;
    strip->next = strip->first;
    memset(strip->back, 0, 2 * BURST_RUNS * (size_t)grid->columns * sizeof(float));
    memset(strip->tile, 0, BURST_TILE_LISTS * (size_t)grid->columns * sizeof(float));
    merged_cells(merge, strip->first - 1, strip->scratch, strip->cells[1]);
    for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
        rows_forward(strip->cells[1] + tx, grid->columns, group_of(strip->rows, tx));
    }
    burst_swap_halves(strip);
}

void burst_shrink_advance(baryta_merge *merge, const baryta_plane *merged, burst_strip *strip,
                          int32_t rows) {
    burst_shrink_plan plan;
    burst_shrink_plan_make(merge, &plan);
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int32_t ty = strip->next;
        merged_cells(merge, ty, strip->scratch, strip->cells[1]);
        double left[2] = {0.0, 0.0};
        shrink_tile_row(merge, &plan, strip, left);
        if (ty < strip->last) {
            merge->row_sums[2 * ty] = left[0];
            merge->row_sums[2 * ty + 1] = left[1];
        }
        if (ty > strip->first) {
            keep_dark(merge, ty - 1, strip, strip->scratch);
            write_block_row(merge, merged, ty - 1, strip->scratch);
        }
        memcpy(tile_list(merge, strip, SPREAD + BEFORE), tile_list(merge, strip, SPREAD),
               BEFORE * (size_t)merge->grid.columns * sizeof(float));
        burst_swap_halves(strip);
    }
}
