/* Half-size grey in noise-stabilised 8 bit, its halving and its smoothing. */
#include "core.h"
#include "plain.h"

#include <math.h>

/* The generalised Anscombe transform (Murtagh, Starck, Bijaoui 1995) of the mean of a cell's four
 * samples, 0 at black and 255 at white; the noise is taken for that of one sample. cut: light that
 * no sample exceeds, 0 for none. */
double plain_grey(const baryta_plane *mosaic, const baryta_mosaic_format *format,
                  const baryta_noise *noise, double exposure, double cut, int32_t x, int32_t y) {
    double shot = 0.0, read = 0.0, over_black = 0.0, gain = 0.0;
    for (int site = 0; site < 4; site++) {
        const uint16_t *row = baryta_row(mosaic, 2 * y + site / 2);
        const double black = (double)format->black[site];
        shot += (double)noise->shot[site] / 4.0;
        read += (double)noise->read[site] / 4.0;
        const double most = floor(black + cut * exposure * ((double)format->white - black));
        const double sample = row[2 * x + site % 2];
        over_black += ((cut > 0.0 ? fmin(sample, most) : sample) - black) / 4.0;
        gain += 1.0 / ((double)format->white - black) / 4.0;
    }
    shot = fmax(shot, 1e-6);
    const double offset = 0.375 * shot * shot + read;
    const double level = over_black * gain / exposure;
    const double low = sqrt(offset), high = sqrt(shot + offset);
    const double root = sqrt(fmax(shot * level + offset, 0.0));
    return fmin(fmax(255.0 * (root - low) / (high - low), 0.0), 255.0);
}

static int pixel(const plain_image *image, int32_t x, int32_t y) {
    return image->data[(ptrdiff_t)y * image->width + x];
}

int plain_halved(const plain_image *image, int32_t x, int32_t y) {
    const int sum = pixel(image, 2 * x, 2 * y) + pixel(image, 2 * x + 1, 2 * y) +
                    pixel(image, 2 * x, 2 * y + 1) + pixel(image, 2 * x + 1, 2 * y + 1);
    return (sum + 2) / 4;
}

/* Binomial weights over 3x3; rows beyond the edge repeat, the end columns stay as they are. */
int plain_softened(const plain_image *image, int32_t x, int32_t y) {
    if (x == 0 || x == image->width - 1) {
        return pixel(image, x, y);
    }
    int sum = 8;
    for (int dy = -1; dy <= 1; dy++) {
        for (int dx = -1; dx <= 1; dx++) {
            const int32_t v = y + dy < 0 || y + dy >= image->height ? y : y + dy;
            sum += (2 - dx * dx) * (2 - dy * dy) * pixel(image, x + dx, v);
        }
    }
    return sum / 16;
}
