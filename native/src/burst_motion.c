/* The frame's rigid motion against the reference.
 *
 * The coarsest level is searched exhaustively for a shift; then shift, rotation and a brightness
 * offset are refined level by level by Gauss-Newton steps with a robust weight (Lucas and Kanade
 * 1981; Geman and McClure's weight), on rows spread over the level. */
#include "burst_step.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    SEARCH = 10,
    SUMS = BURST_STEP_SUMS,
    HYPOTHESES = BURST_GUESSES,
    PIXELS = 60000,
    STILL = HYPOTHESES - 1, /* what has not moved is tried too, */
    PEAKS = STILL, /* beside shifts */
    SIDE = 4 * SEARCH + 1
};
/* So few take less time than to wake a thread. */
enum { FEW = 20000 };

static int32_t coarsest(const burst_pyramid *p) {
    int32_t level = 0;
    while (level + 1 < p->levels && (p->width[level] > 96 || p->height[level] > 96)) {
        level++;
    }
    return level;
}

/* Mean absolute difference at a whole shift, over what overlaps. */
static double mean_difference(const burst_pyramid *a, const burst_pyramid *b, int32_t level,
                              int32_t dx, int32_t dy) {
    const int32_t width = a->width[level], height = a->height[level];
    const int32_t x0 = dx < 0 ? -dx : 0, x1 = dx > 0 ? width - dx : width;
    const int32_t y0 = dy < 0 ? -dy : 0, y1 = dy > 0 ? height - dy : height;
    int64_t total = 0;
    for (int32_t y = y0; y < y1; y++) {
        const uint8_t *restrict p = a->data[level] + (ptrdiff_t)width * y;
        const uint8_t *restrict q = b->data[level] + (ptrdiff_t)width * (y + dy) + dx;
        int32_t sum = 0;
        for (int32_t x = x0; x < x1; x++) {
            sum += abs((int32_t)p[x] - (int32_t)q[x]);
        }
        total += sum;
    }
    return (double)total / ((double)(x1 - x0) * (double)(y1 - y0));
}

static int least_beside(double costs[SIDE][SIDE], int32_t x, int32_t y, int32_t last_x,
                        int32_t last_y) {
    for (int32_t j = y > 0 ? y - 1 : 0; j <= (y < last_y ? y + 1 : last_y); j++) {
        for (int32_t i = x > 0 ? x - 1 : 0; i <= (x < last_x ? x + 1 : last_x); i++) {
            if (costs[j][i] < costs[y][x]) {
                return 0;
            }
        }
    }
    return 1;
}

/* The shifts that are better than those beside them, the best first: of repeated patterns the best
 * may be off by a period. */
static void search(const baryta_merge *merge, int32_t level, int32_t reach,
                   burst_motion found[PEAKS]) {
    const burst_pyramid *a = &merge->grey, *b = &merge->other;
    const int32_t rx = a->width[level] / 4 < reach ? a->width[level] / 4 : reach;
    const int32_t ry = a->height[level] / 4 < reach ? a->height[level] / 4 : reach;
    double costs[SIDE][SIDE];
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 2)
    for (int32_t dy = -ry; dy <= ry; dy++) {
        for (int32_t dx = -rx; dx <= rx; dx++) {
            /* A faint preference for small shifts decides where nothing else does. */
            costs[dy + ry][dx + rx] =
                mean_difference(a, b, level, dx, dy) + 0.01 * (abs(dx) + abs(dy));
        }
    }
    const double size = (double)(2 << level);
    double best[PEAKS];
    for (int k = 0; k < PEAKS; k++) {
        found[k] = (burst_motion){0.0, 0.0, 0.0};
        best[k] = 1e30;
    }
    for (int32_t dy = 0; dy <= 2 * ry; dy++) {
        for (int32_t dx = 0; dx <= 2 * rx; dx++) {
            burst_motion at = {(double)(dx - rx) * size, (double)(dy - ry) * size, 0.0};
            double cost = least_beside(costs, dx, dy, 2 * rx, 2 * ry) ? costs[dy][dx] : 1e30;
            for (int k = 0; k < PEAKS; k++) { /* sorted in */
                if (cost < best[k]) {
                    const double worse = best[k];
                    const burst_motion other = found[k];
                    best[k] = cost;
                    found[k] = at;
                    cost = worse;
                    at = other;
                }
            }
        }
    }
}

/* A step's sums by parts of the picture, of one row in `every`. */
static int32_t sum_parts(const baryta_merge *merge, const burst_step *s, int32_t every,
                         burst_step_part parts[BURST_STEP_PARTS]) {
    enum { ACROSS = BURST_STEP_ACROSS, LEAST = 16 };
    const int32_t width = s->width - 2, side = LEAST * ((width - 1) / (ACROSS * LEAST) + 1);
    const int32_t across = (width - 1) / side + 1;
    const int32_t rows = (s->height - 2 + every - 1) / every, deep = (rows - 1) / ACROSS + 1;
    const int32_t down = (rows - 1) / deep + 1;
    const int32_t threads = rows * width > FEW ? merge->options.threads : 1;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
    for (int32_t j = 0; j < down; j++) {
        burst_step_part *own = parts + j * across;
        memset(own, 0, sizeof *own * (size_t)across);
        for (int32_t row = j * deep; row < (j + 1) * deep && row < rows; row++) {
            for (int32_t i = 0; i < across; i++) {
                const int32_t first = 1 + i * side, end = i + 1 < across ? first + side : width + 1;
                double sums[SUMS];
                burst_step_row(s, 1 + row * every, first, end, sums);
                for (int k = 0; k < SUMS; k++) {
                    own[i][k] += sums[k];
                }
            }
        }
    }
    return across * down;
}

/* A residual that counts for half as much, grey levels. */
static double tolerated(const baryta_merge *merge, int32_t level) {
    const double noise = (double)(merge->stabiliser.sigma * merge->rougher) / (double)(1 << level);
    return 2.0 * noise + 2.0;
}

/* Sums of a Gauss-Newton step at a level. */
static void sum_up(const baryta_merge *merge, int32_t level, double slack, burst_guess *guess,
                   double sums[SUMS]) {
    const double tolerance = tolerated(merge, level);
    const burst_motion *motion = &guess->motion;
    const burst_pyramid *a = &merge->soft_grey, *b = &merge->soft_other;
    const double size = (double)(2 << level);
    const int32_t width = a->width[level], height = a->height[level];
    const double radius = 0.5 * hypot(width, height);
    const burst_step s = {
        .reference = a->data[level],
        .other = b->data[level],
        .width = width,
        .height = height,
        .cosine = (float)cos(motion->angle),
        .sine = (float)sin(motion->angle),
        .shift_x = (float)(motion->x / size),
        .shift_y = (float)(motion->y / size),
        .centre_x = (float)((0.5 * (merge->grid.width - 1) + 0.5) / size - 0.5),
        .centre_y = (float)((0.5 * (merge->grid.height - 1) + 0.5) / size - 0.5),
        .unit = (float)(1.0 / radius),
        .offset = (float)guess->offset,
        .floor = (float)(tolerance * tolerance),
        .slack = (float)(slack * slack),
    };
    burst_step_part parts[BURST_STEP_PARTS];
    const int32_t every = 1 + (int32_t)((int64_t)width * height / PIXELS);
    const int32_t count = sum_parts(merge, &s, every, parts);
    burst_weigh_parts(parts, count, &guess->parts, sums);
}

/* One step; returns how far the corner moved, pixels of the level. */
static double step(const baryta_merge *merge, int32_t level, double slack, burst_guess *guess) {
    double sums[SUMS];
    sum_up(merge, level, slack, guess, sums);
    const double radius = 0.5 * hypot(merge->grey.width[level], merge->grey.height[level]);
    return burst_take_step(sums, (double)(2 << level), radius, guess);
}

static const double usual_slack = 0.35;

static void refine(baryta_merge *merge, int32_t level, int coarse, burst_guess *guess) {
    const double enough = level > 0 ? 0.02 : 0.002; /* the next level goes on from there */
    for (int i = 0; i < 12; i++) {
        const double moved = step(merge, level, coarse && i < 4 ? 1.0 : usual_slack, guess);
        if (burst_worked(merge, 2 * PIXELS) || moved < enough) {
            break;
        }
    }
}

static burst_motion rounded(const burst_motion *motion, double step, double turn) {
    return (burst_motion){step * rint(motion->x / step), step * rint(motion->y / step),
                          turn * rint(motion->angle / turn)};
}

/* Detail that is too fine for half size moves there by itself: it may draw the finer levels away
 * from where the coarse ones, in which none of it is left, had put the frame. The last guess that
 * the levels before it agreed with, the size of its level's pixels, and the least misfit. */
typedef struct agreement {
    burst_guess last;
    double size, least;
} agreement;

static const double lost = 0.45; /* misfit of what fits nowhere: looked for more closely */
static const double clearly = 0.98; /* of another's misfit is better */
static const double steady = 0.95; /* of its disagreement: what has not moved counts by it */
static const double within = 0.06; /* pixels of the level are one place */
static const double much_worse = 2.0; /* than the least misfit of the levels */

static int strays(const agreement *agreed, const burst_guess *guess) {
    const double x = guess->motion.x - agreed->last.motion.x;
    const double y = guess->motion.y - agreed->last.motion.y;
    return hypot(x, y) > within * agreed->size;
}

static void agree(agreement *agreed, int32_t level, const burst_guess *guess) {
    if (!strays(agreed, guess)) {
        agreed->last = *guess;
        agreed->size = (double)(2 << level);
    }
    agreed->least = fmin(agreed->least, guess->misfit);
}

/* The motion by which most of the picture fits as well as it ever does; that of what has not moved
 * unless another one is clearly better. */
static int best_agreed(const burst_guess guess[HYPOTHESES]) {
    double usual = 1.0, least = 0.0;
    for (int i = 0; i < HYPOTHESES; i++) {
        usual = fmin(usual, burst_usual_misfit(&guess[i].parts));
    }
    int best = 0;
    for (int i = 0; i < HYPOTHESES; i++) {
        const double apart = burst_disagreement(&guess[i].parts, usual);
        const double counts = i == STILL ? steady * apart : apart;
        if (i == 0 || counts < clearly * least) {
            best = i;
            least = counts;
        }
    }
    return best;
}

/* Refines each of some motions from a level to the next; which one is best there. calm: what the
 * first level said. */
static int try_all(baryta_merge *merge, int32_t level, int32_t next,
                   const burst_motion motions[HYPOTHESES], burst_guess calm[HYPOTHESES],
                   burst_guess guess[HYPOTHESES]) {
    /* Each by itself, for there is little to a step, and by the same thread each time. */
#pragma omp parallel for num_threads(merge->options.threads) schedule(static, 1)
    for (int i = 0; i < HYPOTHESES; i++) {
        guess[i] = (burst_guess){.motion = motions[i]};
        refine(merge, level, 1, &guess[i]);
        calm[i] = guess[i];
        if (next < level) {
            refine(merge, next, 0, &guess[i]);
        }
    }
    return best_agreed(guess);
}

/* Samples at a corner that are looked at more closely, and that no detail shows; the score, of
 * which noise alone makes 3 in the mean. */
static const double hardly = 1.5, unseen = 0.01, chance = 40.0;

/* Whether a camera that seems to have moved by next to nothing stood still: a step from there goes
 * no further than noise leads it (Rao 1948, the score test). How strong the noise is shows in the
 * misfit m, the mean of r^2 / (tolerance^2 + r^2). */
static int stood_still(const baryta_merge *merge, const burst_guess *found) {
    const double corner = 0.5 * hypot(merge->grid.width, merge->grid.height);
    const burst_motion *const to = &found->motion;
    const double moved = hypot(to->x, to->y) + fabs(to->angle) * corner;
    if (moved > hardly || moved < unseen) {
        return moved < unseen;
    }
    burst_guess from = {.motion = {0.0, 0.0, 0.0}};
    double sums[SUMS];
    sum_up(merge, 0, usual_slack, &from, sums);
    const double size = 2.0, radius = 0.5 * hypot(merge->grey.width[0], merge->grey.height[0]);
    burst_take_step(sums, size, radius, &from);
    const double went[4] = {from.motion.x / size, from.motion.y / size, from.motion.angle * radius,
                            -from.offset};
    double score = -sums[13] * sums[13] / fmax(sums[9], 1.0); /* of what is only brighter */
    for (int i = 0; i < 4; i++) {
        score -= went[i] * sums[10 + i];
    }
    const double misfit = burst_usual_misfit(&from.parts), noise = tolerated(merge, 0);
    return score * (1.0 - misfit) <= chance * misfit * noise * noise;
}

burst_motion burst_find_motion(baryta_merge *merge) {
    burst_soften(&merge->other, &merge->soft_other, merge->options.threads);
    const burst_motion none = {0.0, 0.0, 0.0};
    if (burst_pause(merge)) {
        return none;
    }
    const int32_t start = coarsest(&merge->grey), next = start > 0 ? start - 1 : 0;
    burst_motion peaks[HYPOTHESES] = {none, none, none}; /* the last is tried as it is */
    burst_guess calm[HYPOTHESES], guess[HYPOTHESES];
    search(merge, start, SEARCH, peaks);
    int best = try_all(merge, start, next, peaks, calm, guess);
    if (guess[best].misfit > lost && start > 0 && !burst_pause(merge)) {
        search(merge, next, 2 * SEARCH, peaks);
        burst_guess closer[HYPOTHESES], at_once[HYPOTHESES];
        const int other = try_all(merge, next, next, peaks, at_once, closer);
        if (closer[other].misfit < clearly * guess[best].misfit) {
            guess[best] = closer[other];
            calm[best] = at_once[other];
        }
    }
    if (burst_pause(merge)) {
        return none;
    }
    /* The finer levels start from a rounded motion: so which one led here leaves no trace in the
     * last digits, which decide between displacements as good. */
    burst_guess *const at = &guess[best];
    burst_motion *const found = &at->motion;
    agreement agreed = {calm[best], (double)(2 << start), calm[best].misfit};
    agree(&agreed, next, at);
    const double step = 0.25 * (double)(2 << start), turn = 0.002;
    *found = rounded(found, step, turn);
    for (int32_t level = start > 2 ? start - 2 : 0; level >= 0; level--) {
        refine(merge, level, 0, at);
        agree(&agreed, level, at);
        if (burst_pause(merge)) {
            return none;
        }
    }
    merge->aliased = 0;
    if (at->misfit > much_worse * agreed.least && strays(&agreed, at)) {
        burst_guess full = agreed.last;
        merge->aliased = burst_bears_out(merge, &full, at) && !strays(&agreed, &full);
        *at = merge->aliased ? full : *at;
    }
    /* What is left of where they started from is less than this by far. */
    const double limit_x = merge->grid.width, limit_y = merge->grid.height, fine = 1.0 / 256.0;
    const burst_motion motion = rounded(found, fine, 2.0 * fine / hypot(limit_x, limit_y));
    merge->still = !merge->aliased && stood_still(merge, at);
    if (merge->still) {
        return none;
    }
    if (!(fabs(motion.x) < limit_x && fabs(motion.y) < limit_y && fabs(motion.angle) < 0.5)) {
        return none;
    }
    return motion;
}
