/* A frame sampled at the reference's sites with the kernel of plain_weights.c. */
#include "core.h"
#include "plain.h"

#include <math.h>

static const double clipped = 0.98;

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
    const int32_t to_x = x + (int32_t)lrint(dx), to_y = y + (int32_t)lrint(dy);
    const int32_t r = dx == 0.0 && dy == 0.0 ? 0 : view->reach; /* a copy has no fringe */
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
    const double exposure = view->exposure * view->tint[colour];
    const double to_own = exposure / view->colour_gain[colour]; /* 1 is the frame's white */
    double wx[6], wy[6], sum = 0.0;
    plain_weights(dx - floor(dx), mono, wx);
    plain_weights(dy - floor(dy), mono, wy);
    for (int j = 0; j < 6; j++) {
        for (int i = 0; i < 6; i++) {
            const double light = plain_at(plane, from_x + i, from_y + j) * to_own;
            sum += wy[j] * wx[i] * fmin(fmax(light, -0.25), 1.25);
        }
    }
    const double own = fmin(normalised(view, view->reference, x, y), 1.0);
    *value = fmin(sum / exposure, 1.0) - own;
    return 1;
}
