/* Two motions compared at full size.
 *
 * A lens and a pixel leave detail that half size cannot hold: there it is another pattern with a
 * motion of its own (aliasing), and a frame of cloth comes to lie a thread beside its place. The
 * mosaic itself, smoothed by the binomial filter of 3x3 that takes the colours' lattice out, still
 * holds it. Some windows of it tell. */
#include "burst_step.h"
#include "tiles.h"

#include <math.h>
#include <string.h>

enum { SIDE = 128, ACROSS = 3, WINDOWS = ACROSS * ACROSS, STEPS = 8, SPARE = 16 };

static const double clearly = 0.6; /* of the other's misfit */

typedef uint8_t window[SIDE * SIDE + SPARE];

typedef struct windows {
    int32_t width, height; /* of each */
    int32_t x[WINDOWS], y[WINDOWS]; /* in the reference */
    int32_t dx[WINDOWS], dy[WINDOWS]; /* so much further they begin in the frame */
    window reference[WINDOWS], other[WINDOWS];
} windows;

/* Not fminf and fmaxf, which are called. */
static float lesser(float a, float b) {
    return a < b ? a : b;
}

static float greater(float a, float b) {
    return a > b ? a : b;
}

/* Of a row of samples, normalised, the sums 1 2 1 from column x on. */
static void smooth_row(const baryta_merge *merge, const uint16_t *row, int32_t y, int32_t x,
                       int32_t count, float exposure, float out[SIDE]) {
    const int site = 2 * (y & 1);
    const float limit = merge->cut > 0.0f ? merge->cut : 1.0f;
    float line[SIDE + 2];
    for (int32_t i = 0; i < count + 2; i++) {
        const int32_t at = x - 1 + i, s = site + (at & 1);
        const float light = ((float)row[at] - merge->scale.black[s]) * merge->scale.gain[s];
        line[i] = lesser(light / exposure, limit);
    }
    for (int32_t i = 0; i < count; i++) {
        out[i] = line[i] + 2.0f * line[i + 1] + line[i + 2];
    }
}

/* A window from (x, y) on in grey levels of equal noise. */
static void make_window(const baryta_merge *merge, const uint16_t *samples, ptrdiff_t stride,
                        float exposure, int32_t x, int32_t y, const windows *w, uint8_t *out) {
    const burst_stabiliser *s = &merge->stabiliser;
    float rows[3][SIDE];
    for (int32_t j = -2; j < w->height; j++) {
        smooth_row(merge, samples + (y + j + 1) * stride, y + j + 1, x, w->width, exposure,
                   rows[(j + 3) % 3]);
        for (int32_t i = 0; i < w->width && j >= 0; i++) {
            const float sum = rows[j % 3][i] + 2.0f * rows[(j + 2) % 3][i] + rows[(j + 1) % 3][i];
            const float root = sqrtf(greater(s->slope * sum * (1.0f / 16.0f) + s->offset, 0.0f));
            const float level = s->factor * root - s->floor;
            out[j * w->width + i] = (uint8_t)lesser(greater(level, 0.0f), 255.0f);
        }
    }
}

/* Those of the reference, spread over it; the binomial's ends lie inside. */
static void spread(const baryta_merge *merge, windows *w) {
    const burst_grid *grid = &merge->grid;
    w->width = baryta_min(SIDE, grid->width - 3);
    w->height = baryta_min(SIDE, grid->height - 3);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t i = 0; i < WINDOWS; i++) {
        w->x[i] = 2 + (grid->width - 3 - w->width) * (i % ACROSS) / (ACROSS - 1);
        w->y[i] = 2 + (grid->height - 3 - w->height) * (i / ACROSS) / (ACROSS - 1);
        make_window(merge, merge->reference, grid->width, 1.0f, w->x[i], w->y[i], w,
                    w->reference[i]);
    }
}

/* Those of the frame, where a motion puts them. */
static void place(const baryta_merge *merge, const burst_motion *motion, windows *w) {
    const burst_grid *grid = &merge->grid;
    const baryta_plane *frame = merge->frame;
    const double cosine = cos(motion->angle), sine = sin(motion->angle);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t i = 0; i < WINDOWS; i++) {
        double x, y;
        burst_move(grid, motion, cosine, sine, w->x[i] + 0.5 * w->width, w->y[i] + 0.5 * w->height,
                   &x, &y);
        const int32_t left = (int32_t)lrint(x - 0.5 * w->width);
        const int32_t top = (int32_t)lrint(y - 0.5 * w->height);
        const int32_t u = baryta_max(1, baryta_min(left, grid->width - 1 - w->width));
        const int32_t v = baryta_max(1, baryta_min(top, grid->height - 1 - w->height));
        w->dx[i] = u - w->x[i];
        w->dy[i] = v - w->y[i];
        make_window(merge, frame->data, frame->stride / 2, merge->exposure, u, v, w, w->other[i]);
    }
}

/* One Gauss-Newton step on every second row of all windows. */
static double step(const baryta_merge *merge, const windows *w, burst_guess *guess) {
    const burst_grid *grid = &merge->grid;
    const double radius = 0.5 * hypot(grid->width, grid->height);
    const double tolerated = 2.0 * (double)(merge->stabiliser.sigma * merge->rougher) + 2.0;
    double sums[BURST_STEP_SUMS] = {0.0}, of_window[WINDOWS][BURST_STEP_SUMS] = {{0.0}};
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t i = 0; i < WINDOWS; i++) {
        const burst_step s = {
            .reference = w->reference[i],
            .other = w->other[i],
            .width = w->width,
            .height = w->height,
            .cosine = (float)cos(guess->motion.angle),
            .sine = (float)sin(guess->motion.angle),
            .shift_x = (float)(guess->motion.x - w->dx[i]),
            .shift_y = (float)(guess->motion.y - w->dy[i]),
            .centre_x = (float)(0.5 * (grid->width - 1) - w->x[i]),
            .centre_y = (float)(0.5 * (grid->height - 1) - w->y[i]),
            .unit = (float)(1.0 / radius),
            .offset = (float)guess->offset,
            .floor = (float)(tolerated * tolerated),
            .slack = 0.35f * 0.35f,
        };
        for (int32_t y = 1; y < w->height - 1; y += 2) {
            double row[BURST_STEP_SUMS];
            burst_step_row(&s, y, row);
            for (int k = 0; k < BURST_STEP_SUMS; k++) {
                of_window[i][k] += row[k];
            }
        }
    }
    for (int32_t i = 0; i < WINDOWS; i++) {
        for (int k = 0; k < BURST_STEP_SUMS; k++) {
            sums[k] += of_window[i][k];
        }
    }
    return burst_take_step(sums, 1.0, radius, guess);
}

static burst_guess refined(baryta_merge *merge, windows *w, const burst_guess *from) {
    burst_guess guess = *from;
    place(merge, &guess.motion, w);
    for (int i = 0; i < STEPS; i++) {
        const burst_motion before = guess.motion;
        const double moved = step(merge, w, &guess);
        if (burst_worked(merge, WINDOWS * SIDE * SIDE) || moved < 0.005) {
            break;
        }
        if (i == STEPS - 1) {
            guess.motion = before; /* which the misfit is of */
        }
    }
    return guess;
}

int burst_bears_out(baryta_merge *merge, burst_guess *first, const burst_guess *second) {
    windows *w = burst_allocate(1, sizeof *w);
    if (w == NULL) {
        return 0; /* half size has its way */
    }
    spread(merge, w);
    const burst_guess own = refined(merge, w, first);
    burst_guess other = *second;
    place(merge, &other.motion, w);
    step(merge, w, &other); /* for its misfit */
    burst_release(w);
    const int better = own.misfit < clearly * other.misfit;
    *first = better ? own : *first;
    return better;
}
