#include "calibrate.h"

#include <math.h>

#include "tiles.h"

static int shading_valid(const baryta_shading *shading) {
    if (shading->gain == NULL) {
        return 1;
    }
    if (shading->rows < 1 || shading->columns < 1 || shading->rows > 4096 ||
        shading->columns > 4096) {
        return 0;
    }
    const int64_t count = 4 * (int64_t)shading->rows * shading->columns;
    for (int64_t i = 0; i < count; i++) {
        if (!(shading->gain[i] >= 0.999f && shading->gain[i] <= 1000.0f)) {
            return 0;
        }
    }
    return 1;
}

int baryta_develop_options_valid(const baryta_develop_options *options) {
    if (options == NULL || !baryta_format_valid(&options->format) ||
        !baryta_noise_valid(&options->noise) || !baryta_threads_valid(options->threads) ||
        !shading_valid(&options->shading) ||
        !(options->exposure > 0.0f && options->exposure <= 65536.0f) ||
        !(options->denoise >= 0.0f && options->denoise <= 4.0f)) {
        return 0;
    }
    for (int i = 0; i < 3; i++) {
        if (!(options->white_balance[i] >= 0.999f && options->white_balance[i] <= 64.0f)) {
            return 0;
        }
    }
    for (int i = 0; i < 9; i++) {
        if (!(fabsf(options->matrix[i]) <= 1000.0f)) {
            return 0;
        }
    }
    return 1;
}

/* The node left of (or above) a position and the share of the next one. */
static int32_t node(int32_t position, int32_t length, int32_t nodes, float *share) {
    if (nodes == 1 || length == 1) {
        *share = 0.0f;
        return 0;
    }
    const float u = (float)position * ((float)(nodes - 1) / (float)(length - 1));
    const int32_t i = baryta_min((int32_t)u, nodes - 2);
    *share = u - (float)i;
    return i;
}

void baryta_shading_row(const baryta_shading *shading, int site, int32_t width, int32_t height,
                        int32_t y, int32_t x0, int32_t count, int32_t step, float *restrict out) {
    const int32_t columns = shading->columns;
    float v;
    const int32_t row = node(y, height, shading->rows, &v);
    const float *above = shading->gain + ((int64_t)site * shading->rows + row) * (int64_t)columns;
    const float *below = v > 0.0f ? above + columns : above;
    for (int32_t i = 0; i < count; i++) {
        float u;
        const int32_t left = node(x0 + i * step, width, columns, &u);
        const int32_t right = u > 0.0f ? left + 1 : left;
        const float a = above[left] + u * (above[right] - above[left]);
        const float b = below[left] + u * (below[right] - below[left]);
        out[i] = a + v * (b - a);
    }
}

void baryta_calibrate_row(const baryta_plane *mosaic, const baryta_develop_options *options,
                          int32_t y, int32_t x0, int32_t count, float *restrict out) {
    const uint16_t *in = (const uint16_t *)baryta_row(mosaic, y) + x0;
    const baryta_mosaic_format *format = &options->format;
    float black[2];
    float scale[2];
    for (int phase = 0; phase < 2; phase++) {
        const int site = (y & 1) * 2 + ((x0 + phase) & 1);
        black[phase] = format->black[site];
        scale[phase] =
            options->white_balance[format->colour[site]] / (format->white - format->black[site]);
    }
    int32_t i = 0;
    for (; i + 1 < count; i += 2) {
        out[i] = ((float)in[i] - black[0]) * scale[0];
        out[i + 1] = ((float)in[i + 1] - black[1]) * scale[1];
    }
    if (i < count) {
        out[i] = ((float)in[i] - black[0]) * scale[0];
    }
    if (options->shading.gain == NULL) {
        return;
    }
    enum { CHUNK = 64 };
    float gain[CHUNK];
    for (int phase = 0; phase < 2; phase++) {
        const int site = (y & 1) * 2 + ((x0 + phase) & 1);
        for (int32_t x = phase; x < count; x += 2 * CHUNK) {
            const int32_t n = baryta_min(CHUNK, (count - x + 1) / 2);
            baryta_shading_row(&options->shading, site, mosaic->width, mosaic->height, y, x0 + x, n,
                               2, gain);
            for (int32_t k = 0; k < n; k++) {
                out[x + 2 * k] *= gain[k];
            }
        }
    }
}

baryta_status baryta_calibrate(const baryta_plane *mosaic, const baryta_develop_options *options,
                               const baryta_plane *normalised) {
    if (!baryta_develop_options_valid(options) || !baryta_plane_valid(mosaic, 2, 2) ||
        !baryta_plane_valid(normalised, 4, 4) || !baryta_same_size(mosaic, normalised)) {
        return BARYTA_BAD_ARGUMENT;
    }
#pragma omp parallel for num_threads(options->threads) schedule(static)
    for (int32_t y = 0; y < mosaic->height; y++) {
        baryta_calibrate_row(mosaic, options, y, 0, mosaic->width, baryta_row(normalised, y));
    }
    return BARYTA_OK;
}
