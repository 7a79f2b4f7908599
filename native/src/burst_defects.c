/* Hot and dead pixels, told from detail by the frames that moved: what each says of the suspects,
 * and what stands for them while it is added.
 *
 * Each is judged against the reference as it was taken, whatever other frames have said, so that
 * their order does not matter. */
#include "burst_answers.h"

/* Times what its neighbours show, for one frame to be added as if it were a defect. */
static const float clear = 5.0f;
enum { AT_ONCE = 4096 }; /* suspects judged between two pauses */

/* Takes note of whether this frame differs there as if the reference had no defect. */
static void note(const baryta_merge *merge, burst_suspect *s, int alike) {
    if (s->alike != alike) {
        const float sum = burst_added_at(merge, s);
        s->like += s->alike ? sum : -sum;
        s->alike = (int8_t)alike;
    }
}

/* What stands alone is kept for the alignment anyhow: one frame may be misaligned there. */
static int is_detail(const burst_suspect *s, const burst_answer *a) {
    return a->known && !burst_asks_on(s, a);
}

/* What stands for the suspect in the frame and in the reference. */
static void stand_in(const baryta_merge *merge, const view *frame, const view *reference,
                     const burst_answer *a, burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    if (a->known) {
        /* What does not stand alone may be cleared, or marked, by a frame after this one. */
        s->patched = s->isolated && a->least >= a->wanted && a->least > clear * sqrtf(a->square);
        s->patch = burst_value_of(merge, site,
                                  a->came_light *
                                      burst_exposure_of(merge, merge->options.format.colour[site]));
        s->other = burst_value_of(merge, site, a->light);
    } else if (s->patched) { /* alignment has not seen it either */
        s->patch = burst_median_of_neighbours(frame, s->x, s->y);
        s->other = burst_median_of_neighbours(reference, s->x, s->y);
    }
}

/* What the frame says of a suspect; the reference stays as it is. */
static void judge(const baryta_merge *merge, const view *frame, const view *reference,
                  burst_suspect *s) {
    const int site = burst_site(s->x, s->y);
    const float own = burst_light_of(merge, site, (float)at(reference, s->x, s->y));
    const burst_answer a = burst_ask(merge, frame, reference, s);
    s->patched = s->patched && !a.still;
    if (!a.still) {
        stand_in(merge, frame, reference, &a, s);
    }
    const int clipped =
        own >= BURST_CLIPPED && !burst_as_bright(merge); /* nothing is added there */
    note(merge, s, a.still || (clipped && !s->patched));
    if (a.still) {
        return;
    }
    if (a.measured) {
        burst_note_word(merge, &a, s);
    }
    if (is_detail(s, &a)) {
        s->cleared = 1;
    } else if (burst_counts(s, &a)) {
        burst_hear(merge, &a, s);
    }
}

static void forget_cleared(baryta_merge *merge) {
    int32_t kept = 0;
    for (int32_t i = 0; i < merge->suspects; i++) {
        burst_suspect *s = &merge->suspect[i];
        if (!s->cleared) {
            merge->suspect[kept++] = *s;
        } else if (s->stood_in != 0.0f) {
            burst_acquit(merge, s);
        }
    }
    merge->suspects = kept;
}

static uint16_t *sample_of(const baryta_merge *merge, const burst_suspect *s) {
    return &merge->reference[(size_t)s->y * (size_t)merge->grid.width + (size_t)s->x];
}

int burst_judge_suspects(baryta_merge *merge, const baryta_plane *frame) {
    const view v = {frame->data, frame->stride / 2};
    const view reference = {merge->reference, merge->grid.width};
    for (int32_t from = 0; from < merge->suspects; from += AT_ONCE) {
        const int32_t left = merge->suspects - from, to = from + (left < AT_ONCE ? left : AT_ONCE);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 64)
        for (int32_t i = from; i < to; i++) {
            if (i + BURST_ASK_AHEAD < merge->suspects) {
                burst_ask_ahead(merge, &v, &reference, &merge->suspect[i + BURST_ASK_AHEAD]);
            }
            judge(merge, &v, &reference, &merge->suspect[i]);
        }
        if (burst_pause(merge)) {
            return 0;
        }
    }
    forget_cleared(merge);
    for (int32_t i = 0; i < merge->suspects; i++) {
        burst_suspect *s = &merge->suspect[i];
        if (s->patched) {
            const uint16_t own = *sample_of(merge, s);
            s->added_before = burst_added_at(merge, s);
            *sample_of(merge, s) = s->other;
            s->other = own;
        }
    }
    return 1;
}

void burst_restore_suspects(baryta_merge *merge) {
    for (int32_t i = 0; i < merge->suspects; i++) {
        burst_suspect *s = &merge->suspect[i];
        if (s->patched) {
            uint16_t *sample = sample_of(merge, s);
            const float weight = burst_added_at(merge, s) - s->added_before;
            const float gain = merge->scale.gain[burst_site(s->x, s->y)];
            s->stood_in += weight * gain * (float)(*sample - s->other);
            *sample = s->other;
        }
    }
}
