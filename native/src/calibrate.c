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
    const float scale =
        columns == 1 || width == 1 ? 0.0f : (float)(columns - 1) / (float)(width - 1);
    for (int32_t i = 0; i < count;) {
        /* As far as the same two nodes serve. */
        float u;
        const int32_t left = node(x0 + i * step, width, columns, &u);
        const int32_t right = baryta_min(left + 1, columns - 1);
        int32_t end = count;
        if (right < columns - 1) {
            const float next = (float)right / scale - (float)x0;
            end = baryta_min(count, baryta_max(i + 1, (int32_t)(next / (float)step)));
            while (end < count && node(x0 + end * step, width, columns, &u) == left) {
                end++;
            }
            while (end > i + 1 && node(x0 + (end - 1) * step, width, columns, &u) != left) {
                end--;
            }
        }
        const float a = above[left];
        const float b = below[left];
        const float rise_a = above[right] - a;
        const float rise_b = below[right] - b;
        for (; i < end; i++) {
            const float share = (float)(x0 + i * step) * scale - (float)left;
            const float at_a = a + share * rise_a;
            const float at_b = b + share * rise_b;
            out[i] = at_a + v * (at_b - at_a);
        }
    }
}

enum { CHUNK = 64 }; /* pairs of samples */

void baryta_calibrate_row(const baryta_plane *mosaic, const baryta_develop_options *options,
                          int32_t y, int32_t x0, int32_t count, float *restrict out) {
    const uint16_t *restrict in = (const uint16_t *)baryta_row(mosaic, y) + x0;
    const baryta_mosaic_format *format = &options->format;
    enum { GROUP = 16 };
    float black[GROUP];
    float scale[GROUP];
    for (int i = 0; i < GROUP; i++) {
        const int site = (y & 1) * 2 + ((x0 + i) & 1);
        black[i] = format->black[site];
        scale[i] =
            options->white_balance[format->colour[site]] / (format->white - format->black[site]);
    }
    int32_t i = 0;
    for (; i + GROUP <= count; i += GROUP) {
        for (int k = 0; k < GROUP; k++) {
            out[i + k] = ((float)in[i + k] - black[k]) * scale[k];
        }
    }
    for (; i < count; i++) {
        out[i] = ((float)in[i] - black[i % GROUP]) * scale[i % GROUP];
    }
    if (options->shading.gain == NULL) {
        return;
    }
    const int site = (y & 1) * 2;
    float gain[2][CHUNK];
    for (int32_t x = 0; x < count; x += 2 * CHUNK) {
        const int32_t n = baryta_min(CHUNK, (count - x) / 2);
        for (int phase = 0; phase < 2; phase++) {
            baryta_shading_row(&options->shading, site + ((x0 + phase) & 1), mosaic->width,
                               mosaic->height, y, x0 + x + phase, n, 2, gain[phase]);
        }
        for (int32_t k = 0; k < n; k++) {
            out[x + 2 * k] *= gain[0][k];
            out[x + 2 * k + 1] *= gain[1][k];
        }
    }
    if (count % 2 != 0) {
        float last;
        baryta_shading_row(&options->shading, site + ((x0 + count - 1) & 1), mosaic->width,
                           mosaic->height, y, x0 + count - 1, 1, 1, &last);
        out[count - 1] *= last;
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
