/* The rows of tiles of all strips, shared by the threads.
 *
 * Each thread works through a strip of its own and waits for nobody: who is done takes over half of
 * what is left of the longest strip, so that a thread that other programs hold up does not hold up
 * the rest. Where strips meet changes nothing of what comes out. */
#include "burst.h"

#include <omp.h>

/* Rows: to begin a strip costs as much as two or three of them. The thread that entered takes over
 * fewer than the others, for while it waits for them nobody asks whether to go on. */
enum { WORTH = BURST_STEP, WORTH_ASKING = BURST_STEP / 2 };
/* Blocks that a thread works on between two questions: rows of a wide picture are fewer. */
enum { AT_ONCE = 4096 };
enum { NEAR = 4 }; /* steps before a strip's end */

typedef struct crew {
    baryta_merge *merge;
    const burst_pass *pass;
    int32_t at_once, taken; /* rows */
    int cancelled;
    int32_t told; /* steps of the progress, so many rows each */
} crew;

/* The last row, which a strip shares with the next one, is both's. */
static int32_t left_of(const burst_strip *strip) {
    return strip->limit + 1 - strip->taken;
}

static void set_out(burst_strip *strip, int32_t first, int32_t last) {
    strip->first = strip->next = strip->taken = first;
    strip->last = strip->limit = last;
}

static burst_strip *find_strip(crew *c, burst_strip *own, int32_t number) {
    const int32_t threads = c->merge->options.threads;
    burst_strip *longest = NULL;
    for (int32_t i = 0; i < threads; i++) {
        burst_strip *strip = &c->merge->strip[(number + i) % threads];
        if (!strip->begun) {
            strip->begun = 1;
            return strip;
        }
        longest = longest == NULL || left_of(strip) > left_of(longest) ? strip : longest;
    }
    if (own == NULL || left_of(longest) < (number == 0 ? WORTH_ASKING : WORTH)) {
        return NULL;
    }
    const int32_t middle = longest->taken + left_of(longest) / 2;
    set_out(own, middle, longest->limit);
    longest->limit = middle;
    return own;
}

/* A strip not begun, or the lower half of another's in the place of one that is done; NULL if
 * nothing is left that is worth it. */
static burst_strip *next_strip(crew *c, burst_strip *own, int32_t number) {
    burst_strip *found = NULL;
#pragma omp critical(burst_share)
    if (!c->cancelled) {
        found = find_strip(c, own, number);
    }
    return found;
}

/* How many rows a strip goes on by; 0 if it is done. Near its end fewer, for nobody can take over
 * what is under way. */
static int32_t take_rows(crew *c, burst_strip *strip) {
    int32_t rows = 0;
#pragma omp critical(burst_share)
    if (!c->cancelled) {
        const int32_t left = left_of(strip);
        rows = left < NEAR * c->at_once ? (left + NEAR - 1) / NEAR : c->at_once;
        strip->taken += rows;
        strip->last = strip->limit; /* others may have taken what lies below */
        c->taken += rows;
    }
    return rows;
}

/* All rows, those that strips share counted once more. */
static int32_t rows_of(const crew *c) {
    return c->merge->grid.tiles_h + c->merge->options.threads;
}

/* Every step, also where the others have come far meanwhile: so what is told is always the same. */
static void tell(crew *c, int32_t rows) {
    const burst_pass *pass = c->pass;
    const int32_t steps = (rows_of(c) + c->at_once - 1) / c->at_once;
    int cancelled = 0;
    while (!cancelled && c->told < steps && (c->told + 1) * c->at_once <= rows) {
        c->told++;
        const float part = (float)c->told / (float)steps;
        const float done =
            c->told == steps ? pass->to : pass->from + (pass->to - pass->from) * part;
        cancelled = baryta_report(pass->progress, pass->user, done);
    }
#pragma omp critical(burst_share)
    c->cancelled |= cancelled;
}

static int32_t rows_taken(const crew *c) {
    int32_t taken = 0;
#pragma omp critical(burst_share)
    taken = c->taken;
    return taken;
}

static void work(crew *c, int32_t number) {
    burst_strip *strip = NULL;
    while ((strip = next_strip(c, strip, number)) != NULL) {
        c->pass->begin(c->merge, c->pass, strip);
        for (int32_t rows; (rows = take_rows(c, strip)) > 0;) {
            c->pass->advance(c->merge, c->pass, strip, rows);
            if (number == 0) { /* it entered the core: only it may call back */
                tell(c, rows_taken(c));
            }
        }
    }
}

int burst_share_rows(baryta_merge *merge, const burst_pass *pass) {
    const int32_t threads = merge->options.threads, height = merge->grid.blocks_h;
    const int32_t some = (height / threads + 1) / BURST_STEP; /* of a small picture fewer */
    crew c = {.merge = merge, .pass = pass};
    const int32_t wide = AT_ONCE / merge->grid.blocks_w;
    const int32_t fewest = some < wide ? some : wide;
    c.at_once = fewest < 1 ? 1 : fewest < BURST_STEP ? fewest : BURST_STEP;
    c.cancelled = baryta_report(pass->progress, pass->user, pass->from);
    for (int32_t i = 0; i < threads; i++) {
        set_out(&merge->strip[i], (int32_t)((int64_t)height * i / threads),
                (int32_t)((int64_t)height * (i + 1) / threads));
        merge->strip[i].begun = 0;
    }
#pragma omp parallel num_threads(threads)
    work(&c, omp_get_thread_num());
    if (!c.cancelled) {
        tell(&c, rows_of(&c) + c.at_once);
    }
    return c.cancelled;
}
