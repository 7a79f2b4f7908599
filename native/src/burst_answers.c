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
enum { SIDE = 8, BEFORE = 3 }; /* of the samples that guesses at nine places are made of */

/* A picture in which one sample is not believed, and the median round it taken instead. */
typedef struct doubted {
    const view *view;
    int32_t x, y;
    float exposure;
    const float *tint; /* by colour */
} doubted;

typedef struct vector {
    float x, y;
} vector;

/* A colour at a sample that may be of another one, from 5x5 normalised samples round it (Malvar,
 * He, Cutler, ICASSP 2004). */
static float demosaiced(const float *p, int own, int beside, int colour) {
    const float cross = p[-1] + p[1] + p[-SIDE] + p[SIDE], far_x = p[-2] + p[2];
    const float far_y = p[-2 * SIDE] + p[2 * SIDE];
    const float corners = p[-SIDE - 1] + p[-SIDE + 1] + p[SIDE - 1] + p[SIDE + 1];
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
    const float two = along_x ? p[-1] + p[1] : p[-SIDE] + p[SIDE];
    const float same = along_x ? far_x : far_y, across = along_x ? far_y : far_x;
    return (5.0f * p[0] + 4.0f * two - corners - same + 0.5f * across) / 8.0f;
}

/* Samples of a picture, normalised, and between which of them a place lies. */
typedef struct patch {
    int32_t x, y; /* of the first sample */
    float fx, fy;
    int unclipped, clear; /* but for what is doubted: round the place, and round all nine, inside */
    float samples[SIDE * SIDE];
} patch;

/* highest: so far, of the left and of the right half. */
static void normalise_row(const baryta_merge *merge, const float *tint, const uint16_t raw[SIDE],
                          int site, v4 highest[2], float samples[SIDE]) {
    const int other = site ^ 1;
    const float *g = merge->scale.gain, *b = merge->scale.black;
    const v4 gain = {g[site], g[other], g[site], g[other]};
    const v4 black = {b[site], b[other], b[site], b[other]};
    const int32_t *c = merge->options.format.colour;
    const v4 by = {1.0f / tint[c[site]], 1.0f / tint[c[other]], 1.0f / tint[c[site]],
                   1.0f / tint[c[other]]};
    for (int i = 0; i < SIDE; i += 4) {
        const v4 four = {(float)raw[i], (float)raw[i + 1], (float)raw[i + 2], (float)raw[i + 3]};
        const v4 light = (four - black) * gain;
        highest[i / 4] = v4_max(highest[i / 4], light);
        v4_store(samples + i, light * by);
    }
}

/* Whether none of the columns from so many beside the edges clips. */
static int below_white(const v4 highest[2], int beside) {
    float most = 0.0f;
    for (int i = beside; i < SIDE - beside; i++) {
        most = fmaxf(most, highest[i / 4][i % 4]);
    }
    return most < BURST_CLIPPED;
}

/* A row of a patch as it is; beyond the edge columns repeat. */
static void take_row(const baryta_merge *merge, const view *v, int32_t x, int32_t y,
                     uint16_t raw[SIDE]) {
    const int32_t last_x = merge->grid.width - 1, last_y = merge->grid.height - 1;
    const uint16_t *row = v->samples + (y < 0 ? 0 : y > last_y ? last_y : y) * v->stride;
    if (x >= 0 && x + SIDE - 1 <= last_x) {
        memcpy(raw, row + x, SIDE * sizeof *raw);
        return;
    }
    for (int32_t i = 0; i < SIDE; i++) {
        raw[i] = row[x + i < 0 ? 0 : x + i > last_x ? last_x : x + i];
    }
}

/* Takes what lies round a place; false if the place itself cannot be told for the picture's edge.
 */
static int take_patch(const baryta_merge *merge, const doubted *picture, vector place, patch *p) {
    const float left = floorf(place.x), top = floorf(place.y);
    const int32_t over_x = (int32_t)left - BEFORE + SIDE - merge->grid.width;
    const int32_t over_y = (int32_t)top - BEFORE + SIDE - merge->grid.height;
    p->x = (int32_t)left - BEFORE;
    p->y = (int32_t)top - BEFORE;
    p->fx = place.x - left;
    p->fy = place.y - top;
    if (p->x < -1 || p->y < -1 || over_x > 1 || over_y > 1) {
        return 0;
    }
    const int32_t u = picture->x - p->x, v = picture->y - p->y;
    const int within = u >= 0 && u < SIDE && v >= 0 && v < SIDE;
    v4 inner[2] = {v4_all(0.0f), v4_all(0.0f)}, outer[2] = {inner[0], inner[0]};
    for (int32_t j = 0; j < SIDE; j++) {
        uint16_t raw[SIDE];
        take_row(merge, picture->view, p->x, p->y + j, raw);
        if (within && j == v) {
            raw[u] = burst_median_of_neighbours(picture->view, picture->x, picture->y);
        }
        normalise_row(merge, picture->tint, raw, burst_site(p->x, p->y + j),
                      j % (SIDE - 1) != 0 ? inner : outer, p->samples + SIDE * j);
    }
    const int whole = p->x >= 0 && p->y >= 0 && over_x <= 0 && over_y <= 0;
    p->unclipped = below_white(inner, 1);
    p->clear = whole && below_white(inner, 0) && below_white(outer, 0);
    return 1;
}

/* A site's light so many samples beside the patch's place, -1 .. 1, over the reference's white. */
static float light_in(const baryta_merge *merge, const doubted *picture, const patch *p, int32_t dx,
                      int32_t dy, int site) {
    const int32_t *colour = merge->options.format.colour;
    float corner[4];
    for (int i = 0; i < 4; i++) {
        const int32_t u = BEFORE + dx + i % 2, v = BEFORE + dy + i / 2;
        const int own = burst_site(p->x + u, p->y + v);
        corner[i] =
            demosaiced(p->samples + SIDE * v + u, colour[own], colour[own ^ 1], colour[site]);
    }
    const float upper = corner[0] + p->fx * (corner[1] - corner[0]);
    const float lower = corner[2] + p->fx * (corner[3] - corner[2]);
    return (upper + p->fy * (lower - upper)) / picture->exposure;
}

/* What the frame shows at x, y of the sensor, over the reference's white. */
static float shown_at(const baryta_merge *merge, const view *frame, int32_t x, int32_t y) {
    return burst_light_of(merge, burst_site(x, y), (float)at(frame, x, y)) /
           burst_exposure_of(merge, merge->options.format.colour[burst_site(x, y)]);
}

/* The mean square of what eight samples differ by: the largest, which may be a defect too, left
 * out. */
static float square_of(const float apart[9]) {
    float sum = 0.0f, most = 0.0f;
    for (int i = 0; i < 9; i++) {
        const float square = i == 4 ? 0.0f : apart[i] * apart[i];
        sum += square;
        most = fmaxf(most, square);
    }
    return (sum - most) / 7.0f;
}

/* The mean square of what the frame shows too much at the eight samples round a place. */
static float look_round(const baryta_merge *merge, const view *frame, const doubted *reference,
                        const patch *came) {
    float excess[9];
    for (int32_t i = 0; i < 9; i++) {
        const int32_t dx = i % 3 - 1, dy = i / 3 - 1, x = reference->x + dx, y = reference->y + dy;
        const float light = light_in(merge, reference, came, dx, dy, burst_site(x, y));
        excess[i] = shown_at(merge, frame, x, y) - light;
    }
    return square_of(excess);
}

/* The same of what is missing where they went. */
static float look_there(const baryta_merge *merge, const doubted *frame, const view *reference,
                        const patch *went) {
    float missing[9];
    for (int32_t i = 0; i < 9; i++) {
        const int32_t dx = i % 3 - 1, dy = i / 3 - 1, x = frame->x + dx, y = frame->y + dy;
        const int site = burst_site(x, y);
        missing[i] = burst_light_of(merge, site, (float)at(reference, x, y)) -
                     light_in(merge, frame, went, dx, dy, site);
    }
    return square_of(missing);
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

/* Both questions; came: what the reference has of what the frame shows at the suspect's place. */
static burst_answer ask(const baryta_merge *merge, const view *frame, const doubted *reference,
                        vector went, const patch *came, const burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float by = s->by * merge->scale.gain[site];
    const float own = burst_light_of(merge, site, (float)at(reference->view, s->x, s->y));
    const float shown = shown_at(merge, frame, s->x, s->y);
    const float light = light_in(merge, reference, came, 0, 0, site);
    const float tint = merge->tint[merge->options.format.colour[site]];
    const float sign = (by != 0.0f ? by : shown - light) > 0.0f ? 1.0f : -1.0f;
    const int may_be_more = !burst_as_bright(merge) && shown * merge->exposure >= BURST_CLIPPED;
    const doubted there = {frame, s->x, s->y, merge->exposure, merge->tint};
    burst_answer a = {
        .known = 1, .sign = sign, .here = sign * (shown - light) * tint, .came_light = light};
    a.wanted = s->marked ? marked_sigmas * sigma_at(merge, reference->view, s)
                         : fabsf(by) * (s->isolated ? enough_alone : enough);
    a.least = may_be_more ? sign * INFINITY : a.here;
    if (!burst_asks_on(s, &a)) {
        return a;
    }
    patch gone;
    const vector to = {(float)s->x + went.x, (float)s->y + went.y};
    if (!take_patch(merge, &there, to, &gone) || !gone.unclipped) {
        a.known = a.least < BURST_SOME * a.wanted;
        return a;
    }
    a.light = light_in(merge, &there, &gone, 0, 0, site);
    a.there = sign * (own - a.light);
    a.least = fminf(a.least, a.there);
    a.here = burst_as_bright(merge) ? a.here : a.there; /* a defect knows no exposure */
    if (!burst_asks_on(s, &a)) {
        return a;
    }
    a.measured = came->clear;
    a.known = came->clear || a.least < a.wanted;
    if (a.measured) {
        a.square = look_round(merge, frame, reference, came);
        a.square_there = gone.clear ? look_there(merge, &there, reference->view, &gone) : INFINITY;
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
    static const float none[3] = {1.0f, 1.0f, 1.0f};
    const doubted known = {reference, s->x, s->y, 1.0f, none};
    patch from;
    if (apart_x * apart_x + apart_y * apart_y > 0.25f ||
        !take_patch(merge, &known, (vector){x - came.x, y - came.y}, &from) || !from.unclipped) {
        return (burst_answer){.known = 0};
    }
    return ask(merge, frame, &known, went, &from, s);
}
