/* The sums of a sharpness figure over rows of cells, several at once: see sharpness.c.
 *
 * Lanes are four columns each of as many rows as there is room for, so that sums go by four columns
 * whatever their number. */
#include "burst_routines.h"
#include "lanes.h"

enum { CHUNK = 1024, BEYOND = 8, TOGETHER = LANES / 4 };

static const float clipping = 0.95f; /* a clipped light's edge is steep however blurred it is */
static const float dark = 0.02f; /* of full scale: what is darker hardly counts for more */
/* Squared differences in variances of noise: that an edge is proven by, and more than which tells
 * no more of it. */
static const float proven = 16.0f, enough = 400.0f;

/* The greens of a row of cells; beyond the last one what does not count. */
static void green_cells(const sharpness_job *work, int32_t cell_y, int32_t x0, int32_t count,
                        float *restrict out) {
    const uint16_t *top = (const uint16_t *)baryta_row(work->mosaic, 2 * cell_y) + 2 * x0;
    const uint16_t *low = (const uint16_t *)baryta_row(work->mosaic, 2 * cell_y + 1) + 2 * x0;
    const float *gain = work->gain, *black = work->black;
    int32_t x = 0;
    if (work->mono) {
        const float offset =
            black[0] * gain[0] + black[1] * gain[1] + black[2] * gain[2] + black[3] * gain[3];
        for (; x < count; x++) {
            out[x] = ((float)top[2 * x] * gain[0] + (float)top[2 * x + 1] * gain[1]) +
                     ((float)low[2 * x] * gain[2] + (float)low[2 * x + 1] * gain[3]) - offset;
        }
    } else {
        const int a = work->right, b = 3 - work->right;
        const float offset = black[a] * gain[a] + black[b] * gain[b];
        for (; x + LANES <= count; x += LANES) {
            vf even, odd, even_low, odd_low;
            __builtin_prefetch(top + 2 * (x + CHUNK)); /* rows are read by turns */
            __builtin_prefetch(low + 2 * (x + CHUNK));
            vf_split_samples(top + 2 * x, &even, &odd);
            vf_split_samples(low + 2 * x, &even_low, &odd_low);
            vf_store(out + x,
                     (a ? odd : even) * gain[a] + (a ? even_low : odd_low) * gain[b] - offset);
        }
        for (; x < count; x++) {
            out[x] = (float)top[2 * x + a] * gain[a] + (float)low[2 * x + 1 - a] * gain[b] - offset;
        }
    }
    for (int32_t i = 0; i < BEYOND; i++) {
        out[x + i] = 1.0f; /* clipped */
    }
}

static void add_to(double *sums, ptrdiff_t apart, vf value) {
    for (int i = 0; i < TOGETHER; i++) {
        sums[i * apart] +=
            (double)((value[4 * i] + value[4 * i + 1]) + (value[4 * i + 2] + value[4 * i + 3]));
    }
}

/* Adds the pairs (a[i], b[i]). A pair's mean and difference have independent noise, so a weight
 * that is made of the mean leaves the difference unbiased. */
static void add_pairs(const sharpness_job *work, const float *const a[TOGETHER],
                      const float *const b[TOGETHER], int32_t count, int down,
                      sharpness_sums total[TOGETHER]) {
    const vf shot = vf_all(2.0f * work->shot), read = vf_all(2.0f * work->read);
    const vf zero = vf_all(0.0f), white = vf_all(clipping);
    const vf least = vf_all(1e-12f); /* a model may have no noise */
    vf gradient = zero, level = zero, noise = zero, squared = zero, edges = zero;
    for (int32_t i = 0; i < count; i += 4) {
        const vf first = vf_of_rows(a, i), second = vf_of_rows(b, i);
        const vi counted = (first < white) & (second < white);
        const vf mean = (first + second) * 0.5f;
        const vf light = vf_max(mean, zero);
        const vf variance = shot * light + read; /* of the difference */
        const vf weight = vf_select(counted, 1.0f / (light + dark), zero);
        const vf difference = first - second;
        const vf energy = difference * difference, ratio = energy / vf_max(variance, least);
        const vi edge = counted & (ratio > vf_all(proven));
        edges += vf_select(edge, vf_min(ratio, vf_all(enough)), zero);
        gradient += weight * (energy - variance);
        level += weight * (mean * mean - 0.25f * variance);
        noise += weight * variance;
        squared += (weight * variance) * (weight * variance);
    }
    const ptrdiff_t apart = sizeof *total / sizeof(double);
    add_to(&total->gradient, apart, gradient);
    add_to(&total->level, apart, level);
    add_to(&total->noise, apart, noise);
    add_to(&total->squared, apart, squared);
    add_to(&total->edges[down], apart, edges);
}

void burst_sharpness_rows(const sharpness_job *work, int32_t first, int32_t step, int32_t count,
                          sharpness_sums *sums) {
    const int32_t cells = work->mosaic->width / 2;
    float greens[TOGETHER][2][CHUNK + 1 + BEYOND];
    for (int32_t from = 0; from < count; from += TOGETHER) {
        sharpness_sums total[TOGETHER];
        memset(total, 0, sizeof total);
        for (int32_t x0 = 0; x0 < cells; x0 += CHUNK) {
            const int32_t left = cells - x0, own = left < CHUNK ? left : CHUNK;
            const int32_t loaded = left < CHUNK + 1 ? left : CHUNK + 1;
            const float *row[TOGETHER], *right[TOGETHER], *below[TOGETHER];
            for (int i = 0; i < TOGETHER; i++) {
                const int32_t n = from + i < count ? from + i : from; /* the rest is not used */
                green_cells(work, first + n * step, x0, loaded, greens[i][0]);
                green_cells(work, first + n * step + 1, x0, own, greens[i][1]);
                row[i] = greens[i][0];
                right[i] = greens[i][0] + 1;
                below[i] = greens[i][1];
            }
            add_pairs(work, row, right, loaded - 1, 0, total);
            add_pairs(work, row, below, own, 1, total);
        }
        const int32_t left = count - from;
        memcpy(sums + from, total, sizeof *sums * (size_t)(left < TOGETHER ? left : TOGETHER));
    }
}
