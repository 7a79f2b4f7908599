/* One frame joins the merge, tile by tile, frequency by frequency.
 *
 * After Hasinoff et al. 2016 (HDR+) a tile's merged spectrum is the mean over the frames of
 * R + (1 - A) (F - R), R the reference, F the aligned frame. Only F - R has to be transformed. A is
 * 0 while the difference is what noise explains and grows to 1 linearly, judged jointly on the four
 * sites: D = |F - R|^2 / (2 sigma^2), mean over the sites; A = clip((D - 1.4) / 2.8, 0, 1).
 * The sums of (1 - A) (F - R), windowed and overlapped, are kept by cell, the sums of (1 - A) by
 * tile and frequency: so memory does not grow with the frames. The mean is over the frames that
 * show the tile at all: one that shows something else there would only let the reference's noise
 * weigh more. */
#include "burst_halves.h"
#include "burst_routines.h"

#include <string.h>

static const float tolerated = 1.4f, slope = 1.0f / 2.8f;
/* More where the camera stood still and the whole tile differs by no more than noise. */
static const float more = 1.4f, surely = 1.15f, hardly = 1.35f;

/* Lists by column of strip->tile: 1 / noise by site, the mean weight, and trust. */
enum { WEIGHT = 4, TRUST = 5 };

/* By tile the least trust of the four blocks under it; full trust where all is to be averaged. */
static void list_trust(const baryta_merge *merge, int32_t ty, float *list) {
    const int32_t columns = (merge->grey.width[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t rows = (merge->grey.height[0] + BURST_TILE - 1) / BURST_TILE;
    const int32_t j0 = ty > 0 ? (ty - 1) / 4 : 0, j1 = ty / 4;
    const int averaged = merge->options.robustness == 0.0f;
    const float *upper = merge->trust + (j0 < rows ? j0 : rows - 1) * columns;
    const float *lower = merge->trust + (j1 < rows ? j1 : rows - 1) * columns;
    float left = 1.0f;
    for (int32_t tx = 0; tx < merge->grid.tiles_w; tx++) {
        const int32_t i = tx / 4 < columns ? tx / 4 : columns - 1;
        const float own = lower[i] < upper[i] ? lower[i] : upper[i];
        list[tx] = averaged ? 1.0f : left < own ? left : own;
        left = own;
    }
}

/* The noise variances of a difference in two blocks, by site. */
static inline v4 variance_of(v4 shot, v4 read, v4 upper, v4 lower) {
    const v4 least = v4_all(1e-12f);
    return v4_max(shot * upper + read, least) + v4_max(shot * lower + read, least);
}

/* 1 / (sigma^2 + sigma^2 of the frame) of a windowed coefficient, by site, over the four sites; of
 * a tile that the picture's edge cuts, by what lies inside. Beyond the edge blocks repeat. */
static void invert_noise(const baryta_merge *merge, int32_t ty, float *inverse) {
    const burst_grid *grid = &merge->grid;
    const ptrdiff_t columns = grid->columns, width = grid->blocks_w;
    const float rows = ty > 0 && ty < grid->blocks_h ? 1.0f : 0.5f;
    const int32_t *colour = merge->options.format.colour;
    const v4 tint = {merge->tint[colour[0]], merge->tint[colour[1]], merge->tint[colour[2]],
                     merge->tint[colour[3]]};
    const v4 e = tint * burst_collected(merge);
    const float frame = merge->options.frame_noise * merge->noisier;
    const v4 shot = v4_load(merge->options.noise.shot) * (1.0f + frame / e);
    const v4 read = v4_load(merge->options.noise.read) * (1.0f + frame / (e * e));
    const v4 *upper = merge->signal + (ty > 0 ? ty - 1 : 0) * width;
    const v4 *lower = merge->signal + (ty < grid->blocks_h ? ty : ty - 1) * width;
    v4 left = variance_of(shot, read, upper[0], lower[0]);
    for (ptrdiff_t tx = 0; tx < grid->tiles_w; tx += 4) {
        v4 four[4];
        for (ptrdiff_t i = 0; i < 4; i++) {
            const ptrdiff_t bx = tx + i < width ? tx + i : width - 1;
            const v4 own = variance_of(shot, read, upper[bx], lower[bx]);
            const float inside = rows * (tx + i > 0 && tx + i < width ? 1.0f : 0.5f);
            /* The windows' energy is 16, the blocks' mean sum / 4, the sites 4: 16 / 4 * 4. */
            four[i] = merge->options.robustness / ((left + own) * (16.0f * inside));
            left = own;
        }
        v4_transpose(&four[0], &four[1], &four[2], &four[3]);
        for (ptrdiff_t site = 0; site < 4; site++) {
            v4_store(inverse + site * columns + tx, four[site]);
        }
    }
    list_trust(merge, ty, inverse + TRUST * columns);
}

/* A frame's share where it covers part of a tile. The samples that it does not cover have the
 * others only, and what it counts falls to the reference there: so a large share must not stay
 * large where much is missing. */
static inline vf share_of(vf cover, float share) {
    return share / vf_max(cover + (1.0f - cover) * share, vf_all(1.0f));
}

/* What the spectra are to be scaled by: (1 - A) share / 64. Adds (1 - A) share to agreed so far as
 * the frame covers the tile; returns the mean of 1 - A. Where next to nothing agrees the tile shows
 * something else: all of it is left out, and the frame is not present there. */
static inline vf weigh(const fft8_spectrum site[4], const vf inverse[4], int still, vf trust,
                       float share, vf cover, uint16_t *agreed, vf weight[BURST_BINS],
                       vf *present) {
    const vf whole = 1.0f / vf_max(cover, vf_all(0.25f));
    vf total = vf_all(0.0f), sum = total, limit = vf_all(tolerated);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        vf d[4];
        for (int s = 0; s < 4; s++) {
            const vf re = site[s].re[bin], im = site[s].im[bin];
            d[s] = (re * re + im * im) * inverse[s];
        }
        weight[bin] = ((d[0] + d[1] + d[2]) + d[3]) * whole;
        sum += weight[bin];
    }
    if (still) {
        const vf part = (hardly - sum * (1.0f / BURST_BINS)) * (1.0f / (hardly - surely));
        limit += more * vf_min(vf_max(part, vf_all(0.0f)), vf_all(1.0f));
    }
    for (int bin = 0; bin < BURST_BINS; bin++) {
        const vf a = (weight[bin] - limit) * slope;
        weight[bin] = 1.0f - vf_min(vf_max(a, vf_all(0.0f)), vf_all(1.0f));
        total += weight[bin];
    }
    total *= 1.0f / BURST_BINS;
    const vf like = (total - 0.05f) * 10.0f;
    const vf part = trust * vf_min(vf_max(like, vf_all(0.0f)), vf_all(1.0f));
    /* What is left of a tile of which a frame covers less than half may be dark, and pass for noise
     * of the brighter samples that clip. */
    const vf seen = vf_min(2.0f * cover, vf_all(1.0f));
    const vf own = part * seen * share_of(cover, share);
    const vf count = own * cover * BURST_UNIT, scale = own * (1.0f / 64.0f);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        vf_add_counts(agreed + bin * BURST_CHUNK, weight[bin] * count);
        weight[bin] *= scale;
    }
    *present = own * cover;
    return total * part;
}

/* What LANES tiles have of a row of blocks, sampled from the frame: to strip->sampled. The blocks
 * are those of the tiles' numbers and the one before. False beyond the last row. */
static int sample_tiles(const baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                        int32_t by, int32_t tx) {
    if (by >= merge->grid.blocks_h) {
        return 0;
    }
    float *cover = strip->cover[1] + tx + 1;
    burst_difference(merge, frame, &strip->band, tx, by, strip->sampled, cover);
    cover[-1] = tx == 0 ? cover[0] : cover[-1];
    return 1;
}

/* The spectra of LANES tiles, site by site: what is under way then stays in the first cache.
 * sampled: whether there is a row of blocks below; sum: to be asked for in time. */
static void transform_tiles(burst_strip *strip, int32_t tx, int sampled, const uint16_t *sum,
                            fft8_spectrum spectrum[4]) {
    for (int site = 0; site < 4; site++) {
        float *upper = group_of(strip->rows, tx) + at_row(site, 0, 0);
        _Alignas(64) float lower[GROUP_SITE];
        for (int n = 0; n < BURST_RUNS / 4 && sum != NULL; n += 2) { /* two in a cache line */
            __builtin_prefetch(sum + (16 * site + n) * BURST_CHUNK, 1);
        }
        if (sampled) {
            site_forward(strip->sampled + BURST_CHUNK - 1, BURST_CELLS, site, lower);
        } else {
            memset(lower, 0, sizeof lower);
        }
        for (int pair = 0; pair < 4; pair++) {
            vf z[2][8];
            for (int i = 0; i < 2; i++) {
                for (int j = 0; j < 4; j++) {
                    const int at = at_row(0, 2 * pair + i, j);
                    const vf below = vf_load(lower + at);
                    z[i][j] = vf_load(upper + at) * burst_window[j];
                    z[i][4 + j] = below * burst_window[4 + j];
                    vf_store(upper + at, below); /* for the next row of tiles */
                }
            }
            fft8_columns_forward(pair, z[0], z[1], &spectrum[site]);
        }
    }
}

/* LANES tiles of a row; the block row above them, now complete, goes to `sum`. */
static void blend_tiles(const baryta_merge *merge, burst_strip *strip, int32_t tx, int counted,
                        int sampled, uint16_t *sum) {
    const int32_t columns = merge->grid.columns, ty = strip->next;
    uint16_t ignored[BURST_BINS * BURST_CHUNK];
    uint16_t *agreed = counted ? burst_agreed(merge, tx, ty) : ignored;
    if (!counted) {
        memset(ignored, 0, sizeof ignored);
    }
    for (int bin = 0; bin < BURST_BINS && counted; bin += 2) {
        __builtin_prefetch(agreed + bin * BURST_CHUNK, 1);
    }
    fft8_spectrum spectrum[4];
    transform_tiles(strip, tx, sampled, sum, spectrum);
    vf inverse[4];
    for (int site = 0; site < 4; site++) {
        inverse[site] = vf_load(strip->tile + (ptrdiff_t)site * columns + tx);
    }
    /* Beyond the first and the last row of blocks it is covered as that one is. */
    const float *above = strip->cover[ty == 0] + tx;
    const float *below = strip->cover[ty < merge->grid.blocks_h] + tx;
    const vf cover =
        0.25f * (vf_load(above) + vf_load(above + 1) + vf_load(below) + vf_load(below + 1));
    const vf trust = vf_load(strip->tile + (ptrdiff_t)TRUST * columns + tx);
    vf weight[BURST_BINS], present;
    vf_store(strip->tile + (ptrdiff_t)WEIGHT * columns + tx,
             weigh(spectrum, inverse, merge->still, trust, merge->share, cover, agreed, weight,
                   &present));
    if (counted) {
        float *sum_present = burst_present(merge, tx, ty);
        vf_store(sum_present, vf_load(sum_present) + present);
    }
    for (int site = 0; site < 4; site++) {
        vf done[GROUP_SITE / LANES], total[16];
        columns_back(&spectrum[site], weight, group_of(strip->back, tx) + at_row(site, 0, 0), done);
        if (sum == NULL) {
            continue;
        }
        site_back(done, NULL, site, strip->pending, total);
        for (ptrdiff_t n = 0; n < 16; n++) {
            uint16_t *run = sum + (4 * (4 * (n / 4) + site) + n % 4) * BURST_CHUNK;
            vf_store_half(run, vf_load_half(run) + total[n] * BURST_SUM_UNIT);
        }
    }
}

/* One row of tiles of a strip; the block row above it goes to the sum. Returns the tiles' weights'
 * sum. */
static double add_tile_row(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                           int counted) {
    const burst_grid *grid = &merge->grid;
    const int32_t ty = strip->next;
    invert_noise(merge, ty, strip->tile);
    memset(strip->pending, 0, sizeof(float) * MOST_LANES * BURST_RUNS);
    memset(strip->sampled, 0, sizeof(float) * BURST_CELLS * BURST_RUNS);
    for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
        uint16_t *sum = ty > strip->first ? burst_sum(merge, ty - 1, tx) : NULL;
        const int sampled = sample_tiles(merge, frame, strip, ty, tx);
        if (sampled && counted) {
            burst_mark(merge, strip->sampled, tx, ty);
        }
        blend_tiles(merge, strip, tx, counted, sampled, sum);
    }
    double weight = 0.0;
    for (int32_t tx = 0; tx < grid->tiles_w; tx++) {
        weight += (double)strip->tile[(ptrdiff_t)WEIGHT * grid->columns + tx];
    }
    return weight;
}

void burst_strip_begin(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip) {
    const burst_grid *grid = &merge->grid;
    const size_t half = 2 * BURST_RUNS * (size_t)grid->columns * sizeof(float);
    const int32_t above = strip->first > 0 ? strip->first - 1 : 0;
    strip->next = strip->first;
    memset(strip->rows, 0, half);
    memset(strip->back, 0, half);
    memset(strip->sampled, 0, sizeof(float) * BURST_CELLS * BURST_RUNS);
    burst_band_begin(merge, &strip->band, merge->rows_low[above]);
    if (strip->first > 0) { /* the block row above the strip */
        burst_band_reach(merge, frame, &strip->band, merge->rows_high[above]);
        for (int32_t tx = 0; tx < grid->tiles_w; tx += LANES) {
            sample_tiles(merge, frame, strip, above, tx);
            rows_forward(strip->sampled + BURST_CHUNK - 1, BURST_CELLS, group_of(strip->rows, tx));
        }
        burst_swap_halves(strip);
    }
}

/* A row of blocks to runs of whole rows. */
static void look_at(const baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                    int32_t by, int half) {
    const burst_grid *grid = &merge->grid;
    burst_band_reach(merge, frame, &strip->band, merge->rows_high[by]);
    float *cover = strip->cover[half];
    for (int32_t bx = 0; bx < grid->blocks_w; bx += LANES) {
        burst_difference(merge, frame, &strip->band, bx, by, strip->sampled, cover + bx + 1);
        for (ptrdiff_t n = 0; n < BURST_RUNS; n++) {
            vf_store(strip->cells[half] + n * grid->columns + bx + 1,
                     vf_load(strip->sampled + n * BURST_CELLS + BURST_CHUNK));
        }
    }
}

void burst_strip_look(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                      int32_t ty) {
    int32_t from[2], to;
    burst_sampled_rows(merge, ty - 1, &from[0], &to);
    burst_sampled_rows(merge, ty, &from[1], &to);
    burst_band_begin(merge, &strip->band, from[0] < from[1] ? from[0] : from[1]);
    look_at(merge, frame, strip, ty - 1, 0);
    look_at(merge, frame, strip, ty, 1);
}

void burst_strip_advance(baryta_merge *merge, const baryta_plane *frame, burst_strip *strip,
                         int32_t rows) {
    const burst_grid *grid = &merge->grid;
    for (; rows > 0 && strip->next <= strip->last; rows--, strip->next++) {
        const int32_t ty = strip->next;
        if (ty < grid->blocks_h) {
            burst_band_reach(merge, frame, &strip->band, merge->rows_high[ty]);
        }
        const int counted = ty < strip->last || strip->last == grid->blocks_h;
        const double weight = add_tile_row(merge, frame, strip, counted);
        if (counted) {
            merge->row_sums[ty] = weight;
        }
        burst_swap_halves(strip);
    }
}
