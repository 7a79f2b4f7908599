/* Which samples of the reference stand out, and may be hot or dead pixels. */
#include "burst_outliers.h"
#include "burst_routines.h"

#include <stdlib.h>
#include <string.h>

/* Of what stands out, of what is listed as isolated, and of what a lens has spread. */
static const float least_sigmas = 4.0f, sigmas = 6.0f, lens_sigmas = 2.0f;
static const float rounding = 2.0f; /* sample units that mean nothing */
static const int32_t side[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
enum { LOOK = 32 }; /* what to look at one costs, as burst_worked counts */
enum { EVERY = 17 }; /* rows that are asked how much there is */
enum { STEPS = 128, BY_RANK = 16 }; /* ranks told apart */

void burst_like_neighbours(const view *v, int32_t x, int32_t y, uint16_t like[8]) {
    /* Batcher's odd-even merge sort: no branch to mispredict. */
    static const uint8_t pair[19][2] = {{0, 1}, {2, 3}, {4, 5}, {6, 7}, {0, 2}, {1, 3}, {4, 6},
                                        {5, 7}, {1, 2}, {5, 6}, {0, 4}, {1, 5}, {2, 6}, {3, 7},
                                        {2, 4}, {3, 5}, {1, 2}, {3, 4}, {5, 6}};
    const uint16_t *row = v->samples + y * v->stride + x;
    const uint16_t *up = row - 2 * v->stride, *low = row + 2 * v->stride;
    uint16_t a[8] = {up[-2], up[0], up[2], row[-2], row[2], low[-2], low[0], low[2]};
#pragma GCC unroll 19
    for (int i = 0; i < 19; i++) {
        const uint16_t p = a[pair[i][0]], q = a[pair[i][1]];
        a[pair[i][0]] = p < q ? p : q;
        a[pair[i][1]] = p < q ? q : p;
    }
    memcpy(like, a, sizeof a);
}

uint16_t burst_median_of_neighbours(const view *v, int32_t x, int32_t y) {
    uint16_t like[8];
    burst_like_neighbours(v, x, y, like);
    return (uint16_t)((like[3] + like[4] + 1) / 2);
}

float burst_excess(const baryta_merge *merge, const view *v, int32_t x, int32_t y) {
    int32_t low = 65535, high = 0;
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            if (dx != 0 || dy != 0) {
                const int32_t value = at(v, x + dx, y + dy);
                low = value < low ? value : low;
                high = value > high ? value : high;
            }
        }
    }
    const int32_t own = at(v, x, y);
    const float noise = sigmas * burst_sigma(merge, burst_site(x, y), (float)high);
    const float limit = noise + 0.25f * (float)(high - low) + rounding;
    const float above = (float)(own - high), below = (float)(low - own);
    return above > limit ? above : below > limit ? -below : 0.0f;
}

/* How far the sample lies beyond both ends of at least three of the four lines through it, sample
 * units, signed: the fourth may lead to another defect, or along an edge. In deviations: *ratio. */
static float stands_out(const baryta_merge *merge, const view *v, int32_t x, int32_t y,
                        float *ratio) {
    static const int32_t line[4][2] = {{2, 0}, {0, 2}, {2, 2}, {2, -2}};
    int32_t high[2] = {0, 0}, low[2] = {65535, 65535}; /* the extreme one and the next */
    for (int i = 0; i < 4; i++) {
        const int32_t a = at(v, x - line[i][0], y - line[i][1]);
        const int32_t b = at(v, x + line[i][0], y + line[i][1]);
        const int32_t top = a > b ? a : b, least = a < b ? a : b;
        high[1] = top > high[0] ? high[0] : top > high[1] ? top : high[1];
        high[0] = top > high[0] ? top : high[0];
        low[1] = least < low[0] ? low[0] : least < low[1] ? least : low[1];
        low[0] = least < low[0] ? least : low[0];
    }
    const int32_t own = at(v, x, y);
    const float by = (float)(own > high[1] ? own - high[1] : own < low[1] ? own - low[1] : 0);
    *ratio = (fabsf(by) - rounding) / burst_sigma(merge, burst_site(x, y), (float)high[1]);
    return by;
}

/* By how much each of the four samples beside it is lifted with it, and what it has round it. */
static void look_beside(const view *v, int32_t x, int32_t y, float by, float lift[4],
                        float round[4]) {
    for (int i = 0; i < 4; i++) {
        const int32_t nx = x + side[i][0], ny = y + side[i][1];
        const int32_t ox = nx + 2 * side[i][0], oy = ny + 2 * side[i][1];
        const int32_t px = side[i][1], py = side[i][0]; /* across */
        round[i] = ((float)at(v, ox, oy) + (float)at(v, nx + 2 * px, ny + 2 * py) +
                    (float)at(v, nx - 2 * px, ny - 2 * py)) /
                   3.0f;
        lift[i] = ((float)at(v, nx, ny) - round[i]) * (by > 0.0f ? 1.0f : -1.0f);
    }
}

/* Light that fell through a lens also lifts at least two of the four samples beside it, by a tenth
 * and by more than noise does: a blue sample on yellow has neighbours noisier than itself. What is
 * darker than they are may have darkened those that clip as well, which does not show. */
static int spread_by_lens(const baryta_merge *merge, const view *v, int32_t x, int32_t y,
                          float by) {
    float lift[4], round[4];
    look_beside(v, x, y, by, lift, round);
    int lifted = 0;
    for (int i = 0; i < 4; i++) {
        /* Of the sample and of the mean of three. */
        const int site = burst_site(x + side[i][0], y + side[i][1]);
        const float sigma = sqrtf(4.0f / 3.0f) * burst_sigma(merge, site, round[i]);
        const int clips =
            (float)at(v, x + side[i][0], y + side[i][1]) >= merge->options.format.white;
        const int hidden = by < 0.0f && clips;
        lifted += hidden || lift[i] > fmaxf(0.1f * fabsf(by), lens_sigmas * sigma);
    }
    return lifted >= 2;
}

/* The more the samples beside it differ from what is round them, the more likely it is detail. */
static float rank(const view *v, int32_t x, int32_t y, float by, float ratio) {
    float lift[4], round[4];
    look_beside(v, x, y, by, lift, round);
    const float square =
        lift[0] * lift[0] + lift[1] * lift[1] + lift[2] * lift[2] + lift[3] * lift[3];
    return fabsf(by) / (fabsf(by) / ratio + 0.5f * sqrtf(square));
}

int32_t burst_suspect_from(const baryta_merge *merge, int32_t x, int32_t y) {
    int32_t low = 0, high = merge->suspects;
    while (low < high) {
        const int32_t middle = (low + high) / 2;
        const burst_suspect *s = &merge->suspect[middle];
        if (s->y < y || (s->y == y && s->x < x)) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

typedef struct suspects {
    burst_suspect *list;
    int32_t count, room;
} suspects;

/* Returns 0 if there is no memory; what is beyond BURST_MAX_SUSPECTS is left out. */
static int append(suspects *found, burst_suspect suspect) {
    if (found->count == BURST_MAX_SUSPECTS) {
        return 1;
    }
    if (found->count == found->room) {
        const int32_t room = found->room > 0 ? 2 * found->room : 256;
        burst_suspect *list = realloc(found->list, (size_t)room * sizeof *list);
        if (list == NULL) {
            return 0;
        }
        found->list = list;
        found->room = room;
    }
    found->list[found->count++] = suspect;
    return 1;
}

/* Lists what has such a rank of rows first..last - 1, of one row in `every`, as many as there is
 * room for in all. Whether it is isolated is told of every row's only. */
static int find_in_rows(baryta_merge *merge, int32_t first, int32_t last, int32_t every,
                        float least, suspects *found) {
    const int32_t width = merge->grid.width;
    const view v = {merge->reference, width};
    uint8_t *flags = calloc((size_t)width, 1);
    int good = flags != NULL;
    for (int32_t y = first; y < last && good && found->count < BURST_MAX_SUSPECTS; y += every) {
        merge->routines->flag_row(merge, y, merge->quieter * fmaxf(least_sigmas, least), flags);
        int32_t looked = 0;
        for (int32_t x = 3; x < width - 3 && good; x++) {
            const uint8_t *next = memchr(flags + x, 1, (size_t)(width - 3 - x));
            if (next == NULL) {
                break;
            }
            x = (int32_t)(next - flags);
            looked++;
            float ratio;
            const float by = stands_out(merge, &v, x, y, &ratio);
            const float ranked = ratio > least_sigmas ? rank(&v, x, y, by, ratio) : 0.0f;
            if (ranked > least) {
                const float alone = every == 1 ? burst_excess(merge, &v, x, y) : 0.0f;
                const int isolated = alone != 0.0f && !spread_by_lens(merge, &v, x, y, alone);
                good = append(found, (burst_suspect){.x = x,
                                                     .y = y,
                                                     .by = by,
                                                     .rank = ranked,
                                                     .isolated = (int8_t)isolated,
                                                     .alike = 1});
            }
        }
        good &= !burst_worked(merge, width / 2 + LOOK * looked);
    }
    free(flags);
    return good;
}

/* The rank above which there is room for what stands out, with some to spare. */
static int choose_least(baryta_merge *merge, float *least) {
    suspects some = {NULL, 0, 0};
    const int good = find_in_rows(merge, 3, merge->grid.height - 3, EVERY, 0.0f, &some);
    int32_t number[STEPS] = {0};
    for (int32_t i = 0; i < some.count; i++) {
        const float step = (float)BY_RANK * some.list[i].rank;
        number[step < (float)STEPS ? (int)step : STEPS - 1]++;
    }
    free(some.list);
    int32_t step = STEPS, left = BURST_MAX_SUSPECTS / (EVERY + 1);
    while (step > 0 && number[step - 1] <= left) {
        left -= number[--step];
    }
    *least = (float)step / (float)BY_RANK;
    return good;
}

int burst_find_suspects(baryta_merge *merge) {
    const int32_t threads = merge->options.threads, rows = merge->grid.height - 6;
    float least = 0.0f;
    burst_find_quieter(merge);
    suspects *found = calloc((size_t)threads, sizeof *found);
    if (found == NULL || !choose_least(merge, &least)) {
        free(found);
        return 0;
    }
    int bad = 0;
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(| : bad)
    for (int32_t i = 0; i < threads; i++) {
        const int32_t first = 3 + (int32_t)((int64_t)rows * i / threads);
        const int32_t last = 3 + (int32_t)((int64_t)rows * (i + 1) / threads);
        bad |= !find_in_rows(merge, first, last, 1, least, &found[i]);
    }
    merge->suspects = 0;
    for (int32_t i = 0; i < threads; i++) {
        const int32_t left = BURST_MAX_SUSPECTS - merge->suspects;
        const int32_t count = found[i].count < left ? found[i].count : left;
        if (count > 0) {
            memcpy(merge->suspect + merge->suspects, found[i].list,
                   (size_t)count * sizeof *found[i].list);
        }
        merge->suspects += count;
        free(found[i].list);
    }
    free(found);
    return !bad;
}
