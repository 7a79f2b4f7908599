/* A frame sampled at the reference's sites with a Lanczos kernel of three lobes. */
#include "core.h"
#include "plain.h"

#include <math.h>

static const double pi = 3.14159265358979323846, clipped = 0.98;

static double sinc(double t) {
    return t == 0.0 ? 1.0 : sin(pi * t) / (pi * t);
}

/* Of the six samples from floor(at) - 2 on, in 1/128 of a sample; they sum to 1. */
static void lanczos(double part, double weight[6]) {
    const double phase = floor(128.0 * part + 0.5) / 128.0;
    double sum = 0.0;
    for (int i = 0; i < 6; i++) {
        const double t = i - 2 - phase;
        weight[i] = fabs(t) < 3.0 ? sinc(t) * sinc(t / 3.0) : 0.0;
        sum += weight[i];
    }
    for (int i = 0; i < 6; i++) {
        weight[i] /= sum;
    }
}

static double normalised(const plain_view *view, const baryta_plane *plane, int32_t x, int32_t y) {
    const double black = (double)view->format->black[2 * (y & 1) + (x & 1)];
    const uint16_t *row = baryta_row(plane, y);
    return (row[x] - black) / ((double)view->format->white - black);
}

/* Whether the reference, or the frame near where the sample has gone, has lost its light. */
static int lost(const plain_view *view, int32_t x, int32_t y, double dx, double dy) {
    if (normalised(view, view->reference, x, y) >= clipped) {
        return 1;
    }
    const int32_t to_x = x + (int32_t)lrint(dx), to_y = y + (int32_t)lrint(dy), r = view->reach;
    for (int32_t v = to_y - r; v <= to_y + r; v++) {
        for (int32_t u = to_x - r; u <= to_x + r; u++) {
            if (u >= 0 && v >= 0 && u < view->frame->width && v < view->frame->height &&
                normalised(view, view->frame, u, v) >= clipped) {
                return 1;
            }
        }
    }
    return 0;
}

int plain_difference(const plain_view *view, int32_t x, int32_t y, double dx, double dy,
                     int with_care, double *value) {
    const int32_t width = view->reference->width, height = view->reference->height;
    *value = 0.0;
    if (x >= width || y >= height || x + dx < 0.0 || y + dy < 0.0 || x + dx > width - 1 ||
        y + dy > height - 1 || (with_care && lost(view, x, y, dx, dy))) {
        return 0;
    }
    const int colour = view->format->colour[2 * (y & 1) + (x & 1)];
    const int mono = view->format->colour[0] == 1 && view->format->colour[1] == 1;
    const plain_plane *plane = &view->planes[mono ? 0 : colour];
    const int32_t from_x = x + (int32_t)floor(dx) - 2, from_y = y + (int32_t)floor(dy) - 2;
    double wx[6], wy[6], sum = 0.0;
    lanczos(dx - floor(dx), wx);
    lanczos(dy - floor(dy), wy);
    for (int j = 0; j < 6; j++) {
        for (int i = 0; i < 6; i++) {
            sum += wy[j] * wx[i] * plain_at(plane, from_x + i, from_y + j);
        }
    }
    const double own = fmin(normalised(view, view->reference, x, y), 1.0);
    *value = fmin(sum / view->colour_gain[colour], 1.0) - own;
    return 1;
}
