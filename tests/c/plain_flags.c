/* A quick look for outliers. */
#include "core.h"
#include "plain.h"

#include <math.h>

double plain_flag(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double sigmas, int32_t x, int32_t y) {
    double own = 0.0, low = HUGE_VAL, high = -HUGE_VAL;
    for (int32_t v = y - 2; v <= y + 2; v += 2) {
        for (int32_t u = x - 2; u <= x + 2; u += 2) {
            const double value = ((const uint16_t *)baryta_row(mosaic, v))[u];
            if (u == x && v == y) {
                own = value;
            } else {
                low = fmin(low, value);
                high = fmax(high, value);
            }
        }
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
