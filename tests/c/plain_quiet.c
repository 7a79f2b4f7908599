/* The least spread of a frame's patches: every one of them beside the covariance's eigenvalues by
 * Jacobi's rotations. */
#include "plain.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = 8, SAMPLES = SIDE * SIDE, GRID = 64 };

typedef struct patch {
    double sample[SAMPLES], varies, part;
} patch;

/* Of a standard normal variable that cannot fall lower than -below: its variance. */
static double left_of(double below) {
    const double density = exp(-0.5 * below * below) / sqrt(2.0 * acos(-1.0));
    const double lost = 0.5 * erfc(below / sqrt(2.0)), rise = density - below * lost;
    return 1.0 - lost - below * density + below * below * lost - rise * rise;
}

static int take(const baryta_plane *frame, const baryta_mosaic_format *format,
                const baryta_noise *noise, int32_t x, int32_t y, patch *out) {
    double mean[4] = {0.0}, shot = 0.0, all = 0.0;
    int clipped = 0;
    for (int n = 0; n < SAMPLES; n++) {
        const int j = n / SIDE, i = n % SIDE, site = 2 * (j % 2) + i % 2;
        const uint8_t *row = (const uint8_t *)frame->data + (y + j) * frame->stride;
        const double black = (double)format->black[site];
        uint16_t level;
        memcpy(&level, row + 2 * (x + i), sizeof level);
        out->sample[n] = (level - black) / ((double)format->white - black);
        mean[site] += out->sample[n] / 16.0;
        clipped |= out->sample[n] > 0.98;
    }
    double sigma[4];
    for (int site = 0; site < 4; site++) {
        const double part = (double)noise->shot[site] * fmax(mean[site], 0.0);
        const double variance = part + (double)noise->read[site];
        const double black = (double)format->black[site];
        const double above = mean[site] + black / ((double)format->white - black);
        shot += part;
        all += variance;
        sigma[site] = sqrt(variance);
        clipped |= above < 1.5 * sigma[site] || mean[site] + 3.0 * sigma[site] > 0.98;
        sigma[site] *= sqrt(left_of(above / sigma[site]));
    }
    for (int n = 0; n < SAMPLES; n++) {
        out->sample[n] /= sigma[2 * (n / SIDE % 2) + n % 2];
    }
    out->varies = 0.0;
    for (int n = 0; n < SAMPLES; n++) {
        if (n / SIDE < SIDE - 2 && n % SIDE < SIDE - 2) {
            const double *p = out->sample + n;
            const double change = p[0] - p[2] - p[2 * SIDE] + p[2 * SIDE + 2];
            out->varies += change * change;
        }
    }
    out->part = shot / all;
    return !clipped;
}

static int by_value(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

static int by_variation(const void *a, const void *b) {
    return by_value(&((const patch *)a)->varies, &((const patch *)b)->varies);
}

/* Eigenvalues in order. */
static void eigenvalues(double a[SAMPLES][SAMPLES], double values[SAMPLES]) {
    for (int sweep = 0; sweep < 15; sweep++) {
        for (int p = 0; p < SAMPLES; p++) {
            for (int q = p + 1; q < SAMPLES; q++) {
                const double angle = 0.5 * atan2(2.0 * a[p][q], a[q][q] - a[p][p]);
                const double c = cos(angle), s = sin(angle);
                for (int k = 0; k < SAMPLES; k++) {
                    const double u = a[k][p], v = a[k][q];
                    a[k][p] = c * u - s * v;
                    a[k][q] = s * u + c * v;
                }
                for (int k = 0; k < SAMPLES; k++) {
                    const double u = a[p][k], v = a[q][k];
                    a[p][k] = c * u - s * v;
                    a[q][k] = s * u + c * v;
                }
            }
        }
    }
    for (int i = 0; i < SAMPLES; i++) {
        values[i] = a[i][i];
    }
    qsort(values, SAMPLES, sizeof *values, by_value);
}

void plain_quiet(const baryta_plane *frame, const baryta_mosaic_format *format,
                 const baryta_noise *noise, double quiet[3]) {
    const int32_t most_x = (frame->width - SIDE) / 2, most_y = (frame->height - SIDE) / 2;
    const int32_t across = most_x < GRID ? most_x + 1 : GRID,
                  down = most_y < GRID ? most_y + 1 : GRID;
    patch *patches = malloc(sizeof *patches * GRID * GRID);
    static double covariance[SAMPLES][SAMPLES];
    double mean[SAMPLES] = {0.0}, values[SAMPLES];
    int32_t count = 0;
    if (patches == NULL) {
        abort();
    }
    memset(covariance, 0, sizeof covariance);
    quiet[0] = quiet[1] = quiet[2] = 0.0;
    for (int32_t j = 0; j < down; j++) {
        for (int32_t i = 0; i < across; i++) {
            const int32_t x = 2 * (i * most_x / (across - 1)), y = 2 * (j * most_y / (down - 1));
            count += take(frame, format, noise, x, y, &patches[count]);
        }
    }
    const int32_t kept = 3 * count / 4;
    qsort(patches, (size_t)count, sizeof *patches, by_variation);
    for (int32_t k = 0; k < kept; k++) {
        for (int i = 0; i < SAMPLES; i++) {
            mean[i] += patches[k].sample[i] / kept;
        }
    }
    for (int32_t k = 0; k < kept; k++) {
        for (int n = 0; n < SAMPLES * SAMPLES; n++) {
            const int i = n / SAMPLES, j = n % SAMPLES;
            covariance[i][j] +=
                (patches[k].sample[i] - mean[i]) * (patches[k].sample[j] - mean[j]) / kept;
        }
    }
    if (kept >= 512) {
        eigenvalues(covariance, values);
        const double spread = sqrt(64.0 / kept);
        const double least = (values[4] + values[5] + values[6] + values[7] + values[8]) / 5.0;
        quiet[0] = least / (0.91 - 1.107 * spread);
        quiet[1] = values[16] / (least * (1.0 + 0.8 * spread));
        for (int32_t k = 0; k < count; k++) {
            quiet[2] += patches[k].part / count;
        }
    }
    free(patches);
}
