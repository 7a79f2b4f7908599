/* The share of one frame in a tile, frequency by frequency (after Hasinoff et al. 2016). */
#include "plain.h"

#include <math.h>

static const double tolerated = 1.4, range = 2.8; /* A is 0 up to the first, 1 so much beyond */
static const double most = 0.95, little = 0.85; /* of it rejected: none of it counts, all does */
/* From a tenth of the tile rejected to six tenths the rest is judged up to so much more strictly.
 */
static const double stricter = 0.4, spared = 0.1, steep = 2.0;
static const double window_energy = 16.0;

static double unit(double value) {
    return fmin(fmax(value, 0.0), 1.0);
}

static double rejected(double d) {
    return unit((d - tolerated) / range);
}

void plain_blend(double difference[4][64], const double variance[4], double robustness,
                 double inside, double trust, double cover, double share, plain_blended *out) {
    double complex spectrum[4][64];
    for (int s = 0; s < 4; s++) {
        double tile[64];
        for (int i = 0; i < 64; i++) {
            tile[i] = difference[s][i] * plain_window(i % 8) * plain_window(i / 8);
        }
        plain_dft(tile, spectrum[s]);
    }
    double d[64], weight[64], odd = 0.0, mean = 0.0;
    for (int i = 0; i < 64; i++) {
        d[i] = 0.0;
        for (int s = 0; s < 4; s++) {
            const double size = cabs(spectrum[s][i]);
            d[i] += size * size / (window_energy * inside * variance[s]) / 4.0;
        }
        d[i] *= robustness / fmax(cover, 0.25);
        odd += plain_told(i % 8, i / 8) ? rejected(d[i]) / 34.0 : 0.0;
    }
    const double strict = 1.0 + stricter * unit(steep * (odd - spared));
    for (int i = 0; i < 64; i++) {
        weight[i] = 1.0 - rejected(d[i] * strict);
        mean += plain_told(i % 8, i / 8) ? weight[i] / 34.0 : 0.0; /* different frequencies */
    }
    const double part = trust * unit((most - odd) / (most - little));
    out->present = part * cover * share;
    out->weight = part * mean;
    for (int i = 0; i < 64; i++) {
        out->agreed[i] = part * cover * share * weight[i];
    }
    for (int s = 0; s < 4; s++) {
        for (int i = 0; i < 64; i++) {
            spectrum[s][i] *= part * share * weight[i];
        }
        plain_dft_back(spectrum[s], out->cell[s]);
        for (int i = 0; i < 64; i++) {
            out->cell[s][i] *= plain_window(i % 8) * plain_window(i / 8);
        }
    }
}
