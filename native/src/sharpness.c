/* How sharp a mosaic is: the energy of its gradients, less what noise adds to it. */
#include "sharpness.h"

#include <math.h>
#include <string.h>

#include "vec4.h"

enum {
    BANDS = 512, /* pairs of cell rows looked at, at most */
    CHUNK = 1024
};

static const float clipping = 0.95f; /* a clipped light's edge is steep however blurred it is */
static const float dark = 0.02f; /* of full scale: what is darker hardly counts for more */
static const double errors = 3.0; /* of the noise's energy: below these no detail is proven */
/* Squared differences in variances of noise: that an edge is proven by, and more than which tells
 * no more of it. */
static const float proven = 16.0f, enough = 400.0f;

typedef struct job {
    const baryta_plane *mosaic;
    float black[4];
    float gain[4]; /* sample units to normalised, times the sample's share in the green mean */
    float shot; /* of a cell's green */
    float read;
    int mono;
    int right; /* 1: green is on the right in a cell's upper row */
} job;

/* Sums over neighbours: the gradients' energy without noise, the level's, the noise's and that
 * squared; that of proven edges across and down, in variances of noise. */
typedef struct sums {
    double gradient;
    double level;
    double noise;
    double squared;
    double edges[2];
} sums;

/* Of four pairs of samples the left ones, or the right ones. */
static inline v4 one_of_pairs(const uint16_t *p, int right) {
    i4 pairs;
    memcpy(&pairs, p, sizeof pairs);
    return __builtin_convertvector((pairs >> (16 * right)) & 0xffff, v4);
}

static void green_cells(const job *work, int32_t cell_y, int32_t x0, int32_t count,
                        float *restrict out) {
    const uint16_t *top = (const uint16_t *)baryta_row(work->mosaic, 2 * cell_y) + 2 * x0;
    const uint16_t *low = (const uint16_t *)baryta_row(work->mosaic, 2 * cell_y + 1) + 2 * x0;
    const float *gain = work->gain, *black = work->black;
    if (work->mono) {
        const float offset =
            black[0] * gain[0] + black[1] * gain[1] + black[2] * gain[2] + black[3] * gain[3];
        for (int32_t x = 0; x < count; x++) {
            out[x] = ((float)top[2 * x] * gain[0] + (float)top[2 * x + 1] * gain[1]) +
                     ((float)low[2 * x] * gain[2] + (float)low[2 * x + 1] * gain[3]) - offset;
        }
        return;
    }
    const int a = work->right, b = 3 - work->right;
    const uint16_t *first = top + a, *second = low + (1 - a);
    const float offset = black[a] * gain[a] + black[b] * gain[b];
    int32_t x = 0;
    for (; x + 4 <= count; x += 4) {
        v4_store(out + x, one_of_pairs(top + 2 * x, a) * gain[a] +
                              one_of_pairs(low + 2 * x, 1 - a) * gain[b] - offset);
    }
    for (; x < count; x++) {
        out[x] = (float)first[2 * x] * gain[a] + (float)second[2 * x] * gain[b] - offset;
    }
}

/* Adds the pairs (a[i], b[i]). A pair's mean and difference have independent noise, so a weight
 * that is made of the mean leaves the difference unbiased. */
static void add_pairs(const job *work, const float *a, const float *b, int32_t count, int down,
                      sums *total) {
    const v4 shot = v4_all(2.0f * work->shot), read = v4_all(2.0f * work->read);
    const v4 zero = v4_all(0.0f), white = v4_all(clipping);
    const v4 least = v4_all(1e-12f); /* a model may have no noise */
    v4 gradient = zero, level = zero, noise = zero, squared = zero, edges = zero;
    for (int32_t i = 0; i < count; i += 4) {
        v4 first, second;
        i4 counted;
        if (i + 4 <= count) {
            first = v4_load(a + i);
            second = v4_load(b + i);
            counted = (first < white) & (second < white);
        } else {
            float p[4], q[4];
            for (int k = 0; k < 4; k++) {
                p[k] = i + k < count ? a[i + k] : 1.0f; /* clipped: not counted */
                q[k] = i + k < count ? b[i + k] : 1.0f;
            }
            first = v4_load(p);
            second = v4_load(q);
            counted = (first < white) & (second < white);
        }
        const v4 mean = (first + second) * v4_all(0.5f);
        const v4 light = v4_max(mean, zero);
        const v4 variance = shot * light + read; /* of the difference */
        const v4 weight = v4_select(counted, v4_all(1.0f) / (light + v4_all(dark)), zero);
        const v4 difference = first - second;
        const v4 energy = difference * difference, ratio = energy / v4_max(variance, least);
        const i4 edge = counted & (ratio > v4_all(proven));
        edges += v4_select(edge, v4_min(ratio, v4_all(enough)), zero);
        gradient += weight * (energy - variance);
        level += weight * (mean * mean - v4_all(0.25f) * variance);
        noise += weight * variance;
        squared += (weight * variance) * (weight * variance);
    }
    total->gradient += (double)((gradient[0] + gradient[1]) + (gradient[2] + gradient[3]));
    total->level += (double)((level[0] + level[1]) + (level[2] + level[3]));
    total->noise += (double)((noise[0] + noise[1]) + (noise[2] + noise[3]));
    total->squared += (double)((squared[0] + squared[1]) + (squared[2] + squared[3]));
    total->edges[down] += (double)((edges[0] + edges[1]) + (edges[2] + edges[3]));
}

/* A row of cells with its neighbours to the right and below. */
static sums measure_band(const job *work, int32_t cell_y) {
    const int32_t cells = work->mosaic->width / 2;
    sums total = {.level = 0.0};
    float row[CHUNK + 1], below[CHUNK + 1];
    for (int32_t x0 = 0; x0 < cells; x0 += CHUNK) {
        const int32_t own = cells - x0 < CHUNK ? cells - x0 : CHUNK;
        const int32_t loaded = cells - x0 < CHUNK + 1 ? cells - x0 : CHUNK + 1;
        green_cells(work, cell_y, x0, loaded, row);
        green_cells(work, cell_y + 1, x0, own, below);
        add_pairs(work, row, row + 1, loaded - 1, 0, &total);
        add_pairs(work, row, below, own, 1, &total);
    }
    return total;
}

static job make_job(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                    const baryta_noise *noise) {
    job work = {
        .mosaic = mosaic, .mono = baryta_cfa_mono(format->colour), .right = format->colour[0] != 1};
    const float share = work.mono ? 0.25f : 0.5f;
    for (int site = 0; site < 4; site++) {
        work.black[site] = format->black[site];
        work.gain[site] = share / (format->white - format->black[site]);
        if (format->colour[site] == 1) {
            work.shot += share * share * noise->shot[site];
            work.read += share * share * noise->read[site];
        }
    }
    return work;
}

sharpness_estimate sharpness_measure(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                     const baryta_noise *noise, int32_t threads) {
    const job work = make_job(mosaic, format, noise);
    const int32_t rows = mosaic->height / 2;
    const int32_t step = rows > BANDS ? rows / (BANDS / 2) : 1;
    const int32_t bands = (rows - 2) / step + 1;
    sums band[BANDS];
#pragma omp parallel for num_threads(threads) schedule(dynamic, 8)
    for (int32_t i = 0; i < bands; i++) {
        band[i] = measure_band(&work, i * step);
    }
    sums total = {.level = 0.0};
    for (int32_t i = 0; i < bands; i++) {
        total.gradient += band[i].gradient;
        total.level += band[i].level;
        total.noise += band[i].noise;
        total.squared += band[i].squared;
        total.edges[0] += band[i].edges[0];
        total.edges[1] += band[i].edges[1];
    }
    if (!(total.level > 0.0)) {
        return (sharpness_estimate){.value = 0.0};
    }
    const double pairs = (double)bands * (double)(mosaic->width / 2);
    return (sharpness_estimate){
        .value = total.gradient / total.level,
        .noise = total.noise / total.level,
        /* The squares' variance is 2, doubled by the samples that neighbours share. */
        .doubt = errors * 2.0 * sqrt(total.squared) / total.level,
        .level = total.level / pairs,
        .edges = {total.edges[0] / pairs, total.edges[1] / pairs},
    };
}

baryta_status baryta_sharpness(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                               const baryta_noise *noise, float *sharpness, int32_t threads) {
    if (!baryta_plane_valid(mosaic, 2, 2) || mosaic->width < 4 || mosaic->height < 4 ||
        format == NULL || !baryta_format_valid(format) || !baryta_cfa_valid(format->colour) ||
        !baryta_noise_valid(noise) || sharpness == NULL || !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const sharpness_estimate found = sharpness_measure(mosaic, format, noise, threads);
    *sharpness = (float)fmax(found.value - found.doubt, 0.0);
    return BARYTA_OK;
}
