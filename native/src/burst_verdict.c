/* The verdict on suspects once all frames have answered, and what follows from it.
 *
 * Until then the reference stays as it is, so that no frame's answer hangs on which came before. */
#include "burst_answers.h"

/* How often the least answer exceeds its surroundings, times how alike the frames' answers are: at
 * least, and of so few frames, divided by their number cubed. No answers are more alike than of
 * this spread over their mean. */
static const float proof = 12.0f, proof_of_few = 3000.0f, least_spread = 0.02f;
/* Light from which on the more a suspect stands out by the less it needs, down to such a part: of
 * more than two frames, if the least answer is so many times what its neighbours show, here and
 * where they went. */
static const float tall = 0.08f, least_part = 0.25f, tall_clear = 4.0f;
static const float glaring = 0.5f; /* light */
static const float most_square = 2.0f; /* where it cannot be told */
static const float fewest = 1.4f; /* different frames */
/* Samples between motions that have nothing in common: among witnesses, and among all. */
static const double unlike = 0.75, unlike_all = 1.0;
enum { WORK = 8192 }; /* samples that take as long as to settle a suspect */

float burst_added_at(const baryta_merge *merge, const burst_suspect *s) {
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

void burst_hear(const baryta_merge *merge, const burst_answer *a, burst_suspect *s) {
    if (a->least < a->wanted) {
        s->against++;
        return;
    }
    s->least = s->witnesses > 0 ? fminf(s->least, a->least) : a->least;
    s->square += a->square;
    s->square_there += a->square_there;
    s->answers += a->here + a->there;
    s->answers_square += a->here * a->here + a->there * a->there;
    s->light += a->light;
    s->witnesses++;
    if (merge->hearings <= BURST_HEARD) {
        s->witnessed |= (uint64_t)1 << (merge->hearings - 1);
    }
}

void burst_note_word(const baryta_merge *merge, const burst_answer *a, burst_suspect *s) {
    if (!burst_as_bright(merge) || merge->hearings > BURST_HEARD) {
        return;
    }
    const float square = fminf(a->square + a->square_there, most_square);
    burst_weigh(&s->evidence, merge->hearings - 1, a->here, a->there, a->light, 0.5f * square);
}

/* How many of some frames show the same at a suspect's place, in the mean: those that moved alike
 * err alike, less so the further apart, and not at all from `reach` samples on. */
static float alike_at(const baryta_merge *merge, const burst_suspect *s, uint64_t who,
                      double reach) {
    double x[BURST_HEARD], y[BURST_HEARD], sum = 0.0;
    int32_t count = 0;
    for (; who != 0; who &= who - 1) {
        const burst_motion *m = &merge->heard[__builtin_ctzll(who)];
        burst_move(&merge->grid, m, cos(m->angle), sin(m->angle), s->x, s->y, &x[count], &y[count]);
        count++;
    }
    for (int32_t i = 0; i < count; i++) {
        for (int32_t j = 0; j < i; j++) {
            const double dx = x[i] - x[j], dy = y[i] - y[j], square = dx * dx + dy * dy;
            sum += square < reach * reach ? 1.0 - sqrt(square) / reach : 0.0;
        }
    }
    return count > 0 ? 1.0f + (float)(2.0 * sum / count) : 1.0f;
}

/* Detail that passes for a defect in one frame looks different in the next one. What stands alone
 * in the reference counts as one frame more. */
static int proven(const burst_suspect *s, float alike) {
    const float frames = (float)s->witnesses;
    const float known = (float)__builtin_popcountll(s->witnessed);
    const float different = (known > 0.0f ? known : 1.0f) / alike;
    const float counted = different + (float)s->isolated;
    const float mean = 0.5f * s->answers / frames, round = sqrtf(s->square / frames);
    const float either = sqrtf(fmaxf(s->square, s->square_there) / frames);
    const int stands_clear = s->witnesses > 2 && s->least > tall_clear * either;
    const float part = stands_clear ? burst_clamp(tall / mean, least_part, 1.0f) : 1.0f;
    const float needed = part * fmaxf(proof, proof_of_few / (counted * counted * counted));
    const float variance = fmaxf(0.5f * s->answers_square / frames - mean * mean, 0.0f);
    const float spread = variance + least_spread * least_spread * mean * mean;
    return different > fewest && s->least * mean > needed * round * sqrtf(spread);
}

/* Whether enough of the frames that moved are witnesses: four in five, or three of what glares
 * alone or was marked; of the latter all those that did not mark it are none. */
static int enough_witnesses(const baryta_merge *merge, const burst_suspect *s) {
    const size_t block = (size_t)(s->y / 8) * (size_t)merge->grid.blocks_w + (size_t)(s->x / 8);
    const int asked = s->marked ? merge->moves[block] : s->witnesses + s->against;
    const int glares = s->isolated && 0.5f * s->answers > glaring * (float)s->witnesses;
    return 5 * s->witnesses >= (s->marked || glares ? 3 : 4) * asked;
}

static int proven_by_witnesses(const baryta_merge *merge, const burst_suspect *s) {
    return s->witnesses > 1 && enough_witnesses(merge, s) && proven(s, 1.0f) &&
           proven(s, alike_at(merge, s, s->witnessed, unlike));
}

static int proven_by_all(const baryta_merge *merge, const burst_suspect *s) {
    return burst_evident(&s->evidence, 1.0f) &&
           burst_evident(&s->evidence, alike_at(merge, s, s->evidence.who, unlike_all));
}

/* What lies under a defect: what the frames have where its content went, and the median of its like
 * neighbours, each as far as it can be known. */
static float mended(const baryta_merge *merge, const view *reference, const burst_suspect *s,
                    int by_witnesses) {
    const int site = burst_site(s->x, s->y);
    const float frames = (float)s->witnesses;
    uint16_t like[8];
    burst_like_neighbours(reference, s->x, s->y, like);
    const float median = burst_light_of(merge, site, 0.5f * (float)(like[3] + like[4]));
    const float apart = 0.25f * merge->scale.gain[site] * (float)(like[6] - like[1]);
    const float of_median = apart * apart + 1e-9f; /* even where nothing varies */
    const float of_frames =
        by_witnesses ? s->square / (frames * frames) : 1.0f / s->evidence.weight;
    const float light = by_witnesses ? s->light / frames : s->evidence.light / s->evidence.weight;
    return (median * of_frames + light * of_median) / (of_frames + of_median);
}

void burst_acquit(baryta_merge *merge, burst_suspect *s) {
    const view reference = {merge->reference, merge->grid.width};
    const int site = burst_site(s->x, s->y);
    const float own = burst_light_of(merge, site, (float)at(&reference, s->x, s->y));
    const float agreed = burst_added_at(merge, s);
    if (agreed > 0.0f && own < BURST_CLIPPED) { /* what is clipped stays white */
        burst_lower_reference(merge, s->x, s->y, s->stood_in / agreed);
    }
    s->stood_in = 0.0f;
}

/* Replaces the sample in the reference, also in what the frames have added against it. */
static void replace(baryta_merge *merge, const view *reference, const burst_suspect *s,
                    int by_witnesses) {
    uint16_t *sample = &merge->reference[(size_t)s->y * (size_t)merge->grid.width + (size_t)s->x];
    const uint16_t old = *sample;
    const int site = burst_site(s->x, s->y);
    *sample = burst_value_of(merge, site, mended(merge, reference, s, by_witnesses));
    const float agreed = burst_added_at(merge, s), like = s->like + (s->alike ? agreed : 0.0f);
    if (agreed > 0.0f) {
        const float lower = merge->scale.gain[site] * (float)(old - *sample);
        const float differ = agreed > like ? agreed - like : 0.0f;
        burst_lower_reference(merge, s->x, s->y, (differ * lower + s->stood_in) / agreed);
    }
    burst_measure_block(merge, s->x / 8, s->y / 8);
}

int burst_settle_suspects(baryta_merge *merge) {
    const view reference = {merge->reference, merge->grid.width};
    int32_t settled = 0;
    int cancelled = 0;
    while (merge->suspects > 0 && !cancelled) { /* each once, should it be finished again */
        burst_suspect *s = &merge->suspect[--merge->suspects];
        const int by_witnesses = proven_by_witnesses(merge, s);
        if (by_witnesses || proven_by_all(merge, s)) {
            replace(merge, &reference, s, by_witnesses);
            settled++;
        } else if (s->stood_in != 0.0f) {
            burst_acquit(merge, s);
            settled++;
        }
        cancelled = burst_worked(merge, WORK);
    }
    if (settled > 0) {
        burst_find_rims(merge);
    }
    merge->failed = 0; /* what is settled stays so */
    return !cancelled;
}
