/* Patches of 4x4 cells, measured: see burst_patches.h.
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
enum { SIDE = 4, STRIDE = 2, DOWN = (8 - SIDE) / STRIDE + 1, CHANGES = (SIDE - 1) * (SIDE - 1) };

/* Differences of differences see no slope and no edge along rows or columns, and little of what is
 * only out of place. Returns their mean square over that of white noise of variance 1. */
static float changes_of(float v[SIDE][SIDE], float changes[CHANGES]) {
    float sum = 0.0f;
    for (int j = 0; j < SIDE - 1; j++) {
        for (int i = 0; i < SIDE - 1; i++) {
            const float change = (v[j][i] - v[j][i + 1]) - (v[j + 1][i] - v[j + 1][i + 1]);
            changes[j * (SIDE - 1) + i] = change;
            sum += change * change;
        }
    }
    return sum * (1.0f / (4 * CHANGES));
}

/* Greens lie on a lattice of their own along the diagonals, half a cell apart: there the same
 * differences see less of a scene that a lens has drawn. Their mean is the greens' own difference.
 */
static float variance_of_greens(float v[2 * SIDE][2 * SIDE], int odd) {
    float sum = 0.0f, squares = 0.0f;
    int count = 0;
    for (int j = 1; j < 2 * SIDE - 1; j++) {
        for (int i = (j + odd) % 2; i < 2 * SIDE - 2; i += 2) {
            const float change = v[j][i] + v[j][i + 2] - v[j - 1][i + 1] - v[j + 1][i + 1];
            sum += change;
            squares += change * change;
            count++;
        }
    }
    return (squares - sum * sum / (float)count) / (4.0f * (float)(count - 1));
}

/* A patch of the row of tiles ty that a strip holds the differences of, from cell (x0, y0) of it.
 */
static burst_patch measure(const baryta_merge *merge, const burst_strip *strip, int32_t ty,
                           int32_t x0, int32_t y0) {
    const ptrdiff_t columns = merge->grid.columns;
    const size_t width = (size_t)merge->grid.width;
    const baryta_noise *noise = &merge->options.noise;
    const int32_t *colour = merge->options.format.colour;
    const int odd = colour[1] == colour[2]; /* where the greens are */
    burst_patch result = {.light = -1.0f};
    float own = 0.0f, differs = 0.0f, above = 0.0f, light[4] = {0};
    float greens[2 * SIDE][2 * SIDE] = {{0.0f}};
    float changes[4][CHANGES], taken[4][CHANGES];
    for (int s = 0; s < 4; s++) {
        float value[SIDE][SIDE], difference[SIDE][SIDE];
        for (int32_t j = 0; j < SIDE; j++) {
            const int32_t y = y0 + j;
            const uint16_t *row =
                merge->reference + (size_t)(8 * (ty - 1) + 2 * y + s / 2) * width + s % 2;
            const float *run = strip->cells[y / 4] + (ptrdiff_t)(4 * (4 * (y % 4) + s)) * columns;
            for (int32_t i = 0; i < SIDE; i++) {
                const int32_t x = x0 + i;
                value[j][i] = ((float)row[2 * x] - merge->scale.black[s]) * merge->scale.gain[s];
                difference[j][i] = run[(x % 4) * columns + x / 4 + 1];
                light[s] += value[j][i] * (1.0f / (SIDE * SIDE));
                greens[2 * j + s / 2][2 * i + s % 2] = value[j][i];
                if (value[j][i] > 0.9f) {
                    return result;
                }
            }
        }
        own += 0.25f * changes_of(value, changes[s]);
        differs += 0.25f * changes_of(difference, taken[s]);
    }
    result.light = 0.0f;
    for (int s = 0; s < 4; s++) {
        const float part = 0.25f * fmaxf(light[s], 0.0f);
        const float cut = merge->scale.black[s] * merge->scale.gain[s];
        above += 0.25f * (light[s] + cut);
        result.light += part;
        result.shot += noise->shot[s] * part;
        result.read += 0.25f * noise->read[s];
        if (s % 3 == 0 ? !odd : odd) {
            result.green_light += 0.5f * fmaxf(light[s], 0.0f);
            result.green_above += 0.5f * (light[s] + cut);
        }
    }
    result.own = own;
    result.above = above;
    result.green = variance_of_greens(greens, odd);
    for (int s = 0, pair = 0; s < 4; s++) {
        for (int t = s + 1; t < 4; t++, pair++) {
            for (int k = 0; k < CHANGES; k++) {
                result.shared[pair] += 2.0f * changes[s][k] * changes[t][k];
                result.moved[pair] -= changes[s][k] * taken[t][k] + taken[s][k] * changes[t][k];
            }
        }
    }
    /* Of the difference the reference's part, if both have the model's ratio. */
    const float e = burst_collected(merge), alone = fmaxf(result.shot + result.read, 1e-12f);
    const float others =
        merge->options.frame_noise * (result.shot / e + result.read / (e * e)) * BURST_LEFT(16);
    result.differs = differs * (alone / (alone + others));
    return result;
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
    patches->patch = burst_allocate((size_t)patches->count, sizeof *patches->patch);
    if (patches->patch == NULL) {
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
            for (int32_t k = 0; k < DOWN * across && !ended; k++) {
                const int32_t x = k % across * STRIDE, y = k / across * STRIDE;
                burst_patch *p = &patches->patch[r * DOWN * across + k];
                *p = measure(merge, strip, ty, x, y);
                const float *cover = strip->cover[(y + SIDE - 1) / 4] + 1;
                if (cover[x / 4] < 1.0f || cover[(x + SIDE - 1) / 4] < 1.0f) {
                    p->light = -1.0f;
                }
            }
        }
    }
    return 1;
}

void burst_free_patches(burst_patches *patches) {
    burst_release(patches->patch);
    patches->patch = NULL;
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
