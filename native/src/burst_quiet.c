/* The noise as the reference alone shows it: what is left in its quietest directions.
 *
 * Patches of 8x8 samples are points of 64 dimensions. Noise spreads them alike in all of them; what
 * a lens has drawn spans few of them, a weave of any colours and period among it, for it repeats.
 * So the least eigenvalues of the patches' covariance are the noise's variance (Pyatykh, Hesser,
 * Zheng, "Image noise level estimation by principal component analysis", IEEE Trans. Image
 * Processing 22(2), 2013), and never less than it: neither motion nor demosaicing has a part in
 * them. Where they rise no faster than those of noise do, there is nothing but noise in them. */
#include "burst_quiet.h"

#include "burst_patches.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = BURST_SIDE, SAMPLES = BURST_SAMPLES, ACROSS = 64, DOWN = 64, FEWEST = 512 };
enum { GROUPS = 8 }; /* summed side by side, and added in order */
enum { PRODUCTS = 1024 }; /* what those of a patch cost, as burst_worked counts */

/* Of the patches those are left out that vary most: three quarters are kept. */
enum { KEPT = 3, OF = 4 };
/* The eigenvalues that are asked: the least are the sites' means', which each patch is divided by.
 * Of noise alone they spread the more the fewer patches there are, with the root of dimensions over
 * patches (Marchenko and Pastur 1967): what the mean of the first ones is, and the later one over
 * it. Measured on noise, the least varying three quarters of 700 to 4096 patches. */
enum { FIRST = 4, LATER = 16 };
static const double of_noise = 0.91, less = 1.107, more = 0.8;
/* Noise is not judged where the sensor cuts it off, at either end, in deviations of the model. */
static const float from_black = 1.5f, from_white = 3.0f, white = 0.98f;
static const float never = 6.0f; /* and so many from black nothing of it is */

int burst_take_patch(const baryta_merge *merge, const baryta_plane *frame, float gain, int32_t x,
                     int32_t y, float patch[SAMPLES], float *shot_part) {
    const baryta_noise *told = &merge->told;
    float mean[4] = {0.0f, 0.0f, 0.0f, 0.0f}, over[4];
    for (int32_t j = 0; j < SIDE; j++) {
        const uint16_t *row = baryta_row(frame, y + j);
        for (int32_t i = 0; i < SIDE; i++) {
            const int site = 2 * (j % 2) + i % 2;
            const float value =
                ((float)row[x + i] - merge->scale.black[site]) * merge->scale.gain[site];
            if (value > white) {
                return 0;
            }
            patch[j * SIDE + i] = value;
            mean[site] += value * (4.0f / SAMPLES);
        }
    }
    float shot = 0.0f, all = 1e-12f;
    for (int site = 0; site < 4; site++) {
        const float part = gain * told->shot[site] * fmaxf(mean[site], 0.0f);
        const float variance = fmaxf(part + gain * gain * told->read[site], 1e-12f);
        const float sigma = sqrtf(variance);
        const float above = mean[site] + merge->scale.black[site] * merge->scale.gain[site];
        float rise = 0.0f;
        if (above < from_black * sigma || mean[site] + from_white * sigma > white) {
            return 0;
        }
        const float left = above > never * sigma ? 1.0f : burst_cut_off(above / sigma, &rise);
        over[site] = 1.0f / (sigma * sqrtf(left));
        shot += part;
        all += variance;
    }
    for (int n = 0; n < SAMPLES; n++) {
        patch[n] *= over[2 * (n / SIDE % 2) + n % 2];
    }
    *shot_part = shot / all;
    return 1;
}

/* How much a patch varies beyond slopes and edges along its rows and columns. */
static float varies(const float patch[SAMPLES]) {
    float sum = 0.0f;
    for (int j = 0; j < SIDE - 2; j++) {
        for (int i = 0; i < SIDE - 2; i++) {
            const float *p = patch + j * SIDE + i;
            const float change = (p[0] - p[2]) - (p[2 * SIDE] - p[2 * SIDE + 2]);
            sum += change * change;
        }
    }
    return sum;
}

/* Adds the patches first, first + GROUPS .. that vary by `most` at most to their sums: of the
 * samples and, in the lower triangle, of their products. */
static void add_group(baryta_merge *merge, const float *patches, const float *how_much,
                      int32_t first, int32_t count, float most, float sums[SAMPLES + 1][SAMPLES]) {
    for (int32_t k = first; k < count && !burst_worked(merge, PRODUCTS); k += GROUPS) {
        const float *patch = patches + (size_t)k * SAMPLES;
        for (int i = 0; i < SAMPLES && how_much[k] <= most; i++) {
            for (int j = 0; j <= (i | 7); j++) { /* whole vectors */
                sums[i][j] += patch[i] * patch[j];
            }
            sums[SAMPLES][i] += patch[i];
        }
    }
}

/* Of the sums of so many patches. */
static void judge(float sums[GROUPS][SAMPLES + 1][SAMPLES], int32_t kept, burst_quiet *quiet) {
    double covariance[SAMPLES][SAMPLES], mean[SAMPLES];
    burst_tridiagonal t;
    for (int i = SAMPLES; i >= 0; i--) {
        for (int j = 0; j < (i < SAMPLES ? i + 1 : SAMPLES); j++) {
            double sum = 0.0;
            for (int group = 0; group < GROUPS; group++) {
                sum += (double)sums[group][i][j];
            }
            if (i == SAMPLES) {
                mean[j] = sum / kept;
            } else {
                covariance[i][j] = covariance[j][i] = sum / kept - mean[i] * mean[j];
            }
        }
    }
    burst_make_tridiagonal(covariance, &t);
    double least = 0.0;
    for (int n = 0; n < BURST_QUIET; n++) {
        const double value = burst_eigenvalue(&t, FIRST + n);
        double vector[SAMPLES];
        burst_eigenvector(covariance, &t, value, vector);
        for (int i = 0; i < SAMPLES; i++) {
            quiet->direction[n][i] = (float)vector[i];
        }
        least += value / BURST_QUIET;
    }
    const double spread = sqrt((double)SAMPLES / kept), later = burst_eigenvalue(&t, LATER);
    quiet->most = (float)(least / (of_noise - less * spread));
    quiet->rises = (float)(later / fmax(least * (1.0 + more * spread), 1e-30));
}

int burst_find_quiet(baryta_merge *merge, burst_quiet *quiet) {
    memset(quiet, 0, sizeof *quiet);
    const int32_t height = merge->grid.height, width = merge->grid.width;
    enum { ALL = ACROSS * DOWN };
    float *patches = malloc(sizeof(float) * ALL * SAMPLES), *how_much = malloc(sizeof(float) * ALL);
    float *ordered = malloc(sizeof(float) * ALL);
    float (*sums)[SAMPLES + 1][SAMPLES] = calloc(GROUPS, sizeof *sums);
    const int allocated = patches != NULL && how_much != NULL && ordered != NULL && sums != NULL;
    const int32_t most_x = (width - SIDE) / 2, most_y = (height - SIDE) / 2; /* cells */
    const int32_t across = most_x + 1 < ACROSS ? most_x + 1 : ACROSS;
    const int32_t down = most_y + 1 < DOWN ? most_y + 1 : DOWN;
    const baryta_plane reference = {merge->reference, width, height, 2 * (int64_t)width};
    int32_t count = 0;
    double shot = 0.0;
    for (int32_t n = 0; allocated && n < across * down && !burst_worked(merge, SAMPLES); n++) {
        const int32_t x = 2 * (int32_t)((int64_t)(n % across) * most_x / (across - 1));
        const int32_t y = 2 * (int32_t)((int64_t)(n / across) * most_y / (down - 1));
        float part = 0.0f;
        if (burst_take_patch(merge, &reference, 1.0f, x, y, patches + (size_t)count * SAMPLES,
                             &part)) {
            how_much[count] = ordered[count] = varies(patches + (size_t)count * SAMPLES);
            shot += (double)part;
            count++;
        }
    }
    const int32_t kept = count * KEPT / OF;
    if (allocated && kept >= FEWEST) {
        const float most = burst_ranked(ordered, count, kept - 1);
#pragma omp parallel for num_threads(merge->options.threads) schedule(static, 1)
        for (int32_t group = 0; group < GROUPS; group++) {
            add_group(merge, patches, how_much, group, count, most, sums[group]);
        }
        judge(sums, kept, quiet);
        quiet->shot_part = (float)(shot / count);
        quiet->quarter = burst_quiet_quarter(merge, quiet, &reference, 1.0f);
    }
    free(patches);
    free(how_much);
    free(ordered);
    free(sums);
    return allocated;
}
