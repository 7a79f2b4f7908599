/* Demosaicing by directional linear minimum mean square error estimation, after Zhang and Wu,
 * "Color demosaicking via directional linear minimum mean square-error estimation" (2005), with
 * windows of five samples.
 *
 * Along a row and along a column every sample has an estimate of green minus the other colour. The
 * smoothed estimates in a window tell the true difference's mean and variance, what smoothing took
 * away tells the error's; the two directions are joined by the inverse of their error. */
#include "burst.h"

enum { REACH = 2, WINDOW = 2 * REACH + 1 };

static const float smooth[REACH + 1] = {0.375f, 0.25f, 0.0625f};

typedef struct estimate {
    float value, variance;
} estimate;

static inline estimate estimated(float own, float sum, float squares, float noise) {
    const float mean = sum * (1.0f / WINDOW);
    const float spread = squares - sum * mean;
    const float signal = spread > 0.0f ? spread : 0.0f;
    const float part = signal / (signal + noise + 1e-9f);
    return (estimate){mean + (own - mean) * part, noise * part + 1e-10f};
}

void burst_demosaic_down(const burst_band *band, int32_t row, int green) {
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *restrict c = burst_band_row(band, BURST_RAW, row, p);
        float *restrict out = burst_band_row(band, BURST_DOWN, row, p);
        for (int32_t i = 0; i < band->length; i++) {
            out[i] = sign * (0.5f * c[i] + 0.25f * (c[i - 2 * line] + c[i + 2 * line]) -
                             0.5f * (c[i - line] + c[i + line]));
        }
    }
}

void burst_demosaic_smooth(const burst_band *band, int32_t row) {
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const float *restrict c = burst_band_row(band, BURST_DOWN, row, 0);
    float *restrict out = burst_band_row(band, BURST_SMOOTH, row, 0);
    for (int32_t i = 0; i < 2 * band->length; i++) {
        out[i] = smooth[0] * c[i] + smooth[1] * (c[i - line] + c[i + line]) +
                 smooth[2] * (c[i - 2 * line] + c[i + 2 * line]);
    }
}

/* The row's differences along itself, raw and smoothed, to two spare rows. */
static void across(const burst_band *band, int32_t row, int green) {
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *restrict c = burst_band_row(band, BURST_RAW, row, p);
        const float *restrict o = burst_band_row(band, BURST_RAW, row, 1 - p) + (p == 0 ? -1 : 0);
        float *restrict out = band->across + (ptrdiff_t)p * band->length;
        for (int32_t i = 1; i < band->length - 1; i++) {
            out[i] =
                sign * (0.5f * c[i] + 0.25f * (c[i - 1] + c[i + 1]) - 0.5f * (o[i] + o[i + 1]));
        }
    }
    for (int p = 0; p < 2; p++) {
        const float *restrict c = band->across + (ptrdiff_t)p * band->length;
        const float *restrict o =
            band->across + (ptrdiff_t)(1 - p) * band->length + (p == 0 ? -1 : 0);
        float *restrict out = band->across + (ptrdiff_t)(2 + p) * band->length;
        for (int32_t i = 2; i < band->length - 2; i++) {
            out[i] = smooth[0] * c[i] + smooth[1] * (o[i] + o[i + 1]) +
                     smooth[2] * (c[i - 1] + c[i + 1]);
        }
    }
}

static inline float squared(float x) {
    return x * x;
}

/* Green at the red or blue sites of a row, those of one parity. */
void burst_demosaic_green(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int green = colour[0] == 1 ? 0 : 1, p = 1 - green;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    across(band, row, green);
    const float *restrict d = band->across + (ptrdiff_t)p * band->length;
    const float *restrict e = band->across + (ptrdiff_t)green * band->length + (p == 0 ? -1 : 0);
    const float *restrict s = band->across + (ptrdiff_t)(2 + p) * band->length;
    const float *restrict t =
        band->across + (ptrdiff_t)(2 + green) * band->length + (p == 0 ? -1 : 0);
    const float *restrict raw = burst_band_row(band, BURST_RAW, row, p);
    const float *restrict v = burst_band_row(band, BURST_DOWN, row, p);
    const float *restrict w = burst_band_row(band, BURST_SMOOTH, row, p);
    float *restrict out = burst_band_row(band, 1, row, p);
    for (int32_t i = 3; i < band->length - 3; i++) {
        const float sum = s[i - 1] + s[i] + s[i + 1] + t[i] + t[i + 1];
        const float squares = squared(s[i - 1]) + squared(s[i]) + squared(s[i + 1]) +
                              squared(t[i]) + squared(t[i + 1]);
        const float noise = squared(s[i - 1] - d[i - 1]) + squared(s[i] - d[i]) +
                            squared(s[i + 1] - d[i + 1]) + squared(t[i] - e[i]) +
                            squared(t[i + 1] - e[i + 1]);
        const estimate h = estimated(d[i], sum, squares, noise);
        const float *x = v + i, *y = w + i;
        const float sum_down = y[-2 * line] + y[-line] + y[0] + y[line] + y[2 * line];
        const float squares_down = squared(y[-2 * line]) + squared(y[-line]) + squared(y[0]) +
                                   squared(y[line]) + squared(y[2 * line]);
        const float noise_down = squared(y[-2 * line] - x[-2 * line]) +
                                 squared(y[-line] - x[-line]) + squared(y[0] - x[0]) +
                                 squared(y[line] - x[line]) + squared(y[2 * line] - x[2 * line]);
        const estimate k = estimated(x[0], sum_down, squares_down, noise_down);
        out[i] = raw[i] + (h.value * k.variance + k.value * h.variance) / (h.variance + k.variance);
    }
}

/* Blue at red sites or red at blue sites: green plus the mean difference of the four corners. */
static void far_colour(const burst_band *band, int own, int32_t row, int parity) {
    const int far = 2 - own;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict green = burst_band_row(band, 1, row, 1 - parity) + left;
    const float *restrict corner = burst_band_row(band, far, row, 1 - parity) + left;
    const float *restrict g = burst_band_row(band, 1, row, parity);
    float *restrict out = burst_band_row(band, far, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        const float a =
            corner[i - line] + corner[i + 1 - line] + corner[i + line] + corner[i + 1 + line];
        const float b =
            green[i - line] + green[i + 1 - line] + green[i + line] + green[i + 1 + line];
        out[i] = g[i] + 0.25f * (a - b);
    }
}

/* Red and blue at green sites: green plus the mean difference of the two neighbours. */
static void both_colours(const burst_band *band, int beside, int32_t row, int parity) {
    const int above = 2 - beside;
    const ptrdiff_t line = 2 * (ptrdiff_t)band->length;
    const ptrdiff_t left = parity == 0 ? -1 : 0;
    const float *restrict g = burst_band_row(band, 1, row, parity);
    const float *restrict green = burst_band_row(band, 1, row, 1 - parity) + left;
    const float *restrict side = burst_band_row(band, beside, row, 1 - parity) + left;
    const float *restrict up = burst_band_row(band, above, row, parity);
    float *restrict b = burst_band_row(band, beside, row, parity);
    float *restrict a = burst_band_row(band, above, row, parity);
    for (int32_t i = 1; i < band->length - 1; i++) {
        b[i] = g[i] + 0.5f * (side[i] + side[i + 1] - green[i] - green[i + 1]);
        a[i] = g[i] + 0.5f * (up[i - line] + up[i + line] - g[i - line] - g[i + line]);
    }
}

void burst_demosaic_chroma(const burst_band *band, int32_t row, const int32_t colour[2]) {
    for (int parity = 0; parity < 2; parity++) {
        if (colour[parity] == 1) {
            both_colours(band, colour[1 - parity], row, parity);
        } else {
            far_colour(band, colour[parity], row, parity);
        }
    }
}
