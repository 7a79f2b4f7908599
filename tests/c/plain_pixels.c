/* The steps of development that see one pixel at a time. */
#include "core.h"
#include "plain.h"

#include <math.h>

/* Bilinear between nodes that are spread from corner to corner. */
static double shading_at(const baryta_shading *s, int site, double u, double v) {
    const double x = u * (s->columns - 1), y = v * (s->rows - 1);
    double sum = 0.0;
    for (int32_t j = 0; j < s->rows; j++) {
        for (int32_t i = 0; i < s->columns; i++) {
            const double weight = fmax(1.0 - fabs(x - i), 0.0) * fmax(1.0 - fabs(y - j), 0.0);
            sum += weight * (double)s->gain[(site * s->rows + j) * s->columns + i];
        }
    }
    return sum;
}

double plain_calibrate(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t x,
                       int32_t y) {
    const baryta_mosaic_format *format = &options->format;
    const int site = 2 * (y & 1) + (x & 1);
    const double black = (double)format->black[site];
    const double sample = ((const uint16_t *)baryta_row(mosaic, y))[x];
    const double value = (sample - black) / ((double)format->white - black) *
                         (double)options->white_balance[format->colour[site]];
    return options->shading.gain == NULL
               ? value
               : value * shading_at(&options->shading, site, x / (mosaic->width - 1.0),
                                    y / (mosaic->height - 1.0));
}

static int32_t mirrored(int32_t i, int32_t length) {
    return i < 0 ? -i : i < length ? i : 2 * (length - 1) - i;
}

/* The sample belongs to four cells of 2x2, mirrored at the edges. If in one of them all samples
 * have 98 % of white or more, it is raised to the channel that clips last. */
double plain_whitening(const baryta_plane *mosaic, const baryta_develop_options *options, int32_t x,
                       int32_t y) {
    const baryta_mosaic_format *format = &options->format;
    int white = 0;
    for (int cell = 0; cell < 4; cell++) {
        int clipped = 1;
        for (int n = 0; n < 4; n++) {
            const int32_t u = mirrored(x - cell % 2 + n % 2, mosaic->width);
            const int32_t v = mirrored(y - cell / 2 + n / 2, mosaic->height);
            const double black = (double)format->black[2 * (v & 1) + (u & 1)];
            const double sample = ((const uint16_t *)baryta_row(mosaic, v))[u];
            clipped &= sample - black >= 0.98 * ((double)format->white - black);
        }
        white |= clipped;
    }
    const float *balance = options->white_balance;
    const double top = fmax(fmax((double)balance[0], (double)balance[1]), (double)balance[2]);
    return white ? top / (double)balance[format->colour[2 * (y & 1) + (x & 1)]] : 1.0;
}

/* 1 up to 94 % of the clipping level, 0 from 99.5 % on, smooth between. */
static double trust(double value, double level) {
    const double t = fmin(fmax((0.995 - value / level) / (0.995 - 0.94), 0.0), 1.0);
    return t * t * (3.0 - 2.0 * t);
}

/* Clipped channels become neutral by the trusted ones, never darker than they are; the last one
 * hands over to white at the highest level, and with one left colour fades with the cube of how
 * full the emptiest is. */
void plain_highlights(double rgb[3], const double level[3]) {
    double trusted[3], sum = 0.0, weight = 0.0, filled = 1.0, top = 0.0, most = 0.0;
    for (int c = 0; c < 3; c++) {
        trusted[c] = trust(rgb[c], level[c]);
        weight += trusted[c];
        sum += trusted[c] * rgb[c];
        filled = fmin(filled, rgb[c] / (0.995 * level[c]));
        top = fmax(top, level[c]);
    }
    const double white = fmax(1.0 - weight, 0.0);
    const double neutral = (sum + white * top) / (weight + white);
    for (int c = 0; c < 3; c++) {
        const double rebuilt = fmax(rgb[c], neutral);
        rgb[c] = trusted[c] * rgb[c] + (1.0 - trusted[c]) * rebuilt;
        most = c == 0 ? rgb[c] : fmax(most, rgb[c]);
    }
    const double guess = fmin(fmax(2.0 - weight, 0.0), 1.0);
    const double colourful = 1.0 - guess * pow(fmax(filled, 0.0), 3.0);
    for (int c = 0; c < 3; c++) {
        rgb[c] = most + colourful * (rgb[c] - most);
    }
}

/* A negative component goes by mixing with the grey of the colour's luminance. */
void plain_colour(double rgb[3], const float matrix[9]) {
    static const double luminance[3] = {0.2627, 0.6780, 0.0593}; /* Rec.2020 */
    double out[3], light = 0.0, least = HUGE_VAL;
    for (int i = 0; i < 3; i++) {
        out[i] = 0.0;
        for (int c = 0; c < 3; c++) {
            out[i] += (double)matrix[3 * i + c] * rgb[c];
        }
        light += luminance[i] * out[i];
        least = fmin(least, out[i]);
    }
    light = fmax(light, 0.0);
    const double keep = least < 0.0 ? light / (light - least) : 1.0;
    for (int i = 0; i < 3; i++) {
        rgb[i] = fmax(light + keep * (out[i] - light), 0.0);
    }
}
