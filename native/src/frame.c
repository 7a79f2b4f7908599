/* A preview frame as small as a panel shows it, each pixel the mean of what it covers.
 *
 * In lanes of 16 bits: rows to half levels, which are 9 bits, with shares in 128ths, which are 7;
 * then columns. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "pixels_routines.h"
#include "tiles.h"

enum { SHARED = 128, ROWS = 3, COLUMNS = 2, CHANNELS = 4 };

typedef uint16_t lanes __attribute__((vector_size(16), aligned(2), may_alias));
typedef uint64_t halves __attribute__((vector_size(16)));
#if defined(__clang__)
#define FIRST(a, b) __builtin_shufflevector(a, b, 0, 2)
#define SECOND(a, b) __builtin_shufflevector(a, b, 1, 3)
#else
#define FIRST(a, b) __builtin_shuffle(a, b, (halves){0, 2})
#define SECOND(a, b) __builtin_shuffle(a, b, (halves){1, 3})
#endif

/* Of each pixel along one side, the samples it covers: from first on, reach of them. */
typedef struct spans {
    int32_t reach;
    int32_t *first;
    uint16_t *shares; /* of SHARED, each so many times over as a sample has lanes */
} spans;

/* reach becomes a multiple of step, which may lead beyond the last sample, with no share in it. */
static int spans_open(spans *side, int32_t length, int32_t count, int32_t step, int32_t copies) {
    const int32_t covered = baryta_min(length, (length + count - 1) / count + (length % count > 0));
    side->reach = baryta_round_up(covered, step);
    const size_t shares = (size_t)count * (size_t)side->reach * (size_t)copies;
    side->first = malloc((size_t)count * sizeof *side->first);
    side->shares = malloc(shares * sizeof *side->shares);
    if (side->first == NULL || side->shares == NULL) {
        return 0;
    }
    uint16_t *out = side->shares;
    for (int32_t i = 0; i < count; i++) {
        const int32_t first = baryta_min((int32_t)((int64_t)i * length / count), length - covered);
        side->first[i] = first;
        int32_t given = 0;
        for (int32_t k = 0; k < side->reach; k++) {
            const double part = (first + k + 1.0) * count / length - i;
            const int32_t sum = (int32_t)(SHARED * fmin(fmax(part, 0.0), 1.0) + 0.5);
            for (int32_t copy = 0; copy < copies; copy++) {
                *out++ = (uint16_t)(sum - given);
            }
            given = sum;
        }
    }
    return 1;
}

static void spans_close(spans *side) {
    free(side->first);
    free(side->shares);
}

static inline void add_rows(const uint8_t *const rows[ROWS], const uint16_t shares[ROWS], int fresh,
                            int last, uint16_t *restrict sums, int32_t count) {
    const uint8_t *restrict a = rows[0], *restrict b = rows[1], *restrict c = rows[2];
    const uint16_t p = shares[0], q = shares[1], r = shares[2];
    for (int32_t i = 0; i < count; i++) {
        uint16_t sum = (uint16_t)(p * a[i] + q * b[i] + r * c[i]);
        sum = fresh ? sum : (uint16_t)(sum + sums[i]);
        sums[i] = last ? (uint16_t)((uint16_t)(sum + SHARED / 4) / (SHARED / 2)) : sum;
    }
}

/* In half levels. */
static void mean_rows(const baryta_plane *pixels, const spans *rows, int32_t y,
                      uint16_t *restrict sums) {
    const int32_t count = CHANNELS * pixels->width, reach = rows->reach;
    for (int32_t k = 0; k < reach; k += ROWS) {
        const uint8_t *in[ROWS];
        for (int32_t i = 0; i < ROWS; i++) {
            in[i] = baryta_row(pixels, baryta_min(rows->first[y] + k + i, pixels->height - 1));
        }
        const uint16_t *shares = rows->shares + y * reach + k;
        if (reach == ROWS) { /* a loop of its own */
            add_rows(in, shares, 1, 1, sums, count);
        } else {
            add_rows(in, shares, k == 0, k + ROWS == reach, sums, count);
        }
    }
}

/* A pixel's, in two parts. */
static inline halves parts_of(const uint16_t *sums, const spans *columns, int32_t reach,
                              int32_t x) {
    const uint16_t *in = sums + CHANNELS * columns->first[x];
    const uint16_t *shares = columns->shares + (size_t)CHANNELS * (size_t)(x * reach);
    lanes sum = *(const lanes *)in * *(const lanes *)shares;
    for (int32_t k = COLUMNS; k < reach; k += COLUMNS) {
        sum += *(const lanes *)(in + CHANNELS * k) * *(const lanes *)(shares + CHANNELS * k);
    }
    return (halves)sum;
}

/* Four to a pixel, in 256ths of a level; two pixels at once. */
static inline void mean_columns(const uint16_t *sums, const spans *columns, int32_t reach,
                                uint16_t *restrict means, int32_t count) {
    for (int32_t x = 0; x < count; x += 2) {
        const halves one = parts_of(sums, columns, reach, x);
        const halves other = parts_of(sums, columns, reach, baryta_min(x + 1, count - 1));
        const halves both = FIRST(one, other) + SECOND(one, other);
        memcpy(means + CHANNELS * x, &both, sizeof both);
    }
}

static void fit_row(const uint16_t *sums, const spans *columns, uint16_t *restrict means,
                    uint8_t *restrict out, int32_t count) {
    switch (columns->reach) { /* each a loop of its own, unrolled */
    case COLUMNS:
        mean_columns(sums, columns, COLUMNS, means, count);
        break;
    case 2 * COLUMNS:
        mean_columns(sums, columns, 2 * COLUMNS, means, count);
        break;
    default:
        mean_columns(sums, columns, columns->reach, means, count);
    }
    for (int32_t i = 0; i < CHANNELS * count; i++) {
        out[i] = (uint8_t)((uint16_t)(means[i] + 128) >> 8);
    }
}

baryta_status baryta_fit_frame_here(const baryta_plane *pixels, const baryta_plane *fitted) {
    if (!baryta_plane_valid(pixels, CHANNELS, 1) || !baryta_plane_valid(fitted, CHANNELS, 1) ||
        fitted->width > pixels->width || fitted->height > pixels->height) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t width = fitted->width;
    spans columns = {.reach = 0}, rows = {.reach = 0};
    uint16_t *means = malloc(CHANNELS * (size_t)(width + 1) * sizeof *means);
    uint16_t *sums = NULL;
    if (means != NULL && spans_open(&columns, pixels->width, width, COLUMNS, CHANNELS) &&
        spans_open(&rows, pixels->height, fitted->height, ROWS, 1)) {
        sums = calloc(CHANNELS * (size_t)(pixels->width + columns.reach), sizeof *sums);
    }
    for (int32_t y = 0; sums != NULL && y < fitted->height; y++) {
        mean_rows(pixels, &rows, y, sums);
        fit_row(sums, &columns, means, baryta_row(fitted, y), width);
    }
    const baryta_status status = sums != NULL ? BARYTA_OK : BARYTA_NO_MEMORY;
    spans_close(&columns);
    spans_close(&rows);
    free(means);
    free(sums);
    return status;
}
