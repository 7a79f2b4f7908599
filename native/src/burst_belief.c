/* How far the mean is believed, tile by tile and site by site.
 *
 * What demosaicing and resampling get wrong of fine detail is alike in all frames, below each one's
 * noise, and adds up in the mean. There the mean differs from the reference by more than noise, its
 * own and the reference's, explains. The mean is drawn to the reference by the ratio of the two
 * energies (James and Stein 1961), which in the mean of many samples is never worse than the
 * reference alone. A site that exceeds by itself both that and what the others show is drawn
 * further: of a saturated colour's four sites most are dark, and vary by noise alone. If all
 * exceed it the noise was told too low. */
#include "burst_mean.h"
#include "burst_routines.h"

#include <math.h>
#include <string.h>

/* So much more than expected is chance: of a tile's four sites together, as a factor; of one site
 * in samples, of the 16 that the squared window sums to. */
static const float chance = 1.2f, chance_of_one = 7.2f;
/* Energy of a sample counts up to four sigma: beyond, it is a defect that frames have mended. */
static const float most_energy = 16.0f;
/* A frame's share of noise after demosaicing and resampling, mean of the frequencies. */
static const float resampled = 0.83f;
static const float least_belief = 1.0f / 64.0f;

/* Lists by column of strip->scratch: by site what a row of tiles has of the blocks above and below
 * it, and what the next row of tiles has of the latter; which cells of a row lie in the frame; and
 * a row of the reference, even and odd columns apart. Listed are energies, of what is not clipped
 * those and the samples, in blocks that lie on a tile's left and right. */
enum { ALL, UNCLIPPED = 2, COUNT = 4, PARTS = 6 };
enum { TILES = 0, NEXT = 4 * PARTS, INSIDE = 2 * NEXT, ROW = INSIDE + 4 };

static float *list_of(const baryta_merge *merge, const burst_strip *strip, int list) {
    return strip->scratch + (ptrdiff_t)list * merge->grid.columns;
}

static void list_inside(const baryta_merge *merge, const burst_strip *strip) {
    float *inside = list_of(merge, strip, INSIDE);
    memset(inside, 0, sizeof(float) * 4 * (size_t)merge->grid.columns);
    for (int32_t x = 0; x < merge->grid.width / 2; x++) {
        inside[(ptrdiff_t)(x % 4) * merge->grid.columns + x / 4 + 1] = 1.0f;
    }
}

/* Adds a row of cells of one site: the frames' part in them, over its noise. */
static void add_row(const baryta_merge *merge, const burst_strip *strip, int32_t by, int j,
                    int site) {
    const ptrdiff_t columns = merge->grid.columns;
    const float *row = list_of(merge, strip, ROW + 4 * (site % 2));
    const float *inside = list_of(merge, strip, INSIDE);
    const float shot = merge->options.noise.shot[site], read = merge->options.noise.read[site];
    const float up = burst_window[4 + j] * burst_window[4 + j];
    const float low = burst_window[j] * burst_window[j];
    for (int32_t tx = 0; tx < merge->grid.tiles_w; tx += LANES) {
        const uint16_t *sum = burst_sum(merge, by, tx) + (j * 4 + site) * 4 * BURST_CHUNK;
        ask_ahead(sum);
        vf own[4], share[4], part[PARTS];
        for (int n = 0; n < PARTS; n++) {
            part[n] = vf_all(0.0f);
        }
        vf_unzip(row + 4 * tx, own);
        shares(merge, by, j, tx, share);
        for (ptrdiff_t c = 0; c < 4; c++) {
            const vf here = vf_load(inside + c * columns + tx);
            const vf by_frames =
                vf_load_half(sum + c * BURST_CHUNK) * (share[c] * (1.0f / BURST_SUM_UNIT));
            const vf light = vf_max(own[c] + by_frames, vf_all(0.0f));
            const vf noise = vf_max(light * shot + read, vf_all(1e-12f));
            const vf energy = vf_min(by_frames * by_frames / noise, vf_all(most_energy)) * here;
            const vf noisy = vf_select(own[c] < 0.9999f, here, vf_all(0.0f));
            const vf of_noisy = noisy * energy;
            for (int side = 0; side < 2; side++) {
                const float weight = burst_window[4 * side + c] * burst_window[4 * side + c];
                part[ALL + side] += energy * weight;
                part[UNCLIPPED + side] += of_noisy * weight;
                part[COUNT + side] += noisy * weight;
            }
        }
        for (int n = 0; n < PARTS; n++) {
            float *tiles = list_of(merge, strip, TILES + site * PARTS + n) + tx;
            float *next = list_of(merge, strip, NEXT + site * PARTS + n) + tx;
            vf_store(tiles, vf_load(tiles) + part[n] * up);
            vf_store(next, vf_load(next) + part[n] * low);
        }
    }
}

/* Goes on to the row of tiles that a row of blocks ends; beyond the frame there is nothing. */
static void look_at_blocks(const baryta_merge *merge, const burst_strip *strip, int32_t by) {
    const burst_grid *grid = &merge->grid;
    const size_t lists = NEXT * (size_t)grid->columns * sizeof(float);
    memcpy(list_of(merge, strip, TILES), list_of(merge, strip, NEXT), lists);
    memset(list_of(merge, strip, NEXT), 0, lists);
    for (int j = 0; j < 4 && by >= 0 && by < grid->blocks_h; j++) {
        for (int half = 0; half < 2 && 2 * (4 * by + j) + 1 < grid->height; half++) {
            split_row(merge, 2 * (4 * by + j) + half, list_of(merge, strip, ROW),
                      list_of(merge, strip, ROW + 4));
            add_row(merge, strip, by, j, 2 * half);
            add_row(merge, strip, by, j, 2 * half + 1);
        }
    }
}

/* The variance that noise gives the frames' part in LANES tiles, of a single frame's. */
static vf expected(const baryta_merge *merge, int32_t tx, int32_t ty) {
    const uint16_t *agreed = burst_agreed(merge, tx, ty);
    const vf share = 1.0f / (1.0f + vf_load(burst_present(merge, tx, ty)));
    vf sum = vf_all(0.0f);
    for (int bin = 0; bin < BURST_BINS; bin++) {
        const float weight = bin == 0 || bin == 4 || bin == 5 || bin == 9 ? 1.0f : 2.0f;
        __builtin_prefetch(agreed + (BURST_BINS + bin) * BURST_CHUNK); /* the next chunk's */
        const vf part = vf_counts(agreed + bin * BURST_CHUNK) * share * (1.0f / BURST_UNIT);
        sum += (part * part + part * share * resampled) * weight;
    }
    return sum * (1.0f / 64.0f);
}

/* Expected over observed energy, at most 1. */
static inline vf drawn(vf wanted, vf energy) {
    return vf_select(energy > wanted, wanted / vf_max(energy, vf_all(1e-12f)), vf_all(1.0f));
}

/* LANES tiles of the row that is listed. */
static void believe_tiles(const baryta_merge *merge, const burst_strip *strip, int32_t tx,
                          int32_t ty) {
    const float counted = fminf(merge->options.robustness, 1.0f);
    const vf one = expected(merge, tx, ty);
    vf all = vf_all(0.0f), all_unclipped = all, all_count = all, unclipped[4], count[4];
    for (int site = 0; site < 4; site++) {
        vf sum[PARTS / 2];
        for (int n = 0; n < PARTS / 2; n++) {
            const float *left = list_of(merge, strip, TILES + site * PARTS + 2 * n) + tx;
            sum[n] = vf_load(left) + vf_load(left + merge->grid.columns + 1);
        }
        all += sum[ALL / 2] * counted;
        unclipped[site] = sum[UNCLIPPED / 2] * counted;
        count[site] = sum[COUNT / 2];
        all_unclipped += unclipped[site];
        all_count += count[site];
    }
    const vf together = drawn(all_count * one * chance, all);
    for (int site = 0; site < 4; site++) {
        const vf others = vf_max((all_count - count[site] + 0.01f) * one, vf_all(1e-12f));
        const vf usual = vf_max((all_unclipped - unclipped[site]) / others, vf_all(1.0f));
        const vf own = drawn((count[site] + chance_of_one) * one * usual, unclipped[site]);
        vf_store(burst_belief(merge, site, tx, ty),
                 vf_max(vf_min(own, together), vf_all(least_belief)));
    }
}

void burst_believe(const baryta_merge *merge, burst_strip *strip, int32_t first, int32_t last) {
    list_inside(merge, strip);
    look_at_blocks(merge, strip, first - 1);
    for (int32_t ty = first; ty < last; ty++) {
        look_at_blocks(merge, strip, ty);
        for (int32_t tx = 0; tx < merge->grid.tiles_w; tx += LANES) {
            believe_tiles(merge, strip, tx, ty);
        }
    }
}
