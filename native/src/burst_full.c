/* Two motions compared at full size.
 *
 * A lens and a pixel leave detail that half size cannot hold: there it is another pattern with a
 * motion of its own (aliasing), and a frame of cloth comes to lie a thread beside its place. The
 * mosaic itself, smoothed by the binomial filter of 3x3 that takes the colours' lattice out, still
 * holds it. Some windows of it tell. */
#include "burst_step.h"
#include "lanes.h"
#include "tiles.h"

#include <math.h>
#include <string.h>

enum { SIDE = BURST_WINDOW_SIDE, ACROSS = 3, WINDOWS = ACROSS * ACROSS, STEPS = 8, SPARE = 16 };

static const double clearly = 0.6; /* of the other's misfit */
/* Of it, where a step moves by less than `settled`, samples: the steps to come will not do it. */
static const double hopeless = 0.8, settled = 0.1;

typedef uint8_t image[SIDE * SIDE + SPARE];

typedef struct windows {
    int32_t width, height; /* of each */
    int32_t x[WINDOWS], y[WINDOWS]; /* in the reference */
    int32_t dx[WINDOWS], dy[WINDOWS]; /* so much further they begin in the frame */
    image reference[WINDOWS], other[WINDOWS];
} windows;

/* Samples of a row and one on either side, and whole lanes of them. */
enum { READ = SIDE + 2, ROOM = SIDE + 2 * MOST_LANES };

/* By parity of the row, what makes light of lanes of samples that begin in column x. */
typedef struct levels {
    vf black[2], gain[2];
} levels;

static levels levels_of(const baryta_merge *merge, int32_t x) {
    levels l;
    for (int n = 0; n < 2 * LANES; n++) {
        const int odd = n / LANES, i = n % LANES, site = 2 * odd + ((x + i) & 1);
        l.black[odd][i] = merge->scale.black[site];
        l.gain[odd][i] = merge->scale.gain[site];
    }
    return l;
}

/* Of row y of samples, normalised, the sums 1 2 1 from column x on. */
static void smooth_row(const levels *l, const baryta_plane *frame, int32_t y, int32_t x,
                       int32_t count, float exposure, vf limit, float out[ROOM]) {
    const uint16_t *samples = (const uint16_t *)baryta_row(frame, y) + x - 1;
    const vf black = l->black[y & 1], gain = l->gain[y & 1];
    uint16_t copy[ROOM];
    float line[ROOM];
    if (x - 1 + ROOM > frame->width) {
        memset(copy, 0, sizeof copy);
        samples = memcpy(copy, samples, (size_t)(count + 2) * sizeof *copy);
    }
    for (int32_t i = 0; i < READ; i += LANES) {
        const vf light = (vf_counts(samples + i) - black) * gain;
        vf_store(line + i, vf_min(light / exposure, limit));
    }
    for (int32_t i = 0; i < SIDE; i += LANES) {
        vf_store(out + i, vf_load(line + i) + 2.0f * vf_load(line + i + 1) + vf_load(line + i + 2));
    }
}

void burst_make_window(const baryta_merge *merge, const baryta_plane *frame, float exposure,
                       const burst_cutout *w, uint8_t *out) {
    const burst_stabiliser *s = &merge->stabiliser;
    const vf limit = vf_all(merge->cut > 0.0f ? merge->cut : 1.0f);
    const levels l = levels_of(merge, w->x - 1);
    float rows[3][ROOM];
    for (int32_t j = -2; j < w->height; j++) {
        const int32_t y = w->y + j + 1;
        const float *upper = rows[(j + 4) % 3], *own = rows[(j + 2) % 3];
        float *lower = rows[(j + 3) % 3];
        smooth_row(&l, frame, y, w->x, w->width, exposure, limit, lower);
        for (int32_t i = 0; i < w->width && j >= 0; i += LANES) { /* beyond the last the next row */
            const vf sum = vf_load(upper + i) + 2.0f * vf_load(own + i) + vf_load(lower + i);
            const vf light = s->slope * sum * (1.0f / 16.0f) + s->offset;
            const vf level = s->factor * vf_sqrt(vf_max(light, vf_all(0.0f))) - s->floor;
            vf_store_bytes(out + j * w->width + i,
                           vf_min(vf_max(level, vf_all(0.0f)), vf_all(255.0f)));
        }
    }
}

/* Those of the reference, spread over it; the binomial's ends lie inside. */
static void spread(const baryta_merge *merge, windows *w) {
    const burst_grid *grid = &merge->grid;
    const baryta_plane reference = {merge->reference, grid->width, grid->height,
                                    (int64_t)grid->width * (int64_t)sizeof(uint16_t)};
    w->width = baryta_min(SIDE, grid->width - 3);
    w->height = baryta_min(SIDE, grid->height - 3);
#pragma omp parallel for num_threads(merge->options.threads) schedule(dynamic, 1)
    for (int32_t i = 0; i < WINDOWS; i++) {
        w->x[i] = 2 + (grid->width - 3 - w->width) * (i % ACROSS) / (ACROSS - 1);
        w->y[i] = 2 + (grid->height - 3 - w->height) * (i / ACROSS) / (ACROSS - 1);
        const burst_cutout own = {w->x[i], w->y[i], w->width, w->height};
        burst_make_window(merge, &reference, 1.0f, &own, w->reference[i]);
    }
}

/* Those of the frame, where a motion puts them. */
static void place(const baryta_merge *merge, const burst_motion *motion, windows *w) {
    const burst_grid *grid = &merge->grid;
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
        const burst_cutout there = {u, v, w->width, w->height};
        burst_make_window(merge, merge->frame, merge->exposure, &there, w->other[i]);
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
            burst_step_row(&s, y, 1, w->width - 1, row);
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

/* Until it stands still, or cannot become clearly better than the other, which misfits by so much.
 */
static burst_guess refined(baryta_merge *merge, windows *w, const burst_guess *from,
                           double misfit) {
    burst_guess guess = *from;
    place(merge, &guess.motion, w);
    for (int i = 0; i < STEPS; i++) {
        const burst_motion before = guess.motion;
        const double moved = step(merge, w, &guess);
        if (burst_worked(merge, WINDOWS * SIDE * SIDE) || moved < 0.005 ||
            (moved < settled && guess.misfit > hopeless * misfit)) {
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
    burst_guess other = *second;
    place(merge, &other.motion, w);
    step(merge, w, &other); /* for its misfit */
    const burst_guess own = refined(merge, w, first, other.misfit);
    burst_release(w);
    const int better = own.misfit < clearly * other.misfit;
    *first = better ? own : *first;
    return better;
}
