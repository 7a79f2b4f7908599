/* Hot and dead pixels, told from detail by the frames that moved.
 *
 * A defect stays at its place on the sensor: such a frame shows it at the same place, beyond what
 * the reference has where that content came from, and lacks it where the reference's content went.
 * Detail does neither, or not in each frame. What moves by itself and what misleads the alignment
 * may do both, but not in one sample alone: what shows is measured by what its neighbours show. */
#include "burst_outliers.h"
#include "vec4.h"

#include <stdlib.h>
#include <string.h>

/* Of what it stands out by in the reference, to be shown; less where some of that may be detail. */
static const float enough = 0.5f, enough_alone = 0.6f;
/* Times what its neighbours show, for one frame. */
static const float clear = 5.0f;
/* The same times how alike the frames' answers are: at least, and of so few frames, divided by
 * their number cubed. No answers are more alike than of this spread over their mean. */
static const float proof = 24.0f, proof_of_few = 3000.0f, least_spread = 0.02f;
/* Light from which on the more a suspect stands out by the less it needs, down to such a part: of
 * more than two frames, if the least answer is so many times what its neighbours show, here and
 * where they went. */
static const float tall = 0.08f, least_part = 0.25f, tall_clear = 4.0f;
/* Of noise, and of what its neighbours show: what a marked sample is to stand out by at once. */
static const float marked_sigmas = 6.0f, marked_clear = 2.0f;
/* Suspects judged at once, by one state of the reference; convicts replaced between pauses. */
enum { AT_ONCE = 4096, PAUSE = 512 };
enum { CLEARED = -1, CONVICTED = 1, CONVICTED_NOW = 2 };
enum { SIDE = 6, BEFORE = 2 }; /* of the samples that a guess is made of */
enum { STRIDE = 8 }; /* of these: a row is two fours that overlap */

/* A picture in which one sample is not believed, and the median round it taken instead. */
typedef struct doubted {
    const view *view;
    int32_t x, y;
    int believed; /* it is after all */
    float exposure;
} doubted;

typedef struct vector {
    float x, y;
} vector;

static float light_of(const baryta_merge *merge, int site, float value) {
    return (value - merge->scale.black[site]) * merge->scale.gain[site];
}

/* A colour at a sample that may be of another one, from 5x5 normalised samples round it (Malvar,
 * He, Cutler, ICASSP 2004). */
static float demosaiced(const float *p, int own, int beside, int colour) {
    const float cross = p[-1] + p[1] + p[-STRIDE] + p[STRIDE], far_x = p[-2] + p[2];
    const float far_y = p[-2 * STRIDE] + p[2 * STRIDE];
    const float corners = p[-STRIDE - 1] + p[-STRIDE + 1] + p[STRIDE - 1] + p[STRIDE + 1];
    if (own == colour) {
        return p[0];
    }
    if (colour == 1) {
        return (4.0f * p[0] + 2.0f * cross - far_x - far_y) / 8.0f;
    }
    if (own != 1) {
        return (6.0f * p[0] + 2.0f * corners - 1.5f * (far_x + far_y)) / 8.0f;
    }
    const int along_x = beside == colour;
    const float two = along_x ? p[-1] + p[1] : p[-STRIDE] + p[STRIDE];
    const float same = along_x ? far_x : far_y, across = along_x ? far_y : far_x;
    return (5.0f * p[0] + 4.0f * two - corners - same + 0.5f * across) / 8.0f;
}

/* The samples from x0, y0 on, normalised; returns whether none is clipped. */
static int normalise(const baryta_merge *merge, const doubted *picture, int32_t x0, int32_t y0,
                     float samples[SIDE * STRIDE]) {
    const int32_t u = picture->x - x0, v = picture->y - y0;
    const int within = u >= 0 && u < SIDE && v >= 0 && v < SIDE && !picture->believed;
    v4 highest = v4_all(0.0f);
    for (int32_t j = 0; j < SIDE; j++) {
        const uint16_t *in = picture->view->samples + (y0 + j) * picture->view->stride + x0;
        const int one = burst_site(x0, y0 + j), other = one ^ 1;
        const float *g = merge->scale.gain, *b = merge->scale.black;
        const v4 gain = {g[one], g[other], g[one], g[other]};
        const v4 black = {b[one], b[other], b[one], b[other]};
        uint16_t raw[SIDE];
        memcpy(raw, in, sizeof raw);
        if (within && j == v) {
            raw[u] = burst_median_of_neighbours(picture->view, picture->x, picture->y);
        }
        for (int i = 0; i < 2; i++) {
            const uint16_t *p = raw + 2 * i;
            const v4 four = {(float)p[0], (float)p[1], (float)p[2], (float)p[3]};
            const v4 light = (four - black) * gain;
            highest = v4_max(highest, light);
            v4_store(samples + STRIDE * j + 2 * i, light);
        }
    }
    return highest[0] < BURST_CLIPPED && highest[1] < BURST_CLIPPED && highest[2] < BURST_CLIPPED &&
           highest[3] < BURST_CLIPPED;
}

/* A site's light at a place of a picture, over the reference's white; false if it cannot be told.
 */
static int interpolate(const baryta_merge *merge, const doubted *picture, vector place, int site,
                       float *light) {
    const int32_t *colour = merge->options.format.colour;
    const int32_t x0 = (int32_t)floorf(place.x), y0 = (int32_t)floorf(place.y);
    if (x0 < BEFORE || y0 < BEFORE || x0 + SIDE - BEFORE > merge->grid.width ||
        y0 + SIDE - BEFORE > merge->grid.height) {
        return 0;
    }
    float samples[SIDE * STRIDE], corner[4];
    const int unclipped = normalise(merge, picture, x0 - BEFORE, y0 - BEFORE, samples);
    for (int i = 0; i < 4; i++) {
        const int32_t u = x0 + i % 2, v = y0 + i / 2;
        corner[i] =
            demosaiced(samples + STRIDE * (BEFORE + i / 2) + BEFORE + i % 2,
                       colour[burst_site(u, v)], colour[burst_site(u + 1, v)], colour[site]);
    }
    const float fx = place.x - (float)x0, fy = place.y - (float)y0;
    const float upper = corner[0] + fx * (corner[1] - corner[0]);
    const float lower = corner[2] + fx * (corner[3] - corner[2]);
    *light = (upper + fy * (lower - upper)) / picture->exposure;
    return unclipped;
}

/* What the frame shows at x, y of the sensor, over the reference's white. */
static float shown_at(const baryta_merge *merge, const view *frame, int32_t x, int32_t y) {
    return light_of(merge, burst_site(x, y), (float)at(frame, x, y)) / merge->exposure;
}

/* The mean square of what the frame shows too much at the eight samples round a place: the largest,
 * which may be a defect too, left out. False if it cannot be told. */
static int look_round(const baryta_merge *merge, const view *frame, const doubted *reference,
                      vector came, float *square) {
    float sum = 0.0f, most = 0.0f;
    for (int i = 0; i < 9; i++) {
        const int32_t x = reference->x + i % 3 - 1, y = reference->y + i / 3 - 1;
        const vector from = {(float)x - came.x, (float)y - came.y};
        float light;
        if (i == 4) {
            continue;
        }
        if (!interpolate(merge, reference, from, burst_site(x, y), &light)) {
            return 0;
        }
        const float excess = shown_at(merge, frame, x, y) - light;
        sum += excess * excess;
        most = excess * excess > most ? excess * excess : most;
    }
    *square = (sum - most) / 7.0f;
    return 1;
}

/* The same of what is missing where they went. */
static int look_there(const baryta_merge *merge, const doubted *frame, const view *reference,
                      vector went, float *square) {
    float sum = 0.0f, most = 0.0f;
    for (int i = 0; i < 9; i++) {
        const int32_t x = frame->x + i % 3 - 1, y = frame->y + i / 3 - 1;
        const vector to = {(float)x + went.x, (float)y + went.y};
        const int site = burst_site(x, y);
        float light;
        if (i == 4) {
            continue;
        }
        if (!interpolate(merge, frame, to, site, &light)) {
            return 0;
        }
        const float missing = light_of(merge, site, (float)at(reference, x, y)) - light;
        sum += missing * missing;
        most = missing * missing > most ? missing * missing : most;
    }
    *square = (sum - most) / 7.0f;
    return 1;
}

/* What the frames so far have added at a suspect's place: sum of their weights. */
static float added(const baryta_merge *merge, const burst_suspect *s) {
    uint32_t sum = 0;
    for (int i = 0; i < 4 && merge->total > 1.0f; i++) {
        const int32_t tx = s->x / 8 + i % 2, ty = s->y / 8 + i / 2;
        const uint16_t *agreed = burst_agreed(merge, tx, ty);
        for (ptrdiff_t bin = 0; bin < BURST_BINS; bin++) {
            sum += agreed[bin * BURST_CHUNK];
        }
    }
    return (float)sum;
}

/* Takes note of whether this frame differs there as if the reference had no defect. */
static void note(const baryta_merge *merge, burst_suspect *s, int alike) {
    if (s->alike != alike) {
        const float sum = added(merge, s);
        s->like += s->alike ? sum : -sum;
        s->alike = (int8_t)alike;
    }
}

static uint16_t value_of(const baryta_merge *merge, int site, float light) {
    const float value = light / merge->scale.gain[site] + merge->scale.black[site];
    return (uint16_t)burst_clamp(value + 0.5f, 0.0f, 65535.0f);
}

/* What lies under a defect: what the frames have where its content went, and the median of its like
 * neighbours, each as far as it can be known. */
static float mended(const baryta_merge *merge, const view *reference, const burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float frames = (float)s->witnesses;
    uint16_t like[8];
    burst_like_neighbours(reference, s->x, s->y, like);
    const float median = light_of(merge, site, 0.5f * (float)(like[3] + like[4]));
    const float apart = 0.25f * merge->scale.gain[site] * (float)(like[6] - like[1]);
    const float of_median = apart * apart + 1e-9f; /* even where nothing varies */
    const float of_frames = s->square / (frames * frames);
    return (median * of_frames + s->light / frames * of_median) / (of_frames + of_median);
}

/* Replaces the sample in the reference, also in what the frames have added against it. */
static void replace(baryta_merge *merge, const view *reference, const burst_suspect *s) {
    uint16_t *sample = &merge->reference[(size_t)s->y * (size_t)merge->grid.width + (size_t)s->x];
    const uint16_t old = *sample;
    const int site = burst_site(s->x, s->y);
    *sample = value_of(merge, site, mended(merge, reference, s));
    const float agreed = added(merge, s), like = s->like + (s->alike ? agreed : 0.0f);
    if (agreed > like) {
        const float part = 1.0f - like / agreed, gain = merge->scale.gain[site];
        burst_lower_reference(merge, s->x, s->y, part * gain * (float)(old - *sample));
    }
    burst_measure_block(merge, s->x / 8, s->y / 8);
}

/* Where content has gone that is at x, y in the reference. */
static vector flow_at(const baryta_merge *merge, float x, float y) {
    const burst_grid *g = &merge->grid;
    const int32_t bx = (int32_t)burst_clamp(x, 0.0f, (float)(g->width - 1)) / 8;
    const int32_t by = (int32_t)burst_clamp(y, 0.0f, (float)(g->height - 1)) / 8;
    const size_t block = (size_t)by * (size_t)g->blocks_w + (size_t)bx;
    return (vector){merge->flow.x[block], merge->flow.y[block]};
}

/* What a frame that moved says of a suspect. */
typedef struct answer {
    int known, detail;
    float here, there; /* what shows too much here, what is missing where it went */
    float least; /* of the two */
    float square, square_there, light; /* see burst_suspect */
} answer;

/* light: what the reference has of what the frame shows at the suspect's place. */
static answer ask(const baryta_merge *merge, const view *frame, const doubted *reference,
                  vector went, vector came, float light, const burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float by = s->by * merge->scale.gain[site], sign = by > 0.0f ? 1.0f : -1.0f;
    const float wanted = fabsf(by) * (s->isolated ? enough_alone : enough);
    const float own = light_of(merge, site, (float)at(reference->view, s->x, s->y));
    const float shown = shown_at(merge, frame, s->x, s->y);
    const int may_be_more = !burst_as_bright(merge) && shown * merge->exposure >= BURST_CLIPPED;
    answer a = {.known = 1, .here = sign * (shown - light)};
    a.least = may_be_more ? sign * INFINITY : a.here;
    if (a.least >= wanted) {
        const doubted there = {frame, s->x, s->y, 0, merge->exposure};
        const vector to = {(float)s->x + went.x, (float)s->y + went.y};
        a.known = interpolate(merge, &there, to, site, &a.light);
        a.there = sign * (own - a.light);
        a.least = fminf(a.least, a.there);
        a.here = burst_as_bright(merge) ? a.here : a.there; /* a defect knows no exposure */
    }
    a.detail = a.known && a.least < wanted;
    if (a.known && !a.detail) {
        const doubted there = {frame, s->x, s->y, 0, merge->exposure};
        a.known = look_round(merge, frame, reference, came, &a.square);
        if (a.known && !look_there(merge, &there, reference->view, went, &a.square_there)) {
            a.square_there = INFINITY;
        }
    }
    return a;
}

/* Detail that passes for a defect in one frame looks different in the next one. What stands alone
 * in the reference counts as one frame more. */
static int proven(const burst_suspect *s) {
    const float frames = (float)s->witnesses, counted = frames + (float)s->isolated;
    const float mean = 0.5f * s->answers / frames, round = sqrtf(s->square / frames);
    const float either = sqrtf(fmaxf(s->square, s->square_there) / frames);
    const int stands_clear = s->witnesses > 2 && s->least > tall_clear * either;
    const float part = stands_clear ? burst_clamp(tall / mean, least_part, 1.0f) : 1.0f;
    const float needed = part * fmaxf(proof, proof_of_few / (counted * counted * counted));
    const float variance = fmaxf(0.5f * s->answers_square / frames - mean * mean, 0.0f);
    const float spread = variance + least_spread * least_spread * mean * mean;
    return s->witnesses > 1 && s->least * mean > needed * round * sqrtf(spread);
}

static void hear(const answer *a, burst_suspect *s) {
    if (a->detail) {
        s->convicted = CLEARED;
    } else if (a->known) {
        s->least = s->witnesses > 0 ? fminf(s->least, a->least) : a->least;
        s->square += a->square;
        s->square_there += a->square_there;
        s->answers += a->here + a->there;
        s->answers_square += a->here * a->here + a->there * a->there;
        s->light += a->light;
        s->witnesses++;
        s->convicted = proven(s) ? CONVICTED_NOW : 0;
    }
}

/* What the frame says of a suspect; the reference stays as it is. */
static void judge(const baryta_merge *merge, const view *frame, const view *reference,
                  burst_suspect *s) {
    const float x = (float)s->x, y = (float)s->y;
    const int site = burst_site(s->x, s->y);
    const float own = light_of(merge, site, (float)at(reference, s->x, s->y));
    const vector went = flow_at(merge, x, y);
    const int still = !burst_moved(went.x, went.y);
    if (!s->convicted) {
        note(merge, s, still || (own >= BURST_CLIPPED && !burst_as_bright(merge)));
    }
    s->patched = 0;
    if (still && s->convicted != CONVICTED) {
        return;
    }
    /* Where what the reference shows there went to; where what the frame shows there came from. */
    const vector came = flow_at(merge, x - went.x, y - went.y);
    const float apart_x = came.x - went.x, apart_y = came.y - went.y;
    const doubted known = {reference, s->x, s->y, s->convicted == CONVICTED, 1.0f};
    float light;
    if (apart_x * apart_x + apart_y * apart_y > 0.25f ||
        !interpolate(merge, &known, (vector){x - came.x, y - came.y}, site, &light)) {
        s->patched = s->convicted == CONVICTED;
        s->patch = s->patched ? burst_median_of_neighbours(frame, s->x, s->y) : 0;
        return;
    }
    s->patch = value_of(merge, site, light * merge->exposure);
    s->patched = s->convicted == CONVICTED;
    if (!s->patched) {
        const answer a = ask(merge, frame, &known, went, came, light, s);
        const int clearly = a.known && !a.detail && a.least > clear * sqrtf(a.square);
        if (!s->convicted) {
            hear(&a, s);
        }
        /* Whatever other frames have said, so that their order does not matter. */
        s->patched = s->convicted == CONVICTED_NOW || (s->isolated && clearly);
    }
}

/* What is cleared is detail; where it stands alone the alignment still is not to see it. */
static void forget_cleared(baryta_merge *merge) {
    int32_t kept = 0;
    for (int32_t i = 0; i < merge->suspects; i++) {
        if (merge->suspect[i].convicted != CLEARED || merge->suspect[i].isolated) {
            merge->suspect[kept++] = merge->suspect[i];
        }
    }
    merge->suspects = kept;
}

int burst_judge_suspects(baryta_merge *merge, const baryta_plane *frame) {
    const view v = {frame->data, frame->stride / 2};
    const view reference = {merge->reference, merge->grid.width};
    int32_t replaced = 0;
    for (int32_t from = 0; from < merge->suspects; from += AT_ONCE) {
        const int32_t left = merge->suspects - from, to = from + (left < AT_ONCE ? left : AT_ONCE);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
        for (int32_t i = from; i < to; i++) {
            judge(merge, &v, &reference, &merge->suspect[i]);
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
    forget_cleared(merge);
    return 1;
}

/* By how much the frame shows at a marked sample's place what the reference does not have where
 * that came from, in the sample's units: to s->by; false if it is nothing to speak of. */
static int suspect_mark(const baryta_merge *merge, const view *frame, const view *reference,
                        burst_suspect *s) {
    const float x = (float)s->x, y = (float)s->y;
    const int site = burst_site(s->x, s->y);
    const vector went = flow_at(merge, x, y), came = flow_at(merge, x - went.x, y - went.y);
    const doubted known = {reference, s->x, s->y, 0, 1.0f};
    float light;
    if (!interpolate(merge, &known, (vector){x - came.x, y - came.y}, site, &light)) {
        return 0;
    }
    const float shown = shown_at(merge, frame, s->x, s->y), gain = merge->scale.gain[site];
    const float value = merge->scale.black[site] + fmaxf(shown, light) / gain;
    s->by = (shown - light) / gain;
    return fabsf(s->by) > marked_sigmas * burst_sigma(merge, site, value);
}

/* Whether the frame, which has been added, answers for a marked sample as for a defect. */
static int judge_mark(const baryta_merge *merge, const view *frame, const view *reference,
                      burst_suspect *s) {
    const int32_t known = burst_suspect_from(merge, s->x, s->y);
    if (known < merge->suspects && merge->suspect[known].x == s->x &&
        merge->suspect[known].y == s->y) {
        return 0;
    }
    if (!suspect_mark(merge, frame, reference, s)) {
        return 0;
    }
    /* Until this frame none had moved. */
    s->like = added(merge, s) * (1.0f - merge->share / (merge->total - 1.0f));
    judge(merge, frame, reference, s);
    return s->witnesses == 1 && s->convicted == 0 && s->least > marked_clear * sqrtf(s->square);
}

/* Lists the marked samples of blocks from *block on, as many as there is room for; of all of them
 * if *block comes to their end. */
static int32_t list_marks(baryta_merge *merge, int32_t *block, burst_suspect *list, int32_t room) {
    const burst_grid *g = &merge->grid;
    int32_t count = 0;
    for (; *block < g->blocks_w * g->blocks_h && count + BURST_MOST_MARKS <= room; ++*block) {
        uint64_t marks = merge->marks[*block];
        if (marks == 0 || marks == BURST_LOOKED) {
            continue;
        }
        merge->marks[*block] = BURST_LOOKED;
        if (__builtin_popcountll(marks) > BURST_MOST_MARKS) {
            continue;
        }
        for (; marks != 0; marks &= marks - 1) {
            const int32_t run = __builtin_ctzll(marks), site = run / 4 % 4;
            const int32_t x = 8 * (*block % g->blocks_w) + 2 * (run % 4) + site % 2;
            const int32_t y = 8 * (*block / g->blocks_w) + 2 * (run / 16) + site / 2;
            if (x < g->width && y < g->height) {
                list[count++] = (burst_suspect){.x = x, .y = y};
            }
        }
    }
    return count;
}

static int before(const burst_suspect *a, const burst_suspect *b) {
    return a->y != b->y ? a->y < b->y : a->x < b->x;
}

static int in_order(const void *one, const void *other) {
    return before(other, one) - before(one, other);
}

int burst_judge_marks(baryta_merge *merge, const baryta_plane *frame) {
    const view v = {frame->data, frame->stride / 2};
    const view reference = {merge->reference, merge->grid.width};
    const int32_t blocks = merge->grid.blocks_w * merge->grid.blocks_h;
    int32_t all = merge->suspects;
    for (int32_t block = 0; block < blocks && !burst_pause(merge);) {
        burst_suspect *list = merge->suspect + all;
        const int32_t room = BURST_MAX_SUSPECTS - all;
        const int32_t count = list_marks(merge, &block, list, room < AT_ONCE ? room : AT_ONCE);
        if (count == 0 && block < blocks) {
            break; /* there is no room */
        }
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
        for (int32_t i = 0; i < count; i++) {
            list[i].rank = (float)judge_mark(merge, &v, &reference, &list[i]);
        }
        for (int32_t i = 0; i < count; i++) {
            if (list[i].rank > 0.0f) {
                merge->suspect[all++] = list[i];
            }
        }
    }
    if (all > merge->suspects) {
        qsort(merge->suspect, (size_t)all, sizeof *merge->suspect, in_order);
    }
    merge->suspects = all;
    return !merge->failed;
}
