/* Demosaicing by directional linear minimum mean square error estimation, after Zhang and Wu,
 * "Color demosaicking via directional linear minimum mean square-error estimation" (2005), with
 * windows of five samples.
 *
 * Along a row and along a column every sample has an estimate of green minus the other colour. The
 * smoothed estimates in a window tell the true difference's mean and variance, what smoothing took
 * away tells the error's; the two directions are joined by the inverse of their error.
 *
 * Rows are padded, so that runs of lanes need no care for the rest; what lies within BURST_EDGE
 * columns of a padded row's ends is never sampled. */
#include "burst_routines.h"
#include "lanes.h"

enum { REACH = 2, WINDOW = 2 * REACH + 1 };

static const float smooth[REACH + 1] = {0.375f, 0.25f, 0.0625f};

void burst_demosaic_down(const burst_band *band, int32_t row, int green) {
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *up2 = burst_spare_row(band, BURST_RAW, row - 2, p);
        const float *up = burst_spare_row(band, BURST_RAW, row - 1, p);
        const float *own = burst_spare_row(band, BURST_RAW, row, p);
        const float *low = burst_spare_row(band, BURST_RAW, row + 1, p);
        const float *low2 = burst_spare_row(band, BURST_RAW, row + 2, p);
        float *out = burst_spare_row(band, BURST_DOWN, row, p);
        for (int32_t i = 0; i < band->length; i += LANES) {
            const vf beside = vf_load(up + i) + vf_load(low + i);
            const vf like = vf_load(up2 + i) + vf_load(low2 + i);
            vf_store(out + i, sign * (0.5f * vf_load(own + i) + 0.25f * like - 0.5f * beside));
        }
    }
}

void burst_demosaic_smooth(const burst_band *band, int32_t row) {
    const float *up2 = burst_spare_row(band, BURST_DOWN, row - 2, 0);
    const float *up = burst_spare_row(band, BURST_DOWN, row - 1, 0);
    const float *own = burst_spare_row(band, BURST_DOWN, row, 0);
    const float *low = burst_spare_row(band, BURST_DOWN, row + 1, 0);
    const float *low2 = burst_spare_row(band, BURST_DOWN, row + 2, 0);
    float *out = burst_spare_row(band, BURST_SMOOTH, row, 0);
    for (int32_t i = 0; i < 2 * band->length; i += LANES) {
        vf_store(out + i, smooth[0] * vf_load(own + i) +
                              smooth[1] * (vf_load(up + i) + vf_load(low + i)) +
                              smooth[2] * (vf_load(up2 + i) + vf_load(low2 + i)));
    }
}

/* The row's differences along itself, raw and smoothed, to two spare rows. */
static void across(const burst_band *band, int32_t row, int green) {
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *c = burst_spare_row(band, BURST_RAW, row, p);
        const float *o = burst_spare_row(band, BURST_RAW, row, 1 - p) + (p == 0 ? -1 : 0);
        float *out = band->across + (ptrdiff_t)p * band->length;
        for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
            const vf like = vf_load(c + i - 1) + vf_load(c + i + 1);
            const vf beside = vf_load(o + i) + vf_load(o + i + 1);
            vf_store(out + i, sign * (0.5f * vf_load(c + i) + 0.25f * like - 0.5f * beside));
        }
    }
    for (int p = 0; p < 2; p++) {
        const float *c = band->across + (ptrdiff_t)p * band->length;
        const float *o = band->across + (ptrdiff_t)(1 - p) * band->length + (p == 0 ? -1 : 0);
        float *out = band->across + (ptrdiff_t)(2 + p) * band->length;
        for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
            vf_store(out + i, smooth[0] * vf_load(c + i) +
                                  smooth[1] * (vf_load(o + i) + vf_load(o + i + 1)) +
                                  smooth[2] * (vf_load(c + i - 1) + vf_load(c + i + 1)));
        }
    }
}

/* Sums over a window of the smoothed differences, of their squares, and of the squares of what
 * smoothing took away. */
typedef struct window {
    vf sum, squares, noise;
} window;

static inline window window_of(vf smoothed, vf raw) {
    const vf away = smoothed - raw;
    return (window){smoothed, smoothed * smoothed, away * away};
}

static inline void take(window *w, vf smoothed, vf raw) {
    const vf away = smoothed - raw;
    w->sum += smoothed;
    w->squares += smoothed * smoothed;
    w->noise += away * away;
}

/* The estimate of the true difference and the variance of its error, both times `all`: so that one
 * division is enough for the two directions. */
typedef struct estimate {
    vf value, variance, all;
} estimate;

static inline estimate estimated(vf own, const window *w) {
    const vf mean = w->sum * (1.0f / WINDOW);
    const vf signal = vf_max(w->squares - w->sum * mean, vf_all(0.0f));
    const vf all = signal + w->noise + 1e-9f;
    return (estimate){mean * all + (own - mean) * signal, w->noise * signal + 1e-10f * all, all};
}

/* Green may pass the four greens round its site by a part of their range: enough for fine stripes,
 * too little for dots along the edges of saturated colours, where the difference is not smooth as
 * the method supposes. */
static inline vf bounded(vf green, vf a, vf b, vf c, vf d) {
    const vf low = vf_min(vf_min(a, b), vf_min(c, d)), high = vf_max(vf_max(a, b), vf_max(c, d));
    const vf room = 0.2f * (high - low);
    return vf_min(vf_max(green, low - room), high + room);
}

/* Green at the red or blue sites of a row, those of one parity. */
void burst_demosaic_green(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int green = colour[0] == 1 ? 0 : 1, p = 1 - green;
    across(band, row, green);
    const ptrdiff_t length = band->length, left = p == 0 ? -1 : 0;
    const float *d = band->across + p * length, *e = band->across + green * length + left;
    const float *s = band->across + (2 + p) * length;
    const float *t = band->across + (2 + green) * length + left;
    const float *down[WINDOW], *soft[WINDOW];
    for (int k = 0; k < WINDOW; k++) {
        down[k] = burst_spare_row(band, BURST_DOWN, row + k - REACH, p);
        soft[k] = burst_spare_row(band, BURST_SMOOTH, row + k - REACH, p);
    }
    const float *raw = burst_spare_row(band, BURST_RAW, row, p);
    const float *beside = burst_spare_row(band, BURST_RAW, row, green) + left;
    const float *above = burst_spare_row(band, BURST_RAW, row - 1, p);
    const float *below = burst_spare_row(band, BURST_RAW, row + 1, p);
    float *out = burst_spare_row(band, BURST_GREEN, row, p);
    for (int32_t i = BURST_EDGE; i < band->length - BURST_EDGE; i += LANES) {
        const vf own = vf_load(d + i);
        window along = window_of(vf_load(s + i - 1), vf_load(d + i - 1));
        take(&along, vf_load(t + i), vf_load(e + i));
        take(&along, vf_load(s + i), own);
        take(&along, vf_load(t + i + 1), vf_load(e + i + 1));
        take(&along, vf_load(s + i + 1), vf_load(d + i + 1));
        window across_rows = window_of(vf_load(soft[0] + i), vf_load(down[0] + i));
        for (int k = 1; k < WINDOW; k++) {
            take(&across_rows, vf_load(soft[k] + i), vf_load(down[k] + i));
        }
        const estimate h = estimated(own, &along);
        const estimate v = estimated(vf_load(down[REACH] + i), &across_rows);
        const vf joined = (h.value * v.variance + v.value * h.variance) /
                          (h.variance * v.all + v.variance * h.all);
        vf_store(out + i, bounded(vf_load(raw + i) + joined, vf_load(beside + i),
                                  vf_load(beside + i + 1), vf_load(above + i), vf_load(below + i)));
    }
}
