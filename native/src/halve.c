/* A mosaic of half size: four samples of a colour to one, so that the result is a mosaic again.
 *
 * Of each 4x4 samples of a Bayer mosaic one 2x2 cell is made. Weights of 3/4 and 1/4 in rows and
 * columns, the heavier ones outside, move the colours' centres to 0.5 and 2.5: exactly a lattice of
 * twice the pitch, where plain means would leave them 1 apart instead of 2.
 */
#include "core.h"

#include <math.h>

enum { CHUNK = 512 }; /* input columns */

typedef struct job {
    const baryta_plane *mosaic;
    const baryta_plane *half;
    uint32_t scale;
    uint32_t clip; /* samples from here on are clipped */
    uint16_t white; /* what clipped ones become */
    int mono;
} job;

static inline uint16_t scaled(uint32_t sum, uint32_t scale) {
    const uint32_t value = (sum * scale + 8u) >> 4;
    return (uint16_t)(value < 65535u ? value : 65535u);
}

/* A mean of clipped and unclipped samples is too low, and turns magenta in white balance: with a
 * quarter of its weight clipped it is taken for clipped itself. On sharp-edged lights that leaves
 * 0.6 of the plain mean's magenta and swells them by less than a sample; with any share 0.45, but
 * then by a sample all round. */
static int is_clipped(const job *work, const uint16_t sample[4], const uint32_t weight[4]) {
    uint32_t clipped = 0;
    for (int i = 0; i < 4; i++) {
        clipped += sample[i] >= work->clip ? weight[i] : 0u;
    }
    return clipped >= 4u; /* of 16 */
}

/* Rows a (3/4) and b (1/4) of the same two colours to one row of pairs. */
static void halve_bayer_row(const job *work, const uint16_t *restrict a, const uint16_t *restrict b,
                            int32_t quads, uint16_t *restrict out) {
    static const uint32_t weight[2][4] = {{9, 3, 3, 1}, {3, 9, 1, 3}};
    uint32_t sum[CHUNK];
    for (int32_t q0 = 0; q0 < quads; q0 += CHUNK / 4) {
        const int32_t n = quads - q0 < CHUNK / 4 ? quads - q0 : CHUNK / 4;
        const uint16_t *restrict p = a + 4 * (size_t)q0;
        const uint16_t *restrict q = b + 4 * (size_t)q0;
        uint16_t *restrict to = out + 2 * (size_t)q0;
        uint32_t most = 0;
        for (int32_t x = 0; x < 4 * n; x++) {
            const uint16_t higher = p[x] > q[x] ? p[x] : q[x];
            most = higher > most ? higher : most;
            sum[x] = 3u * p[x] + q[x];
        }
        for (int32_t i = 0; i < n; i++) {
            to[2 * i] = scaled(3u * sum[4 * i] + sum[4 * i + 2], work->scale);
            to[2 * i + 1] = scaled(sum[4 * i + 1] + 3u * sum[4 * i + 3], work->scale);
        }
        for (int32_t i = 0; i < n && most >= work->clip; i++) {
            for (int k = 0; k < 2; k++) {
                const size_t x = (size_t)(4 * i + k);
                const uint16_t sample[4] = {p[x], p[x + 2], q[x], q[x + 2]};
                to[2 * i + k] = is_clipped(work, sample, weight[k]) ? work->white : to[2 * i + k];
            }
        }
    }
}

static void halve_mono_row(const job *work, const uint16_t *restrict a, const uint16_t *restrict b,
                           int32_t width, uint16_t *restrict out) {
    static const uint32_t weight[4] = {4, 4, 4, 4};
    uint32_t most = 0;
    for (int32_t x = 0; x < 2 * width; x++) {
        const uint16_t higher = a[x] > b[x] ? a[x] : b[x];
        most = higher > most ? higher : most;
    }
    for (int32_t x = 0; x < width; x++) {
        const uint32_t sum = (uint32_t)a[2 * x] + a[2 * x + 1] + b[2 * x] + b[2 * x + 1];
        out[x] = scaled(4u * sum, work->scale);
    }
    for (int32_t x = 0; x < width && most >= work->clip; x++) {
        const uint16_t sample[4] = {a[2 * x], a[2 * x + 1], b[2 * x], b[2 * x + 1]};
        out[x] = is_clipped(work, sample, weight) ? work->white : out[x];
    }
}

static void halve_row(const job *work, int32_t y) {
    uint16_t *out = baryta_row(work->half, y);
    if (work->mono) {
        halve_mono_row(work, baryta_row(work->mosaic, 2 * y), baryta_row(work->mosaic, 2 * y + 1),
                       work->half->width, out);
        return;
    }
    const int32_t top = 2 * (y & ~1); /* of the 4x4 samples */
    const int32_t near = y & 1 ? top + 3 : top, far = y & 1 ? top + 1 : top + 2;
    halve_bayer_row(work, baryta_row(work->mosaic, near), baryta_row(work->mosaic, far),
                    work->half->width / 2, out);
}

static void set_scale(const baryta_mosaic_format *format, const baryta_noise *noise, int mono,
                      float scale, baryta_mosaic_format *half_format, baryta_noise *half_noise) {
    float black = 0.0f, shot = 0.0f, read = 0.0f;
    for (int site = 0; site < 4; site++) {
        black += 0.25f * format->black[site];
        shot += 0.0625f * noise->shot[site];
        read += 0.0625f * noise->read[site];
    }
    *half_format = *format;
    half_format->white = format->white * scale;
    const float left = 100.0f / 256.0f; /* the sum of the squared weights, (10/16)^2 */
    for (int site = 0; site < 4; site++) {
        half_format->black[site] = (mono ? black : format->black[site]) * scale;
        half_noise->shot[site] = mono ? shot : noise->shot[site] * left;
        half_noise->read[site] = mono ? read : noise->read[site] * left;
    }
}

baryta_status baryta_halve_mosaic(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                                  const baryta_noise *noise, int32_t output_scale,
                                  const baryta_plane *half, baryta_mosaic_format *half_format,
                                  baryta_noise *half_noise, int32_t threads) {
    if (!baryta_plane_valid(mosaic, 2, 2) || !baryta_plane_valid(half, 2, 2) || format == NULL ||
        !baryta_format_valid(format) || !baryta_cfa_valid(format->colour) ||
        !baryta_noise_valid(noise) || half_format == NULL || half_noise == NULL ||
        output_scale < 1 || (float)output_scale * format->white > 65535.0f ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int mono = baryta_cfa_mono(format->colour);
    const int32_t unit = mono ? 2 : 4;
    if (half->width != mosaic->width / unit * (unit / 2) ||
        half->height != mosaic->height / unit * (unit / 2)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const job work = {.mosaic = mosaic,
                      .half = half,
                      .scale = (uint32_t)output_scale,
                      .clip = (uint32_t)ceilf(format->white - 0.5f),
                      .white = (uint16_t)(format->white * (float)output_scale + 0.5f),
                      .mono = mono};
#pragma omp parallel for num_threads(threads) schedule(static)
    for (int32_t y = 0; y < half->height; y++) {
        halve_row(&work, y);
    }
    set_scale(format, noise, mono, (float)output_scale, half_format, half_noise);
    return BARYTA_OK;
}
