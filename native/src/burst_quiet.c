/* The noise as the reference alone shows it: what is left in its quietest directions.
 *
 * Patches of 8x8 samples are points of 64 dimensions. Noise spreads them alike in all of them; what
 * a lens has drawn spans few of them, a weave of any colours and period among it, for it repeats.
 * So the least eigenvalues of the patches' covariance are the noise's variance (Pyatykh, Hesser,
 * Zheng, "Image noise level estimation by principal component analysis", IEEE Trans. Image
 * Processing 22(2), 2013), and never less than it: neither motion nor demosaicing has a part in
 * them. Where they rise no faster than those of noise do, there is nothing but noise in them. */
#include "burst_patches.h"

#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, SAMPLES = SIDE * SIDE, ACROSS = 64, DOWN = 64, FEWEST = 512 };
enum { GROUPS = 8 }; /* summed side by side, and added in order */
enum { PRODUCTS = 1024 }; /* what those of a patch cost, as burst_worked counts */

/* Of the patches those are left out that vary most: three quarters are kept. */
enum { KEPT = 3, OF = 4 };
/* The eigenvalues that are asked: the least are the sites' means', which each patch is divided by.
 * Of noise alone they spread the more the fewer patches there are, with the root of dimensions over
 * patches (Marchenko and Pastur 1967): what the mean of the first ones is, and the later one over
 * it. Measured on noise, the least varying three quarters of 700 to 4096 patches. */
enum { FIRST = 4, LAST = 8, LATER = 16 };
static const double of_noise = 0.91, less = 1.107, more = 0.8;
/* Noise is not judged where the sensor cuts it off, at either end, in deviations of the model. */
static const float from_black = 1.5f, from_white = 3.0f, white = 0.98f;

/* A patch at (x, y), each sample over the deviation that the model gives its site there; 0 if noise
 * is cut off in it. Writes the part of the variance that is shot noise's. */
static int take(const baryta_merge *merge, int32_t x, int32_t y, float patch[SAMPLES],
                float *shot_part) {
    const baryta_noise *told = &merge->told;
    float mean[4] = {0.0f, 0.0f, 0.0f, 0.0f}, over[4];
    for (int32_t j = 0; j < SIDE; j++) {
        const uint16_t *row = merge->reference + (size_t)(y + j) * (size_t)merge->grid.width + x;
        for (int32_t i = 0; i < SIDE; i++) {
            const int site = 2 * (j % 2) + i % 2;
            const float value =
                ((float)row[i] - merge->scale.black[site]) * merge->scale.gain[site];
            if (value > white) {
                return 0;
            }
            patch[j * SIDE + i] = value;
            mean[site] += value * (4.0f / SAMPLES);
        }
    }
    float shot = 0.0f, all = 1e-12f;
    for (int site = 0; site < 4; site++) {
        const float part = told->shot[site] * fmaxf(mean[site], 0.0f);
        const float variance = fmaxf(part + told->read[site], 1e-12f), sigma = sqrtf(variance);
        const float above = mean[site] + merge->scale.black[site] * merge->scale.gain[site];
        float rise = 0.0f;
        if (above < from_black * sigma || mean[site] + from_white * sigma > white) {
            return 0;
        }
        over[site] = 1.0f / (sigma * sqrtf(burst_cut_off(above / sigma, &rise)));
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

/* A symmetric matrix to a tridiagonal one of the same eigenvalues (Householder 1958), in place:
 * diagonal and, from its second place on, what is beside it, squared. */
static void tridiagonal(double a[SAMPLES][SAMPLES], double diagonal[SAMPLES],
                        double beside[SAMPLES]) {
    for (int k = 0; k < SAMPLES; k++) {
        diagonal[k] = a[k][k];
        double norm = 0.0, v[SAMPLES] = {0.0}, p[SAMPLES] = {0.0}, common = 0.0;
        for (int i = k + 1; i < SAMPLES; i++) {
            v[i] = a[i][k];
            norm += v[i] * v[i];
        }
        if (k + 1 < SAMPLES) {
            beside[k + 1] = norm;
        }
        if (k + 2 >= SAMPLES || norm <= 0.0) {
            continue;
        }
        v[k + 1] += v[k + 1] < 0.0 ? -sqrt(norm) : sqrt(norm);
        const double half = norm + fabs(a[k + 1][k]) * sqrt(norm); /* of v's square */
        for (int i = k + 1; i < SAMPLES; i++) {
            for (int j = k + 1; j < SAMPLES; j++) {
                p[i] += a[i][j] * v[j];
            }
            p[i] /= half;
            common += p[i] * v[i];
        }
        for (int i = k + 1; i < SAMPLES; i++) {
            p[i] -= 0.5 * common / half * v[i];
        }
        for (int i = k + 1; i < SAMPLES; i++) {
            for (int j = k + 1; j < SAMPLES; j++) {
                a[i][j] -= v[i] * p[j] + p[i] * v[j];
            }
        }
    }
}

/* The eigenvalue that so many are less than, by bisection: as many are less than x as Sturm's
 * sequence has negative members. */
static double eigenvalue(const double diagonal[SAMPLES], const double beside[SAMPLES], int place) {
    double low = 0.0, high = 0.0;
    for (int i = 0; i < SAMPLES; i++) {
        high += fabs(diagonal[i]);
    }
    for (int step = 0; step < 48; step++) {
        const double x = 0.5 * (low + high);
        double q = 1.0;
        int below = 0;
        for (int i = 0; i < SAMPLES; i++) {
            q = diagonal[i] - x - (i > 0 ? beside[i] / q : 0.0);
            q = fabs(q) < 1e-30 ? -1e-30 : q;
            below += q < 0.0;
        }
        *(below > place ? &high : &low) = x;
    }
    return 0.5 * (low + high);
}

/* Of the sums of so many patches. */
static void judge(float sums[GROUPS][SAMPLES + 1][SAMPLES], int32_t kept, burst_quiet *quiet) {
    double covariance[SAMPLES][SAMPLES], mean[SAMPLES], diagonal[SAMPLES], beside[SAMPLES];
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
    tridiagonal(covariance, diagonal, beside);
    double least = 0.0;
    for (int place = FIRST; place <= LAST; place++) {
        least += eigenvalue(diagonal, beside, place) / (LAST - FIRST + 1);
    }
    const double spread = sqrt((double)SAMPLES / kept), later = eigenvalue(diagonal, beside, LATER);
    quiet->most = (float)(least / (of_noise - less * spread));
    quiet->rises = (float)(later / fmax(least * (1.0 + more * spread), 1e-30));
}

int burst_find_quiet(baryta_merge *merge, burst_quiet *quiet) {
    *quiet = (burst_quiet){0.0f, 0.0f, 0.0f};
    const int32_t height = merge->grid.height, width = merge->grid.width;
    enum { ALL = ACROSS * DOWN };
    float *patches = malloc(sizeof(float) * ALL * SAMPLES), *how_much = malloc(sizeof(float) * ALL);
    float *ordered = malloc(sizeof(float) * ALL);
    float (*sums)[SAMPLES + 1][SAMPLES] = calloc(GROUPS, sizeof *sums);
    const int allocated = patches != NULL && how_much != NULL && ordered != NULL && sums != NULL;
    const int32_t most_x = (width - SIDE) / 2, most_y = (height - SIDE) / 2; /* cells */
    const int32_t across = most_x + 1 < ACROSS ? most_x + 1 : ACROSS;
    const int32_t down = most_y + 1 < DOWN ? most_y + 1 : DOWN;
    int32_t count = 0;
    double shot = 0.0;
    for (int32_t n = 0; allocated && n < across * down && !burst_worked(merge, SAMPLES); n++) {
        const int32_t x = 2 * (int32_t)((int64_t)(n % across) * most_x / (across - 1));
        const int32_t y = 2 * (int32_t)((int64_t)(n / across) * most_y / (down - 1));
        float part = 0.0f;
        if (take(merge, x, y, patches + (size_t)count * SAMPLES, &part)) {
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
    }
    free(patches);
    free(how_much);
    free(ordered);
    free(sums);
    return allocated;
}
