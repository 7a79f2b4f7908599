/* Local motion on top of the global one.
 *
 * The other frame's grey image is warped by the global motion; what remains is zero in most places.
 * Tiles that do not fit as they are look for their like, coarse to fine, by sums of absolute
 * differences (Hasinoff et al. 2016), the global motion always a candidate and preferred unless
 * clearly beaten; a Lucas-Kanade step gives the subpixel part. */
#include "burst.h"
#include "lanes.h"
#include "tiles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#if defined(__SSE2__)
#include <emmintrin.h>
#endif

enum { TILE = BURST_TILE, COARSE = 8, TOP = 3, FAR = 20, WHOLE = 2 * FAR + 1, LINE = 64 };

#if defined(__SSE2__)
/* Eight pixels of a row and of the next. */
static inline __m128i two_rows(const uint8_t *p, ptrdiff_t stride) {
    int64_t upper, lower;
    memcpy(&upper, p, sizeof upper);
    memcpy(&lower, p + stride, sizeof lower);
    return _mm_set_epi64x(lower, upper);
}

static inline __m128i sixteen(const uint8_t *p) {
    return _mm_loadu_si128((const __m128i *)(const void *)p);
}
#endif

/* size: TILE or COARSE. */
static inline int32_t absolute_differences(const uint8_t *a, const uint8_t *b, ptrdiff_t stride,
                                           int32_t size) {
#if defined(__SSE2__)
    __m128i sum = _mm_setzero_si128();
    for (ptrdiff_t j = 0; j < TILE && size == TILE; j++) {
        __builtin_prefetch(a + j * stride + LINE); /* for the tiles beside */
        __builtin_prefetch(b + j * stride + LINE);
        sum = _mm_add_epi32(sum, _mm_sad_epu8(sixteen(a + j * stride), sixteen(b + j * stride)));
    }
    for (ptrdiff_t j = 0; j < COARSE && size == COARSE; j += 2) {
        sum = _mm_add_epi32(
            sum, _mm_sad_epu8(two_rows(a + j * stride, stride), two_rows(b + j * stride, stride)));
    }
    return _mm_cvtsi128_si32(_mm_add_epi32(sum, _mm_srli_si128(sum, 8)));
#else
    int32_t sum = 0;
    for (int32_t j = 0; j < size; j++) {
        for (int32_t i = 0; i < size; i++) {
            sum += abs((int32_t)a[j * stride + i] - (int32_t)b[j * stride + i]);
        }
    }
    return sum;
#endif
}

/* Sum of absolute differences of a size x size tile; a large value outside the frame. */
static inline int32_t difference(const baryta_merge *merge, int32_t level, int32_t size, int32_t x,
                                 int32_t y, int32_t dx, int32_t dy) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    if (x + dx < 0 || y + dy < 0 || x + dx + size > width || y + dy + size > height) {
        return 1 << 28;
    }
    const uint8_t *a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    const uint8_t *b = merge->warped.data[level] + (ptrdiff_t)(y + dy) * width + x + dx;
    return absolute_differences(a, b, width, size);
}

typedef struct best_match {
    int32_t x, y, cost;
} best_match;

/* None at all has been tried first, and with a handicap: it does not win again. */
static inline void try_match(const baryta_merge *merge, int32_t level, int32_t size, int32_t x,
                             int32_t y, int32_t dx, int32_t dy, best_match *best) {
    if ((dx == 0 && dy == 0) || (dx == best->x && dy == best->y)) {
        return;
    }
    const int32_t cost = difference(merge, level, size, x, y, dx, dy);
    if (cost < best->cost) {
        *best = (best_match){dx, dy, cost};
    }
}

/* Of a row of tiles, the worth of so many looks at each pixel. */
static int ended(baryta_merge *merge, const burst_field *field, int32_t size, int32_t looks) {
    return burst_worked(merge, (int64_t)field->columns * size * size * looks);
}

/* One coarse level: candidates from the level above (four nearest), then steps around the best. */
static void match_level(baryta_merge *merge, int32_t level, const burst_field *above,
                        const burst_field *field) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    const float noise = merge->stabiliser.sigma * merge->rougher / (float)(1 << level) + 0.5f;
    const int32_t margin = (int32_t)(8.0f * noise) + 8;
    const int32_t range = above == NULL ? 4 : 1;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)
    for (int32_t j = 0; j < field->rows; j++) {
        const int32_t y = COARSE * j + COARSE > height ? height - COARSE : COARSE * j;
        if (ended(merge, field, COARSE, 4)) {
            continue;
        }
        for (int32_t i = 0; i < field->columns; i++) {
            const int32_t x = COARSE * i + COARSE > width ? width - COARSE : COARSE * i;
            best_match best = {0, 0, difference(merge, level, COARSE, x, y, 0, 0) - margin};
            if (above != NULL) {
                for (int32_t k = 0; k < 9; k++) {
                    const int32_t u = i / 2 + k % 3 - 1, v = j / 2 + k / 3 - 1;
                    if (u >= 0 && v >= 0 && u < above->columns && v < above->rows) {
                        const size_t at = (size_t)(v * above->columns + u);
                        try_match(merge, level, COARSE, x, y, 2 * (int32_t)above->x[at],
                                  2 * (int32_t)above->y[at], &best);
                    }
                }
            }
            const best_match centre = best;
            for (int32_t dy = -range; dy <= range; dy++) {
                for (int32_t dx = -range; dx <= range; dx++) {
                    try_match(merge, level, COARSE, x, y, centre.x + dx, centre.y + dy, &best);
                }
            }
            field->x[j * field->columns + i] = (float)best.x;
            field->y[j * field->columns + i] = (float)best.y;
        }
    }
}

/* Whether a tile differs by more than noise alone, and what detail adds at a shift of part of a
 * pixel. */
static int differs(const baryta_merge *merge, int32_t level, int32_t size, int32_t x, int32_t y,
                   int32_t by) {
    const int32_t width = merge->grey.width[level];
    const float sigma = merge->stabiliser.sigma * merge->rougher / (float)(1 << level) + 0.4f;
    const int32_t noise = (int32_t)(1.7f * sigma * (float)(size * size)) + size * size;
    if (by <= noise) {
        return 0;
    }
    const uint8_t *a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    int32_t contrast = 0;
    for (int32_t r = 0; r < size - 1; r++) {
        for (int32_t c = 0; c < size - 1; c++) {
            contrast += abs(a[r * width + c] - a[r * width + c + 1]) +
                        abs(a[r * width + c] - a[(r + 1) * width + c]);
        }
    }
    return by > noise + contrast / 2;
}

typedef struct coarse_tile {
    int32_t x, y; /* its first pixel */
    best_match found;
    int lost; /* what it has found is not its like */
} coarse_tile;

static coarse_tile look_at(const baryta_merge *merge, int32_t level, const burst_field *field,
                           int32_t k) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    const int32_t x = k % field->columns * COARSE, y = k / field->columns * COARSE;
    coarse_tile t = {.x = x + COARSE > width ? width - COARSE : x,
                     .y = y + COARSE > height ? height - COARSE : y,
                     .found = {(int32_t)field->x[k], (int32_t)field->y[k], 0}};
    t.found.cost = difference(merge, level, COARSE, t.x, t.y, t.found.x, t.found.y);
    t.lost = differs(merge, level, COARSE, t.x, t.y, t.found.cost);
    return t;
}

#if defined(__AVX2__)
/* Differences of a coarse tile to eight places side by side. */
static inline __m128i eight_differences(const uint8_t *a, const uint8_t *b, ptrdiff_t stride) {
    __m256i sum = _mm256_setzero_si256();
    for (ptrdiff_t j = 0; j < COARSE; j += 2) { /* two rows, by their left and right halves */
        const __m128i rows = two_rows(a + j * stride, stride);
        const __m256i own = _mm256_set_m128i(_mm_srli_si128(rows, 8), rows);
        const __m256i other =
            _mm256_set_m128i(sixteen(b + (j + 1) * stride), sixteen(b + j * stride));
        sum = _mm256_add_epi16(sum, _mm256_mpsadbw_epu8(other, own, 0));
        sum = _mm256_add_epi16(sum, _mm256_mpsadbw_epu8(other, own, 055));
    }
    return _mm_add_epi16(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
}

/* As below, of equal ones the first again; what is read beyond a row is not counted. */
static void search_far(const baryta_merge *merge, int32_t level, int32_t x, int32_t y,
                       best_match *best) {
    const int32_t width = merge->grey.width[level], height = merge->grey.height[level];
    const __m128i lane = _mm_setr_epi16(0, 1, 2, 3, 4, 5, 6, 7);
    const int32_t left = baryta_max(-FAR, -x), right = baryta_min(FAR, width - COARSE - x);
    const uint8_t *a = merge->grey.data[level] + (ptrdiff_t)y * width + x;
    const uint8_t *b = merge->warped.data[level] + (ptrdiff_t)y * width + x;
    for (int32_t dy = baryta_max(-FAR, -y); dy <= baryta_min(FAR, height - COARSE - y); dy++) {
        for (int32_t dx = left; dx <= right; dx += 8) {
            const int32_t none = dy == 0 ? -dx : -1; /* no motion does not win again */
            const __m128i left_out =
                _mm_or_si128(_mm_cmpgt_epi16(lane, _mm_set1_epi16((int16_t)(right - dx))),
                             _mm_cmpeq_epi16(lane, _mm_set1_epi16((int16_t)none)));
            const __m128i cost = eight_differences(a, b + (ptrdiff_t)dy * width + dx, width);
            const __m128i least = _mm_minpos_epu16(_mm_or_si128(cost, left_out));
            if (_mm_extract_epi16(least, 0) < best->cost) {
                *best =
                    (best_match){dx + _mm_extract_epi16(least, 1), dy, _mm_extract_epi16(least, 0)};
            }
        }
    }
}
#else
/* The first of the least differing places that differ less than the best one. */
static void search_far(const baryta_merge *merge, int32_t level, int32_t x, int32_t y,
                       best_match *best) {
    for (int32_t dy = -FAR; dy <= FAR; dy++) {
        for (int32_t dx = -FAR; dx <= FAR; dx++) {
            try_match(merge, level, COARSE, x, y, dx, dy, best);
        }
    }
}
#endif

/* Small fast objects are lost in the coarse levels: tiles that have found nothing look everywhere,
 * unless there are so many that the whole frame must be another picture. */
static void look_far(baryta_merge *merge, int32_t level, const burst_field *field) {
    const int32_t tiles = field->columns * field->rows;
    int32_t lost = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)                 \
    reduction(+ : lost)
    for (int32_t k = 0; k < tiles; k++) {
        lost += look_at(merge, level, field, k).lost;
    }
    if (8 * lost > tiles) {
        return;
    }
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
    for (int32_t k = 0; k < tiles; k++) {
        coarse_tile t = look_at(merge, level, field, k);
        if (!t.lost || burst_worked(merge, WHOLE * WHOLE * COARSE)) {
            continue;
        }
        t.found.cost -= t.found.cost / 4; /* as much less must what lies far differ */
        search_far(merge, level, t.x, t.y, &t.found);
        field->x[k] = (float)t.found.x;
        field->y[k] = (float)t.found.y;
    }
}

/* Sums over a tile's inner pixels for a Lucas-Kanade step: products of the gradients, and of these
 * with the difference. By its columns, so that they are the same bits with any number of lanes. */
enum { STEP_SUMS = 5, PARTS = TILE / LANES };

static void sum_step(const uint8_t *a, const uint8_t *b, int32_t width, float fx, float fy,
                     float sum[STEP_SUMS]) {
    static const float inner[TILE] = {0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0};
    vf total[PARTS][STEP_SUMS];
    for (int part = 0; part < PARTS; part++) {
        const vf half = vf_load(inner + part * LANES) * 0.5f;
        for (int i = 0; i < STEP_SUMS; i++) {
            total[part][i] = vf_all(0.0f);
        }
        for (int32_t j = 1; j < TILE - 1; j++) {
            const uint8_t *own = a + (ptrdiff_t)j * width + part * LANES;
            const uint8_t *other = b + (ptrdiff_t)j * width + part * LANES;
            const vf gx = half * (vf_load_bytes(own + 1) - vf_load_bytes(own - 1));
            const vf gy = half * (vf_load_bytes(own + width) - vf_load_bytes(own - width));
            const vf upper = vf_load_bytes(other), lower = vf_load_bytes(other + width);
            const vf top = upper + fx * (vf_load_bytes(other + 1) - upper);
            const vf low = lower + fx * (vf_load_bytes(other + width + 1) - lower);
            const vf r = top + fy * (low - top) - vf_load_bytes(own);
            total[part][0] += gx * gx;
            total[part][1] += gx * gy;
            total[part][2] += gy * gy;
            total[part][3] += gx * r;
            total[part][4] += gy * r;
        }
    }
    for (int i = 0; i < STEP_SUMS; i++) {
        sum[i] = 0.0f;
        for (int c = 0; c < TILE; c++) {
            sum[i] += total[c / LANES][i][c % LANES];
        }
    }
}

/* Moves a whole displacement to subpixel by Lucas-Kanade steps on the tile; true if it held. */
static int refine(const baryta_merge *merge, int32_t x0, int32_t y0, float *dx, float *dy) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const float start_x = *dx, start_y = *dy;
    for (int step = 0; step < 3; step++) {
        const int32_t ix = (int32_t)floorf(*dx), iy = (int32_t)floorf(*dy);
        const float fx = *dx - (float)ix, fy = *dy - (float)iy;
        if (x0 + ix < 0 || y0 + iy < 0 || x0 + ix + TILE + 1 > width ||
            y0 + iy + TILE + 1 > height) {
            return 0;
        }
        const ptrdiff_t at = (ptrdiff_t)y0 * width + x0;
        float sum[STEP_SUMS];
        sum_step(merge->grey.data[0] + at, merge->warped.data[0] + at + (ptrdiff_t)iy * width + ix,
                 width, fx, fy, sum);
        const float xx = 1.0f + sum[0], xy = sum[1], yy = 1.0f + sum[2], xr = sum[3], yr = sum[4];
        const float determinant = xx * yy - xy * xy;
        if (!(determinant > 0.01f * (xx + yy) * (xx + yy))) {
            return 1; /* only one direction is known: keep what there is */
        }
        *dx = burst_clamp(*dx - (yy * xr - xy * yr) / determinant, start_x - 1.0f, start_x + 1.0f);
        *dy = burst_clamp(*dy - (xx * yr - xy * xr) / determinant, start_y - 1.0f, start_y + 1.0f);
    }
    return 1;
}

static int rigid(const baryta_merge *merge) {
    return merge->options.rigid || merge->aliased;
}

/* The finest level; returns the number of tiles in the row that found their like. */
static int32_t match_row(const baryta_merge *merge, const burst_field *above,
                         const burst_field *field, int32_t j) {
    const int32_t width = merge->grey.width[0], height = merge->grey.height[0];
    const float noise = merge->stabiliser.sigma * merge->rougher;
    const float sigma = sqrtf(noise * noise + 0.17f);
    const float expected = (float)(TILE * TILE) * 0.8f * 1.3f * sigma;
    const int32_t margin = (int32_t)(3.0f * (float)TILE * sigma);
    const int32_t y = TILE * j + TILE > height ? height - TILE : TILE * j;
    int32_t fits = 0;
    for (int32_t i = 0; i < field->columns; i++) {
        const int32_t x = TILE * i + TILE > width ? width - TILE : TILE * i;
        const int32_t still = difference(merge, 0, TILE, x, y, 0, 0);
        float dx = 0.0f, dy = 0.0f;
        best_match best = {0, 0, still - margin - still / 16};
        if ((float)still > 1.2f * expected && !rigid(merge)) {
            for (int32_t k = 0; above != NULL && k < 9; k++) {
                const int32_t u = i + k % 3 - 1, v = j + k / 3 - 1;
                if (u >= 0 && v >= 0 && u < above->columns && v < above->rows) {
                    const size_t at = (size_t)(v * above->columns + u);
                    try_match(merge, 0, TILE, x, y, 2 * (int32_t)above->x[at],
                              2 * (int32_t)above->y[at], &best);
                }
            }
            const best_match centre = best;
            for (int32_t oy = -1; oy <= 1; oy++) {
                for (int32_t ox = -1; ox <= 1; ox++) {
                    try_match(merge, 0, TILE, x, y, centre.x + ox, centre.y + oy, &best);
                }
            }
            dx = (float)best.x;
            dy = (float)best.y;
            if ((best.x != 0 || best.y != 0) && !refine(merge, x, y, &dx, &dy)) {
                dx = (float)best.x;
                dy = (float)best.y;
            }
        }
        fits += !differs(merge, 0, TILE, x, y, best.cost);
        field->x[j * field->columns + i] = dx;
        field->y[j * field->columns + i] = dy;
    }
    return fits;
}

float burst_find_flow(baryta_merge *merge, const burst_motion *motion) {
    if (!burst_bring_over(merge, motion)) {
        return 0.0f;
    }
    const burst_pyramid *grey = &merge->grey;
    int32_t top = 0;
    while (top < TOP && top + 1 < grey->levels && grey->width[top + 1] >= 3 * COARSE &&
           grey->height[top + 1] >= 3 * COARSE) {
        top++;
    }
    burst_field fields[TOP + 1];
    float *memory = merge->tile_flow;
    for (int32_t level = 0; level <= top; level++) {
        const int32_t size = level == 0 ? TILE : COARSE;
        burst_field *f = &fields[level];
        f->columns = (grey->width[level] + size - 1) / size;
        f->rows = (grey->height[level] + size - 1) / size;
        f->x = memory;
        f->y = memory + (size_t)f->columns * (size_t)f->rows;
        memory = f->y + (size_t)f->columns * (size_t)f->rows;
    }
    for (int32_t level = rigid(merge) ? 0 : top; level > 0; level--) {
        match_level(merge, level, level == top ? NULL : &fields[level + 1], &fields[level]);
        if (level == 1) {
            look_far(merge, level, &fields[level]);
        }
        if (burst_pause(merge)) {
            return 0.0f;
        }
    }
    int64_t fits = 0;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 4)                  \
    reduction(+ : fits)
    for (int32_t j = 0; j < fields[0].rows; j++) {
        fits += ended(merge, &fields[0], TILE, 16)
                    ? 0
                    : match_row(merge, top > 0 ? &fields[1] : NULL, &fields[0], j);
    }
    if (burst_pause(merge)) {
        return 0.0f;
    }
    burst_spread_flow(merge, motion, &fields[0]);
    const float tiles = (float)fields[0].columns * (float)fields[0].rows;
    const float lit_alike = burst_judge_light(merge, motion, &fields[0]);
    return lit_alike > 0.6f ? (float)fits / tiles : 0.0f;
}
