/* A quick look for outliers. */
#include "core.h"
#include "plain.h"

#include <math.h>

double plain_flag(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double sigmas, int32_t x, int32_t y) {
    const double own = ((const uint16_t *)baryta_row(mosaic, y))[x];
    static const int32_t line[4][2] = {{2, 0}, {0, 2}, {2, 2}, {2, -2}};
    double top[4], least[4];
    for (int i = 0; i < 4; i++) {
        const int32_t dx = line[i][0], dy = line[i][1];
        const double a = ((const uint16_t *)baryta_row(mosaic, y - dy))[x - dx];
        const double b = ((const uint16_t *)baryta_row(mosaic, y + dy))[x + dx];
        top[i] = fmax(a, b);
        least[i] = fmin(a, b);
    }
    /* Beyond both ends of at least three of the lines. */
    double low = HUGE_VAL, high = -HUGE_VAL;
    for (int left_out = 0; left_out < 4; left_out++) {
        double highest = -HUGE_VAL, lowest = HUGE_VAL;
        for (int i = 0; i < 4; i++) {
            highest = i == left_out ? highest : fmax(highest, top[i]);
            lowest = i == left_out ? lowest : fmin(lowest, least[i]);
        }
        high = left_out == 0 ? highest : fmin(high, highest);
        low = left_out == 0 ? lowest : fmax(low, lowest);
    }
    double slope = HUGE_VAL, floor = HUGE_VAL, black = 0.0;
    for (int site = 0; site < 4; site++) {
        const double range = (double)format->white - (double)format->black[site];
        slope = fmin(slope, (double)noise->shot[site] * range);
        floor = fmin(floor, (double)noise->read[site] * range * range);
        black = fmax(black, (double)format->black[site]);
    }
    const double variance = 0.99 * (fmax(high - black, 0.0) * slope + floor);
    const double by = fmax(fmax(own - high, low - own), 0.0);
    return by == 0.0 ? 0.0 : by / (sigmas * sqrt(variance));
}
