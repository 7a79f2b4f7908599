/* How far the mean is believed, tile by tile.
 *
 * What demosaicing and resampling get wrong of fine detail is alike in all frames, below each one's
 * noise, and adds up in the mean. There the mean differs from the reference by more than noise, its
 * own and the reference's, explains. The mean is drawn to the reference by the ratio of the two
 * energies (James and Stein 1961), which in the mean of many samples is never worse than the
 * reference alone. */
#include "burst_mean.h"
#include "burst_routines.h"

#include <math.h>
#include <string.h>

/* So much more than expected is chance. */
static const float chance = 1.2f;
/* Energy of a sample counts up to four sigma: beyond, it is a defect that frames have mended. */
static const float most_energy = 16.0f;
/* A frame's share of noise after demosaicing and resampling, mean of the frequencies. */
static const float resampled = 0.83f;
static const float least_belief = 1.0f / 64.0f;

/* Lists by column of strip->scratch: what a row of blocks has of the tiles above and below it,
 * energies and samples with noise, in blocks that lie on a tile's left and right; what the row of
 * blocks before has left of the lower tiles; which cells of a row lie in the frame; and a row of
 * the reference, even and odd columns apart. */
enum { UPPER = 0, LOWER = 4, BEFORE = 8, INSIDE = 12, ROW = 16 };
enum { LEFT, RIGHT, LEFT_COUNT, RIGHT_COUNT, PARTS };

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
        vf own[4], share[4], part[PARTS] = {vf_all(0.0f), vf_all(0.0f), vf_all(0.0f), vf_all(0.0f)};
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
            const float left = burst_window[c] * burst_window[c];
            const float right = burst_window[4 + c] * burst_window[4 + c];
            part[LEFT] += energy * left;
            part[RIGHT] += energy * right;
            part[LEFT_COUNT] += noisy * left;
            part[RIGHT_COUNT] += noisy * right;
        }
        for (int n = 0; n < PARTS; n++) {
            float *upper = list_of(merge, strip, UPPER + n) + tx;
            float *lower = list_of(merge, strip, LOWER + n) + tx;
            vf_store(upper, vf_load(upper) + part[n] * up);
            vf_store(lower, vf_load(lower) + part[n] * low);
        }
    }
}

/* What a row of blocks has of the tiles above and below it; beyond the frame nothing. */
static void look_at_blocks(const baryta_merge *merge, const burst_strip *strip, int32_t by) {
    const burst_grid *grid = &merge->grid;
    const size_t lists = PARTS * (size_t)grid->columns * sizeof(float);
    memcpy(list_of(merge, strip, BEFORE), list_of(merge, strip, LOWER), lists);
    memset(list_of(merge, strip, UPPER), 0, 2 * lists);
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
        const vf part = vf_counts(agreed + bin * BURST_CHUNK) * share * (1.0f / BURST_UNIT);
        sum += (part * part + part * share * resampled) * weight;
    }
    return sum * (1.0f / 64.0f);
}

/* A list's values in the blocks on the tiles' left and right. */
static inline vf both_sides(const float *lists, ptrdiff_t columns, int32_t tx, int left) {
    return vf_load(lists + left * columns + tx) + vf_load(lists + (left + 1) * columns + tx + 1);
}

void burst_believe(const baryta_merge *merge, burst_strip *strip, int32_t first, int32_t last) {
    const ptrdiff_t columns = merge->grid.columns;
    const float counted = fminf(merge->options.robustness, 1.0f);
    list_inside(merge, strip);
    look_at_blocks(merge, strip, first - 1);
    for (int32_t ty = first; ty < last; ty++) {
        look_at_blocks(merge, strip, ty);
        const float *above = list_of(merge, strip, BEFORE), *below = list_of(merge, strip, UPPER);
        for (int32_t tx = 0; tx < merge->grid.tiles_w; tx += LANES) {
            const vf energy =
                both_sides(above, columns, tx, LEFT) + both_sides(below, columns, tx, LEFT);
            const vf count = both_sides(above, columns, tx, LEFT_COUNT) +
                             both_sides(below, columns, tx, LEFT_COUNT);
            const vf wanted = expected(merge, tx, ty) * count * chance;
            const vf belief = wanted / vf_max(energy * counted, vf_max(wanted, vf_all(1e-12f)));
            const vf plain = vf_select(energy * counted > wanted, belief, vf_all(1.0f));
            vf_store(burst_belief(merge, tx, ty), vf_max(plain, vf_all(least_belief)));
        }
    }
}
