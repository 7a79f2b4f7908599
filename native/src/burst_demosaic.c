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
#include "tiles.h"

#include <string.h>

enum { REACH = 2, WINDOW = 2 * REACH + 1 };

static const float smooth[REACH + 1] = {0.375f, 0.25f, 0.0625f};

/* A colour's difference to green in the middle of five samples of a line. */
static inline vf difference(float sign, vf own, vf like, vf beside) {
    return sign * (0.5f * own + 0.25f * like - 0.5f * beside);
}

static inline vf smoothed(vf own, vf beside, vf further) {
    return smooth[0] * own + smooth[1] * beside + smooth[2] * further;
}

/* Two rows at once, which share most of what they are made of. */
void burst_demosaic_down(const burst_band *band, int32_t row, int green) {
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *raw[REACH + 2 + REACH], *down[4];
        for (int k = 0; k < REACH + 2 + REACH; k++) {
            raw[k] = burst_spare_row(band, BURST_RAW, row + k - REACH, p);
        }
        for (int k = 0; k < 4; k++) {
            down[k] = burst_spare_row(band, BURST_DOWN, row + k - 4, p);
        }
        float *first = burst_spare_row(band, BURST_DOWN, row, p);
        float *second = burst_spare_row(band, BURST_DOWN, row + 1, p);
        float *first_smooth = burst_spare_row(band, BURST_SMOOTH, row - 2, p);
        float *second_smooth = burst_spare_row(band, BURST_SMOOTH, row - 1, p);
        for (int32_t i = 0; i < band->length; i += LANES) {
            const vf r1 = vf_load(raw[1] + i), r2 = vf_load(raw[2] + i);
            const vf r3 = vf_load(raw[3] + i), r4 = vf_load(raw[4] + i);
            const vf d4 = difference(sign, r2, vf_load(raw[0] + i) + r4, r1 + r3);
            const vf d5 = difference(-sign, r3, r1 + vf_load(raw[5] + i), r2 + r4);
            const vf d1 = vf_load(down[1] + i), d2 = vf_load(down[2] + i);
            const vf d3 = vf_load(down[3] + i);
            vf_store(first + i, d4);
            vf_store(second + i, d5);
            vf_store(first_smooth + i, smoothed(d2, d1 + d3, vf_load(down[0] + i) + d4));
            vf_store(second_smooth + i, smoothed(d3, d2 + d4, d1 + d5));
        }
    }
}

/* Of some columns of a row the differences along it, raw and smoothed, by parity: few enough to
 * stay in the first cache. Behind the column that they begin with lies the end of those before, and
 * differences are known further than they are smoothed, these further than they are asked for. */
enum { COLUMNS = 256, BEHIND = MOST_LANES, SPAN = BEHIND + COLUMNS + 2 * MOST_LANES };
typedef struct stretch {
    float raw[2][SPAN], smooth[2][SPAN];
    int32_t first; /* column */
} stretch;

/* Differences of a row from one column to another, and smoothed ones so far as they reach. */
static void go_along(const burst_band *band, int32_t row, int green, int32_t from, int32_t to,
                     stretch *along) {
    const int32_t at = BEHIND - along->first;
    for (int p = 0; p < 2; p++) {
        const float sign = p == green ? 1.0f : -1.0f;
        const float *c = burst_spare_row(band, BURST_RAW, row, p);
        const float *o = burst_spare_row(band, BURST_RAW, row, 1 - p) + (p == 0 ? -1 : 0);
        for (int32_t i = from; i < to; i += LANES) {
            const vf like = vf_load(c + i - 1) + vf_load(c + i + 1);
            const vf beside = vf_load(o + i) + vf_load(o + i + 1);
            vf_store(along->raw[p] + at + i, difference(sign, vf_load(c + i), like, beside));
        }
    }
    from -= from > BURST_EDGE ? MOST_LANES : 0;
    to -= to < band->length - BURST_EDGE ? MOST_LANES : 0;
    for (int p = 0; p < 2; p++) {
        const float *c = along->raw[p] + at, *o = along->raw[1 - p] + at + (p == 0 ? -1 : 0);
        for (int32_t i = from; i < to; i += LANES) {
            vf_store(along->smooth[p] + at + i,
                     smoothed(vf_load(c + i), vf_load(o + i) + vf_load(o + i + 1),
                              vf_load(c + i - 1) + vf_load(c + i + 1)));
        }
    }
}

/* On to the next columns. */
static void move_on(stretch *along) {
    for (int p = 0; p < 2; p++) {
        memcpy(along->raw[p], along->raw[p] + COLUMNS, (SPAN - COLUMNS) * sizeof(float));
        memcpy(along->smooth[p], along->smooth[p] + COLUMNS, (SPAN - COLUMNS) * sizeof(float));
    }
    along->first += COLUMNS;
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

/* Green at the red or blue sites of a row, those of one parity, from one column to another. */
static void find_green(const burst_band *band, int32_t row, int green, const stretch *known,
                       int32_t from, int32_t to) {
    const int p = 1 - green;
    const ptrdiff_t left = p == 0 ? -1 : 0, at = BEHIND - known->first;
    const float *d = known->raw[p] + at, *e = known->raw[green] + at + left;
    const float *s = known->smooth[p] + at, *t = known->smooth[green] + at + left;
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
    for (int32_t i = from; i < to; i += LANES) {
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

void burst_demosaic_green(const burst_band *band, int32_t row, const int32_t colour[2]) {
    const int green = colour[0] == 1 ? 0 : 1;
    const int32_t end = band->length - BURST_EDGE;
    stretch along = {.first = BURST_EDGE};
    int32_t known = BURST_EDGE;
    for (int32_t from = BURST_EDGE; from < end; from += COLUMNS, move_on(&along)) {
        const int32_t to = baryta_min(from + COLUMNS, end);
        const int32_t further = baryta_min(to + 2 * MOST_LANES, end);
        go_along(band, row, green, known, further, &along);
        find_green(band, row, green, &along, from, to);
        known = further;
    }
}
