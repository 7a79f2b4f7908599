/* What a frame has marked joins the suspects. */
#include "burst_answers.h"

#include <stdlib.h>

/* Times what its neighbours show, for what a frame says of a marked sample to count. */
static const float clear = 2.0f;
enum { AT_ONCE = 4096 }; /* judged between two pauses */
enum { LIKE = 2 }; /* samples to the like neighbours that are looked at */

int burst_counts(const burst_suspect *s, const burst_answer *a) {
    return a->known &&
           (!s->marked || (a->least >= a->wanted && a->least > clear * sqrtf(a->square)));
}

static int known(const baryta_merge *merge, const burst_suspect *s) {
    const int32_t i = burst_suspect_from(merge, s->x, s->y);
    return i < merge->suspects && merge->suspect[i].x == s->x && merge->suspect[i].y == s->y;
}

/* Whether the frame, which has been added, answers for a marked sample as for a defect. */
static int judge_mark(const baryta_merge *merge, const view *frame, const view *reference,
                      burst_suspect *s) {
    if (known(merge, s)) {
        return 0;
    }
    const size_t block = (size_t)(s->y / 8) * (size_t)merge->grid.blocks_w + (size_t)(s->x / 8);
    const burst_answer a = burst_ask(merge, frame, reference, s);
    if (!burst_counts(s, &a)) {
        return 0;
    }
    s->by = a.sign;
    const float still = 1.0f - (float)merge->moves[block] * merge->share / (merge->total - 1.0f);
    s->like = burst_added_at(merge, s) * fmaxf(still, 0.0f);
    burst_note_word(merge, &a, s);
    burst_hear(merge, &a, s);
    return 1;
}

/* Lists the marked samples of blocks from *block on, as many as there is room for; of all of them
 * if *block comes to their end. */
static int32_t list_marks(baryta_merge *merge, int32_t *block, burst_suspect *list, int32_t room) {
    const burst_grid *g = &merge->grid;
    int32_t count = 0;
    for (; *block < g->blocks_w * g->blocks_h && count + BURST_MOST_MARKS <= room; ++*block) {
        uint64_t marks = merge->marks[*block];
        merge->marks[*block] = 0;
        if (marks == 0 || __builtin_popcountll(marks) > BURST_MOST_MARKS) {
            continue;
        }
        for (; marks != 0; marks &= marks - 1) {
            const int32_t run = __builtin_ctzll(marks), site = run / 4 % 4;
            const int32_t x = 8 * (*block % g->blocks_w) + 2 * (run % 4) + site % 2;
            const int32_t y = 8 * (*block / g->blocks_w) + 2 * (run / 16) + site / 2;
            if (x >= LIKE && y >= LIKE && x + LIKE < g->width && y + LIKE < g->height) {
                list[count++] = (burst_suspect){.x = x, .y = y, .marked = 1};
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
            if (i + BURST_ASK_AHEAD < count) {
                burst_ask_ahead(merge, &v, &reference, &list[i + BURST_ASK_AHEAD]);
            }
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
