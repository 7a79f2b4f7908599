/* A stretch of a frame as three full planes, by the linear 5x5 filters of Malvar, He and Cutler
 * ("High-quality linear interpolation for demosaicing of Bayer-patterned color images", 2004).
 *
 * Columns of equal parity lie together, so that every neighbour of a run of like sites is a run of
 * its own and the loops are plain ones over contiguous floats. */
#include "burst.h"

#include <math.h>

static int32_t mirrored(int32_t y, int32_t height) {
    y = y < 0 ? -y : y;
    return y >= height ? 2 * (height - 1) - y : y;
}

static float *band_row(const burst_band *band, int plane, int32_t row, int parity) {
    return band->plane[plane] + ((size_t)row * 2 + (size_t)parity) * (size_t)band->length;
}

/* One row's samples to their planes, normalised, colours evened out, edges mirrored. */
static void split_row(const baryta_merge *merge, const uint16_t *restrict in, float gain,
                      int32_t site_row, burst_band *band, int32_t row) {
    const int32_t width = merge->grid.width;
    for (int parity = 0; parity < 2; parity++) {
        const int site = 2 * site_row + parity;
        const int colour = merge->options.format.colour[site];
        const float factor = merge->scale.gain[site] * gain * merge->colour_gain[colour];
        const float offset = merge->scale.black[site] * factor;
        const float top = merge->colour_gain[colour] * gain; /* the frame's own white */
        float *restrict out = band_row(band, merge->mono ? 0 : colour, row, parity) + BURST_PAD;
        const int32_t count = (width + 1 - parity) / 2;
        for (int32_t i = 0; i < count; i++) {
            const float value = (float)in[2 * i + parity] * factor - offset;
            out[i] = value < top ? value : top;
        }
        for (int32_t i = 1; i <= BURST_PAD; i++) {
            out[-i] = out[parity == 0 ? i : i - 1];
        }
        const int32_t slack = band->length - BURST_PAD;
        for (int32_t i = count; i < slack; i++) {
            const int32_t mirror = 2 * (width - 1) - (2 * i + parity);
            out[i] = out[mirror > 0 ? (mirror - parity) / 2 : 0];
        }
    }
}

/* Overwrites the defects that the frame shares with the reference. */
static void patch_row(const baryta_merge *merge, int32_t y, burst_band *band, int32_t row) {
    int32_t low = 0, high = merge->suspects;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        if (merge->suspect[middle].y < y) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    for (; low < merge->suspects && merge->suspect[low].y == y; low++) {
        const burst_suspect *s = &merge->suspect[low];
        if (s->patched) {
            const int parity = s->x & 1, site = 2 * (y & 1) + parity;
            const int colour = merge->options.format.colour[site];
            float *out = band_row(band, merge->mono ? 0 : colour, row, parity) + BURST_PAD;
            const float value =
                ((float)s->patch - merge->scale.black[site]) * merge->scale.gain[site];
            out[s->x / 2] = value / merge->exposure * merge->colour_gain[colour];
        }
    }
}

enum { REACH = 4, WINDOW = 2 * REACH + 1 };
#ifndef LMMSE_ROOT
#define LMMSE_ROOT 1
#endif
static const float smooth[REACH + 1] = {26.0f / 128, 23.0f / 128, 15.0f / 128, 9.0f / 128,
                                        4.0f / 128};

/* Index, in the other parity's run or its own, of the column `step` beyond column i of parity. */
static inline ptrdiff_t beyond(int parity, int step) {
    return (parity + step - ((parity + step) & 1)) / 2;
}

typedef struct estimate {
    float value, variance;
} estimate;

static inline estimate lmmse(float own, float sum, float squares, float noise) {
    const float mean = sum * (1.0f / WINDOW);
    const float spread = squares - sum * mean;
    const float signal = spread > 0.0f ? spread : 0.0f;
    const float total = signal + noise + 1e-9f;
    return (estimate){mean + (own - mean) * (signal / total), signal * noise / total + 1e-10f};
}

static void across_row(const burst_band *band, int32_t row, int green_parity) {
    const int32_t n = band->length;
    float *raw[2], *d[2], *s[2];
    for (int p = 0; p < 2; p++) {
        raw[p] = band_row(band, 3, row, p);
        d[p] = band_row(band, 4, row, p);
        s[p] = band_row(band, 5, row, p);
    }
    for (int p = 0; p < 2; p++) {
        const float sign = p == green_parity ? 1.0f : -1.0f;
        const float *restrict c = raw[p];
        const float *restrict o = raw[1 - p] + beyond(p, -1);
        float *restrict out = d[p];
        for (int32_t i = 1; i < n - 1; i++) {
            out[i] =
                sign * (0.5f * c[i] + 0.25f * (c[i - 1] + c[i + 1]) - 0.5f * (o[i] + o[i + 1]));
        }
    }
    for (int p = 0; p < 2; p++) {
        const float *restrict c = d[p];
        const float *restrict o = d[1 - p] + beyond(p, -1);
        float *restrict out = s[p];
        for (int32_t i = 3; i < n - 3; i++) {
            out[i] = smooth[0] * c[i] + smooth[1] * (o[i] + o[i + 1]) +
                     smooth[2] * (c[i - 1] + c[i + 1]) + smooth[3] * (o[i - 1] + o[i + 2]) +
                     smooth[4] * (c[i - 2] + c[i + 2]);
        }
    }
}

static void down_row(const burst_band *band, int32_t row, int green_parity) {
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    for (int p = 0; p < 2; p++) {
        const float sign = p == green_parity ? 1.0f : -1.0f;
        const float *restrict c = band_row(band, 3, row, p);
        float *restrict out = band_row(band, 6, row, p);
        for (int32_t i = 0; i < band->length; i++) {
            out[i] = sign * (0.5f * c[i] + 0.25f * (c[i - 2 * line] + c[i + 2 * line]) -
                             0.5f * (c[i - line] + c[i + line]));
        }
    }
}

static void smooth_down(const burst_band *band, int32_t row) {
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const float *restrict c = band_row(band, 6, row, 0);
    float *restrict out = band_row(band, 7, row, 0);
    for (int32_t i = 0; i < 2 * band->length; i++) {
        out[i] = smooth[0] * c[i] + smooth[1] * (c[i - line] + c[i + line]) +
                 smooth[2] * (c[i - 2 * line] + c[i + 2 * line]) +
                 smooth[3] * (c[i - 3 * line] + c[i + 3 * line]) +
                 smooth[4] * (c[i - 4 * line] + c[i + 4 * line]);
    }
}

static inline void green_run(const burst_band *band, int32_t row, const int p) {
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const float *restrict raw = band_row(band, 3, row, p);
    const float *restrict dc = band_row(band, 4, row, p);
    const float *restrict dn = band_row(band, 4, row, 1 - p);
    const float *restrict sc = band_row(band, 5, row, p);
    const float *restrict so = band_row(band, 5, row, 1 - p);
    const float *restrict vd = band_row(band, 6, row, p);
    const float *restrict vs = band_row(band, 7, row, p);
    float *restrict g = band_row(band, 1, row, p);
    for (int32_t i = 5; i < band->length - 5; i++) {
        float sum = 0.0f, squares = 0.0f, noise = 0.0f;
        for (int j = -REACH; j <= REACH; j++) {
            const ptrdiff_t at = i + beyond(p, j);
            const float v = (j & 1) ? so[at] : sc[at];
            const float e = v - ((j & 1) ? dn[at] : dc[at]);
            sum += v;
            squares += v * v;
            noise += e * e;
        }
        const estimate h = lmmse(dc[i], sum, squares, noise);
        sum = squares = noise = 0.0f;
        for (int j = -REACH; j <= REACH; j++) {
            const float v = vs[i + j * line];
            const float e = v - vd[i + j * line];
            sum += v;
            squares += v * v;
            noise += e * e;
        }
        const estimate w = lmmse(vd[i], sum, squares, noise);
        g[i] = raw[i] + (h.value * w.variance + w.value * h.variance) / (h.variance + w.variance);
    }
}

static void fill_chroma_site(const burst_band *band, int own, int32_t row, int parity) {
    const int far = 2 - own;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict green = band_row(band, 1, row, 1 - parity) + left;
    const float *restrict corner = band_row(band, far, row, 1 - parity) + left;
    const float *restrict g = band_row(band, 1, row, parity);
    float *restrict f = band_row(band, far, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        const float a =
            corner[i - line] + corner[i + 1 - line] + corner[i + line] + corner[i + 1 + line];
        const float b =
            green[i - line] + green[i + 1 - line] + green[i + line] + green[i + 1 + line];
        f[i] = g[i] + 0.25f * (a - b);
    }
}

static void fill_green_site(const burst_band *band, int beside, int32_t row, int parity) {
    const int above = 2 - beside;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict g = band_row(band, 1, row, parity);
    const float *restrict gs = band_row(band, 1, row, 1 - parity) + left;
    const float *restrict side = band_row(band, beside, row, 1 - parity) + left;
    const float *restrict up = band_row(band, above, row, parity);
    float *restrict b = band_row(band, beside, row, parity);
    float *restrict a = band_row(band, above, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        b[i] = g[i] + 0.5f * (side[i] + side[i + 1] - gs[i] - gs[i + 1]);
        a[i] = g[i] + 0.5f * (up[i - line] + up[i + line] - g[i - line] - g[i + line]);
    }
}

static void raise(const burst_band *band, float offset) {
    for (int c = 0; c < 3; c++) {
        float *restrict p = band_row(band, c, 0, 0);
        for (int32_t i = 0; i < band->rows * 2 * band->length; i++) {
            p[i] = p[i] * p[i] - offset;
        }
    }
}

void burst_fill_band(const baryta_merge *merge, const baryta_plane *frame, burst_band *band) {
    const float offset = LMMSE_ROOT ? 0.01f + 5.0f * sqrtf(merge->options.noise.read[0]) : 0.0f;
    for (int32_t row = 0; row < band->rows; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        split_row(merge, baryta_row(frame, y), 1.0f / merge->exposure, y & 1, band, row);
        patch_row(merge, y, band, row);
        if (merge->mono) {
            continue;
        }
        for (int parity = 0; parity < 2; parity++) {
            const int colour = merge->options.format.colour[2 * (y & 1) + parity];
            float *restrict own = band_row(band, colour, row, parity);
            float *restrict raw = band_row(band, 3, row, parity);
            for (int32_t i = 0; i < band->length; i++) {
                float v = own[i];
                if (LMMSE_ROOT) {
                    v += offset;
                    v = sqrtf(v > 0.0f ? v : 0.0f);
                }
                raw[i] = own[i] = v;
            }
        }
    }
    if (merge->mono) {
        return;
    }
    for (int32_t row = 0; row < band->rows; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        const int green = merge->options.format.colour[2 * (y & 1)] == 1 ? 0 : 1;
        across_row(band, row, green);
        if (row >= 2 && row < band->rows - 2) {
            down_row(band, row, green);
        }
        if (row >= 12) {
            smooth_down(band, row - 4 - 2);
        }
    }
    for (int32_t row = 10; row < band->rows - 11; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        if (merge->options.format.colour[2 * (y & 1)] == 1) {
            green_run(band, row, 1);
        } else {
            green_run(band, row, 0);
        }
    }
    for (int32_t row = 11; row < band->rows - 12; row++) {
        const int32_t y = mirrored(band->first + row, merge->grid.height);
        const int *colour = &merge->options.format.colour[2 * (y & 1)];
        for (int parity = 0; parity < 2; parity++) {
            if (colour[parity] == 1) {
                fill_green_site(band, colour[1 - parity], row, parity);
            } else {
                fill_chroma_site(band, colour[parity], row, parity);
            }
        }
    }
    if (LMMSE_ROOT) {
        raise(band, offset);
    }
}
