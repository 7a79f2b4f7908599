/* Isolated outliers of a mosaic, and what they are replaced by. */
#include "core.h"
#include "plain.h"

#include <math.h>
#include <stdlib.h>

static int32_t mirrored(int32_t at, int32_t size) {
    return at < 0 ? -at : at >= size ? 2 * (size - 1) - at : at;
}

static double sample(const baryta_plane *mosaic, int32_t x, int32_t y) {
    const uint16_t *row = baryta_row(mosaic, mirrored(y, mosaic->height));
    return row[mirrored(x, mosaic->width)];
}

static int ascending(const void *a, const void *b) {
    const double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

/* How far one of the samples that touch (x, y), to the side of (dx, dy), rises above the mean of
 * its own three like neighbours that are not on the side of (x, y). */
static double rise(const baryta_plane *mosaic, int32_t x, int32_t y, int32_t dx, int32_t dy,
                   double sign) {
    const int32_t u = x + dx, v = y + dy;
    const double away = sample(mosaic, u + 2 * dx, v + 2 * dy) +
                        sample(mosaic, u + 2 * dy, v + 2 * dx) +
                        sample(mosaic, u - 2 * dy, v - 2 * dx);
    return sign * (sample(mosaic, u, v) - away / 3.0);
}

uint16_t plain_corrected(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                         const baryta_noise *noise, double isolation, int32_t x, int32_t y) {
    const int site = 2 * (y & 1) + (x & 1);
    const double own = sample(mosaic, x, y), black = (double)format->black[site];
    const double range = (double)format->white - black;
    double like[8];
    for (int n = 0, count = 0; n < 9; n++) {
        if (n != 4) {
            like[count++] = sample(mosaic, x + 2 * (n % 3 - 1), y + 2 * (n / 3 - 1));
        }
    }
    qsort(like, 8, sizeof *like, ascending);
    const double median = 0.5 * (like[3] + like[4]);
    const int high = own > median;
    const double sign = high ? 1.0 : -1.0, bound = high ? like[6] : like[1]; /* all but one */
    const double light = fmax(((high ? bound : median) - black) / range, 0.0);
    const double variance =
        ((double)noise->shot[site] * light + (double)noise->read[site]) * range * range;
    const double sigma = sqrt(variance + 1.0 / 12.0), excess = sign * (own - bound);
    const double sides[4] = {rise(mosaic, x, y, 1, 0, sign), rise(mosaic, x, y, -1, 0, sign),
                             rise(mosaic, x, y, 0, 1, sign), rise(mosaic, x, y, 0, -1, sign)};
    double sum = 0.0, most = 0.0;
    for (int i = 0; i < 4; i++) {
        sum += sides[i];
        most = fmax(most, sides[i]);
    }
    /* A side's difference has 4/3 of a sample's variance; four of them have four times that. */
    const int spread_by_optics =
        sum > 0.08 * excess + 1.2 * 2.31 * sigma || most > 0.25 * excess + 4.0 * 1.15 * sigma;
    const int defect =
        excess > 6.0 * sigma && excess > isolation * (like[6] - like[1]) && !spread_by_optics;
    return (uint16_t)(defect ? median + 0.5 : own);
}
