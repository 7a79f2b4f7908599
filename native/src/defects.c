/* Isolated hot and dead pixels.
 *
 * A candidate lies far beyond its like-coloured neighbours: beyond all but one of the eight (so
 * that two defects side by side are found), by more than the noise and by more than their own
 * spread explains. It is kept as real light if the optics spread it: a star, a specular point or
 * the end of a letter's stroke also lifts the four samples that touch it, a defect lifts nothing.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels_routines.h"
#include "tiles.h"

static const float sigmas = 6.0f; /* beyond the neighbours' */
static const float real_share = 0.08f; /* excess of the four touching samples that proves light */
static const float edge_share = 0.25f; /* the same, for one touching sample alone */
static const float edge_sigmas = 4.0f;
static const float real_sigmas = 1.2f;

enum { BAND = 64, CHUNK = 256 };

typedef struct fix {
    int32_t x;
    int32_t y;
    uint16_t value;
} fix;

typedef struct fixes {
    fix *list;
    int64_t count;
    int64_t capacity;
    int failed;
} fixes;

typedef struct job {
    const baryta_plane *mosaic;
    const baryta_mosaic_format *format;
    const baryta_noise *noise;
    float isolation; /* excess over the neighbours' spread */
    fixes *band;
} job;

static int32_t mirror(int32_t i, int32_t length) {
    i = i < 0 ? -i : i;
    return i < length ? i : 2 * (length - 1) - i;
}

static float at(const baryta_plane *mosaic, int32_t x, int32_t y) {
    const uint16_t *row = baryta_row(mosaic, mirror(y, mosaic->height));
    return (float)row[mirror(x, mosaic->width)];
}

/* Standard deviation, sample units, of a sample of this level. */
static float deviation(const job *work, int site, float level) {
    const float range = work->format->white - work->format->black[site];
    const float x = (level - work->format->black[site]) / range;
    const float variance =
        work->noise->shot[site] * (x > 0.0f ? x : 0.0f) + work->noise->read[site];
    /* Quantisation is part of every sample. */
    return sqrtf(variance * range * range + 1.0f / 12.0f);
}

/* How far the four samples that touch (x, y) rise above their own surroundings: their sum, and
 * the highest. */
static float lift(const baryta_plane *mosaic, int32_t x, int32_t y, float sign, float *highest) {
    static const int step[4][2] = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};
    float sum = 0.0f;
    *highest = 0.0f;
    for (int i = 0; i < 4; i++) {
        const int32_t dx = step[i][0];
        const int32_t dy = step[i][1];
        const int32_t u = x + dx;
        const int32_t v = y + dy;
        const float away = at(mosaic, u + 2 * dx, v + 2 * dy) + at(mosaic, u + 2 * dy, v + 2 * dx) +
                           at(mosaic, u - 2 * dy, v - 2 * dx);
        const float one = sign * (at(mosaic, u, v) - away / 3.0f);
        sum += one;
        *highest = fmaxf(*highest, one);
    }
    return sum;
}

static void add(fixes *band, int32_t x, int32_t y, uint16_t value) {
    if (band->count == band->capacity) {
        const int64_t capacity = band->capacity == 0 ? 64 : band->capacity * 2;
        fix *list = realloc(band->list, (size_t)capacity * sizeof(fix));
        if (list == NULL) {
            band->failed = 1;
            return;
        }
        band->list = list;
        band->capacity = capacity;
    }
    band->list[band->count++] = (fix){x, y, value};
}

/* The exact decision for one sample that looks like an outlier. */
static void judge(const job *work, int32_t x, int32_t y, fixes *band) {
    const baryta_plane *mosaic = work->mosaic;
    const int site = (y & 1) * 2 + (x & 1);
    float like[8];
    int count = 0;
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            if (dx != 0 || dy != 0) {
                const float value = at(mosaic, x + dx, y + dy);
                int i = count++;
                for (; i > 0 && like[i - 1] > value; i--) {
                    like[i] = like[i - 1];
                }
                like[i] = value;
            }
        }
    }
    const float value = at(mosaic, x, y);
    const float median = 0.5f * (like[3] + like[4]);
    const float sign = value > median ? 1.0f : -1.0f;
    const float bound = value > median ? like[6] : like[1];
    const float excess = sign * (value - bound);
    const float noise = deviation(work, site, value > median ? bound : median);
    if (excess <= sigmas * noise || excess <= work->isolation * (like[6] - like[1])) {
        return;
    }
    float highest;
    const float real = lift(mosaic, x, y, sign, &highest);
    /* The difference of one sample and the mean of three has 4/3 of a sample's variance. */
    if (real > real_share * excess + real_sigmas * 2.31f * noise ||
        highest > edge_share * excess + edge_sigmas * 1.15f * noise) {
        return;
    }
    add(band, x, y, (uint16_t)(median + 0.5f));
}

static inline uint16_t low(uint16_t a, uint16_t b) {
    return a < b ? a : b;
}

static inline uint16_t high(uint16_t a, uint16_t b) {
    return a > b ? a : b;
}

/* Variance of a sample, sample units: slope * (level - black) + least, the lower one of a row's two
 * colours, and all of it times the squared number of deviations that an outlier differs by. */
typedef struct bound {
    float slope;
    float black;
    float least;
} bound;

static bound bound_of(const job *work, int32_t y) {
    const baryta_mosaic_format *format = work->format;
    bound lowest = {1e9f, 0.0f, 1e9f};
    for (int site = 2 * (y & 1); site < 2 * (y & 1) + 2; site++) {
        const float range = format->white - format->black[site];
        const float dark = deviation(work, site, format->black[site]);
        lowest.slope = fminf(lowest.slope, work->noise->shot[site] * range);
        lowest.least = fminf(lowest.least, dark * dark);
        lowest.black = fmaxf(lowest.black, format->black[site]);
    }
    const float share = 0.999f * sigmas * sigmas; /* the exact decision comes later */
    return (bound){share * lowest.slope, lowest.black, share * lowest.least};
}

/* Marks samples beyond the second highest or lowest of the eight like neighbours, by more than
 * noise and more than half of their spread, the least isolation. */
static void mark(const uint16_t *restrict above, const uint16_t *restrict row,
                 const uint16_t *restrict below, int32_t count, const bound *lowest,
                 uint8_t *restrict marks) {
    uint16_t excess[CHUNK];
    uint16_t level[CHUNK];
    for (int32_t x = 0; x < count; x++) {
        const uint16_t v[8] = {above[x],   above[x + 2], above[x + 4], row[x],
                               row[x + 4], below[x],     below[x + 2], below[x + 4]};
        uint16_t top = high(v[0], v[1]);
        uint16_t second = low(v[0], v[1]);
        uint16_t bottom = second;
        uint16_t second_low = top;
        for (int i = 2; i < 8; i++) {
            second = high(second, low(top, v[i]));
            top = high(top, v[i]);
            second_low = low(second_low, high(bottom, v[i]));
            bottom = low(bottom, v[i]);
        }
        const uint16_t here = row[x + 2];
        const uint16_t over = here > second ? (uint16_t)(here - second) : 0;
        const uint16_t under = second_low > here ? (uint16_t)(second_low - here) : 0;
        const uint16_t spread = (uint16_t)(second - second_low);
        const uint16_t most = high(over, under);
        excess[x] = most > spread >> 1 ? most : 0;
        level[x] = over > 0 ? second : second_low;
    }
    const float black = lowest->black;
    const float slope = lowest->slope;
    const float least = lowest->least;
    for (int32_t x = 0; x < count; x++) {
        const float beyond = (float)excess[x];
        const float light = (float)level[x] - black;
        marks[x] = beyond * beyond > least + slope * (light > 0.0f ? light : 0.0f);
    }
}

static void search_band(void *context, int32_t item, int32_t thread) {
    (void)thread;
    const job *work = context;
    const baryta_plane *mosaic = work->mosaic;
    const int32_t width = mosaic->width;
    fixes *band = &work->band[item];
    const int32_t last = baryta_min((item + 1) * BAND, mosaic->height);
    for (int32_t y = item * BAND; y < last; y++) {
        const uint16_t *row = baryta_row(mosaic, y);
        const uint16_t *above = baryta_row(mosaic, mirror(y - 2, mosaic->height));
        const uint16_t *below = baryta_row(mosaic, mirror(y + 2, mosaic->height));
        const bound lowest = bound_of(work, y);
        uint8_t marks[CHUNK];
        judge(work, 0, y, band);
        judge(work, 1, y, band);
        for (int32_t x = 2; x < width - 2; x += CHUNK) {
            const int32_t n = baryta_min(CHUNK, width - 2 - x);
            mark(above + x - 2, row + x - 2, below + x - 2, n, &lowest, marks);
            for (int32_t i = 0; i < n; i++) {
                if (marks[i]) {
                    judge(work, x + i, y, band);
                }
            }
        }
        judge(work, width - 2, y, band);
        judge(work, width - 1, y, band);
    }
}

baryta_status baryta_correct_defects_here(const baryta_plane *mosaic,
                                          const baryta_mosaic_format *format,
                                          const baryta_noise *noise, float isolation,
                                          int64_t *corrected, int32_t threads) {
    if (!baryta_plane_valid(mosaic, 2, 2) || mosaic->width < 16 || mosaic->height < 16 ||
        format == NULL || !baryta_format_valid(format) || !baryta_noise_valid(noise) ||
        !(isolation >= 0.5f && isolation <= 16.0f) || corrected == NULL ||
        !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t bands = baryta_pieces(mosaic->height, BAND);
    job work = {mosaic, format, noise, isolation, calloc((size_t)bands, sizeof(fixes))};
    if (work.band == NULL) {
        return BARYTA_NO_MEMORY;
    }
    /* All are found before the first is replaced: the result does not depend on the order. */
    baryta_status status = baryta_for_each(bands, 0, threads, search_band, &work, NULL);
    *corrected = 0;
    for (int32_t i = 0; i < bands; i++) {
        status = work.band[i].failed ? BARYTA_NO_MEMORY : status;
    }
    for (int32_t i = 0; i < bands; i++) {
        const fixes *band = &work.band[i];
        for (int64_t k = 0; status == BARYTA_OK && k < band->count; k++) {
            uint16_t *row = baryta_row(mosaic, band->list[k].y);
            row[band->list[k].x] = band->list[k].value;
            *corrected += 1;
        }
        free(band->list);
    }
    free(work.band);
    return status;
}
