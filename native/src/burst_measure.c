/* Patches of 4x4 cells, measured: neighbouring ones in lanes. What is measured tells
 * burst_patches.h.
 */
#include "burst_patches.h"
#include "burst_routines.h"
#include "lanes.h"

enum { SIDE = BURST_PATCH_SIDE, CHANGES = (SIDE - 1) * (SIDE - 1) };
enum { CELLS = BURST_PATCH_STRIDE * (LANES + 1) }; /* that LANES patches lie on */
_Static_assert(SIDE == 4 && BURST_PATCH_STRIDE == 2, "two pairs of cells, the second the next's");

typedef vf square[SIDE][SIDE];

/* Of a row of samples every other one from the given one on, which are a site's, by the patches
 * that begin with them. */
static inline void gather(const uint16_t *in, int odd, float black, float gain, vf row[SIDE]) {
    float samples[4 * LANES];
    vf four[4];
    for (int i = 0; i < 4; i++) {
        vf_store(samples + i * LANES, vf_counts(in + i * LANES));
    }
    vf_unzip(samples, four);
    for (int i = 0; i < 2; i++) {
        const float last = in[4 * LANES + 2 * i + odd];
        const vf own = (four[2 * i + odd] - black) * gain;
        row[i] = own;
        row[2 + i] = vf_after(own, vf_all((last - black) * gain));
    }
}

/* The same of runs of a row of blocks, so many columns apart. */
static inline void gather_runs(const float *run, ptrdiff_t columns, vf row[SIDE]) {
    const vf four[4] = {vf_load(run), vf_load(run + columns), vf_load(run + 2 * columns),
                        vf_load(run + 3 * columns)};
    for (int i = 0; i < 2; i++) {
        const float last = run[i * columns + LANES / 2];
        row[i] = vf_pairs(four[i], four[2 + i]);
        row[2 + i] = vf_after(row[i], vf_all(last));
    }
}

/* Of a site the reference, normalised, and the difference, from cell (x0, y0) of a row of tiles. */
static inline void take(const baryta_merge *merge, const burst_strip *strip, int32_t ty, int32_t x0,
                        int32_t y0, int s, square value, square difference) {
    const ptrdiff_t columns = merge->grid.columns;
    const int32_t width = merge->grid.width, left = width - 2 * x0;
    const float black = merge->scale.black[s], gain = merge->scale.gain[s];
    for (int32_t j = 0; j < SIDE; j++) {
        const int32_t y = y0 + j;
        const uint16_t *in =
            merge->reference + (size_t)(8 * (ty - 1) + 2 * y + s / 2) * (size_t)width + 2 * x0;
        uint16_t copy[2 * CELLS] = {0};
        if (left < 2 * CELLS) {
            in = memcpy(copy, in, (size_t)left * sizeof *in);
        }
        gather(in, s % 2, black, gain, value[j]);
        const float *run = strip->cells[y / 4] + (ptrdiff_t)(4 * (4 * (y % 4) + s)) * columns;
        gather_runs(run + x0 / 4 + 1, columns, difference[j]);
    }
}

/* Differences of differences see no slope and no edge along rows or columns, and little of what is
 * only out of place. Returns their mean square over that of white noise of variance 1. */
static inline vf changes_of(square v, vf changes[CHANGES]) {
    vf sum = vf_all(0.0f);
    for (int j = 0; j < SIDE - 1; j++) {
        for (int i = 0; i < SIDE - 1; i++) {
            const vf change = (v[j][i] - v[j][i + 1]) - (v[j + 1][i] - v[j + 1][i + 1]);
            changes[j * (SIDE - 1) + i] = change;
            sum += change * change;
        }
    }
    return sum * (1.0f / (4 * CHANGES));
}

/* What changes have in common with those a cell across, down and both, as changes_of: beyond the
 * half and the quarter that differences of white noise share with their neighbours. */
static inline void lags_of(vf changes[CHANGES], vf variance, vf lag[BURST_LAGS]) {
    enum { ACROSS = SIDE - 1 };
    vf sum[BURST_LAGS] = {vf_all(0.0f), vf_all(0.0f), vf_all(0.0f)};
    for (int j = 0; j < ACROSS; j++) {
        for (int i = 0; i < ACROSS; i++) {
            const vf *here = &changes[j * ACROSS + i];
            sum[0] += i > 0 ? here[0] * here[-1] : vf_all(0.0f);
            sum[1] += j > 0 ? here[0] * here[-ACROSS] : vf_all(0.0f);
            sum[2] += i > 0 && j > 0 ? here[0] * here[-ACROSS - 1] : vf_all(0.0f);
        }
    }
    const float pairs = 4.0f * ACROSS * (ACROSS - 1), both = 4.0f * (ACROSS - 1) * (ACROSS - 1);
    lag[0] = sum[0] * (1.0f / pairs) + variance * 0.5f;
    lag[1] = sum[1] * (1.0f / pairs) + variance * 0.5f;
    lag[2] = sum[2] * (1.0f / both) - variance * 0.25f;
}

/* Greens lie on a lattice of their own along the diagonals, half a cell apart: there the same
 * differences see less of a scene that a lens has drawn. Their mean is the greens' own difference.
 */
static inline vf variance_of_greens(vf v[2 * SIDE][2 * SIDE], int odd) {
    vf sum = vf_all(0.0f), squares = vf_all(0.0f);
    int count = 0;
    for (int j = 1; j < 2 * SIDE - 1; j++) {
        for (int i = (j + odd) % 2; i < 2 * SIDE - 2; i += 2) {
            const vf change = v[j][i] + v[j][i + 2] - v[j - 1][i + 1] - v[j + 1][i + 1];
            sum += change;
            squares += change * change;
            count++;
        }
    }
    return (squares - sum * sum / (float)count) / (4.0f * (float)(count - 1));
}

/* LANES patches from cell (x0, y0) on; writes `count` of them. */
static void measure(const baryta_merge *merge, const burst_strip *strip, int32_t ty, int32_t x0,
                    int32_t y0, int32_t count, burst_patch *out) {
    const baryta_noise *noise = &merge->options.noise;
    const int odd = merge->options.format.colour[1] == merge->options.format.colour[2];
    const vf zero = vf_all(0.0f);
    vf own = zero, differs = zero, light = zero, above = zero, shot = zero, green_light = zero;
    vf green_above = zero, shared[BURST_PAIRS], moved[BURST_PAIRS];
    vf greens[2 * SIDE][2 * SIDE], changes[4][CHANGES], taken[4][CHANGES];
    vf lag[4][BURST_LAGS];
    float read = 0.0f;
    vi clipped = {0};
    for (int s = 0; s < 4; s++) {
        square value, difference;
        take(merge, strip, ty, x0, y0, s, value, difference);
        vf of_site = zero;
        for (int j = 0; j < SIDE; j++) {
            for (int i = 0; i < SIDE; i++) {
                of_site += value[j][i] * (1.0f / (SIDE * SIDE));
                greens[2 * j + s / 2][2 * i + s % 2] = value[j][i];
                clipped |= value[j][i] > 0.9f;
            }
        }
        const vf variance = changes_of(value, changes[s]);
        lags_of(changes[s], variance, lag[s]);
        own += 0.25f * variance;
        differs += 0.25f * changes_of(difference, taken[s]);
        const vf part = 0.25f * vf_max(of_site, zero);
        const float cut = merge->scale.black[s] * merge->scale.gain[s];
        above += 0.25f * (of_site + cut);
        light += part;
        shot += noise->shot[s] * part;
        read += 0.25f * noise->read[s];
        if (s % 3 == 0 ? !odd : odd) { /* where the greens are */
            green_light += 0.5f * vf_max(of_site, zero);
            green_above += 0.5f * (of_site + cut);
        }
    }
    for (int s = 0, pair = 0; s < 4; s++) {
        for (int t = s + 1; t < 4; t++, pair++) {
            shared[pair] = moved[pair] = zero;
            for (int k = 0; k < CHANGES; k++) {
                shared[pair] += 2.0f * changes[s][k] * changes[t][k];
                moved[pair] -= changes[s][k] * taken[t][k] + taken[s][k] * changes[t][k];
            }
        }
    }
    /* Of the difference the reference's part, if both have the model's ratio. */
    const float e = burst_collected(merge);
    const vf alone = vf_max(shot + read, vf_all(1e-12f));
    const vf others = merge->options.frame_noise * (shot / e + read / (e * e)) * BURST_LEFT(16);
    differs *= alone / (alone + others);
    const vf green = variance_of_greens(greens, odd);
    for (int32_t i = 0; i < count; i++) {
        out[i] = (burst_patch){.light = -1.0f};
        if (clipped[i]) {
            continue;
        }
        out[i].shot = shot[i];
        out[i].read = read;
        out[i].light = light[i];
        out[i].above = above[i];
        out[i].differs = differs[i];
        out[i].own = own[i];
        for (int pair = 0; pair < BURST_PAIRS; pair++) {
            out[i].shared[pair] = shared[pair][i];
            out[i].moved[pair] = moved[pair][i];
        }
        for (int s = 0; s < 4; s++) {
            for (int n = 0; n < BURST_LAGS; n++) {
                out[i].lag[s][n] = lag[s][n][i];
            }
        }
        out[i].green = green[i];
        out[i].green_light = green_light[i];
        out[i].green_above = green_above[i];
    }
}

void burst_measure_patches(const baryta_merge *merge, const burst_strip *strip, int32_t ty,
                           int32_t y0, int32_t count, burst_patch *out) {
    for (int32_t i = 0; i < count; i += LANES) {
        const int32_t left = count - i;
        measure(merge, strip, ty, BURST_PATCH_STRIDE * i, y0, left < LANES ? left : LANES, out + i);
    }
}
