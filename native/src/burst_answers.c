/* What a frame that moved says of a suspect.
 *
 * A defect stays at its place on the sensor: such a frame shows it at the same place, beyond what
 * the reference has where that content came from, and lacks it where the reference's content went.
 * Detail does neither, or not in each frame. What moves by itself and what misleads the alignment
 * may do both, but not in one sample alone: what shows is measured by what its neighbours show. */
#include "burst_answers.h"
#include "vec4.h"

#include <string.h>

/* Of what it stands out by in the reference, to be shown; less where some of that may be detail. */
static const float enough = 0.5f, enough_alone = 0.6f;
/* Of noise, if a frame has marked it. */
static const float marked_sigmas = 6.0f;
enum { SIDE = 6, BEFORE = 2 }; /* of the samples that a guess is made of */
enum { STRIDE = 8 }; /* of these: a row is two fours that overlap */

typedef uint16_t u16x4 __attribute__((vector_size(8)));
typedef int32_t i32x4 __attribute__((vector_size(16)));

/* A picture in which one sample is not believed, and the median round it taken instead. */
typedef struct doubted {
    const view *view;
    int32_t x, y;
    float exposure;
} doubted;

typedef struct vector {
    float x, y;
} vector;

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

static inline v4 four_of(const uint16_t *p) {
    u16x4 four;
    memcpy(&four, p, sizeof four);
    return __builtin_convertvector(__builtin_convertvector(four, i32x4), v4);
}

/* The samples from x0, y0 on, normalised; returns whether none is clipped. */
static int normalise(const baryta_merge *merge, const doubted *picture, int32_t x0, int32_t y0,
                     float samples[SIDE * STRIDE]) {
    const int32_t u = picture->x - x0, v = picture->y - y0;
    const int within = u >= 0 && u < SIDE && v >= 0 && v < SIDE;
    v4 highest = v4_all(0.0f);
    for (int32_t j = 0; j < SIDE; j++) {
        const uint16_t *in = picture->view->samples + (y0 + j) * picture->view->stride + x0;
        const int one = burst_site(x0, y0 + j), other = one ^ 1;
        const float *g = merge->scale.gain, *b = merge->scale.black;
        const v4 gain = {g[one], g[other], g[one], g[other]};
        const v4 black = {b[one], b[other], b[one], b[other]};
        uint16_t raw[SIDE];
        if (within && j == v) {
            memcpy(raw, in, sizeof raw);
            raw[u] = burst_median_of_neighbours(picture->view, picture->x, picture->y);
            in = raw;
        }
        for (int i = 0; i < 2; i++) {
            const v4 light = (four_of(in + 2 * i) - black) * gain;
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
    return burst_light_of(merge, burst_site(x, y), (float)at(frame, x, y)) / merge->exposure;
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
        const float missing = burst_light_of(merge, site, (float)at(reference, x, y)) - light;
        sum += missing * missing;
        most = missing * missing > most ? missing * missing : most;
    }
    *square = (sum - most) / 7.0f;
    return 1;
}

/* Where content has gone that is at x, y in the reference. */
static vector flow_at(const baryta_merge *merge, float x, float y) {
    const burst_grid *g = &merge->grid;
    const int32_t bx = (int32_t)burst_clamp(x, 0.0f, (float)(g->width - 1)) / 8;
    const int32_t by = (int32_t)burst_clamp(y, 0.0f, (float)(g->height - 1)) / 8;
    const size_t block = (size_t)by * (size_t)g->blocks_w + (size_t)bx;
    return (vector){merge->flow.x[block], merge->flow.y[block]};
}

/* The deviation of noise there, normalised, as the frame being added shows it. */
static float sigma_at(const baryta_merge *merge, const view *reference, const burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float value = (float)at(reference, s->x, s->y);
    return merge->scale.gain[site] * burst_sigma_by(merge, &merge->options.noise, site, value);
}

/* Both questions; light: what the reference has of what the frame shows at the suspect's place. */
static burst_answer ask(const baryta_merge *merge, const view *frame, const doubted *reference,
                        vector went, vector came, float light, const burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float by = s->by * merge->scale.gain[site];
    const float own = burst_light_of(merge, site, (float)at(reference->view, s->x, s->y));
    const float shown = shown_at(merge, frame, s->x, s->y);
    const float sign = (by != 0.0f ? by : shown - light) > 0.0f ? 1.0f : -1.0f;
    const int may_be_more = !burst_as_bright(merge) && shown * merge->exposure >= BURST_CLIPPED;
    const doubted there = {frame, s->x, s->y, merge->exposure};
    burst_answer a = {
        .known = 1, .sign = sign, .here = sign * (shown - light), .came_light = light};
    a.wanted = s->marked ? marked_sigmas * sigma_at(merge, reference->view, s)
                         : fabsf(by) * (s->isolated ? enough_alone : enough);
    a.least = may_be_more ? sign * INFINITY : a.here;
    if (a.least >= BURST_SOME * a.wanted) {
        const vector to = {(float)s->x + went.x, (float)s->y + went.y};
        a.known = interpolate(merge, &there, to, site, &a.light);
        a.there = sign * (own - a.light);
        a.least = fminf(a.least, a.there);
        a.here = burst_as_bright(merge) ? a.here : a.there; /* a defect knows no exposure */
    }
    if (a.known && a.least >= a.wanted) {
        a.known = look_round(merge, frame, reference, came, &a.square);
        if (a.known && !look_there(merge, &there, reference->view, went, &a.square_there)) {
            a.square_there = INFINITY;
        }
    }
    return a;
}

/* The rows of a place's samples. */
static void prefetch_round(const baryta_merge *merge, const view *picture, float x, float y) {
    const int32_t u = (int32_t)burst_clamp(x, 0.0f, (float)(merge->grid.width - 1));
    for (int32_t j = -BEFORE; j < SIDE - BEFORE; j++) {
        const int32_t v = (int32_t)burst_clamp(y + (float)j, 0.0f, (float)(merge->grid.height - 1));
        __builtin_prefetch(picture->samples + v * picture->stride + u);
    }
}

void burst_ask_ahead(const baryta_merge *merge, const view *frame, const view *reference,
                     const burst_suspect *s) {
    const float x = (float)s->x, y = (float)s->y;
    const vector went = flow_at(merge, x, y);
    __builtin_prefetch(frame->samples + s->y * frame->stride + s->x);
    prefetch_round(merge, reference, x - went.x, y - went.y);
    prefetch_round(merge, frame, x + went.x, y + went.y);
}

burst_answer burst_ask(const baryta_merge *merge, const view *frame, const view *reference,
                       const burst_suspect *s) {
    const float x = (float)s->x, y = (float)s->y;
    const vector went = flow_at(merge, x, y);
    if (!burst_moved(went.x, went.y)) {
        return (burst_answer){.still = 1};
    }
    /* Where what the reference shows there went to; where what the frame shows there came from. */
    const vector came = flow_at(merge, x - went.x, y - went.y);
    const float apart_x = came.x - went.x, apart_y = came.y - went.y;
    const doubted known = {reference, s->x, s->y, 1.0f};
    float light;
    if (apart_x * apart_x + apart_y * apart_y > 0.25f ||
        !interpolate(merge, &known, (vector){x - came.x, y - came.y}, burst_site(s->x, s->y),
                     &light)) {
        return (burst_answer){.known = 0};
    }
    return ask(merge, frame, &known, went, came, light, s);
}
