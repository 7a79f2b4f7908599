/* Steps of rendering that work on encoded pixels. */
#include "plain.h"

#include <math.h>

/* Unsharp mask: detail below 0.4 % of full scale is left alone; the result may leave the 3x3 range
 * by 12 % of it. */
double plain_sharpened(const plain_plane *luma, const double *kernel, int32_t reach, double amount,
                       int32_t x, int32_t y) {
    const double here = luma->data[y * luma->width + x];
    double soft = 0.0, low = here, high = here;
    for (int32_t v = -reach; v <= reach; v++) {
        for (int32_t u = -reach; u <= reach; u++) {
            const double value = luma->data[(y + v) * luma->width + x + u];
            soft += kernel[u < 0 ? -u : u] * kernel[v < 0 ? -v : v] * value;
            if (u >= -1 && u <= 1 && v >= -1 && v <= 1) {
                low = fmin(low, value);
                high = fmax(high, value);
            }
        }
    }
    const double detail = here - soft, square = detail * detail, room = 0.12 * (high - low);
    const double wanted = here + amount * detail * square / (square + 0.004 * 0.004);
    return fmin(fmax(wanted, low - room), high + room) - here;
}

static uint32_t mixed(uint32_t h) {
    h = (h ^ (h >> 15)) * 0x85ebca6bu;
    h = (h ^ (h >> 13)) * 0xc2b2ae35u;
    return h ^ (h >> 16);
}

/* The sum of a hash's four bytes, of mean 0 and variance 1. */
static double white(uint32_t seed, int32_t x, int32_t y) {
    const uint32_t row = mixed((uint32_t)y * 0x9e3779b1u ^ (seed * 0x27d4eb2fu + 0x165667b1u));
    const uint32_t h = mixed((uint32_t)x * 0x9e3779b1u ^ row);
    const double sum = (h & 255u) + (h >> 8 & 255u) + (h >> 16 & 255u) + (h >> 24);
    return (sum - 4.0 * 127.5) / sqrt(4.0 * (256.0 * 256.0 - 1.0) / 12.0);
}

double plain_grain(uint32_t seed, const double *kernel, int32_t reach, int32_t x, int32_t y) {
    double sum = 0.0;
    for (int32_t v = -reach; v <= reach; v++) {
        for (int32_t u = -reach; u <= reach; u++) {
            sum += kernel[u < 0 ? -u : u] * kernel[v < 0 ? -v : v] * white(seed, x + u, y + v);
        }
    }
    return sum;
}

double plain_with_grain(double value, double amount, double grain) {
    return value + 2.0 * amount * grain * sqrt(fmax(value * (1.0 - value), 0.0));
}

/* Interleaved gradient noise (Jimenez, SIGGRAPH 2014), -0.48 to 0.48 of a step. */
double plain_dither(int32_t x, int32_t y) {
    const double a = 0.06711056 * x + 0.00583715 * y;
    const double b = 52.9829189 * (a - floor(a));
    return 0.96 * (b - floor(b) - 0.5);
}
