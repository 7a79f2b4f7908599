/* Demosaicing by directional LMMSE (Zhang and Wu, IEEE TIP 14(12), 2005) in windows of five, red
 * and blue by lines fitted to green (He, Sun and Tang, ECCV 2010), in the square-root domain. */
#include "core.h"
#include "plain.h"

#include <math.h>

void plain_normalise(const baryta_plane *frame, const baryta_mosaic_format *format, double exposure,
                     const double colour_gain[3], plain_plane *mosaic) {
    for (int32_t y = 0; y < frame->height; y++) {
        const uint16_t *row = baryta_row(frame, y);
        for (int32_t x = 0; x < frame->width; x++) {
            const int site = 2 * (y & 1) + (x & 1);
            const double black = (double)format->black[site];
            const double value = (row[x] - black) / ((double)format->white - black) / exposure;
            mosaic->data[(ptrdiff_t)y * frame->width + x] =
                fmin(value, 1.0 / exposure) * colour_gain[format->colour[site]];
        }
    }
}

/* How the merge and the development do it: smoothing by distance, the windows' reach, what keeps
 * variances from vanishing, by how much of their range green may pass its neighbours, whether it
 * may pass them further on a line along a diagonal, and what draws lines to slope 1. */
typedef struct method {
    double smooth[5];
    int32_t smooth_reach, reach;
    double least_signal, least_noise, least_all, least_error;
    double room, prior;
    int diagonals;
} method;

static const method merging = {.smooth = {0.375, 0.25, 0.0625},
                               .smooth_reach = 2,
                               .reach = 2,
                               .least_all = 2e-10,
                               .least_error = 2e-11,
                               .room = 0.2,
                               .prior = 0.0005};

/* The paper's own filter: a Gaussian of sigma 2. */
static const method developing = {.smooth = {0.203125, 0.1796875, 0.1171875, 0.0703125, 0.03125},
                                  .smooth_reach = 4,
                                  .reach = 4,
                                  .least_signal = 1e-7,
                                  .least_noise = 1e-7,
                                  .least_all = 2e-7,
                                  .room = 0.5,
                                  .prior = 0.002,
                                  .diagonals = 1};

/* Of a plane the samples in a direction round (x, y), weighed by how far they are. */
static double filtered(const plain_plane *plane, int32_t x, int32_t y, int down, int32_t reach,
                       const double *weight) {
    double sum = 0.0;
    for (int32_t k = -reach; k <= reach; k++) {
        sum += weight[k < 0 ? -k : k] * plain_at(plane, down ? x : x + k, down ? y + k : y);
    }
    return sum;
}

typedef struct estimate {
    double value, error;
} estimate;

/* Green minus the other colour at (x, y): the linear estimate of least mean square error from the
 * raw differences, given what the smoothed ones and what smoothing took away vary by. */
static estimate estimated(const method *m, const plain_plane *raw, const plain_plane *smooth,
                          int32_t x, int32_t y, int down) {
    const double count = 2.0 * m->reach + 1.0;
    double mean = 0.0, signal = 0.0, noise = 0.0;
    for (int32_t k = -m->reach; k <= m->reach; k++) {
        mean += plain_at(smooth, down ? x : x + k, down ? y + k : y) / count;
    }
    for (int32_t k = -m->reach; k <= m->reach; k++) {
        const int32_t u = down ? x : x + k, v = down ? y + k : y;
        const double s = plain_at(smooth, u, v), d = plain_at(raw, u, v);
        signal += (s - mean) * (s - mean) / count;
        noise += (s - d) * (s - d) / count;
    }
    const double share = (signal + m->least_signal) / (signal + noise + m->least_all);
    return (estimate){mean + (plain_at(raw, x, y) - mean) * share,
                      (noise + m->least_noise) * share + m->least_error};
}

/* By how much a site lies beyond the like ones two off, no more than the other colour's sites on
 * one diagonal lie apart from those on the other. */
static double diagonal_line(const plain_plane *root, int32_t x, int32_t y) {
    static const int32_t step[4][2] = {{2, 0}, {-2, 0}, {0, 2}, {0, -2}};
    const double own = plain_at(root, x, y);
    double beyond[2] = {HUGE_VAL, HUGE_VAL}; /* below, above */
    for (int i = 0; i < 4; i++) {
        const double by = plain_at(root, x + step[i][0], y + step[i][1]) - own;
        beyond[0] = fmin(beyond[0], by);
        beyond[1] = fmin(beyond[1], -by);
    }
    double apart = -HUGE_VAL;
    for (int sign = -1; sign <= 1; sign += 2) {
        double least = HUGE_VAL;
        for (int i = -1; i <= 1; i += 2) {
            for (int j = -1; j <= 1; j += 2) {
                const double on = plain_at(root, x + i, y + i), off = plain_at(root, x + j, y - j);
                least = fmin(least, sign * (on - off));
            }
        }
        apart = fmax(apart, least);
    }
    return fmax(fmin(fmax(beyond[0], beyond[1]), apart), 0.0);
}

static double green_at(const method *m, const plain_plane *root, const plain_plane raw[2],
                       const plain_plane smooth[2], int32_t x, int32_t y) {
    const estimate h = estimated(m, &raw[0], &smooth[0], x, y, 0);
    const estimate v = estimated(m, &raw[1], &smooth[1], x, y, 1);
    const double joined = (h.value * v.error + v.value * h.error) / (h.error + v.error);
    const double green[4] = {plain_at(root, x - 1, y), plain_at(root, x + 1, y),
                             plain_at(root, x, y - 1), plain_at(root, x, y + 1)};
    double low = green[0], high = green[0];
    for (int i = 1; i < 4; i++) {
        low = fmin(low, green[i]);
        high = fmax(high, green[i]);
    }
    const double line = m->diagonals ? diagonal_line(root, x, y) : 0.0;
    const double room = m->room * (high - low) + line;
    return fmin(fmax(plain_at(root, x, y) + joined, low - room), high + room);
}

/* Over 3x3 sites of a colour, by least squares, drawn towards slope 1; through the site itself. */
static void fit_line(const method *m, const plain_plane *root, const plain_plane *green, int32_t x,
                     int32_t y, double *slope, double *base) {
    double g = 0.0, c = 0.0, gg = 0.0, gc = 0.0;
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            g += plain_at(green, x + dx, y + dy) / 9.0;
            c += plain_at(root, x + dx, y + dy) / 9.0;
        }
    }
    for (int32_t dy = -2; dy <= 2; dy += 2) {
        for (int32_t dx = -2; dx <= 2; dx += 2) {
            const double by = plain_at(green, x + dx, y + dy) - g;
            gg += by * by / 9.0;
            gc += by * (plain_at(root, x + dx, y + dy) - c) / 9.0;
        }
    }
    *slope = (gc + m->prior) / (gg + m->prior);
    *base = plain_at(root, x, y) - *slope * plain_at(green, x, y);
}

/* The mean of what the lines of the nearest sites of `wanted` say for the green at (x, y). */
static double chroma_at(const plain_plane *root, const plain_plane *green, const plain_plane *slope,
                        const plain_plane *base, const int32_t colour[4], int32_t wanted, int32_t x,
                        int32_t y) {
    double sum = 0.0, count = 0.0;
    if (colour[2 * (y & 1) + (x & 1)] == wanted) {
        return plain_at(root, x, y);
    }
    for (int32_t dy = -1; dy <= 1; dy++) {
        for (int32_t dx = -1; dx <= 1; dx++) {
            if (colour[2 * ((y + dy) & 1) + ((x + dx) & 1)] == wanted) {
                sum += plain_at(base, x + dx, y + dy) +
                       plain_at(slope, x + dx, y + dy) * plain_at(green, x, y);
                count += 1.0;
            }
        }
    }
    return sum / count;
}

/* Planes from a mosaic, both in the square-root domain. What is derived from a mirrored mosaic by
 * symmetric filters is mirrored itself. */
static void interpolate(const method *m, const plain_plane *root, const int32_t colour[4],
                        plain_plane planes[3]) {
    static const double to_difference[3] = {0.5, -0.5, 0.25};
    const int32_t width = root->width, height = root->height;
    plain_plane slope = plain_plane_make(width, height), base = plain_plane_make(width, height);
    plain_plane raw[2], smooth[2], *green = &planes[1];
    for (int down = 0; down < 2; down++) {
        raw[down] = plain_plane_make(width, height);
        smooth[down] = plain_plane_make(width, height);
        for (int32_t i = 0; i < width * height; i++) {
            const int32_t x = i % width, y = i / width;
            const double sign = colour[2 * (y & 1) + (x & 1)] == 1 ? 1.0 : -1.0;
            raw[down].data[i] = sign * filtered(root, x, y, down, 2, to_difference);
        }
        for (int32_t i = 0; i < width * height; i++) {
            smooth[down].data[i] =
                filtered(&raw[down], i % width, i / width, down, m->smooth_reach, m->smooth);
        }
    }
    for (int32_t i = 0; i < width * height; i++) {
        const int32_t x = i % width, y = i / width;
        green->data[i] = colour[2 * (y & 1) + (x & 1)] == 1 ? root->data[i]
                                                            : green_at(m, root, raw, smooth, x, y);
    }
    for (int32_t i = 0; i < width * height; i++) {
        fit_line(m, root, green, i % width, i / width, &slope.data[i], &base.data[i]);
    }
    for (int32_t i = 0; i < width * height; i++) {
        for (int c = 0; c < 3; c += 2) {
            planes[c].data[i] =
                chroma_at(root, green, &slope, &base, colour, c, i % width, i / width);
        }
    }
    for (int down = 0; down < 2; down++) {
        plain_plane_free(&raw[down]);
        plain_plane_free(&smooth[down]);
    }
    plain_plane_free(&slope);
    plain_plane_free(&base);
}

void plain_demosaic(const plain_plane *mosaic, const int32_t colour[4], double offset,
                    plain_plane planes[3]) {
    plain_plane root = plain_plane_make(mosaic->width, mosaic->height);
    for (int32_t i = 0; i < root.width * root.height; i++) {
        root.data[i] = sqrt(fmax(mosaic->data[i] + offset, 0.0));
    }
    interpolate(&merging, &root, colour, planes);
    for (int32_t i = 0; i < 3 * root.width * root.height; i++) {
        double *value = &planes[i % 3].data[i / 3];
        *value = *value * *value - offset;
    }
    plain_plane_free(&root);
}

double plain_to_domain(double light, double knee) {
    return light / sqrt(fabs(light) + knee);
}

double plain_from_domain(double y, double knee) {
    return 0.5 * y * (fabs(y) + sqrt(y * y + 4.0 * knee));
}

void plain_develop_demosaic(const plain_plane *mosaic, const int32_t colour[4],
                            plain_plane planes[3]) {
    plain_plane root = plain_plane_make(mosaic->width, mosaic->height);
    for (int32_t i = 0; i < root.width * root.height; i++) {
        root.data[i] = plain_to_domain(mosaic->data[i], 0.01);
    }
    interpolate(&developing, &root, colour, planes);
    for (int32_t i = 0; i < 3 * root.width * root.height; i++) {
        double *value = &planes[i % 3].data[i / 3];
        *value = plain_from_domain(*value, 0.01);
    }
    plain_plane_free(&root);
}
