/* The frame's rigid motion against the reference.
 *
 * The coarsest level is searched exhaustively for a shift; then shift, rotation and a brightness
 * offset are refined level by level by Gauss-Newton steps with a robust weight (Lucas and Kanade
 * 1981; Geman and McClure's weight), on rows spread over the level. */
#include "burst_step.h"

#include <math.h>
#include <stdlib.h>

enum { SEARCH = 10, SUMS = BURST_STEP_SUMS, HYPOTHESES = 2, PIXELS = 60000 };
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

static burst_motion search(const burst_pyramid *a, const burst_pyramid *b, int32_t level) {
    const int32_t rx = a->width[level] / 4 < SEARCH ? a->width[level] / 4 : SEARCH;
    const int32_t ry = a->height[level] / 4 < SEARCH ? a->height[level] / 4 : SEARCH;
    double best = 1e30;
    int32_t at_x = 0, at_y = 0;
    for (int32_t dy = -ry; dy <= ry; dy++) {
        for (int32_t dx = -rx; dx <= rx; dx++) {
            /* A faint preference for small shifts decides where nothing else does. */
            const double cost = mean_difference(a, b, level, dx, dy) + 0.01 * (abs(dx) + abs(dy));
            if (cost < best) {
                best = cost;
                at_x = dx;
                at_y = dy;
            }
        }
    }
    const double size = (double)(2 << level);
    return (burst_motion){(double)at_x * size, (double)at_y * size, 0.0};
}

/* Cholesky on a 4x4 system; false if it is singular. */
static int solve(const double sums[SUMS], double out[4]) {
    double a[4][4], b[4];
    for (int i = 0, k = 0; i < 4; i++) {
        for (int j = i; j < 4; j++, k++) {
            a[i][j] = a[j][i] = sums[k];
        }
        b[i] = -sums[10 + i];
        a[i][i] += 1e-6 * sums[9] + 1e-9;
    }
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j <= i; j++) {
            double sum = a[i][j];
            for (int k = 0; k < j; k++) {
                sum -= a[i][k] * a[j][k];
            }
            if (i == j && !(sum > 0.0)) {
                return 0;
            }
            a[i][j] = i == j ? sqrt(sum) : sum / a[j][j];
        }
    }
    for (int i = 0; i < 4; i++) {
        for (int k = 0; k < i; k++) {
            b[i] -= a[i][k] * b[k];
        }
        b[i] /= a[i][i];
    }
    for (int i = 3; i >= 0; i--) {
        for (int k = i + 1; k < 4; k++) {
            b[i] -= a[k][i] * b[k];
        }
        b[i] /= a[i][i];
        out[i] = b[i];
    }
    return 1;
}

typedef struct hypothesis {
    burst_motion motion;
    double offset; /* brightness, grey levels */
    double misfit; /* 0 all fits .. 1 nothing does, before the last step */
} hypothesis;

/* One Gauss-Newton step at a level; returns how far the corner moved, pixels of the level.
 * row_sums: one for each row of the picture. */
static double step(baryta_merge *merge, int32_t level, double tolerance, double slack,
                   hypothesis *guess, double *row_sums) {
    burst_motion *motion = &guess->motion;
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
    const int32_t every = 1 + (int32_t)((int64_t)width * height / PIXELS);
    const int32_t rows = (height - 2 + every - 1) / every;
    const int32_t threads = rows * width > FEW ? merge->options.threads : 1;
#pragma omp parallel for num_threads(threads) schedule(dynamic, 2)
    for (int32_t i = 0; i < rows; i++) {
        burst_step_row(&s, 1 + i * every, row_sums + (size_t)i * SUMS);
    }
    double sums[SUMS] = {0}, change[4];
    for (int32_t i = 0; i < rows; i++) {
        for (int k = 0; k < SUMS; k++) {
            sums[k] += row_sums[(size_t)i * SUMS + (size_t)k];
        }
    }
    guess->misfit = sums[14] > 0.0 ? sums[15] / sums[14] : 1.0;
    if (sums[14] < 100.0 || !solve(sums, change)) {
        return 0.0;
    }
    motion->x += change[0] * size;
    motion->y += change[1] * size;
    motion->angle += change[2] / radius;
    guess->offset -= change[3];
    return hypot(change[0], change[1]) + fabs(change[2]);
}

static void refine(baryta_merge *merge, int32_t level, int coarse, hypothesis *guess,
                   double *row_sums) {
    const double noise = (double)(merge->stabiliser.sigma * merge->rougher) / (double)(1 << level);
    const double enough = level > 0 ? 0.02 : 0.002; /* the next level goes on from there */
    for (int i = 0; i < 12; i++) {
        const double slack = coarse && i < 4 ? 1.0 : 0.35;
        const double moved = step(merge, level, 2.0 * noise + 2.0, slack, guess, row_sums);
        if (burst_worked(merge, 2 * PIXELS) || moved < enough) {
            break;
        }
    }
}

static burst_motion rounded(const burst_motion *motion, double step, double turn) {
    return (burst_motion){step * rint(motion->x / step), step * rint(motion->y / step),
                          turn * rint(motion->angle / turn)};
}

burst_motion burst_find_motion(baryta_merge *merge) {
    burst_soften(&merge->other, &merge->soft_other, merge->options.threads);
    const burst_motion none = {0.0, 0.0, 0.0};
    if (burst_pause(merge)) {
        return none;
    }
    const int32_t start = coarsest(&merge->grey);
    /* None at all is tried beside the search's, which repeated patterns can mislead. */
    hypothesis guess[HYPOTHESES] = {
        {.motion = none}, /* the search's, below */
        {.motion = none},
    };
    const size_t sums = (size_t)merge->grid.height * SUMS;
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int i = 0; i < HYPOTHESES; i++) { /* each by itself: there is little to a step */
        if (i == 0) {
            guess[i].motion = search(&merge->grey, &merge->other, start);
        }
        refine(merge, start, 1, &guess[i], merge->row_sums + (size_t)i * sums);
        if (start > 0) {
            refine(merge, start - 1, 0, &guess[i], merge->row_sums + (size_t)i * sums);
        }
    }
    if (burst_pause(merge)) {
        return none;
    }
    int best = 0;
    for (int i = 1; i < HYPOTHESES; i++) {
        best = guess[i].misfit < 0.98 * guess[best].misfit ? i : best;
    }
    /* The finer levels start from a rounded motion: so the frames before, whose motion may have led
     * here, leave no trace in the last digits, which decide between displacements as good. */
    burst_motion *const found = &guess[best].motion;
    const double step = 0.25 * (double)(2 << start), turn = 0.002;
    *found = rounded(found, step, turn);
    for (int32_t level = start > 2 ? start - 2 : 0; level >= 0; level--) {
        refine(merge, level, 0, &guess[best], merge->row_sums);
        if (burst_pause(merge)) {
            return none;
        }
    }
    /* What is left of where they started from is less than this by far. */
    const double limit_x = merge->grid.width, limit_y = merge->grid.height, fine = 1.0 / 256.0;
    const burst_motion motion = rounded(found, fine, 2.0 * fine / hypot(limit_x, limit_y));
    if (!(fabs(motion.x) < limit_x && fabs(motion.y) < limit_y && fabs(motion.angle) < 0.5)) {
        return none;
    }
    return motion;
}
