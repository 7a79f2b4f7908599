/* The least spread of a frame's patches: every one of them beside the covariance's eigenvalues by
 * Jacobi's rotations. */
#include "plain_quiet.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { SIDE = PLAIN_SIDE, SAMPLES = PLAIN_SAMPLES, GRID = 64 };

/* Of a standard normal variable that cannot fall lower than -below: its variance. */
static double left_of(double below) {
    const double density = exp(-0.5 * below * below) / sqrt(2.0 * acos(-1.0));
    const double lost = 0.5 * erfc(below / sqrt(2.0)), rise = density - below * lost;
    return 1.0 - lost - below * density + below * below * lost - rise * rise;
}

int plain_take_patch(const baryta_plane *frame, const baryta_mosaic_format *format,
                     const baryta_noise *noise, double gain, int32_t x, int32_t y,
                     plain_patch *out) {
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
        const double part = gain * (double)noise->shot[site] * fmax(mean[site], 0.0);
        const double variance = part + gain * gain * (double)noise->read[site];
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
    return by_value(&((const plain_patch *)a)->varies, &((const plain_patch *)b)->varies);
}

void plain_eigenvectors(double a[SAMPLES][SAMPLES], double vectors[SAMPLES][SAMPLES]) {
    for (int n = 0; n < SAMPLES * SAMPLES; n++) {
        vectors[n / SAMPLES][n % SAMPLES] = n / SAMPLES == n % SAMPLES;
    }
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
                for (int k = 0; k < SAMPLES; k++) {
                    const double u = vectors[p][k], v = vectors[q][k];
                    vectors[p][k] = c * u - s * v;
                    vectors[q][k] = s * u + c * v;
                }
            }
        }
    }
    for (int i = 0; i < SAMPLES; i++) { /* in order */
        for (int j = i + 1; j < SAMPLES; j++) {
            for (int k = 0; a[j][j] < a[i][i] && k < SAMPLES; k++) {
                const double v = vectors[i][k];
                vectors[i][k] = vectors[j][k];
                vectors[j][k] = v;
            }
            if (a[j][j] < a[i][i]) {
                const double value = a[i][i];
                a[i][i] = a[j][j];
                a[j][j] = value;
            }
        }
    }
}

int plain_covariance(plain_patch *patches, int32_t count, double covariance[SAMPLES][SAMPLES]) {
    const int32_t kept = 3 * count / 4;
    double mean[SAMPLES] = {0.0};
    memset(covariance, 0, sizeof(double) * SAMPLES * SAMPLES);
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
    return kept;
}

int32_t plain_take_grid(const baryta_plane *frame, const baryta_mosaic_format *format,
                        const baryta_noise *noise, double gain, int32_t grid,
                        plain_patch *patches) {
    const int32_t most_x = (frame->width - SIDE) / 2, most_y = (frame->height - SIDE) / 2;
    const int32_t across = most_x < grid ? most_x + 1 : grid;
    const int32_t down = most_y < grid ? most_y + 1 : grid;
    int32_t count = 0;
    for (int32_t j = 0; j < down; j++) {
        for (int32_t i = 0; i < across; i++) {
            const int32_t x = 2 * (i * most_x / (across - 1)), y = 2 * (j * most_y / (down - 1));
            count += plain_take_patch(frame, format, noise, gain, x, y, &patches[count]);
        }
    }
    return count;
}

void plain_quiet(const baryta_plane *frame, const baryta_mosaic_format *format,
                 const baryta_noise *noise, double quiet[3]) {
    plain_patch *patches = malloc(sizeof *patches * (GRID * GRID + 1));
    static double covariance[SAMPLES][SAMPLES], vectors[SAMPLES][SAMPLES];
    if (patches == NULL) {
        abort();
    }
    quiet[0] = quiet[1] = quiet[2] = 0.0;
    const int32_t count = plain_take_grid(frame, format, noise, 1.0, GRID, patches);
    const int32_t kept = plain_covariance(patches, count, covariance);
    if (kept >= 512) {
        plain_eigenvectors(covariance, vectors);
        const double spread = sqrt(64.0 / kept);
        double least = 0.0;
        for (int i = 4; i < 9; i++) {
            least += covariance[i][i] / 5.0;
        }
        quiet[0] = least / (0.91 - 1.107 * spread);
        quiet[1] = covariance[16][16] / (least * (1.0 + 0.8 * spread));
        for (int32_t k = 0; k < count; k++) {
            quiet[2] += patches[k].part / count;
        }
    }
    free(patches);
}
