/* The noise model, corrected by what the burst shows.
 *
 * Where there is no detail, the first frame's difference to the reference is noise alone. Whether a
 * tile has detail the reference itself tells: if not, no channel of its own spectrum is stronger
 * than the difference. Such tiles, by their light, say how much more or less noise there is than
 * the model told; shot and read noise are fitted to that. Where every tile has detail, the least
 * differing ones give an upper bound. */
#include "burst_channels.h"
#include "burst_routines.h"

#include <math.h>
#include <stdlib.h>

enum { ROWS = 12, LEVELS = 8, FEWEST = 16 };

/* Of the spectrum, the bins far from both the mean, which light's slopes leak into, and the highest
 * frequencies, which demosaicing and resampling change. */
static const int nearest = 4, farthest = 13;

/* The flattest tiles' median lies so near to their mean, and the lowest fiftieth of tiles so far
 * below it: measured on noise alone. */
static const float middle = 0.97f, fiftieth = 0.68f;

typedef struct tile_figures {
    float shot, read; /* the model's variances, mean of the sites */
    float light; /* mean of the sites; negative: not to be used */
    float differs; /* the difference's variance, measured */
    int flat; /* the reference has no detail here */
} tile_figures;

/* The mean energy of each channel: a tile with detail has more of one than of the others. */
static void energies(const burst_phases *phases, vf tile[4][64], vf energy[4]) {
    fft8_spectrum site[4];
    for (int s = 0; s < 4; s++) {
        fft8_forward(tile[s], &site[s]);
        energy[s] = vf_all(0.0f);
    }
    float count = 0.0f;
    for (int bin = 0; bin < FFT8_BINS; bin++) {
        int u, v;
        burst_frequency(bin, &u, &v);
        if (u * u + v * v >= nearest && u * u + v * v <= farthest) {
            burst_to_channels(phases, site, bin);
            for (int s = 0; s < 4; s++) {
                const vf re = site[s].re[bin], im = site[s].im[bin];
                energy[s] += re * re + im * im;
            }
            count += 1.0f;
        }
    }
    for (int s = 0; s < 4; s++) {
        energy[s] *= 1.0f / (16.0f * count); /* the windows' energy */
    }
}

/* The reference under a tile, without its mean and windowed, into one lane; returns its highest
 * sample. */
static float gather(const baryta_merge *merge, int32_t ty, int32_t tx, int lane, vf tile[4][64],
                    float mean[4]) {
    float highest = 0.0f;
    for (int s = 0; s < 4; s++) {
        const size_t y0 = (size_t)(8 * (ty - 1) + s / 2), x0 = (size_t)(8 * (tx - 1) + s % 2);
        float own[64], sum = 0.0f;
        for (size_t i = 0; i < 64; i++) {
            const size_t at = (y0 + 2 * (i / 8)) * (size_t)merge->grid.width + x0 + 2 * (i % 8);
            own[i] = ((float)merge->reference[at] - merge->scale.black[s]) * merge->scale.gain[s];
            highest = fmaxf(highest, own[i]);
            sum += own[i];
        }
        mean[s] = sum * (1.0f / 64.0f);
        for (int i = 0; i < 64; i++) {
            tile[s][i][lane] = (own[i] - mean[s]) * burst_window[i / 8] * burst_window[i % 8];
        }
    }
    return highest;
}

/* LANES tiles of a row that a strip holds the differences of. */
static void measure(const baryta_merge *merge, const burst_phases *phases, const burst_strip *strip,
                    int32_t ty, int32_t tx, int32_t count, tile_figures *figures) {
    const ptrdiff_t columns = merge->grid.columns;
    const baryta_noise *noise = &merge->options.noise;
    vf difference[4][64], own[4][64], energy[4], own_energy[4];
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 64; i++) {
            const int y = i / 8, x = i % 8;
            const ptrdiff_t run = 4 * (4 * (y % 4) + s) + x % 4;
            difference[s][i] = vf_load(strip->cells[y / 4] + run * columns + tx + x / 4) *
                               (burst_window[y] * burst_window[x]);
            own[s][i] = vf_all(0.0f);
        }
    }
    for (int k = 0; k < count; k++) {
        float mean[4];
        const float highest = gather(merge, ty, tx + k, k, own, mean);
        const float *above = strip->cover[0] + tx + k, *below = strip->cover[1] + tx + k;
        const float cover = fminf(fminf(above[0], above[1]), fminf(below[0], below[1]));
        figures[k] = (tile_figures){.light = highest > 0.9f || cover < 1.0f ? -1.0f : 0.0f};
        for (int s = 0; s < 4 && figures[k].light >= 0.0f; s++) {
            const float light = 0.25f * fmaxf(mean[s], 0.0f);
            figures[k].light += light;
            figures[k].shot += noise->shot[s] * light;
            figures[k].read += 0.25f * noise->read[s];
        }
    }
    energies(phases, difference, energy);
    energies(phases, own, own_energy);
    const float both = 1.0f + BURST_LEFT(8) / merge->share;
    const vf differs = 0.25f * (energy[0] + energy[1] + energy[2] + energy[3]) / both;
    const vf most =
        vf_max(vf_max(own_energy[0], own_energy[1]), vf_max(own_energy[2], own_energy[3]));
    for (int k = 0; k < count; k++) {
        figures[k].differs = differs[k];
        figures[k].flat = most[k] < 1.8f * differs[k];
    }
}

static int ascending(const void *a, const void *b) {
    const float x = *(const float *)a, y = *(const float *)b;
    return (x > y) - (x < y);
}

/* The factor to believe where no tile is flat: demosaicing's errors add up to 0.6 of right noise to
 * the least differing tiles, so that what reads as 1 to 1.6 says nothing: 0. */
static float believable(float least) {
    if (least < 0.8f) {
        return 0.8f * least;
    }
    if (least < 1.0f) {
        return 0.64f + 1.8f * (least - 0.8f);
    }
    return least > 1.6f ? 1.0f + 1.2f * (least - 1.6f) : 0.0f;
}

static int level_of(const tile_figures *tile) {
    int exponent = 0;
    (void)frexpf(tile->light, &exponent);
    const int level = exponent + LEVELS - 1;
    return level < 0 ? 0 : level < LEVELS ? level : LEVELS - 1;
}

/* How much noise there is in the tiles of a level of light against the model: 0 if they do not
 * tell. Writes the shot noise's part of the model there. */
static float judge_level(const tile_figures *tiles, int32_t count, int level, float *sorted,
                         float *shot_part) {
    for (int flat_only = 1; flat_only >= 0; flat_only--) {
        int32_t found = 0;
        double shot = 0.0;
        for (int32_t i = 0; i < count; i++) {
            const tile_figures *t = &tiles[i];
            if (t->light >= 0.0f && level_of(t) == level && (t->flat || !flat_only)) {
                sorted[found++] = t->differs / (t->shot + t->read);
                shot += (double)(t->shot / (t->shot + t->read));
            }
        }
        if (found < (flat_only ? FEWEST : 50)) {
            continue;
        }
        qsort(sorted, (size_t)found, sizeof *sorted, ascending);
        *shot_part = (float)(shot / found);
        if (flat_only) {
            return sorted[found / 2] / middle;
        }
        return believable(sorted[found / 50] / fiftieth);
    }
    return 0.0f;
}

/* Least squares over the classes, drawn a little towards the model and towards one common factor.
 */
static void fit(const tile_figures *tiles, int32_t count, float *sorted, float *shot, float *read) {
    const double model = 0.02, common = 0.1;
    double ss = model + common, sr = -common, rr = model + common, s1 = model, r1 = model;
    for (int level = 0; level < LEVELS; level++) {
        float a = 0.0f;
        const float factor = judge_level(tiles, count, level, sorted, &a);
        if (factor > 0.0f) {
            const double weight = 1.0 / (double)(factor * factor);
            const double p = (double)a, q = 1.0 - (double)a;
            ss += weight * p * p;
            sr += weight * p * q;
            rr += weight * q * q;
            s1 += weight * p * (double)factor;
            r1 += weight * q * (double)factor;
        }
    }
    const double determinant = ss * rr - sr * sr;
    *shot = (float)fmin(fmax((s1 * rr - r1 * sr) / determinant, 0.25), 4.0);
    *read = (float)fmin(fmax((r1 * ss - s1 * sr) / determinant, 0.25), 4.0);
}

int burst_judge_noise(baryta_merge *merge, const baryta_plane *frame, float *shot, float *read) {
    const burst_grid *grid = &merge->grid;
    const int32_t threads = merge->options.threads;
    /* Tiles that lie wholly in the frame. */
    const int32_t across = grid->width / 8 - 1, down = grid->height / 8 - 1;
    const int32_t rows = down < ROWS ? down : ROWS, count = rows * across;
    tile_figures *tiles = burst_allocate((size_t)count, sizeof *tiles);
    float *sorted = burst_allocate((size_t)count, sizeof *sorted);
    if (tiles == NULL || sorted == NULL) {
        burst_release(tiles);
        burst_release(sorted);
        return 0;
    }
    burst_phases phases;
    burst_make_phases(&phases);
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int32_t i = 0; i < threads; i++) {
        burst_strip *strip = &merge->strip[i];
        for (int32_t r = i; r < rows; r += threads) {
            const int32_t ty = 1 + (int32_t)((int64_t)r * (down - 1) / (rows > 1 ? rows - 1 : 1));
            merge->routines->strip_look(merge, frame, strip, ty);
            for (int32_t tx = 1; tx <= across; tx += LANES) {
                const int32_t left = across - tx + 1;
                measure(merge, &phases, strip, ty, tx, left < LANES ? left : LANES,
                        &tiles[r * across + tx - 1]);
            }
        }
    }
    fit(tiles, count, sorted, shot, read);
    burst_release(tiles);
    burst_release(sorted);
    return 1;
}
