/* A linear image as a lens without distortion and lateral colour would have given it.
 *
 * Where each colour of a pixel comes from is told as DNG's WarpRectilinear tells it (DNG
 * specification 1.7, chapter 7), so that the opcode in a file and this give the same. It is sampled
 * there by the cubic of Keys (IEEE ASSP 29(6), 1981), a = -1/2, kept within the sixteen samples it
 * is made of: beside a lamp of five hundred times its surroundings the cubic would be negative.
 * Lateral colour is the camera's: what a lens shifts is the light of a filter, of which red, green
 * and blue of the image are mixed. Where its colours go different ways, each is taken out of the
 * image, moved, and mixed again. */
#include "core.h"
#include "vec4.h"

#include <math.h>

enum { TAPS = 4, ROWS = 16 }; /* rows between reports of progress, for each thread */

typedef struct job {
    const baryta_plane *linear;
    const baryta_plane *rectified;
    const baryta_warp *warp;
    float cx, cy; /* the optical centre, pixels */
    float scale; /* 1 / distance from there to the farthest corner */
    float mix[9], camera[9]; /* camera RGB to the image's, and back */
} job;

static int warp_valid(const baryta_warp *warp) {
    int good = warp != NULL;
    for (int i = 0; good && i < 2; i++) {
        good = warp->centre[i] >= 0.0f && warp->centre[i] <= 1.0f;
    }
    for (int i = 0; good && i < 12; i++) {
        good = fabsf(warp->radial[i / 4][i % 4]) <= BARYTA_WARP_MOST;
    }
    for (int i = 0; good && i < 6; i++) {
        good = fabsf(warp->tangential[i / 2][i % 2]) <= BARYTA_WARP_MOST;
    }
    return good;
}

/* Weights at -1, 0, 1 and 2 of a sample t beyond 0. */
static inline v4 cubic(float t) {
    const float u = 1.0f - t;
    return (v4){-0.5f * t * u * u, 1.0f + t * t * (1.5f * t - 2.5f),
                1.0f + u * u * (1.5f * u - 2.5f), -0.5f * u * t * t};
}

static inline int32_t within(int32_t value, int32_t count) {
    return value < 0 ? 0 : value < count ? value : count - 1;
}

/* Camera RGB to the image's colours and back; none of both where all go one way, or none is told.
 */
static int colours(job *work, const float *matrix) {
    static const float none[9] = {1.0f, 0.0f, 0.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 1.0f};
    const baryta_warp *warp = work->warp;
    int apart = 0;
    for (int i = 0; i < 4; i++) {
        apart |= warp->radial[0][i] != warp->radial[1][i];
        apart |= warp->radial[2][i] != warp->radial[1][i];
    }
    for (int i = 0; i < 2; i++) {
        apart |= warp->tangential[0][i] != warp->tangential[1][i];
        apart |= warp->tangential[2][i] != warp->tangential[1][i];
    }
    const float *m = matrix != NULL && apart ? matrix : none;
    float most = 0.0f;
    for (int i = 0; i < 9; i++) {
        work->mix[i] = m[i];
        most = fmaxf(most, fabsf(m[i]));
    }
    double c[9]; /* cofactors, transposed */
    for (int i = 0; i < 9; i++) {
        const int row = i % 3, column = i / 3;
        const int a = (row + 1) % 3, b = (row + 2) % 3, d = (column + 1) % 3, e = (column + 2) % 3;
        c[i] = (double)m[3 * a + d] * (double)m[3 * b + e] -
               (double)m[3 * a + e] * (double)m[3 * b + d];
    }
    const double whole = (double)m[0] * c[0] + (double)m[1] * c[3] + (double)m[2] * c[6];
    const double cube = (double)most * (double)most * (double)most;
    if (!(fabs(whole) > 1e-6 * cube)) {
        return 0;
    }
    for (int i = 0; i < 9; i++) {
        work->camera[i] = (float)(c[i] / whole);
        if (!isfinite(work->camera[i])) {
            return 0;
        }
    }
    return 1;
}

/* One colour of the camera at a place inside the frame; beyond it the edge goes on. */
static float sample(const baryta_plane *linear, const float *of, float x, float y) {
    const int32_t width = linear->width, height = linear->height;
    const float left = floorf(x), top = floorf(y);
    const int32_t x0 = (int32_t)left - 1, y0 = (int32_t)top - 1;
    int64_t column[TAPS];
    for (int32_t i = 0; i < TAPS; i++) {
        column[i] = 3 * (int64_t)within(x0 + i, width);
    }
    const v4 wx = cubic(x - left), wy = cubic(y - top);
    v4 sum = v4_all(0.0f), least = v4_all(INFINITY), most = v4_all(-INFINITY);
    for (int32_t j = 0; j < TAPS; j++) {
        const float *row = baryta_row(linear, within(y0 + j, height));
        v4 four = v4_all(0.0f);
        for (int c = 0; c < 3; c++, row++) {
            if (of[c] != 0.0f) {
                const v4 part = {row[column[0]], row[column[1]], row[column[2]], row[column[3]]};
                four += part * of[c];
            }
        }
        sum += four * wy[j];
        least = v4_min(least, four);
        most = v4_max(most, four);
    }
    sum *= wx;
    const float low = fminf(fminf(least[0], least[1]), fminf(least[2], least[3]));
    const float high = fmaxf(fmaxf(most[0], most[1]), fmaxf(most[2], most[3]));
    return fminf(fmaxf((sum[0] + sum[1]) + (sum[2] + sum[3]), low), high);
}

static void rectify_row(const job *work, int32_t y) {
    const baryta_warp *warp = work->warp;
    const int32_t width = work->linear->width;
    const float right = (float)(width - 1), bottom = (float)(work->linear->height - 1);
    float *out = baryta_row(work->rectified, y);
    const float dy = ((float)y - work->cy) * work->scale;
    for (int32_t x = 0; x < width; x++) {
        const float dx = ((float)x - work->cx) * work->scale, r2 = dx * dx + dy * dy;
        float camera[3];
        for (int c = 0; c < 3; c++) {
            const float *k = warp->radial[c], *t = warp->tangential[c];
            const float f = k[0] + r2 * (k[1] + r2 * (k[2] + r2 * k[3]));
            const float across = f * dx + t[0] * 2.0f * dx * dy + t[1] * (r2 + 2.0f * dx * dx);
            const float down = f * dy + t[1] * 2.0f * dx * dy + t[0] * (r2 + 2.0f * dy * dy);
            const float sx = work->cx + across / work->scale, sy = work->cy + down / work->scale;
            camera[c] = sample(work->linear, work->camera + 3 * c, fminf(fmaxf(sx, 0.0f), right),
                               fminf(fmaxf(sy, 0.0f), bottom));
        }
        for (int c = 0; c < 3; c++) {
            const float *m = work->mix + 3 * c;
            out[3 * (int64_t)x + c] = m[0] * camera[0] + m[1] * camera[1] + m[2] * camera[2];
        }
    }
}

baryta_status baryta_rectify(const baryta_plane *linear, const baryta_warp *warp,
                             const float *matrix, const baryta_plane *rectified, int32_t threads,
                             baryta_progress progress, void *user) {
    if (!baryta_plane_valid(linear, 3 * (int64_t)sizeof(float), sizeof(float)) ||
        !baryta_plane_valid(rectified, 3 * (int64_t)sizeof(float), sizeof(float)) ||
        !baryta_same_size(linear, rectified) || linear->width < 2 || linear->height < 2 ||
        !warp_valid(warp) || !baryta_threads_valid(threads)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const float right = (float)(linear->width - 1), bottom = (float)(linear->height - 1);
    const float cx = warp->centre[0] * right, cy = warp->centre[1] * bottom;
    job work = {.linear = linear, .rectified = rectified, .warp = warp, .cx = cx, .cy = cy};
    work.scale = 1.0f / hypotf(fmaxf(cx, right - cx), fmaxf(cy, bottom - cy));
    if (!colours(&work, matrix)) {
        return BARYTA_BAD_ARGUMENT;
    }
    const int32_t step = ROWS * threads, height = linear->height;
    for (int32_t top = 0; top < height; top += step) {
        if (baryta_report(progress, user, (float)top / (float)height)) {
            return BARYTA_CANCELLED;
        }
        const int32_t end = top + step < height ? top + step : height;
#pragma omp parallel for num_threads(threads) schedule(static)
        for (int32_t y = top; y < end; y++) {
            rectify_row(&work, y);
        }
    }
    return baryta_report(progress, user, 1.0f) ? BARYTA_CANCELLED : BARYTA_OK;
}
