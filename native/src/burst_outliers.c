/* Hot and dead pixels, told from detail by the burst itself.
 *
 * A defect stays at its place on the sensor while the scene moves, and the lens has not spread it
 * over its neighbours. Suspects are the reference's isolated outliers. A frame whose content has
 * moved convicts one that is an outlier there too, or that it contradicts where the content went;
 * convicts are replaced in the reference, and in each frame that shows them. */
#include "burst_outliers.h"
#include "burst_routines.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const float sigmas = 6.0f, moved_enough = 1.5f, lens_sigmas = 2.0f;
enum { enough_doubt = 4 }; /* outlier here too: 2, gone where its surroundings went: 1 */
/* Suspects judged at once, by one state of the reference; convicts replaced between pauses. */
enum { AT_ONCE = 4096, PAUSE = 512 };
enum { LOOK = 32 }; /* what to look at one costs, as burst_worked counts */
enum { CONVICTED = 1, CONVICTED_NOW = 2 };

/* The range of the eight like neighbours, and the noise at its upper end, sample units. */
typedef struct surround {
    int32_t low, high;
    float sigma;
} surround;

static surround look_round(const baryta_merge *merge, const view *v, int32_t x, int32_t y) {
    surround s = {65535, 0, 0.0f};
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            if (dx != 0 || dy != 0) {
                const int32_t value = at(v, x + dx, y + dy);
                s.low = value < s.low ? value : s.low;
                s.high = value > s.high ? value : s.high;
            }
        }
    }
    const int site = 2 * (y & 1) + (x & 1);
    const float gain = merge->scale.gain[site];
    const float level = fmaxf(((float)s.high - merge->scale.black[site]) * gain, 0.0f);
    const baryta_noise *noise = &merge->options.noise;
    s.sigma = sqrtf(noise->shot[site] * level + noise->read[site]) / gain;
    return s;
}

float burst_excess(const baryta_merge *merge, const view *v, int32_t x, int32_t y) {
    const surround s = look_round(merge, v, x, y);
    const int32_t own = at(v, x, y);
    const float limit = sigmas * s.sigma + 0.25f * (float)(s.high - s.low) + 2.0f;
    const float above = (float)(own - s.high), below = (float)(s.low - own);
    return above > limit ? above : below > limit ? -below : 0.0f;
}

/* Light that fell through a lens also lifts at least two of the four samples beside it, by a tenth
 * and by more than noise does: a blue sample on yellow has neighbours noisier than itself. What is
 * darker than they are may have darkened those that clip as well, which does not show. */
static int spread_by_lens(const baryta_merge *merge, const view *v, int32_t x, int32_t y,
                          float by) {
    const baryta_noise *noise = &merge->options.noise;
    static const int32_t side[4][2] = {{-1, 0}, {1, 0}, {0, -1}, {0, 1}};
    int lifted = 0;
    for (int i = 0; i < 4; i++) {
        const int32_t nx = x + side[i][0], ny = y + side[i][1];
        const int32_t ox = nx + 2 * side[i][0], oy = ny + 2 * side[i][1];
        const int32_t px = side[i][1], py = side[i][0]; /* across */
        const float around = ((float)at(v, ox, oy) + (float)at(v, nx + 2 * px, ny + 2 * py) +
                              (float)at(v, nx - 2 * px, ny - 2 * py)) /
                             3.0f;
        const float lift = ((float)at(v, nx, ny) - around) * (by > 0.0f ? 1.0f : -1.0f);
        const int site = 2 * (ny & 1) + (nx & 1);
        const float gain = merge->scale.gain[site];
        const float level = fmaxf((around - merge->scale.black[site]) * gain, 0.0f);
        const float variance = noise->shot[site] * level + noise->read[site];
        /* Of the sample and of the mean of three. */
        const float sigma = sqrtf(variance * (4.0f / 3.0f)) / gain;
        const int hidden = by < 0.0f && (float)at(v, nx, ny) >= merge->options.format.white;
        lifted += hidden || lift > fmaxf(0.1f * fabsf(by), lens_sigmas * sigma);
    }
    return lifted >= 2;
}

uint16_t burst_median_of_neighbours(const view *v, int32_t x, int32_t y) {
    uint16_t s[8];
    int n = 0;
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            if (dx != 0 || dy != 0) {
                int k = n++;
                const uint16_t value = at(v, x + dx, y + dy);
                for (; k > 0 && s[k - 1] > value; k--) {
                    s[k] = s[k - 1];
                }
                s[k] = value;
            }
        }
    }
    return (uint16_t)((s[3] + s[4] + 1) / 2);
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

/* Lists the suspects of rows first..last - 1, as many as there is room for in all. */
static int find_in_rows(baryta_merge *merge, int32_t first, int32_t last, suspects *found) {
    const int32_t width = merge->grid.width;
    const view v = {merge->reference, width};
    uint8_t *flags = calloc((size_t)width, 1);
    int good = flags != NULL;
    for (int32_t y = first; y < last && good && found->count < BURST_MAX_SUSPECTS; y++) {
        merge->routines->flag_row(merge, y, sigmas, flags);
        int32_t looked = 0;
        for (int32_t x = 3; x < width - 3 && good; x++) {
            const uint8_t *next = memchr(flags + x, 1, (size_t)(width - 3 - x));
            if (next == NULL) {
                break;
            }
            x = (int32_t)(next - flags);
            looked++;
            const float by = burst_excess(merge, &v, x, y);
            if (by != 0.0f && !spread_by_lens(merge, &v, x, y, by)) {
                good = append(found, (burst_suspect){.x = x, .y = y, .by = by});
            }
        }
        good &= !burst_worked(merge, width / 2 + LOOK * looked);
    }
    free(flags);
    return good;
}

int burst_find_suspects(baryta_merge *merge) {
    const int32_t threads = merge->options.threads, rows = merge->grid.height - 6;
    suspects *found = calloc((size_t)threads, sizeof *found);
    if (found == NULL) {
        return 0;
    }
    int bad = 0;
#pragma omp parallel for num_threads(threads) schedule(static, 1) reduction(| : bad)
    for (int32_t i = 0; i < threads; i++) {
        const int32_t first = 3 + (int32_t)((int64_t)rows * i / threads);
        const int32_t last = 3 + (int32_t)((int64_t)rows * (i + 1) / threads);
        bad |= !find_in_rows(merge, first, last, &found[i]);
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

/* Whether the frame shows the suspect's surroundings where they should have gone, without it. */
static int contradicted(const baryta_merge *merge, const view *frame, const view *reference,
                        const burst_suspect *s, float dx, float dy, float exposure) {
    const int32_t cx = s->x + (int32_t)lrintf(dx), cy = s->y + (int32_t)lrintf(dy);
    if (cx < 3 || cy < 3 || cx >= merge->grid.width - 3 || cy >= merge->grid.height - 3) {
        return 0;
    }
    const int32_t *colour = merge->options.format.colour;
    const int site = 2 * (s->y & 1) + (s->x & 1);
    const float black = merge->scale.black[site];
    const surround own = look_round(merge, reference, s->x, s->y);
    if (fabsf(s->by) < 2.0f * sigmas * own.sigma + 1.5f * (float)(own.high - own.low)) {
        return 0; /* too little to convict on absence alone */
    }
    const float slack = 0.5f * (float)(own.high - own.low) + 4.0f * own.sigma + 2.0f;
    for (int32_t y = cy - 2; y <= cy + 2; y++) {
        for (int32_t x = cx - 2; x <= cx + 2; x++) {
            if (colour[2 * (y & 1) + (x & 1)] == colour[site]) {
                const float value = ((float)at(frame, x, y) - black) / exposure + black;
                if (value < (float)own.low - slack || value > (float)own.high + slack) {
                    return 0;
                }
            }
        }
    }
    return 1;
}

/* Whether the frame shows the suspect, or half of it, where its surroundings should have gone: then
 * it is detail, and what stands at its old place is other detail. */
static int carried(const baryta_merge *merge, const view *frame, const view *reference,
                   const burst_suspect *s, float dx, float dy, float exposure) {
    const int32_t cx = s->x + (int32_t)lrintf(dx), cy = s->y + (int32_t)lrintf(dy);
    if (cx < 2 || cy < 2 || cx >= merge->grid.width - 2 || cy >= merge->grid.height - 2) {
        return 0;
    }
    const int32_t *colour = merge->options.format.colour;
    const int site = 2 * (s->y & 1) + (s->x & 1);
    const float black = merge->scale.black[site];
    const surround own = look_round(merge, reference, s->x, s->y);
    const float half = (float)(s->by > 0.0f ? own.high : own.low) + 0.5f * s->by;
    for (int32_t y = cy - 2; y <= cy + 2; y++) {
        for (int32_t x = cx - 2; x <= cx + 2; x++) {
            if (colour[2 * (y & 1) + (x & 1)] == colour[site] && (x != s->x || y != s->y)) {
                const float value = ((float)at(frame, x, y) - black) / exposure + black;
                if (s->by > 0.0f ? value > half : value < half) {
                    return 1;
                }
            }
        }
    }
    return 0;
}

/* Where exposures differ the blend leaves such a sample out. */
static int clipped(const baryta_merge *merge, const view *v, const burst_suspect *s) {
    const int site = 2 * (s->y & 1) + (s->x & 1);
    const float value = (float)at(v, s->x, s->y) - merge->scale.black[site];
    return value * merge->scale.gain[site] >= BURST_CLIPPED;
}

/* Takes note of what the frame before has added. */
static void recount(const baryta_merge *merge, burst_suspect *s) {
    uint32_t sum = 0;
    for (int i = 0; i < 4; i++) {
        const int32_t tx = s->x / 8 + i % 2, ty = s->y / 8 + i / 2;
        const uint16_t *agreed = burst_agreed(merge, tx, ty);
        for (ptrdiff_t bin = 0; bin < BURST_BINS; bin++) {
            sum += agreed[bin * BURST_CHUNK];
        }
    }
    const float added = (float)sum - s->agreed;
    s->agreed += added;
    s->like += s->alike ? added : 0.0f;
}

/* Replaces the sample in the reference, and in what the frames so far have added against it. */
static void replace(baryta_merge *merge, const view *reference, const burst_suspect *s) {
    uint16_t *sample = &merge->reference[(size_t)s->y * (size_t)merge->grid.width + (size_t)s->x];
    const uint16_t old = *sample;
    *sample = burst_median_of_neighbours(reference, s->x, s->y);
    if (s->agreed > s->like) {
        const float gain = merge->scale.gain[2 * (s->y & 1) + (s->x & 1)];
        const float part = 1.0f - s->like / s->agreed;
        burst_lower_reference(merge, s->x, s->y, part * gain * (float)(old - *sample));
    }
    burst_measure_block(merge, s->x / 8, s->y / 8);
}

/* What the frame says of a suspect; the reference stays as it is. */
static void judge(const baryta_merge *merge, const view *frame, const view *reference,
                  float exposure, burst_suspect *s) {
    const size_t block = (size_t)(s->y / 8) * (size_t)merge->grid.blocks_w + (size_t)(s->x / 8);
    const float dx = merge->flow.x[block], dy = merge->flow.y[block];
    s->patched = 0;
    if (!s->convicted) {
        recount(merge, s);
        s->alike = 1;
    }
    if (!s->convicted && hypotf(dx, dy) < moved_enough) {
        return;
    }
    const float likeness = burst_excess(merge, frame, s->x, s->y) / (s->by * exposure);
    const int hidden = clipped(merge, reference, s); /* how bright it is */
    const int here = (likeness > 0.6f || (likeness > 0.0f && clipped(merge, frame, s))) &&
                     (likeness < 1.6f || hidden);
    if (here) {
        s->patched = 1;
        s->patch = burst_median_of_neighbours(frame, s->x, s->y);
    }
    if (s->convicted) {
        return;
    }
    const int missing = !here && contradicted(merge, frame, reference, s, dx, dy, exposure);
    const int stays = here && !carried(merge, frame, reference, s, dx, dy, exposure);
    s->doubts = (int16_t)(s->doubts + (stays ? 2 : missing ? 1 : -2));
    s->seen |= (int16_t)here;
    /* Absence alone also befalls a dot of one colour that the other frames' sites miss. */
    s->convicted = s->doubts >= enough_doubt && s->seen ? CONVICTED_NOW : 0;
    s->alike = hidden && !burst_as_bright(merge);
}

int burst_judge_suspects(baryta_merge *merge, const baryta_plane *frame, float exposure) {
    const view v = {frame->data, frame->stride / 2};
    const view reference = {merge->reference, merge->grid.width};
    int32_t replaced = 0;
    for (int32_t from = 0; from < merge->suspects; from += AT_ONCE) {
        const int32_t left = merge->suspects - from, to = from + (left < AT_ONCE ? left : AT_ONCE);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
        for (int32_t i = from; i < to; i++) {
            judge(merge, &v, &reference, exposure, &merge->suspect[i]);
        }
        for (int32_t i = from; i < to; i++) {
            burst_suspect *s = &merge->suspect[i];
            if (s->convicted == CONVICTED_NOW) {
                replace(merge, &reference, s);
                s->convicted = CONVICTED;
                if (++replaced % PAUSE == 0 && burst_pause(merge)) {
                    return 0;
                }
            }
        }
        if (burst_pause(merge)) {
            return 0;
        }
    }
    if (replaced > 0) {
        burst_find_rims(merge);
    }
    return 1;
}
