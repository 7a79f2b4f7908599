/* Whether a motion brings a frame over, told by the mosaic itself, which holds what half size
 * cannot.
 */
#include "core.h"
#include "plain.h"

#include <math.h>
#include <stdlib.h>

enum { SIDE = 128 };

/* A sample's light, no more than a frame can show. */
static double light_at(const plain_burst *burst, const baryta_plane *mosaic, int32_t x, int32_t y) {
    const int site = 2 * (y & 1) + (x & 1);
    const double black = (double)burst->format->black[site];
    const double exposure = mosaic == burst->frame ? burst->exposure : 1.0;
    const double sample = ((const uint16_t *)baryta_row(mosaic, y))[x];
    const double light = (sample - black) / ((double)burst->format->white - black) / exposure;
    return fmin(light, burst->cut > 0.0 ? burst->cut : 1.0);
}

double plain_full_level(const plain_burst *burst, const baryta_plane *mosaic, int32_t x,
                        int32_t y) {
    double light = 0.0, shot = 0.0, read = 0.0;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            const double weight = (2 - dx * dx) * (2 - dy * dy) / 16.0;
            light += weight * light_at(burst, mosaic, x + dx, y + dy);
        }
    }
    for (int site = 0; site < 4; site++) {
        shot += (double)burst->noise->shot[site] / 4.0;
        read += (double)burst->noise->read[site] / 4.0;
    }
    shot = fmax(shot, 1e-6);
    const double offset = 0.375 * shot * shot + read;
    const double low = sqrt(offset), high = sqrt(shot + offset);
    const double root = sqrt(fmax(shot * light + offset, 0.0));
    return fmin(fmax(255.0 * (root - low) / (high - low), 0.0), 255.0);
}

static void fill(const plain_burst *burst, const baryta_plane *mosaic, int32_t x, int32_t y,
                 int32_t width, int32_t height, uint8_t *out) {
    for (int32_t i = 0; i < width * height; i++) {
        const double level = plain_full_level(burst, mosaic, x + i % width, y + i / width);
        out[i] = (uint8_t)fmin(level + 0.5, 255.0);
    }
}

static int32_t within(double value, int32_t most) {
    return (int32_t)fmin(fmax(rint(value), 1.0), most);
}

double plain_full_misfit(const plain_burst *burst, const plain_motion *motion, double brighter) {
    const int32_t width = burst->reference->width, height = burst->reference->height;
    const int32_t w = width - 3 < SIDE ? width - 3 : SIDE;
    const int32_t h = height - 3 < SIDE ? height - 3 : SIDE;
    const double tolerated = 2.0 * burst->sigma + 2.0;
    double misfit = 0.0, pixels = 0.0;
    uint8_t *own = malloc(SIDE * SIDE), *other = malloc(SIDE * SIDE);
    for (int n = 0; n < 9 && own != NULL && other != NULL; n++) {
        const int32_t x = 2 + (width - 3 - w) * (n % 3) / 2;
        const int32_t y = 2 + (height - 3 - h) * (n / 3) / 2;
        double to_x, to_y;
        plain_moved(motion, x + 0.5 * w, y + 0.5 * h, &to_x, &to_y);
        const int32_t u = within(to_x - 0.5 * w, width - 1 - w);
        const int32_t v = within(to_y - 0.5 * h, height - 1 - h);
        fill(burst, burst->reference, x, y, w, h, own);
        fill(burst, burst->frame, u, v, w, h, other);
        const plain_image a = {own, w, h}, b = {other, w, h};
        const plain_step step = {.angle = motion->angle,
                                 .shift_x = motion->x - (u - x),
                                 .shift_y = motion->y - (v - y),
                                 .centre_x = 0.5 * (width - 1) - x,
                                 .centre_y = 0.5 * (height - 1) - y,
                                 .unit = 1.0,
                                 .offset = brighter,
                                 .floor = tolerated * tolerated,
                                 .slack = 0.35 * 0.35};
        for (int32_t row = 1; row < h - 1; row += 2) {
            double sums[16];
            plain_step_row(&a, &b, &step, row, sums);
            pixels += sums[14];
            misfit += sums[15];
        }
    }
    free(own);
    free(other);
    return pixels > 0.0 ? misfit / pixels : 1.0;
}
