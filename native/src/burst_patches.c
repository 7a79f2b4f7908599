/* Which patches are measured, and what they say of a frame's detail: see burst_patches.h.
 *
 * A frame that fits takes nothing back of what the reference's sites vary by together: the noise of
 * one site is independent of the others', and of the frame. One that shows something else takes
 * all of it back, however deep in the noise it lies. */
#include "burst_patches.h"

#include "burst_routines.h"

#include <math.h>
#include <string.h>

enum { ROWS = 8, FEWEST_ROWS = 4 };
enum { LOOKING = 256 }; /* what a row of tiles costs by its width, as burst_worked counts */
enum { SIDE = BURST_PATCH_SIDE, STRIDE = BURST_PATCH_STRIDE, DOWN = (8 - SIDE) / STRIDE + 1 };

/* Kept from frame to frame, whose patches are as many: fresh memory costs more than to fill it. */
static int find_room(baryta_merge *merge, burst_patches *patches) {
    const size_t count = (size_t)patches->count;
    if (merge->patches == NULL) {
        merge->patches =
            burst_allocate(count, 2 * sizeof *patches->patch + sizeof *patches->listed);
    }
    patches->patch = merge->patches;
    patches->sorted = patches->patch + count;
    patches->listed = (float *)(void *)(patches->sorted + count);
    return patches->patch != NULL;
}

int burst_look_at_patches(baryta_merge *merge, const baryta_plane *frame, int32_t wanted,
                          burst_patches *patches) {
    const burst_grid *grid = &merge->grid;
    const int32_t threads = merge->options.threads;
    const int32_t across = (grid->width / 2 - SIDE) / STRIDE + 1;
    const int32_t enough = wanted / (DOWN * across);
    const int32_t most = enough < FEWEST_ROWS ? FEWEST_ROWS : enough < ROWS ? enough : ROWS;
    /* Rows of tiles that lie wholly in the frame. */
    const int32_t down = grid->height / 8 - 1, rows = down < most ? down : most;
    patches->across = across;
    patches->count = rows * DOWN * across;
    if (!find_room(merge, patches)) {
        return 0;
    }
#pragma omp parallel for num_threads(threads) schedule(static, 1)
    for (int32_t i = 0; i < threads; i++) {
        burst_strip *strip = &merge->strip[i];
        for (int32_t r = i; r < rows; r += threads) {
            const int32_t ty = 1 + (int32_t)((int64_t)r * (down - 1) / (rows > 1 ? rows - 1 : 1));
            if (burst_worked(merge, (int64_t)LOOKING * grid->width)) {
                continue;
            }
            merge->routines->strip_look(merge, frame, strip, ty);
            const int ended = burst_worked(merge, (int64_t)LOOKING * grid->width);
            for (int32_t n = 0; n < DOWN && !ended; n++) {
                const int32_t y = n * STRIDE;
                burst_patch *p = &patches->patch[(r * DOWN + n) * across];
                merge->routines->measure_patches(merge, strip, ty, y, across, p);
                const float *cover = strip->cover[(y + SIDE - 1) / 4] + 1;
                for (int32_t k = 0; k < across; k++) {
                    const int32_t x = k * STRIDE;
                    if (cover[x / 4] < 1.0f || cover[(x + SIDE - 1) / 4] < 1.0f) {
                        p[k].light = -1.0f;
                    }
                }
            }
        }
    }
    return 1;
}

/* Standard errors, of one judgement and of two that must agree. */
static const double surely = 3.0, both = 2.5, likely = 2.0;
/* By so many the reference has detail. */
static const double not_noise = 4.5;

typedef struct tally {
    double sum, squares;
} tally;

static void count(tally *t, double value) {
    t->sum += value;
    t->squares += value * value;
}

/* By how many standard errors the sum is above 0. */
static double rises(tally t) {
    return t.squares > 0.0 ? t.sum / sqrt(t.squares) : 0.0;
}

static int tells(const burst_patch *p) {
    return p->light >= 0.0f && p->shot + p->read > 1e-12f;
}

/* By pair of sites, whether detail rises and falls together or, of colours or of what is too fine
 * for a site alone, against each other. */
static void find_signs(const burst_patches *patches, float sign[BURST_PAIRS]) {
    double shared[BURST_PAIRS] = {0.0};
    for (int32_t i = 0; i < patches->count; i++) {
        const burst_patch *p = &patches->patch[i];
        for (int pair = 0; pair < BURST_PAIRS && tells(p); pair++) {
            shared[pair] += (double)(p->shared[pair] / (p->shot + p->read));
        }
    }
    for (int pair = 0; pair < BURST_PAIRS; pair++) {
        sign[pair] = shared[pair] < 0.0 ? -1.0f : 1.0f;
    }
}

enum { PLACES = 8 }; /* of a row */

/* By place, of what patches say; neighbouring patches overlap and are no witnesses of their own. */
enum { ALL, MOST, PLAIN, SHARED, SUMS };

burst_likeness burst_compare_detail(const burst_patches *patches) {
    tally all[SUMS];
    memset(all, 0, sizeof all);
    int agree = 0;
    float sign[BURST_PAIRS];
    find_signs(patches, sign);
    const int32_t row = DOWN * patches->across;
    for (int32_t first = 0; first < patches->count; first += row) {
        tally place[PLACES][SUMS];
        memset(place, 0, sizeof place);
        for (int32_t k = 0; k < row; k++) {
            const burst_patch *p = &patches->patch[first + k];
            if (!tells(p)) {
                continue;
            }
            float shared = 0.0f, moved = 0.0f, plain = 0.0f, plain_moved = 0.0f;
            for (int pair = 0; pair < BURST_PAIRS; pair++) {
                shared += sign[pair] * p->shared[pair];
                moved += sign[pair] * p->moved[pair];
                plain += p->shared[pair];
                plain_moved += p->moved[pair];
            }
            const float unit = 1.0f / (p->shot + p->read);
            tally *here = place[(int64_t)(k % patches->across) * PLACES / patches->across];
            count(&here[ALL], (double)((moved - 0.5f * shared) * unit));
            count(&here[MOST], (double)((moved - 0.25f * shared) * unit));
            count(&here[SHARED], (double)(shared * unit));
            count(&here[PLAIN], (double)((plain_moved - 0.5f * plain) * unit));
        }
        for (int i = 0; i < PLACES; i++) {
            agree += rises(place[i][PLAIN]) < -surely;
            for (int n = 0; n < SUMS; n++) {
                count(&all[n], place[i][n].sum);
            }
        }
    }
    const int few = patches->count / row * PLACES / 16;
    return (burst_likeness){
        .foreign = rises(all[ALL]) > both && rises(all[PLAIN]) > both && agree <= few,
        .tells = rises(all[ALL]) <= surely &&
                 (rises(all[MOST]) <= likely || rises(all[SHARED]) <= not_noise),
        .fits = rises(all[MOST]) < -surely,
    };
}
